#!/bin/sh
# Makes the documents of tests/corpus/office with programs that write such documents:
#
#   office.sh DIR
#
# Packages: libreoffice-writer libreoffice-calc libreoffice-impress libreoffice-draw python3-uno pandoc gnumeric abiword
# texlive-latex-base texlive-latex-recommended nodejs npm. Every feature of a document holds one word, `zq` and the name
# of the feature. NAME-PROGRAM.EXTENSION says who wrote it; what is larger than 50 KB is kept packed by gzip.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }
mkdir sources office npm
python3 "$here/office_sources.py" sources
quietly /usr/bin/python3 "$here/office_convert.py" sources office
for file in office/*.*; do
  base=${file##*/}
  case $base in *.png|*.gif) continue ;; esac
  cp "$file" "$out/${base%%.*}-libreoffice.${base#*.}"
done

cd npm
cp "$here/office_npm.js" write.js
quietly npm init -y
quietly npm install docx@9 exceljs@4 pptxgenjs@4 xlsx@0.18
quietly node write.js "$out/"
cd ..

cp "$here/office_pandoc.md" text.md
python3 - <<'END'
import base64, re
source = open("sources/text.fodt", encoding="utf-8").read()
open("pic.png", "wb").write(base64.b64decode(re.search("binary-data>([^<]+)<", source).group(1)))
END
for pair in docx odt epub fb2 rtf icml opml pptx ipynb docbook5:dbk latex:tex; do
  quietly pandoc -s --track-changes=all -f markdown -t "${pair%%:*}" text.md -o "$out/text-pandoc.${pair#*:}"
done
for extension in xls xlsx ods gnumeric slk dif; do quietly ssconvert office/sheet.xlsx "$out/sheet-gnumeric.$extension"; done
for extension in doc rtf docx abw; do quietly abiword --to=$extension -o "$out/text-abiword.$extension" office/text.odt; done
quietly pdflatex -interaction=batchmode "$here/office_tex.tex"
cp office_tex.pdf "$out/text-pdftex.pdf"
for file in "$out"/*; do
  case $file in *.gz) continue ;; esac
  if [ "$(wc -c < "$file")" -gt 51200 ]; then gzip -9nf "$file"; fi
done

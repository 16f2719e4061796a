#!/bin/sh
# Makes the archives of tests/corpus/archive with the programs of Debian that write them:
#
#   archive.sh DIR
#
# Packages: p7zip-full arj lhasa gcab xorriso libarchive-tools cpio binutils zip bzip2 xz-utils zstd lz4 lzip ncompress fp-utils jlha-utils
# Every archive holds a.txt ("alpha secret text"), sub/bé.txt ("beta geheim") and, where the format has them, a symbolic
# link to "target-of-link". Locked ones have the password "Tr0ub4dor". Mixed ones hold
# alpha.txt to delta.txt ("alpha of the mixed archive").
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p in/sub
printf 'alpha secret text\n' > in/a.txt
printf 'beta geheim\n' > in/sub/bé.txt
ln -s target-of-link in/link
find in -exec touch -h -d '2026-01-02 03:04:06 UTC' {} +
cd in
files="a.txt sub/bé.txt"
quietly() { "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }; }
rm -f "$out"/t*
tar -c --owner=0 --group=0 --sort=name -f "$out/t.tar" .
for format in ustar pax gnu v7; do tar -c --format=$format --sort=name -f "$out/t-$format.tar" a.txt sub link 2> /dev/null || true; done
gzip -nc < "$out/t.tar" > "$out/t.tar.gz"
bzip2 -c < "$out/t.tar" > "$out/t.tar.bz2"
xz -c < "$out/t.tar" > "$out/t.tar.xz"
xz --format=lzma -c < "$out/t.tar" > "$out/t.tar.lzma"
zstd -qc < "$out/t.tar" > "$out/t.tar.zst"
lz4 -qc < "$out/t.tar" > "$out/t.tar.lz4"
lzip -c < "$out/t.tar" > "$out/t.tar.lz"
compress -c < "$out/t.tar" > "$out/t.tar.Z" || true
for kind in newc odc bin crc; do find . -mindepth 1 | LC_ALL=C sort | cpio --quiet -o -H $kind > "$out/t-$kind.cpio"; done
quietly ar rcD "$out/t.a" a.txt sub/bé.txt
quietly 7z a "$out/t.7z" .
quietly 7z a -m0=PPMd "$out/t-ppmd.7z" .
quietly 7z a -m0=BZip2 "$out/t-bzip2.7z" .
quietly 7z a -pTr0ub4dor "$out/t-locked.7z" .
quietly 7z a -pTr0ub4dor -mhe=on "$out/t-all-locked.7z" .
# Folders of their own for each member, some of which are locked or packed by a method that libarchive lacks.
mkdir "$work/mixed"
for word in alpha beta gamma delta; do printf '%s of the mixed archive\n' $word > "$work/mixed/$word.txt"; done
(
    cd "$work/mixed"
    quietly 7z a -m0=Copy "$out/t-mixed.7z" alpha.txt
    quietly 7z a -m0=Deflate64 "$out/t-mixed.7z" beta.txt
    quietly 7z a -m0=BCJ -m1=LZMA2 "$out/t-mixed.7z" gamma.txt
    quietly 7z a -pTr0ub4dor "$out/t-mixed.7z" delta.txt
    quietly 7z a -m0=Deflate64 "$out/t-unknown-first.7z" alpha.txt beta.txt
    quietly 7z a -m0=LZMA2 "$out/t-unknown-first.7z" gamma.txt delta.txt
)
mkdir "$work/large"
{ seq 1 4000; echo 'alpha secret text'; } > "$work/large/numbers.txt"
quietly 7z a -tzip -mm=Deflate64 "$out/t-deflate64.zip" "$work/large/numbers.txt"
quietly 7z a -tzip -mm=PPMd "$out/t-ppmd.zip" "$work/large/numbers.txt"
quietly zip -X -fz "$out/t-zip64.zip" $files
for method in 5 6 7; do (cd "$work/large" && quietly jlha ao$method "$out/t-lh$method.lzh" numbers.txt); done
quietly 7z a -tzip -mem=AES256 -pTr0ub4dor "$out/t-aes256.zip" .
quietly 7z a -tzip -mem=AES128 -pTr0ub4dor "$out/t-aes128.zip" .
quietly 7z a -tzip -mem=ZipCrypto -pTr0ub4dor "$out/t-classic.zip" .
quietly arj a -r "$out/t.arj" a.txt sub
(cd "$work/large" && quietly arj a "$out/t-numbers.arj" numbers.txt && quietly arj a -m4 "$out/t-fastest.arj" numbers.txt)
quietly gcab -cz "$out/t.cab" $files
# Its last member is a zip, which is not packed again.
python3 -c 'import zipfile; zipfile.ZipFile("'"$work"'/z.zip", "w").writestr("inner.txt", "alpha in a zip in a cabinet\n")'
(cd "$work" && quietly gcab -c "$out/t-stored-zip.cab" z.zip)
quietly bsdtar --format xar -cf "$out/t.xar" .
# Calls of x86, which its filter turns, and a text.
mkdir "$work/filtered"
(
  cd "$work/filtered"
  for i in $(seq 1 200); do printf "\\350\\$(printf %03o $((i % 256)))\\$(printf %03o $((i * 7 % 256)))\\001\\000"; done > calls.bin
  echo 'alpha behind a filter' > text.txt
  quietly 7z a -m0=BCJ -m1=Deflate64 "$out/t-bcj-deflate64.7z" calls.bin text.txt
  quietly 7z a -m0=Delta:3 -m1=BCJ -m2=Deflate64 "$out/t-delta-deflate64.7z" calls.bin text.txt
)
# Larger by far than what is unpacked of it, and than what is unpacked only to pass over it.
head -c 180000000 /dev/zero > "$work/large/zeros"
quietly 7z a -mx=9 "$out/t-passed-over.7z" "$work/large/zeros"
mkdir "$work/help"
printf '[OPTIONS]\nCompiled file=%s\nTitle=The handbook title\nDefault topic=a.html\n[FILES]\na.html\nlong.html\n' "$out/t.chm" \
  > "$work/help/a.hhp"
printf '<html><body><p>alpha secret text</p></body></html>' > "$work/help/a.html"
{ echo '<html><body>'; seq -f '<p>paragraph %g</p>' 1 8000; echo 'last words</body></html>'; } > "$work/help/long.html"
(cd "$work/help" && quietly chmcmd a.hhp)
quietly xorriso -as mkisofs -V VOLUME -J -R -o "$work/t.iso" .
gzip -nc < "$work/t.iso" > "$out/t.iso.gz"

#!/usr/bin/env python3
"""Reads every document of tests/corpus/office and compares what comes out with what is kept of it.

  corpus.py POSTERN --check     fails when a golden text or the table in docs/formats.md is not what is read now
  corpus.py POSTERN --write     writes both anew

Every feature of a document holds one word, `zq` and the name of the feature (make/office_sources.py and its
neighbours). golden/NAME.txt has all segments with their places. The table says for each feature under which places its
words are found, and which of those words are in the file and are not found.
"""
import concurrent.futures
import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE / "office"
GOLDEN = DOCUMENTS / "golden"
TABLE = HERE.parents[1] / "docs" / "formats.md"
BEGIN, END = "<!-- hidden content: begin (tests/corpus/corpus.py --write) -->", "<!-- hidden content: end -->"
WRITERS = ["libreoffice", "docxjs", "exceljs", "pptxgenjs", "sheetjs", "gnumeric", "abiword", "pandoc", "pdftex"]

# Feature: the words that are planted for it.
TEXT = {
    "headings, text, words cut into runs": "heading spl body end",
    "cells of tables, nested ones": "cella cellb nestedcell",
    "headers and footers, of first and left pages": "headerright headerleft headerfirst footerright footerleft footerfirst",
    "footnotes, endnotes": "footnote endnote",
    "comments, replies": "comment reply",
    "authors of comments": "commentauthor replyauthor",
    "deleted text": "deleted deletedpara",
    "inserted text": "inserted",
    "authors of changes": "insauthor delauthor moveauthor",
    "text boxes, shapes, groups": "textbox shapetext groupa groupb",
    "names, titles, descriptions of shapes": "shapename shapetitle shapedesc framename framedesc",
    "descriptions of pictures": "pictitle picdesc picalt piccaption",
    "hidden runs, styles that hide": "hiddenrun hiddenstyle",
    "hidden sections and paragraphs": "hiddensection hiddenpara",
    "white text": "white",
    "link targets": "linktarget",
    "tips of links": "linktip",
    "fields, variables, entries of indexes": "userfield variable input placeholder indexentry indexkey bibtitle",
    "form fields and controls": "formvalue formlabel formoption dropcurrent dropother inputtip controltitle",
    "bookmarks": "bookmark",
    "charts: titles, axes, series": "charttitle chartsubtitle charxaxis charyaxis chartseries",
    "charts: categories": "chartcata chartcatb",
    "embedded documents": "embedded",
    "formulas of mathematics": "numerator denominator num",
    "properties": "title subject description keyword creator initialcreator lastmod",
    "custom properties": "propname propvalue",
    "names of styles": "stylename",
    "macros": "macro macrotext",
    "ligatures, hyphens, rotation, columns": "filligature rotated slanted second third",
}
SHEET = {
    "cells, rich text": "cella cellb ri third",
    "names of sheets": "sheetname",
    "hidden sheets": "hiddensheet hiddensheetname veryhidden hiddenname",
    "hidden rows and columns": "hiddenrow hiddencol filteredrow",
    "formulas": "formula",
    "results of formulas": "formularesult",
    "comments": "comment hiddencomment hidsheetcomment",
    "authors of comments": "commentauthor",
    "headers and footers": "sheetheaderl sheetheaderc sheetheaderr sheetheadereven sheetfooter headerfirst footereven",
    "defined names": "defname localname constname constvalue dbrange",
    "validation: lists": "validlist",
    "validation: prompts and errors": "helptitle helptext errtitle errtext",
    "tables: columns, totals": "colname totals tablecell",
    "text boxes, shapes": "textbox shapetext",
    "names, titles, descriptions of shapes": "shapename shapetitle shapedesc picdesc",
    "controls": "formlabel",
    "white text": "white",
    "link targets": "linktarget",
    "charts: titles, axes, series": "charttitle chartsubtitle charxaxis charyaxis chartseries",
    "charts: categories": "chartcata chartcatb",
    "properties": "title subject description keyword creator initialcreator company manager category",
    "custom properties": "propname propvalue",
    "macros": "macro macrotext",
}
SLIDES = {
    "titles, text": "slidetitle body",
    "cells of tables": "cella cellb",
    "hidden slides": "hiddenslide",
    "notes": "notes hiddennotes",
    "masters": "mastertext notesmaster",
    "headers, footers, dates": "slidefooter slidedate",
    "comments, authors": "comment commentauthor",
    "shapes, groups": "shapetext groupa groupb",
    "names, titles, descriptions of shapes": "shapename shapetitle shapedesc picdesc chartdesc",
    "text outside the slide": "offpage",
    "white text": "white",
    "link targets": "linktarget",
    "tips of links": "linktip",
    "custom shows, sections": "customshow section",
    "charts: titles, axes, series": "charttitle chartsubtitle charxaxis charyaxis chartseries",
    "charts: categories": "chartcata chartcatb",
    "embedded documents": "embedded",
    "properties": "title subject description keyword creator initialcreator company",
    "custom properties": "propname propvalue",
    "macros": "macro macrotext",
}
TABLES = [("Text documents", "text", TEXT, ["odt", "docx", "doc", "rtf", "pdf", "html", "epub", "abw"]),
          ("Spreadsheets", "sheet", SHEET, ["ods", "xlsx", "xlsb", "xls", "pdf", "html", "xml", "slk"]),
          ("Presentations and drawings", "slides|drawing", SLIDES, ["odp", "pptx", "ppt", "odg", "pdf", "emf", "wmf"])]


PLANTED = {word for table in (TEXT, SHEET, SLIDES) for words in table.values() for word in words.split()} | {
    "indexbody", "indextitle", "slidename", "slideheader", "chartname", "tablename", "sectionname", "validlist2"}


def extract(postern: str, path: Path) -> dict:
    run = subprocess.run([postern, "extract", str(path), "--format", "json"], capture_output=True, timeout=300)
    if run.returncode not in (0, 3):
        raise SystemExit(f"{path.name}: {run.stderr.decode()}")
    return json.loads(run.stdout)


def golden(result: dict) -> str:
    out = []
    for part in result["parts"]:
        why = f": {part['why']}" if part.get("why") else ""
        facts = "".join(f" +{fact}" for fact in part["facts"])
        out.append(f"=== {part['path'] or '(whole)'} {part['name']} ({part['type']}) {part['outcome']}{why}{facts}")
        for segment in part["segments"]:
            out.append(f"--- {segment['place']} {segment['at']}".rstrip())
            out.append(segment["text"].rstrip("\n"))
    # Other characters than line feeds that end lines somewhere are written by their number.
    return re.sub("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]", lambda c: f"\\x{ord(c[0]):02x}", "\n".join(out) + "\n")


def raw_bytes(data: bytes) -> list[bytes]:
    out = [data.lower()]
    if data[:2] == b"\x1f\x8b":
        out += raw_bytes(gzip.decompress(data))
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                out += raw_bytes(archive.read(name))
    return out


class Document:
    def __init__(self, postern: str, path: Path):
        self.path = path
        self.stem, rest = path.name.split("-", 1)
        self.writer = rest.split(".")[0]
        self.extension = path.name.removesuffix(".gz").split(".")[-1]
        result = extract(postern, path)
        self.golden = golden(result)
        self.places: dict[str, set[str]] = {}
        for part in result["parts"]:
            for segment in part["segments"]:
                for word in re.findall("zq([a-z0-9]+)", segment["text"].lower()):
                    self.places.setdefault(word, set()).add(segment["place"])
        self.raw = raw_bytes(path.read_bytes())

    def holds(self, word: str) -> bool:
        needle = "zq" + word
        ends = re.compile(re.escape(needle.encode()) + rb"(?![a-z0-9])|" +
                          re.escape(needle.encode("utf-16le")) + rb"(?![a-z0-9]\x00)")
        return any(ends.search(blob) for blob in self.raw)


def cell(documents: list[Document], words: list[str]) -> str:
    places: dict[str, int] = {}
    missing = set()
    for document in documents:
        for word in words:
            # A word found may go on with letters of its neighbours: "zqspl" of "zqsplitword".
            found = set().union(*(p for w, p in document.places.items()
                                  if w == word or (w.startswith(word) and w not in PLANTED)))
            for place in found:
                places[place] = places.get(place, 0) + 1
            if not found and document.holds(word):
                missing.add(word)
    text = ", ".join(f"`{p}`" for p in sorted(places, key=lambda p: (-places[p], p)))
    if missing:
        text += ("; " if text else "") + "**not found**: " + ", ".join(sorted(missing))
    return text


def table(documents: list[Document]) -> str:
    out = [BEGIN, ""]
    for title, stems, features, kinds in TABLES:
        chosen = {k: [d for d in documents if re.fullmatch(stems, d.stem) and d.extension == k] for k in kinds}
        assert all(chosen.values()), f"no document of a kind of {title}"
        out += [f"### {title}", "", "| what | " + " | ".join(f"`.{k}`" for k in kinds) + " |",
                "|---" * (len(kinds) + 1) + "|"]
        for feature, words in features.items():
            cells = [cell(chosen[k], words.split()) for k in kinds]
            out.append(f"| {feature} | " + " | ".join(cells) + " |")
        out.append("")
        by = ", ".join(f"`.{k}` of {', '.join(sorted({d.writer for d in chosen[k]}, key=WRITERS.index))}" for k in kinds)
        out += [f"Written by: {by}.", ""]
    return "\n".join(out + [END])


def main() -> int:
    postern, action = sys.argv[1:3]
    paths = sorted(p for p in DOCUMENTS.iterdir() if p.is_file())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        documents = list(pool.map(lambda p: Document(postern, p), paths))
    wanted = {GOLDEN / f"{d.path.name}.txt": d.golden for d in documents}
    page = TABLE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    wanted[TABLE] = before + table(documents) + after
    if action == "--write":
        GOLDEN.mkdir(exist_ok=True)
        for path in set(GOLDEN.iterdir()) - set(wanted):
            path.unlink()
        for path, text in wanted.items():
            path.write_text(text, encoding="utf-8")
        return 0
    failures = 0
    for path, text in wanted.items():
        kept = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        if kept == text.split("\n"):
            continue
        failures += 1
        lines = text.split("\n")
        at = next((i for i, (a, b) in enumerate(zip(kept, lines)) if a != b), min(len(kept), len(lines)))
        print(f"{path.name}:{at + 1}: kept {kept[at:at + 1]}, read now {lines[at:at + 1]}")
    for path in set(GOLDEN.iterdir()) - set(wanted):
        failures += 1
        print(f"{path.name}: of no document")
    print(f"{len(documents)} documents, {failures} differences; `corpus.py {postern} --write` writes what is read now")
    return 1 if failures or len(documents) < 20 else 0


sys.exit(main())

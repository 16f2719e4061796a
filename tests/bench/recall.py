#!/usr/bin/env python3
"""Compares how much of a document's text readers find, by kind of document.

  recall.py POSTERN [FOLDER]        FOLDER: documents with planted words, tests/corpus/office unless given

Every feature of a document in the folder holds a word that begins with `zq`. What a document holds is what any of the
readers finds or stands in its bytes. The table gives for each kind and reader the share that it finds of that, in
percent, and `-` where a reader does not know the kind. Readers that are not installed are named and left out.
"""
import gzip
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TEXTS = {"odt", "docx", "doc", "rtf", "html", "epub", "fodt"}
SHEETS = {"ods", "xlsx", "xls", "fods", "slk", "dif", "csv"}
SLIDES = {"odp", "pptx", "ppt", "odg"}


def run(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=900)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")


class Libreoffice:
    """Converts all documents at once, for it starts slowly; slides go through PDF."""

    def __init__(self, paths: list[Path]):
        self.folder = tempfile.TemporaryDirectory()
        out = Path(self.folder.name)
        self.numbers: dict[Path, str] = {}
        targets: dict[str, list[str]] = {}
        for path in paths:
            kind = path.suffix[1:]
            if kind not in (TEXTS | SHEETS | SLIDES) - {"epub"}:
                continue
            number = self.numbers[path] = f"{len(self.numbers):03}"
            shutil.copy(path, out / f"{number}.{kind}")
            # All sheets, a file each.
            target = "csv:Text - txt - csv (StarCalc):9,34,76,1,,0,false,true,false,false,false,-1" if kind in SHEETS \
                else "pdf" if kind in SLIDES else "txt:Text (encoded):UTF8"
            targets.setdefault(target, []).append(str(out / f"{number}.{kind}"))
        for target, files in targets.items():
            run("soffice", f"-env:UserInstallation=file://{out}/profile", "--headless", "--convert-to", target, "--outdir",
                str(out / "made"), *files)

    def __call__(self, path: Path) -> str:
        made = (Path(self.folder.name) / "made").glob(self.numbers[path] + "*")
        return "\n".join(run("pdftotext", str(p), "-") if p.suffix == ".pdf" else p.read_text(errors="replace")
                         for p in made if p.suffix in (".csv", ".txt", ".pdf"))


def gnumeric(path: Path) -> str:
    with tempfile.TemporaryDirectory() as out:
        run("ssconvert", "-S", "-T", "Gnumeric_stf:stf_csv", str(path), f"{out}/%n.csv")  # all sheets, a file each
        return "\n".join(p.read_text(errors="replace") for p in Path(out).iterdir())


def recoll(path: Path) -> str:
    """What recoll would index: text and fields of the document and of what is in it."""
    with tempfile.TemporaryDirectory() as folder:
        config, documents = Path(folder) / "config", Path(folder) / "documents"
        config.mkdir()
        documents.mkdir()
        shutil.copy(path, documents)
        (config / "recoll.conf").write_text(f"topdirs = {documents}\nidxabsmlen = 0\n")
        run("recollindex", "-c", str(config))
        return run("recollq", "-c", str(config), "-d", "-m", "mime:*")


# Name: program that must be there, kinds, how it is asked.
READERS = {
    "pdftotext": ("pdftotext", {"pdf"}, lambda p: run("pdftotext", str(p), "-")),
    "LibreOffice": ("soffice", (TEXTS | SHEETS | SLIDES) - {"epub"}, Libreoffice),
    "catdoc": ("catdoc", {"doc", "rtf"}, lambda p: run("catdoc", "-d", "utf-8", str(p))),
    "xls2csv": ("xls2csv", {"xls"}, lambda p: run("xls2csv", "-d", "utf-8", str(p))),
    "catppt": ("catppt", {"ppt"}, lambda p: run("catppt", "-d", "utf-8", str(p))),
    "antiword": ("antiword", {"doc"}, lambda p: run("antiword", "-m", "UTF-8.txt", str(p))),
    "docx2txt": ("docx2txt", {"docx"}, lambda p: run("docx2txt", str(p), "-")),
    "pandoc": ("pandoc", {"odt", "docx", "rtf", "html", "epub", "fb2", "ipynb"},
               lambda p: run("pandoc", "-s", "--track-changes=all", "-t", "markdown", str(p))),
    "gnumeric": ("ssconvert", SHEETS, gnumeric),
    "recoll": ("recollindex", TEXTS | SHEETS | SLIDES | {"pdf"}, recoll),
}


def words(text: str) -> set[str]:
    return set(re.findall("zq[a-z0-9]+", text.lower()))


def in_bytes(data: bytes) -> set[str]:
    out = {w.decode() for w in re.findall(rb"zq[a-z0-9]+", data.lower())}
    out |= {w.decode("utf-16le") for w in re.findall(rb"z\0q\0(?:[a-z0-9]\0)+", data.lower())}
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                out |= in_bytes(archive.read(name))
    return out


def main() -> None:
    postern = sys.argv[1]
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parents[1] / "corpus" / "office"
    readers = {name: entry for name, entry in READERS.items() if shutil.which(entry[0])}
    for name in READERS.keys() - readers.keys():
        print(f"not installed: {name}")
    kinds: dict[str, dict[str, list[int]]] = {}
    with tempfile.TemporaryDirectory() as unpacked:
        paths = []
        for path in sorted(p for p in folder.iterdir() if p.is_file()):
            if path.suffix == ".gz":
                plain = Path(unpacked) / path.stem
                plain.write_bytes(gzip.decompress(path.read_bytes()))
                path = plain
            paths.append(path)
        for name, (program, known, ask) in readers.items():
            if isinstance(ask, type):
                readers[name] = (program, known, ask(paths))
        for path in paths:
            data = path.read_bytes()
            kind = path.suffix[1:]
            found = {"postern": words(run(postern, "extract", str(path), "--format", "json"))}
            found |= {name: words(ask(path)) for name, (_, known, ask) in readers.items() if kind in known}
            # A word may go on with letters of its neighbours: the shortest form of each is what is counted.
            everything = in_bytes(data).union(*found.values())
            planted = {w for w in everything if not any(w != o and w.startswith(o) for o in everything)}
            for name, these in found.items():
                hit = sum(any(t.startswith(w) for t in these) for w in planted)
                entry = kinds.setdefault(kind, {}).setdefault(name, [0, 0])
                entry[0] += hit
                entry[1] += len(planted)
    names = ["postern", *readers]
    print("| kind | words | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 2) + "|")
    for kind, entries in sorted(kinds.items()):
        total = entries["postern"][1]
        if total == 0:
            continue
        cells = [f"{100 * entries[n][0] // total}" if n in entries else "-" for n in names]
        print(f"| `.{kind}` | {total} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()

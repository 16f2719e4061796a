#!/usr/bin/env python3
"""Asks programs how they read what can be read in two ways, and prints the tables of docs/ambiguity.md.

  ambiguity.py POSTERN            asks all of them
  ambiguity.py POSTERN --check    asks Postern alone; fails when that page says something else of it, or of other cases

Each case holds the word `first` in one reading and `second` in the other. Programs: the mail clients mutt and nmh, Python's
email and zipfile, munpack, ripmime, unzip, 7z, bsdtar, poppler's pdftotext, w3m; what is not installed is named and
left out. Packages: mutt nmh mpack ripmime unzip p7zip-full libarchive-tools poppler-utils w3m bsdutils.
"""
import base64
import email
import email.policy
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

FIRST, SECOND = b"first nightjar", b"second nightjar"


def run(*command: str, data: bytes | None = None, cwd: str | None = None) -> bytes:
    return subprocess.run(command, input=data, capture_output=True, timeout=60, cwd=cwd).stdout


def shown(data: bytes) -> str:
    found = [word.decode() for word in (b"first", b"second") if word + b" nightjar" in data]
    return " and ".join(found) or "neither"


def files_of(folder: str) -> bytes:
    return b"\n".join(p.name.encode() + b" " + p.read_bytes() for p in sorted(Path(folder).rglob("*")) if p.is_file())


def in_folder(*command: str):
    def ask(path: str) -> bytes:
        with tempfile.TemporaryDirectory() as out:
            return run(*(each.replace("{}", path).replace("{out}", out) for each in command), cwd=out) + files_of(out)
    return ask


def postern(path: str) -> bytes:
    result = json.loads(run(sys.argv[1], "extract", path, "--format", "json"))
    texts = [segment["text"] for part in result["parts"] for segment in part["segments"]]
    return "\n".join(texts).encode() + b" outcome:" + ",".join(
        sorted({part["outcome"] for part in result["parts"]} - {"complete"})).encode()


def python_email(path: str) -> bytes:
    message = email.message_from_bytes(Path(path).read_bytes(), policy=email.policy.compat32)
    return b"\n".join(part.get_payload(decode=True) or b"" for part in message.walk() if not part.is_multipart())


def mutt(path: str) -> bytes:
    """What the pager would show, piped decoded out of a mailbox of that one mail."""
    with tempfile.TemporaryDirectory() as folder:
        box, out = Path(folder, "box"), Path(folder, "out")
        box.write_bytes(b"From a@example.com Thu Jan  1 00:00:00 2026\n" + Path(path).read_bytes() + b"\n")
        command = (f"mutt -n -F /dev/null -R -f {box} -e 'set pipe_decode wait_key=no; "
                   f"push \"<pipe-message>cat >{out}<enter><exit>\"'")
        subprocess.run(["script", "-qc", command, "/dev/null"], stdin=subprocess.DEVNULL, capture_output=True, timeout=30,
                       env=os.environ | {"TERM": "xterm"})
        return out.read_bytes() if out.exists() else b""


def nmh(path: str) -> bytes:
    with tempfile.TemporaryDirectory() as home:
        Path(home, "Mail").mkdir()
        Path(home, ".mh_profile").write_text("Path: Mail\nmhshow-show-text/html: %lcat %F\n")
        return subprocess.run(["/usr/bin/mh/mhshow", "-noconcat", "-file", path], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=30, env=os.environ | {"HOME": home}).stdout


def python_zip(path: str) -> bytes:
    out = b""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                out += name.encode() + b"\n" + archive.read(name) + b"\n"
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
        out += str(error).encode()
    return out


def local(name: bytes, content: bytes, crc: int | None = None, method: int = 0, flags: int = 0, size: int | None = None) -> bytes:
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, flags, method, 0, 0, zlib.crc32(content) if crc is None else crc,
                       len(content), len(content) if size is None else size, len(name), 0) + name + content


def central(name: bytes, content: bytes, at: int, method: int = 0, flags: int = 0, crc: int | None = None) -> bytes:
    return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, flags, method, 0, 0,
                       zlib.crc32(content) if crc is None else crc, len(content), len(content),
                       len(name), 0, 0, 0, 0, 0, at) + name


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def end(count: int, size: int, at: int, comment: bytes = b"") -> bytes:
    return struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, at, len(comment)) + comment


def archives() -> dict[str, bytes]:
    a, b = local(b"a.txt", FIRST), local(b"b.txt", SECOND)
    both = central(b"a.txt", FIRST, 0) + central(b"a.txt", SECOND, len(a))
    one = central(b"a.txt", FIRST, 0)
    two = a + one + end(1, len(one), len(a))
    second = central(b"b.txt", SECOND, len(two))
    hidden = central(b"a.txt", FIRST, 0)
    packed = deflated(FIRST)
    other_name, other_method = local(FIRST, b"x"), local(b"a.txt", packed, zlib.crc32(FIRST), 8, 0, len(FIRST))
    by_name, by_method = central(SECOND, b"x", 0), central(b"a.txt", packed, 0, crc=zlib.crc32(FIRST))
    locked = central(b"a.txt", FIRST, 0, flags=1)
    both_names = central(b"a.txt", FIRST, 0) + central(b"b.txt", SECOND, len(a))
    far = len(a + b) + len(one)  # where the second directory begins
    near = central(b"b.txt", SECOND, len(a))
    wide = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(near), far)
    wide += struct.pack("<IIQI", 0x07064B50, 0, far + len(near), 1)
    return {
        "two members of one name": a + local(b"a.txt", SECOND) + both + end(2, len(both), 2 * len(a) + 1),
        "a member (`second`) in no directory": a + b + hidden + end(1, len(hidden), len(a + b)),
        "two zips one behind the other": two + b + second + end(1, len(second), len(two + b)),
        "two zips, each with places counted from its own begin": two + (b + central(b"b.txt", SECOND, 0) + end(1, len(second), len(b))),
        "an end record inside the comment of another (`second`)":
            a + b + central(b"b.txt", SECOND, len(a)) + one +
            end(1, len(second), len(a + b), end(1, len(one), len(a + b) + len(second))),
        "a count of one for two members (`second` past it)": a + b + both_names + end(1, len(both_names), len(a + b)),
        "a zip64 record for another directory (`second`)": a + b + one + near + wide + end(1, len(one), len(a + b)),
        "another name in the local header (`first`) than in the directory": other_name + by_name + end(1, len(by_name), len(other_name)),
        "stored by the directory, deflated by the local header (`first`)":
            other_method + by_method + end(1, len(by_method), len(other_method)),
        "called encrypted by the directory alone (`first` when it is not)": a + locked + end(1, len(locked), len(a)),
    }


def pdf(text: bytes) -> bytes:
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 99]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1"
               b"/BaseFont/Helvetica>>>>>>>>"]
    draw = b"BT /F 12 Tf 9 9 Td (" + text + b") Tj ET"
    objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(draw), draw))
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    return out + (b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in places) +
                  b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(out))


def zip_of(content: bytes) -> bytes:
    member, entry = local(b"a.txt", content), central(b"a.txt", content, 0)
    return member + entry + end(1, len(entry), len(member))


def seven_zip(content: bytes) -> bytes:
    """One file, stored (7zFormat.txt): the numbers are ids of the properties, and sizes below 128."""
    name = "a.txt\0".encode("utf-16-le")
    size = bytes([len(content)])
    header = (b"\1\4" + b"\6\0\1\x09" + size + b"\0" + b"\7\x0b\1\0\1\1\0\x0c" + size +
              b"\x0a\1" + struct.pack("<I", zlib.crc32(content)) + b"\0\0" +
              b"\5\1\x11" + bytes([len(name) + 1]) + b"\0" + name + b"\0\0")
    begin = struct.pack("<QQI", len(content), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(begin)) + begin + content + header


def polyglots() -> dict[str, bytes]:
    page = b"<html><body>" + FIRST + b"</body></html>\n"
    gif = b"GIF89a\1\0\1\0\0\0\0!\xfe"
    return {
        "a page with a zip behind it": page + zip_of(SECOND),
        "a page with a 7z behind it": page + seven_zip(SECOND),
        "a PDF with a zip behind it": pdf(FIRST) + zip_of(SECOND),
        "a PDF with a 7z behind it": pdf(FIRST) + seven_zip(SECOND),
        "a page in front of a PDF": page + pdf(SECOND),
        "a GIF with a zip behind its end (`second`)": gif + b"\x05hello\0;" + zip_of(SECOND),
        "a GIF with a page in it (`second`)": gif + b"\x7f" + (b"<p>" + SECOND + b"</p>").ljust(127) + b"\0;",
    }


def mail(header: str, body: str) -> bytes:
    return (f"From: a@example.com\nTo: b@example.org\nSubject: x\nMIME-Version: 1.0\n{header}\n\n{body}\n").encode()


def mails() -> dict[str, bytes]:
    first, second = (base64.b64encode(each).decode() for each in (FIRST, SECOND))
    part = "Content-Type: text/plain\n\n"
    padded = base64.b64encode(b"first nightjar..").decode()
    return {
        "two `boundary` parameters": mail('Content-Type: multipart/mixed; boundary="x"; boundary="y"',
                                          f"--x\n{part}first nightjar\n--x--\n--y\n{part}second nightjar\n--y--"),
        "two Content-Type fields": mail('Content-Type: multipart/mixed; boundary="x"\nContent-Type: multipart/mixed; boundary="y"',
                                        f"--x\n{part}first nightjar\n--x--\n--y\n{part}second nightjar\n--y--"),
        "two Content-Transfer-Encoding fields (base64 `first`, then 7bit)":
            mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit", first),
        "base64 that goes on behind its padding (`second`)":
            mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64", padded + "\n" + second),
        "parts behind the final boundary (`second`)":
            mail('Content-Type: multipart/mixed; boundary="x"', f"--x\n{part}first nightjar\n--x--\n--x\n{part}second nightjar\n--x--"),
        "a line that only begins with the boundary (parts it: `second` is a part)":
            mail('Content-Type: multipart/mixed; boundary="x"',
                 f"--x\n{part}first nightjar\n--xyz\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{second}\n--x--"),
        "white space before the colon of Content-Transfer-Encoding (base64 `first`)":
            mail("Content-Type: text/plain\nContent-Transfer-Encoding : base64", first),
        "an unknown encoding, `base-64` (base64 `first`)":
            mail("Content-Type: text/plain\nContent-Transfer-Encoding: base-64", first),
        "`multipart/mixed` in base64 (`first` when it is decoded)":
            mail('Content-Type: multipart/mixed; boundary="x"\nContent-Transfer-Encoding: base64',
                 base64.b64encode(f"--x\n{part}first nightjar\n--x--\n".encode()).decode()),
        "a quoted boundary with an escape (`x\\y`: `first` is parted by `xy`, `second` by `x\\y`)":
            mail('Content-Type: multipart/mixed; boundary="x\\y"',
                 f"--xy\n{part}first nightjar\n--xy--\n--x\\y\n{part}second nightjar\n--x\\y--"),
        "two `charset` parameters, utf-7 and us-ascii (`first` in UTF-7)":
            mail("Content-Type: text/plain; charset=utf-7; charset=us-ascii", "+AGYAaQByAHMAdA- nightjar"),
        "utf-7 (`first` when it is decoded)": mail("Content-Type: text/plain; charset=utf-7", "+AGYAaQByAHMAdA- nightjar"),
        "UTF-16 under charset=iso-8859-5 (`first` without its zeros)":
            mail("Content-Type: text/plain; charset=iso-8859-5\nContent-Transfer-Encoding: base64",
                 base64.encodebytes(FIRST + b"\xd0" + "\u0444 x".encode("utf-16-le") * 9).decode()),
        "a text in utf-8 (`first`) that zeros make look like UTF-16":
            mail("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64",
                 base64.encodebytes(FIRST + b"\0\1" * 60).decode()),
        "a lone CR in front of Content-Transfer-Encoding (base64 `first`)":
            mail("Content-Type: text/plain\nX-A: b\rContent-Transfer-Encoding: base64", first),
        "an empty line in front of the header (base64 `first` when it is one)":
            b"\n" + mail("Content-Type: text/plain\nContent-Transfer-Encoding: base64", first),
        "`message/partial`, one piece of two (base64 `first` in it)":
            mail('Content-Type: message/partial; id="x"; number=1; total=2',
                 f"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n{first}"),
        "`first` in the text in front of the parts": mail('Content-Type: multipart/mixed; boundary="x"',
                                                         f"first nightjar\n--x\n{part}second nightjar\n--x--"),
    }


def shown_by_bsdtar(path: str) -> bytes:
    return run("bsdtar", "-xOf", path) + run("bsdtar", "-tf", path)


MAIL_READERS = {"mutt": ("mutt", mutt), "nmh": ("/usr/bin/mh/mhshow", nmh), "Python email": ("python3", python_email), "munpack": ("munpack", in_folder("munpack", "-t", "-q", "-C", "{out}", "{}")),
                "ripmime": ("ripmime", in_folder("ripmime", "-i", "{}", "-d", "{out}")), "Postern": ("sh", postern)}
ZIP_READERS = {"Python zipfile": ("python3", python_zip), "unzip": ("unzip", lambda path: run("unzip", "-p", path) + run("unzip", "-Z1", path)),
               "7z": ("7z", lambda path: run("7z", "e", "-so", path) + run("7z", "l", "-slt", "-ba", path)),
               "bsdtar": ("bsdtar", shown_by_bsdtar),
               "bsdtar from a pipe": ("bsdtar", lambda path: run("bsdtar", "-xOf", "-", data=Path(path).read_bytes())),
               "Postern": ("sh", postern)}


FILE_READERS = {"w3m": ("w3m", lambda path: run("w3m", "-dump", "-T", "text/html", path)),
                "pdftotext": ("pdftotext", lambda path: run("pdftotext", path, "-")),
                **{name: ZIP_READERS[name] for name in ("Python zipfile", "unzip", "7z", "bsdtar", "Postern")}}


def cell(name: str, ask, data: bytes, suffix: str) -> str:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        answer = ask(file.name)
    ending = answer.rsplit(b"outcome:", 1)[1].decode() if name == "Postern" else ""
    return shown(answer) + (f", `{ending}`" if ending else "")


def table(cases: dict[str, bytes], readers: dict, suffix: str) -> None:
    there = {name: ask for name, (program, ask) in readers.items() if shutil.which(program)}
    for name in readers.keys() - there.keys():
        print(f"not installed: {name}")
    print("| what | " + " | ".join(there) + " |\n" + "|---" * (len(there) + 1) + "|")
    for what, data in cases.items():
        print(f"| {what} | " + " | ".join(cell(name, ask, data, suffix) for name, ask in there.items()) + " |")
    print()


def differences(cases: dict[str, bytes], suffix: str, told: dict[str, str]):
    for what, data in cases.items():
        found = cell("Postern", postern, data, suffix)
        if told.pop(what, None) != found:
            yield f"{what}: Postern reads {found}"


def check() -> int:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = {cells[0]: cells[-1] for cells in (line.strip("| ").split(" | ") for line in lines if line.startswith("| "))
            if cells[0] != "what"}
    wrong = [line for cases, suffix in TABLES for line in differences(cases, suffix, told)]
    wrong += [f"{what}: no such case" for what in told]
    print("\n".join(wrong) or f"{PAGE.name} says what Postern reads")
    return 1 if wrong else 0


PAGE = Path(__file__).resolve().parents[3] / "docs/ambiguity.md"
TABLES = (mails(), ".eml"), (archives(), ".zip"), (polyglots(), ".bin")
os.environ["LC_ALL"] = "C.UTF-8"
if sys.argv[2:] == ["--check"]:
    sys.exit(check())
for (cases, suffix), readers in zip(TABLES, (MAIL_READERS, ZIP_READERS, FILE_READERS)):
    table(cases, readers, suffix)

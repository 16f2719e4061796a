#!/usr/bin/env python3
"""Asks programs how they read what can be read in two ways, and prints the tables of docs/ambiguity.md.

  ambiguity.py POSTERN

Each case holds the word `first` in one reading and `second` in the other. Programs: Python's email and zipfile, munpack,
ripmime, unzip, 7z, bsdtar, poppler's pdftotext; what is not installed is named and left out. Packages: mpack ripmime
unzip p7zip-full libarchive-tools poppler-utils.
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


def python_zip(path: str) -> bytes:
    out = b""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                out += archive.read(name) + b"\n"
    except zipfile.BadZipFile as error:
        out += str(error).encode()
    return out


def local(name: bytes, content: bytes, crc: int | None = None) -> bytes:
    return struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 0, zlib.crc32(content) if crc is None else crc,
                       len(content), len(content), len(name), 0) + name + content


def central(name: bytes, content: bytes, at: int) -> bytes:
    return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 0, zlib.crc32(content), len(content), len(content),
                       len(name), 0, 0, 0, 0, 0, at) + name


def end(count: int, size: int, at: int, comment: bytes = b"") -> bytes:
    return struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, size, at, len(comment)) + comment


def archives() -> dict[str, bytes]:
    a, b = local(b"a.txt", FIRST), local(b"b.txt", SECOND)
    both = central(b"a.txt", FIRST, 0) + central(b"a.txt", SECOND, len(a))
    one = central(b"a.txt", FIRST, 0)
    two = a + one + end(1, len(one), len(a))
    second = central(b"b.txt", SECOND, len(two))
    hidden = central(b"a.txt", FIRST, 0)
    return {
        "two members of one name": a + local(b"a.txt", SECOND) + both + end(2, len(both), 2 * len(a) + 1),
        "a member (`second`) in no directory": a + b + hidden + end(1, len(hidden), len(a + b)),
        "two zips one behind the other": two + b + second + end(1, len(second), len(two + b)),
        "two zips, each with places counted from its own begin": two + (b + central(b"b.txt", SECOND, 0) + end(1, len(second), len(b))),
        "an end record inside the comment of another (`second`)":
            a + b + central(b"b.txt", SECOND, len(a)) + one +
            end(1, len(second), len(a + b), end(1, len(one), len(a + b) + len(second))),
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
        "`first` in the text in front of the parts": mail('Content-Type: multipart/mixed; boundary="x"',
                                                         f"first nightjar\n--x\n{part}second nightjar\n--x--"),
    }


MAIL_READERS = {"Python email": ("python3", python_email), "munpack": ("munpack", in_folder("munpack", "-t", "-q", "-C", "{out}", "{}")),
                "ripmime": ("ripmime", in_folder("ripmime", "-i", "{}", "-d", "{out}")), "Postern": ("sh", postern)}
ZIP_READERS = {"Python zipfile": ("python3", python_zip), "unzip": ("unzip", in_folder("unzip", "-p", "{}")),
               "7z": ("7z", in_folder("7z", "e", "-so", "{}")),
               "bsdtar": ("bsdtar", lambda path: run("bsdtar", "-xOf", path)),
               "bsdtar from a pipe": ("bsdtar", lambda path: run("bsdtar", "-xOf", "-", data=Path(path).read_bytes())),
               "Postern": ("sh", postern)}


def table(cases: dict[str, bytes], readers: dict, suffix: str) -> None:
    there = {name: ask for name, (program, ask) in readers.items() if shutil.which(program)}
    for name in readers.keys() - there.keys():
        print(f"not installed: {name}")
    print("| what | " + " | ".join(there) + " |\n" + "|---" * (len(there) + 1) + "|")
    for what, data in cases.items():
        with tempfile.NamedTemporaryFile(suffix=suffix) as file:
            file.write(data)
            file.flush()
            cells = []
            for name, ask in there.items():
                answer = ask(file.name)
                ending = answer.rsplit(b"outcome:", 1)[1].decode() if name == "Postern" else ""
                cells.append(shown(answer) + (f", `{ending}`" if ending else ""))
        print(f"| {what} | " + " | ".join(cells) + " |")
    print()


os.environ["LC_ALL"] = "C.UTF-8"
table(mails(), MAIL_READERS, ".eml")
table(archives(), ZIP_READERS, ".zip")

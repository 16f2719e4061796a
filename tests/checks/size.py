#!/usr/bin/env python3
"""Fails on a file of code, of the programs or of their tests, past the cap of 500 lines.

    size.py SOURCE_DIR
"""
import pathlib
import sys

CAP = 500
FOLDERS = "base message extractors policy store training response pipeline milter console cli tests packaging cmake".split()
KINDS = {".h", ".cpp", ".py", ".sh", ".lua", ".cmake"}
root = pathlib.Path(sys.argv[1])
lines = {p: len(p.read_bytes().splitlines()) for folder in FOLDERS for p in (root / folder).rglob("*")
         if p.suffix in KINDS and p.is_file() and "corpus" not in p.parts}
large = sorted((n, p) for p, n in lines.items() if n > CAP)
for n, p in reversed(large):
    print(f"{p.relative_to(root)}: {n} lines; split it by purpose")
print(f"{len(lines)} files read")
# A walk that finds none of the tests, or of the programs, checks nothing.
sys.exit(1 if large or not {"tests", "milter"} <= {p.relative_to(root).parts[0] for p in lines} else 0)

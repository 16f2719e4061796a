#!/usr/bin/env python3
"""Fails on a source file past the cap of 600 lines (the soft cap is 500)."""
import pathlib
import sys

CAP = 600
root = pathlib.Path(sys.argv[1])
folders = "base message extractors policy store training response pipeline milter console cli".split()
files = [p for f in folders for p in (root / f).rglob("*") if p.suffix in (".h", ".cpp")]
large = [(len(p.read_text(encoding="utf-8").splitlines()), p) for p in files]
large = [(n, p) for n, p in large if n > CAP]
for n, p in sorted(large, reverse=True):
    print(f"{p.relative_to(root)}: {n} lines; split it by purpose")
print(f"{len(files)} files read")
sys.exit(1 if large or not files else 0)

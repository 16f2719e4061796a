#!/usr/bin/env python3
"""Fails on an #include that breaks the order of the folders.

    layers.py SOURCE_DIR

The order is the way of a message (docs/architecture.md). A folder may include
itself and the folders named here; test code may include anything.
"""
import pathlib
import re
import sys

BASE = {"base"}
NOUNS = BASE | {"message"}
MAY_INCLUDE = {
    "base": BASE,
    "message": NOUNS,
    "extractors": NOUNS | {"extractors"},
    "policy": NOUNS | {"policy"},
    "store": NOUNS | {"store"},
    "training": NOUNS | {"store", "training"},
    "response": NOUNS | {"store", "training", "response"},
    "pipeline": NOUNS | {"extractors/worker", "policy", "store", "training", "response", "pipeline"},
}
FRONT = NOUNS | {"extractors/worker", "policy", "store", "training", "response", "pipeline"}
for front in ("milter", "console", "cli"):
    MAY_INCLUDE[front] = FRONT | {front}
# The daemon's side of the readers; the rest of extractors/ links parsers and stays in the worker.
CLIENT_HEADERS = {"extractors/worker/pool.h", "extractors/worker/wire.h"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def allowed(folder, target):
    for prefix in MAY_INCLUDE[folder]:
        if target.startswith(prefix + "/"):
            return prefix != "extractors/worker" or target in CLIENT_HEADERS
    return False


def main():
    root = pathlib.Path(sys.argv[1])
    broken = read = 0
    for folder in MAY_INCLUDE:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix not in (".h", ".cpp"):
                continue
            read += 1
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = INCLUDE.match(line)
                if found and not allowed(folder, found.group(1)):
                    broken += 1
                    print(f"{path.relative_to(root)}:{number}: {folder}/ may not include {found.group(1)}")
    print(f"{read} files read, {broken} includes against the order")
    return 1 if broken or read == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

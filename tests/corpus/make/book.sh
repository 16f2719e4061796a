#!/bin/sh
# Makes the books of tests/corpus/book with pandoc:
#
#   book.sh DIR
set -eu
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/book.md" <<'TEXT'
---
title: Nightjar Handbook
author: Ann Lee
lang: en
description: an internal paper
---

# First chapter

Project Nightjar starts in May.[^1]

[^1]: The budget is 4711.

# Second chapter

| a | b |
|---|---|
| one | two |

See [the site](https://example.com/nightjar).
TEXT
export SOURCE_DATE_EPOCH=1770000000
pandoc -t epub2 -o "$out/epub2.epub" "$work/book.md"
pandoc -t epub3 -o "$out/epub3.epub" "$work/book.md"
pandoc -t fb2 -o "$out/book.fb2" "$work/book.md"

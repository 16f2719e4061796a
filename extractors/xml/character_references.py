#!/usr/bin/env python3
"""Writes character_reference_names.h: the named character references of HTML (13.5), as Python's html.entities has them.

    character_references.py [--check]   with --check: fails when the file is not what would be written
"""
import html.entities
import pathlib
import sys

TARGET = pathlib.Path(__file__).with_name("character_reference_names.h")
HEAD = """// Written by character_references.py; do not edit.
//
// "name=HEX " of each named character reference of HTML (13.5), "name=HEX+HEX " where it stands for two characters,
// "name!HEX " where the semicolon behind it may be missing. Sorted by name, capitals first.
#pragma once

#include <string_view>

namespace postern::extract {

inline constexpr std::string_view kCharacterReferenceNames =
"""
WIDTH = 112


def entries():
    known = html.entities.html5
    for name in sorted(n[:-1] for n in known if n.endswith(";")):
        mark = "!" if name in known else "="
        yield name + mark + "+".join(f"{ord(c):X}" for c in known[name + ";"]) + " "


def text():
    lines, line = [], ""
    for entry in entries():
        if len(line) + len(entry) > WIDTH:
            lines.append(line)
            line = ""
        line += entry
    lines.append(line)
    return HEAD + "\n".join(f'    "{one}"' for one in lines) + ";\n\n}  // namespace postern::extract\n"


def main():
    if sys.argv[1:] == ["--check"]:
        if TARGET.read_text(encoding="ascii") != text():
            print(f"{TARGET.name} is not what {pathlib.Path(__file__).name} writes")
            return 1
        print(f"{sum(1 for _ in entries())} names")
        return 0
    TARGET.write_text(text(), encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Makes the zips of tests/corpus/archive whose methods no program of today writes: shrink, reduce, implode.

    old_zip.py DIR

Written after APPNOTE 5.1 to 5.3. Info-ZIP's unzip reads what comes out, but for reduce, which it is built without.
"""
import random
import struct
import sys
import zlib


class Bits:
    def __init__(self):
        self.value = self.count = 0

    def put(self, value, width):
        self.value |= value << self.count
        self.count += width

    def put_turned(self, code, width):
        """A code whose highest bit comes first, all bits turned over."""
        for i in reversed(range(width)):
            self.put(~code >> i & 1, 1)

    def bytes(self):
        return self.value.to_bytes((self.count + 7) // 8, "little")


def text():
    random.seed(7)
    words = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
    middle = " ".join(random.choice(words) for _ in range(1500))
    return ("alpha secret text\n" + middle + "\naaaaaaaaaaaa\n\x90end\n").encode("latin-1")


def shrink(data):
    out, width, free, newest = Bits(), 9, 0xFFFF, 256
    children, parents, first = {}, {}, {i: i for i in range(256)}
    before, at, added = None, 0, 0

    def control(what):
        out.put(256, width)
        out.put(what, width)

    while at < len(data):
        code, size = data[at], 1
        while at + size < len(data) and (code, data[at + size]) in children:
            code = children[code, data[at + size]]
            size += 1
        # The code that the reader will make of this one's first byte.
        fresh = newest + 1
        while fresh in parents:
            fresh += 1
        if before is not None and fresh < 8192:
            spelt = string(parents, before) + bytes([first[before]])
            if len(spelt) > size and data.startswith(spelt, at):
                code, size = fresh, len(spelt)
        while code >= 1 << width:
            control(1)
            width += 1
        out.put(code, width)
        if before is not None and fresh < 8192:
            newest = fresh
            lead = first[before] if code == fresh else first[code]
            children[before, lead] = fresh
            parents[fresh] = (before, lead)
            first[fresh] = first[before]
            added += 1
        before, at = code, at + size
        if added == 700:
            control(2)
            used = {parent for parent, _ in parents.values()}
            for leaf in [c for c in parents if c not in used]:
                del children[parents.pop(leaf)]
            newest, added = 256, 0
    return out.bytes()


def string(parents, code):
    out = b""
    while code > 255:
        if code not in parents:
            return b"\0" * 9999  # freed: no guess
        code, last = parents[code]
        out = bytes([last]) + out
    return bytes([code]) + out


def matches(data, farthest, shortest, longest):
    """The data as bytes and (distance, length)."""
    at = 0
    while at < len(data):
        best = max(((data.rfind(data[at:at + n], max(0, at - farthest), at + n - 1), n)
                    for n in (longest, 20, 9, shortest) if at + n <= len(data)), key=lambda m: m[0] >= 0, default=(-1, 0))
        if best[0] >= 0 and best[0] < at:
            yield at - best[0], best[1]
            at += best[1]
        else:
            yield data[at]
            at += 1


def reduce(data, factor):
    followers = {ord("a"): b"lmt", ord(" "): bytes(sorted(set(b"abcdefghz"))), 144: b"\1"}
    out, longest = Bits(), 0xFF >> factor
    for i in reversed(range(256)):
        out.put(len(followers.get(i, b"")), 6)
        for follower in followers.get(i, b""):
            out.put(follower, 8)
    before = 0

    def byte(value):
        nonlocal before
        known = followers.get(before, b"")
        if known and value in known:
            out.put(0, 1)
            out.put(known.index(value), max(1, (len(known) - 1).bit_length()))
        else:
            if known:
                out.put(1, 1)
            out.put(value, 8)
        before = value

    for piece in matches(data, (1 << factor) * 256, 5, longest + 3 + 40):
        if piece == 144:
            byte(144)
            byte(0)
        elif isinstance(piece, int):
            byte(piece)
        else:
            far, length = piece[0] - 1, piece[1] - 3
            mark = far >> 8 << 8 - factor | min(length, longest)
            byte(144)
            if mark == 0:  # would say the byte itself
                sys.exit("a copy that cannot be said")
            byte(mark)
            if length >= longest:
                byte(length - longest)
            byte(far & 255)
    return out.bytes()


def implode(data, large, has_literals):
    out, low = Bits(), 7 if large else 6
    if has_literals:  # 256 codes of eight bits
        out.put(15, 8)
        for _ in range(16):
            out.put(0xF7, 8)
    for _ in range(2):  # two trees of 64 codes of six bits
        out.put(3, 8)
        for _ in range(4):
            out.put(0xF5, 8)
    least = 3 if has_literals else 2
    for piece in matches(data, 64 << low, 4, 100):
        if isinstance(piece, int):
            out.put(1, 1)
            out.put_turned(piece, 8) if has_literals else out.put(piece, 8)
            continue
        far, length = piece[0] - 1, piece[1] - least
        out.put(0, 1)
        out.put(far & (1 << low) - 1, low)
        out.put_turned(far >> low, 6)
        out.put_turned(min(length, 63), 6)
        if length >= 63:
            out.put(length - 63, 8)
    return out.bytes()


def zip_of(data, packed, method, flags):
    common = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 0x5C22, zlib.crc32(data), len(packed), len(data), 5, 0)
    local = b"PK\3\4" + common + b"a.txt" + packed
    directory = b"PK\1\2" + struct.pack("<H", 20) + common + bytes(14) + b"a.txt"
    return local + directory + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local), 0)


def main():
    data = text()
    made = {"shrink": (shrink(data), 1, 0), "implode-4k": (implode(data, False, False), 6, 0),
            "implode-8k": (implode(data, True, True), 6, 6)}
    made |= {f"reduce-{f}": (reduce(data, f), f + 1, 0) for f in (1, 4)}
    for name, (packed, method, flags) in made.items():
        with open(f"{sys.argv[1]}/t-{name}.zip", "wb") as out:
            out.write(zip_of(data, packed, method, flags))


main()

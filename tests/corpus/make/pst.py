#!/usr/bin/env python3
"""Writes Outlook data files by the layout of [MS-PST]; no program on Debian writes any.

  pst.py FOLDER           the documents of the tests
  pst.py --seeds FOLDER   small ones, not encoded, for the fuzz target

Of each kind (ANSI, Unicode, pages of 4 KiB) and each encoding there is one. All hold the same mailbox: nested folders,
a message with bodies as text, HTML and RTF, recipients, named properties, attachments of every way of storing, a
message inside, messages of other code pages, hidden ones, one in no folder, one that was deleted. And there are two that
are made to harm: bomb.pst, whose lists name the same blocks again and again, and cycles.pst, where folders hang in
each other and a message holds itself, twice.

What it writes was read with pffexport (libpff), and with readpst (libpst) where that reads such a layout.
"""
import struct
import sys
from pathlib import Path

from pst_file import CYCLIC, NONE, PERMUTE, File

INT32, BOOL, OBJECT, INT64, STRING8, UNICODE, TIME, BINARY, MULTI = 3, 11, 13, 20, 30, 31, 64, 258, 0x1000


class Heap:
    """[MS-PST] 2.3.1: pieces in the blocks of one stream."""

    def __init__(self, file, client, room=3500):
        self.file, self.client, self.room = file, client, room
        self.blocks = [[]]

    def add(self, piece):
        if not piece:
            return 0
        used = sum(map(len, self.blocks[-1]))
        if used + len(piece) > self.room:
            self.blocks.append([])
        self.blocks[-1].append(piece)
        return len(self.blocks[-1]) << 5 | (len(self.blocks) - 1) << (19 if self.file.large else 16)

    def write(self, root):
        out = []
        for number, pieces in enumerate(self.blocks):
            head = struct.pack("<BBI4x", 0xEC, self.client, root) if number == 0 else b""
            places, body = [], b""
            for piece in pieces:
                places.append(2 + len(head) + len(body))
                body += piece
            body += b"\0" * (len(body) % 2)
            end = 2 + len(head) + len(body)
            places.append(places[-1] + len(pieces[-1]) if pieces else end)
            map_at = end
            out.append(struct.pack("<H", map_at) + head + body + struct.pack("<HH", len(pieces), 0) + struct.pack("<%dH" % len(places), *places))
        return self.file.stream_of(out)

    def tree(self, key, data, records, split=False):
        records = sorted(records)
        levels = 0
        if split and len(records) > 2:
            half = len(records) // 2
            groups = [records[:half], records[half:]]
            places = [(group[0][0], self.add(b"".join(k + d for k, d in group))) for group in groups]
            levels, root = 1, self.add(b"".join(k + struct.pack("<I", place) for k, place in places))
        else:
            root = self.add(b"".join(k + d for k, d in records))
        return self.add(struct.pack("<BBBBI", 0xB5, key, data, levels, root))


class Key(bytes):
    """Keys of trees grow as numbers."""

    def __lt__(self, other):
        return self[::-1] < other[::-1]


def several(texts, kind):
    values = [text.encode("utf-16le") if kind == UNICODE else text.encode("cp1252") for text in texts]
    at, out = 4 + 4 * len(values), struct.pack("<I", len(values))
    for value in values:
        out += struct.pack("<I", at)
        at += len(value)
    return out + b"".join(values)


class Object:
    """Properties of a node ([MS-PST] 2.3.3)."""

    def __init__(self, file, code_page="cp1252"):
        self.file, self.code_page = file, code_page
        self.properties, self.nodes = [], []

    def add(self, tag, kind, value):
        self.properties.append((tag, kind, value))
        return self

    def text(self, tag, value):
        """A string as the kind of file has them."""
        if self.file.ansi:
            return self.add(tag, STRING8, value.encode(self.code_page))
        return self.add(tag, UNICODE, value.encode("utf-16le"))

    def below(self, nid, data, subnodes=0):
        self.nodes.append((nid, data, subnodes))
        return self

    def write(self, split=False, room=3500):
        """Returns the blocks of data and of the nodes below."""
        heap = Heap(self.file, 0xBC, room)
        records = []
        for tag, kind, value in self.properties:
            if isinstance(value, int):
                cell = value
            elif len(value) > 3500:
                cell = 0x8000 + len(self.nodes) * 32 | 0x1F
                self.nodes.append((cell, self.file.stream(value), 0))
            else:
                cell = heap.add(value)
            records.append((Key(struct.pack("<H", tag)), struct.pack("<HI", kind, cell)))
        root = heap.tree(2, 6, records, split)
        return heap.write(root), self.file.subnodes(self.nodes, split)


def table(file, columns, rows, far=False):
    """[MS-PST] 2.3.4; rows are dicts of tag: value. far: rows in a node below."""
    heap = Heap(file, 0x7C)
    columns = [(0x67F2, INT32, 4), (0x67F3, INT32, 4)] + columns
    placed, at = [], 0
    for tag, kind, width in sorted(columns, key=lambda c: (-c[2], c[0] not in (0x67F2, 0x67F3))):
        placed.append((tag, kind, width, at))
        at += width
    fours = sum(width for _, _, width, _ in placed if width >= 4)
    bits = at
    size = bits + (len(placed) + 7) // 8
    matrix, index = b"", []
    for number, row in enumerate(rows):
        line = bytearray(size)
        row = {0x67F2: number + 1, 0x67F3: number + 1, **row}
        for bit, (tag, kind, width, cell) in enumerate(placed):
            if tag not in row:
                continue
            line[bits + bit // 8] |= 0x80 >> bit % 8
            value = row[tag]
            if not isinstance(value, int):
                value = heap.add(value)
            line[cell : cell + width] = value.to_bytes(width, "little")
        matrix += line
        index.append((Key(struct.pack("<I", row[0x67F2])), struct.pack("<H" if file.ansi else "<I", number)))
    index_at = heap.tree(4, 2 if file.ansi else 4, index)
    nodes = []
    if far:
        rows_at = 0x803F
        per = file.most // size
        nodes.append((rows_at, file.stream_of([matrix[i : i + per * size] for i in range(0, len(matrix), per * size)]), 0))
    else:
        rows_at = heap.add(matrix)
    head = struct.pack("<BBHHHHIII", 0x7C, len(placed), fours, fours, bits, size, index_at, rows_at, 0)
    order = sorted(range(len(placed)), key=lambda i: placed[i][0])
    for i in order:
        tag, kind, width, cell = placed[i]
        head += struct.pack("<HHHBB", kind, tag, cell, width, i)
    return heap.write(heap.add(head)), file.subnodes(nodes)


def mark(prefix, subject):
    return "\x01" + chr(len(prefix) + 1) + prefix + subject


def rtf(text):
    return struct.pack("<IIII", len(text) + 12, len(text), 0x414C454D, 0) + text


class Mailbox:
    ROOT, TOP, INBOX, PROJECTS, FINDER, SEARCH = 0x122, 0x8022, 0x8042, 0x8062, 0x8082, 0x2223

    def __init__(self, kind, encoding, small=False):
        self.file = File(kind, encoding)
        self.children = {}
        self.rows, self.readers = (20, 5) if small else (800, 120)

    def text(self, value):
        return value.encode("cp1252") if self.file.ansi else value.encode("utf-16le")

    @property
    def string(self):
        return STRING8 if self.file.ansi else UNICODE

    def folder(self, nid, parent, name, comment=None):
        thing = Object(self.file).text(0x3001, name).add(0x3602, INT32, 0).add(0x3603, INT32, 0).add(0x360A, BOOL, 0)
        thing.text(0x3613, "IPF.Note")
        if comment:
            thing.text(0x3004, comment)
        self.file.node(nid, *thing.write(), parent=parent)
        self.children.setdefault(parent, []).append((nid, name))

    def tables(self, nid, messages):
        columns = [(0x3001, self.string, 4), (0x3602, INT32, 4), (0x3603, INT32, 4), (0x360A, BOOL, 1)]
        rows = [{0x67F2: child, 0x3001: self.text(name), 0x3602: 0, 0x3603: 0, 0x360A: 0} for child, name in self.children.get(nid, []) if child != nid]
        base = nid & ~0x1F
        self.file.node(base | 0x0D, *table(self.file, columns, rows))
        columns = [(0x001A, self.string, 4), (0x0037, self.string, 4), (0x0E07, INT32, 4)]
        rows = [{0x67F2: message, 0x001A: self.text("IPM.Note"), 0x0037: self.text("x"), 0x0E07: 1} for message in messages]
        self.file.node(base | 0x0E, *table(self.file, columns, rows))
        self.file.node(base | 0x0F, *table(self.file, columns, []))

    def recipients(self, people):
        columns = [(0x0C15, INT32, 4), (0x3001, self.string, 4), (0x3003, self.string, 4), (0x3002, self.string, 4), (0x0E0F, BOOL, 1), (0x3007, TIME, 8)]
        rows = [{0x0C15: kind, 0x3001: self.text(name), 0x3003: self.text(address), 0x3002: self.text("SMTP"), 0x0E0F: 1} for kind, name, address in people]
        return table(self.file, columns, rows, far=len(people) > 3)

    def attachment(self, name, method, **properties):
        out = Object(self.file).add(0x3705, INT32, method).add(0x0E20, INT32, 100).add(0x370B, INT32, 0xFFFFFFFF)
        return out.text(0x3707, name) if name else out

    def message(self, subject, body=None, flags=1):
        out = Object(self.file).text(0x001A, "IPM.Note").text(0x0037, subject).add(0x0E07, INT32, flags)
        out.add(0x0E08, INT32, 1000).add(0x0039, TIME, struct.pack("<Q", 133536000000000000))
        if body is not None:
            out.text(0x1000, body)
        return out

    def figures(self):
        f = self.file
        long = "The long words begin. " + "Many words of the body. " * 200 + "The long words end."
        out = self.message(mark("Re: ", "quarterly figures"), long)
        out.text(0x0C1A, "Erika Sender").text(0x0C1F, "erika@example.com").text(0x0042, "Erika Sender")
        out.add(0x1013, BINARY, "<html><body><p>zq<b>html</b>body caf\u00e9</p></body></html>".encode("cp1252"))
        out.add(0x1009, BINARY, rtf(rb"{\rtf1\ansi zqrtfbody}"))
        out.add(0x3FDE, INT32, 1252).add(0x3FFD, INT32, 1252)
        out.text(0x8000, "Room 17").text(0x8001, "blue folder")
        out.add(0x8002, self.string | MULTI, several(["zqkeyone", "zqkeytwo"], self.string))
        out.text(0x007D, "Received: from zqrelay\r\nX-Project: zqheader\r\n")
        small = self.attachment("plan.txt", 1).add(0x3701, BINARY, b"zqsmallfile words of the plan\n").write()
        big = b"".join(b"%d;zqrow%d;value\r\n" % (i, i) for i in range(self.rows))
        listed = self.attachment("figures.csv", 1)
        listed.add(0x3701, BINARY, 0x801F).below(0x801F, f.stream(big))
        twice = self.attachment("lists.txt", 1)
        twice.add(0x3701, BINARY, 0x801F).below(0x801F, f.stream(b"zqlistoflists " * 30 + b"zqlastlist", lists=2))
        inner = self.message("inner subject", "zqinnerbody").text(0x8000, "Room 99")
        inner_file = self.attachment("inner.txt", 1).add(0x3701, BINARY, b"zqinnermost words\n").write()
        inner.below(0x8025, *inner_file).below(0x692, *self.recipients([(1, "Inner Receiver", "inner@example.com")]))
        held = self.attachment("inner subject", 5)
        held.add(0x3701, OBJECT, struct.pack("<II", 0x8004, 100)).below(0x8004, *inner.write())
        people = [(1, "Max Receiver", "max@example.com"), (2, "Copy Reader", "copy@example.com"), (3, "Blind Reader", "blind@example.com")]
        out.below(0x692, *self.recipients(people))
        out.below(0x671, *table(f, [(0x3705, INT32, 4), (0x0E20, INT32, 4)], [{0x67F2: 0x8025 + 32 * i, 0x3705: 1, 0x0E20: 1} for i in range(4)]))
        for number, data in enumerate([small, listed.write(), twice.write(), held.write()]):
            out.below(0x8025 + 32 * number, *data)
        return out.write(split=True, room=900)

    def store(self):
        f = self.file
        entry = b"\0" * 4 + b"0123456789ABCDEF" + struct.pack("<I", self.TOP)
        finder = b"\0" * 4 + b"0123456789ABCDEF" + struct.pack("<I", self.FINDER)
        store = Object(f).text(0x3001, "zqmailbox of Erika").add(0x35E0, BINARY, entry).add(0x35E3, BINARY, finder).add(0x35E7, BINARY, finder)
        store.add(0x0FF9, BINARY, b"0123456789ABCDEF").add(0x35DF, INT32, 0x89).add(0x67FF, INT32, 0x12345678)
        f.node(0x21, *store.write())

    def write(self):
        f = self.file
        self.store()
        guids = bytes.fromhex("0220060000000000C000000000000046") + bytes.fromhex("2903020000000000C000000000000046")
        strings, entries = b"", struct.pack("<IHH", 0x8208, 3 << 1, 0)
        for number, name in enumerate(["CostCentre", "Keywords"]):
            entries += struct.pack("<IHH", len(strings), 4 << 1 | 1, number + 1)
            raw = name.encode("utf-16le")
            strings += struct.pack("<I", len(raw)) + raw + b"\0" * (-len(raw) % 4)
        names = Object(f).add(1, INT32, 251).add(2, BINARY, guids).add(3, BINARY, entries).add(4, BINARY, strings)
        f.node(0x61, *names.write())
        self.folder(self.ROOT, self.ROOT, "")
        self.folder(self.TOP, self.ROOT, "Top of Personal Folders")
        self.folder(self.FINDER, self.ROOT, "Search Root")
        self.folder(self.INBOX, self.TOP, "Inbox")
        self.folder(self.PROJECTS, self.INBOX, "Projects", comment="zqfoldercomment")
        f.node(0x200024, *self.figures(), parent=self.PROJECTS)
        # Strings of eight bits in their own code page.
        russian = self.message("eight bits")
        russian.add(0x3FFD, INT32, 1251).add(0x1000, STRING8, "zqrussian Привет".encode("cp1251"))
        russian.below(0x692, *self.recipients([(1, "Reader %d" % i, "reader%d@example.com" % i) for i in range(self.readers)]))
        f.node(0x200044, *russian.write(), parent=self.INBOX)
        hidden = self.message("hidden settings", "zqassociated").add(0x3FFD, INT32, 1252)
        f.node(0x200068, *hidden.write(), parent=self.INBOX)
        f.node(0x200084, *self.message("without folder", "zqorphan").write(), parent=0x9042)
        first = f.next
        f.node(0x2000A4, *self.message("thrown away", "zqdeletedbody").write(), parent=self.INBOX)
        f.deleted = set(range(first, f.next))
        f.delete(0x2000A4)
        for nid in (self.ROOT, self.TOP, self.FINDER, self.INBOX, self.PROJECTS):
            self.tables(nid, {self.INBOX: [0x200044], self.PROJECTS: [0x200024]}.get(nid, []))
        return f.finish()


def bomb():
    """8 GB of attachment: a list that names one list of blocks a thousand times, which names one block as often."""
    box = Mailbox("unicode", NONE)
    f = box.file
    box.store()
    box.folder(box.ROOT, box.ROOT, "")
    box.folder(box.INBOX, box.ROOT, "Inbox")
    block = f.block(b"zqbomb ".ljust(f.most, b"x"))
    inner = f.list_of([block] * 1021, 1021 * f.most)
    outer = f.list_of([inner] * 1021, 0, level=2)
    held = box.attachment("large.txt", 1).add(0x3701, BINARY, 0x801F).below(0x801F, outer)
    for number in range(20):
        message = box.message("bomb", "zqbeforethebomb").below(0x8025, *held.write())
        f.node(0x200024 + 32 * number, *message.write(), parent=box.INBOX)
    return f.finish()


def cycles():
    """Folders in each other, and a message whose two attachments are the message."""
    box = Mailbox("unicode", NONE)
    f = box.file
    box.store()
    box.folder(box.ROOT, box.ROOT, "")
    box.folder(box.INBOX, box.PROJECTS, "Inbox")
    box.folder(box.PROJECTS, box.INBOX, "Projects")
    f.node(0x200024, *box.message("in a cycle", "zqincycle").write(), parent=box.PROJECTS)
    body, _ = box.message("itself", "zqitself").write()
    # The list of the nodes below names itself as the list of what is below them.
    held = box.attachment("itself", 5).add(0x3701, OBJECT, struct.pack("<II", 0x8004, 100)).write()[0]
    own = f.next | 2
    nodes = [(0x8004, body, own), (0x8025, held, own), (0x8045, held, own)]
    assert f.subnodes(nodes) == own
    f.node(0x200044, body, own, parent=box.PROJECTS)
    return f.finish()


def versions():
    """Messages as they were before a change: of words, of a flag; and a deleted one whose body was written over."""
    box = Mailbox("unicode", NONE)
    f = box.file
    box.store()
    box.folder(box.ROOT, box.ROOT, "")
    box.folder(box.INBOX, box.ROOT, "Inbox")

    def before(nid, message):
        first = f.next
        f.node(nid, *message.write(), parent=box.INBOX)
        f.deleted = set(range(first, f.next))
        f.delete(nid)

    before(0x200024, box.message("price", "zqearlierbody"))
    f.node(0x200024, *box.message("price", "zqlaterbody").write(), parent=box.INBOX)
    before(0x200044, box.message("seen", "zqsamebody", flags=0))
    f.node(0x200044, *box.message("seen", "zqsamebody").write(), parent=box.INBOX)
    begin = len(f.bytes)
    before(0x200064, box.message("gone", "zqgonebody"))
    f.bytes[begin:begin + 64] = b"\xA5" * 64
    return f.finish()


def main():
    if sys.argv[1] == "--seeds":
        folder = Path(sys.argv[2])
        for kind in ("ansi", "unicode", "4k"):
            (folder / f"{kind}.pst").write_bytes(Mailbox(kind, NONE, small=True).write())
        (folder / "cycles.pst").write_bytes(cycles())
        return
    folder = Path(sys.argv[1])
    for name, kind, encoding in [
        ("ansi.pst", "ansi", PERMUTE),
        ("unicode.pst", "unicode", PERMUTE),
        ("cyclic.pst", "unicode", CYCLIC),
        ("pages4k.ost", "4k", PERMUTE),
    ]:
        (folder / name).write_bytes(Mailbox(kind, encoding).write())
    (folder / "bomb.pst").write_bytes(bomb())
    (folder / "cycles.pst").write_bytes(cycles())
    (folder / "versions.pst").write_bytes(versions())


if __name__ == "__main__":
    main()

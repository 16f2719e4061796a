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
import zlib
from pathlib import Path

# [MS-PST] 5.1
R = bytes.fromhex(
    "41361362a8216ebbf416cc047f64e85d1ef2cb2a74c55e35d295479e962d9a88"
    "4c7d843fdbac31b6485ff6c4d8398be7233b388ec8c1df25b120a546604e9cfb"
    "aad35651457c550007c92b9d859b09a08fadb30f63ab894bd7a7155a716642bf"
    "264a6b98faea7753b270052cfd593a867ece06eb827857c78d43afb41cd45bcd"
    "e2e9274fc3087280cfb0eff5286dbe304d3492d50e3c2232e5e4f99fc2d10a81"
    "12e1ee918376e397e6618a1779a4b7dc907a5c8c02a6ca69de501a1193b95287"
    "58fced1d37491b6ae0293399bd6cd994f340546ff0c673b8d63e6518441fdd67"
    "10f10c19ecae03a1147ba90bfff8a3c0a201f72ebc2468750dfeba2fb5d0da3d")
S = bytes.fromhex(
    "14530f56b3c87a9ceb65481716159f02cc547c83000d0c0ba262a876dbd9edc7"
    "c5a4dcac8574d6d0a79bae9a967166c36399b8dd73928e847da55ed15d93b157"
    "5150808952944f4e0a6bbc8d7f6e47464140440111cb033ff7f4e1a98f3c3af9"
    "fbf0193082092ec99da08649ee6f4d6dc42d813425871b88aafc06a11238fd4c"
    "4272641337246a757743ffe6b44b365ce4d8353d45b92cecb7312b290768a30e"
    "697b189e2139be281a5b78f523ca2ab0af3efe048ce7e5983295d3f64ae8a6ea"
    "e9f3d52f7020f21f0567ad5510cecde3273bdabad7c226d4911dd21c2233f8fa"
    "f15aefcf90b68bb5bdc0bf08971e6ce261e0c6c159abbb58de5fdf60797eb28a")
I = bytes(R.index(i) for i in range(256))

NONE, PERMUTE, CYCLIC = 0, 1, 2
INT32, BOOL, OBJECT, INT64, STRING8, UNICODE, TIME, BINARY, MULTI = 3, 11, 13, 20, 30, 31, 64, 258, 0x1000


def checksum(data):
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def signature(at, bid):
    value = (at ^ bid) & 0xFFFFFFFF
    return (value >> 16) ^ (value & 0xFFFF)


def encode(encoding, bid, data):
    if encoding == PERMUTE:
        return data.translate(R)
    if encoding == NONE:
        return data
    out = bytearray()
    turn = (bid ^ bid >> 16) & 0xFFFF
    for byte in data:
        low, high = turn & 0xFF, turn >> 8
        byte = (R[(byte + low) & 0xFF] + high) & 0xFF
        out.append((I[(S[byte] - high) & 0xFF] - low) & 0xFF)
        turn = (turn + 1) & 0xFFFF
    return bytes(out)


class File:
    """The lowest layer: blocks, nodes, and the two indexes."""

    def __init__(self, kind, encoding):
        self.kind, self.encoding = kind, encoding
        self.ansi, self.large = kind == "ansi", kind == "4k"
        self.id = "<I" if self.ansi else "<Q"
        self.page = 4096 if self.large else 512
        self.unit = 512 if self.large else 64
        self.trailer = 12 if self.ansi else 24 if self.large else 16
        self.most = 65512 if self.large else 8192 - self.trailer
        self.bytes = bytearray(0x4400 if not self.large else 0x8000)
        self.next = 4
        self.blocks, self.nodes = [], []
        self.gone_blocks, self.gone_nodes = [], []

    def pack_id(self, *values):
        return b"".join(struct.pack(self.id, value) for value in values)

    def block(self, data, internal=False):
        """Writes a block and returns its id."""
        bid = self.next | (2 if internal else 0)
        self.next += 4
        assert len(data) <= self.most, len(data)
        plain = len(data)
        if not internal:
            data = encode(self.encoding, bid, data)
        if self.large and plain > 100:
            data = zlib.compress(data)
        at = len(self.bytes)
        whole = -(-(len(data) + self.trailer) // self.unit) * self.unit
        head = struct.pack("<HH", len(data), signature(at, bid))
        if self.ansi:
            tail = head + struct.pack("<II", bid, checksum(data))
        else:
            tail = head + struct.pack("<IQ", checksum(data), bid)
        if self.large:
            tail += struct.pack("<HHI", 0, plain, 0)
        self.bytes += data.ljust(whole - self.trailer, b"\0") + tail
        self.blocks.append((bid, at, len(data)))
        return bid

    def list_of(self, blocks, total, level=1):
        """A list of blocks, or of lists ([MS-PST] 2.2.2.8.3.2)."""
        return self.block(struct.pack("<BBHI", 1, level, len(blocks), total) + self.pack_id(*blocks), internal=True)

    def stream(self, data, lists=1):
        """Data of any size. With lists=2 a list of lists, which by itself takes some 8 MB."""
        size = self.most if len(data) > self.most else max(len(data) // 3, 1) if lists == 2 else self.most
        pieces = [data[at : at + size] for at in range(0, len(data), size)] or [b""]
        return self.stream_of(pieces, lists)

    def stream_of(self, pieces, lists=1):
        total = sum(map(len, pieces))
        if len(pieces) == 1:
            return self.block(pieces[0])
        blocks = [self.block(piece) for piece in pieces]
        if lists == 1:
            return self.list_of(blocks, total)
        pairs = range(0, len(blocks), 2)
        inner = [self.list_of(blocks[at : at + 2], sum(map(len, pieces[at : at + 2]))) for at in pairs]
        return self.list_of(inner, total, level=2)

    def subnodes(self, nodes, split=False):
        """Nodes below a node ([MS-PST] 2.2.2.8.3.3); split: with a level above."""
        if not nodes:
            return 0
        pad = b"" if self.ansi else b"\0" * 4
        nodes = sorted(nodes)
        groups = [nodes[:1], nodes[1:]] if split and len(nodes) > 1 else [nodes]
        lists = []
        for group in groups:
            body = b"".join(self.pack_id(*node) for node in group)
            lists.append((group[0][0], self.block(struct.pack("<BBH", 2, 0, len(group)) + pad + body, internal=True)))
        if len(lists) == 1:
            return lists[0][1]
        body = b"".join(self.pack_id(nid, bid) for nid, bid in lists)
        return self.block(struct.pack("<BBH", 2, 1, len(lists)) + pad + body, internal=True)

    def node(self, nid, data, subnodes=0, parent=0):
        self.nodes.append((nid, data, subnodes, parent))

    def write_page(self, kind, level, entries, stride, bid):
        self.bytes += b"\0" * (-len(self.bytes) % self.page)
        at = len(self.bytes)
        body = b"".join(entries)
        if self.large:
            body = body.ljust(4056, b"\0") + struct.pack("<HHBB10x", len(entries), 4056 // stride, stride, level)
            tail = struct.pack("<BBHIQQ", kind, kind, signature(at, bid), checksum(body), bid, 0)
        elif self.ansi:
            body = body.ljust(496, b"\0") + struct.pack("<BBBB", len(entries), 496 // stride, stride, level)
            tail = struct.pack("<BBHII", kind, kind, signature(at, bid), bid, checksum(body))
        else:
            body = body.ljust(488, b"\0") + struct.pack("<BBBB4x", len(entries), 488 // stride, stride, level)
            tail = struct.pack("<BBHIQ", kind, kind, signature(at, bid), checksum(body), bid)
        self.bytes += body + tail
        assert len(self.bytes) == at + self.page
        return at

    def index(self, kind, rows, a_page=None):
        """Writes an index over (key, entry) and returns id and place of its root."""
        rows = sorted(rows)
        stride = len(rows[0][1])
        room = (4056 if self.large else 496 if self.ansi else 488) // stride
        room = min(room, a_page or room)
        level, pages = 0, []
        for at in range(0, len(rows), room):
            group = rows[at : at + room]
            pages.append((group[0][0], self.next_page(), self.write_page(kind, 0, [e for _, e in group], stride, self.page_id)))
        while len(pages) > 1:
            level += 1
            stride = 12 if self.ansi else 24
            room = (4056 if self.large else 496 if self.ansi else 488) // stride
            above = []
            for at in range(0, len(pages), room):
                group = pages[at : at + room]
                entries = [self.pack_id(*row) for row in group]
                above.append((group[0][0], self.next_page(), self.write_page(kind, level, entries, stride, self.page_id)))
            pages = above
        return pages[0][1], pages[0][2]

    def next_page(self):
        self.page_id = self.next
        self.next += 4
        return self.page_id

    def node_entry(self, node):
        nid, data, sub, parent = node
        tail = struct.pack("<I", parent) if self.ansi else struct.pack("<II", parent, 0)
        return self.pack_id(nid, data, sub) + tail

    def block_entry(self, block):
        bid, at, size = block
        return self.pack_id(bid, at) + struct.pack("<HH", size, 2) + (b"" if self.ansi else b"\0" * 4)

    def delete(self, nid):
        """The state before goes into pages of its own, which no index names any more."""
        gone = [node for node in self.nodes if node[0] == nid]
        self.index(0x81, [(node[0], self.node_entry(node)) for node in gone])
        self.index(0x80, [(block[0], self.block_entry(block)) for block in self.blocks])
        self.nodes = [node for node in self.nodes if node[0] != nid]
        self.blocks = [block for block in self.blocks if block[0] not in self.deleted]

    def finish(self):
        few = None if self.large else 4
        nodes = self.index(0x81, [(node[0], self.node_entry(node)) for node in self.nodes], few)
        blocks = self.index(0x80, [(block[0], self.block_entry(block)) for block in self.blocks])
        version = {"ansi": 14, "unicode": 23, "4k": 36}[self.kind]
        client = b"SO" if self.large else b"SM"
        head = b"!BDN" + b"\0" * 4 + client + struct.pack("<HHBBII", version, 19, 1, 1, 0, 0)
        ids = struct.pack("<32I", *[0x8000] * 32)
        size = len(self.bytes)
        if self.ansi:
            head += struct.pack("<III", self.next, self.next, 1) + ids
            head += struct.pack("<IIIII", 0, size, 0x4400, 0, 0) + self.pack_id(*nodes, *blocks) + struct.pack("<BBH", 1, 0, 0)
            head = head.ljust(204, b"\0") + b"\xff" * 256 + struct.pack("<BBH", 0x80, self.encoding, 0)
            head = bytearray(head.ljust(512, b"\0"))
        else:
            head += struct.pack("<QQI", 0, self.next, 1) + ids + struct.pack("<Q", 0)
            head += struct.pack("<IQQQQ", 0, size, 0x4400, 0, 0) + self.pack_id(*nodes, *blocks) + struct.pack("<BBH", 1, 0, 0)
            head = head.ljust(256, b"\0") + b"\xff" * 256 + struct.pack("<BBHQ", 0x80, self.encoding, 0, self.next)
            head = bytearray(head.ljust(564, b"\0"))
            struct.pack_into("<I", head, 524, checksum(bytes(head[8:524])))
        struct.pack_into("<I", head, 4, checksum(bytes(head[8:479])))
        self.bytes[: len(head)] = head
        return bytes(self.bytes)


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


if __name__ == "__main__":
    main()

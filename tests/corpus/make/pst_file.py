"""The lowest layer of Outlook data files ([MS-PST] 2.2): blocks, nodes, and the two indexes; pst.py writes with it."""
import struct
import zlib

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
        self.deleted = set()

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

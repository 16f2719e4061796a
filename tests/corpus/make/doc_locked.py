#!/usr/bin/python3
"""Makes the obfuscated Word documents of tests/corpus/doc, out of one that LibreOffice writes.

    doc_locked.py DIR

Packages: libreoffice-writer
No program of today writes XOR obfuscation ([MS-DOC] 2.2.6.1, [MS-OFFCRYPTO] 2.3.7.4 to 2.3.7.6), so it is done here, in
the sectors of a saved document. The key is worked out by the generator behind the tables of the specification, not by
the tables, so that reader and writer share nothing.
"""
import os
import struct
import subprocess
import sys
import tempfile

PAGE = """<html><body><p>Project Nightjar is confidential</p>
<p>The ferry to Norderney leaves at nine, and nobody who reads this has the password.</p></body></html>"""
PASSWORDS = {"xor.doc": "Tr0ub4dor", "xor-cyrillic.doc": "Соловей77", "xor-built-in.doc": "VelvetSweatshop"}
PADDING = bytes.fromhex("BBFFFFBAFFFFB98000BE0F00BF0F00")
CLEAR_HEAD = 68
STREAMS = ("WordDocument", "0Table", "1Table", "Data")


def single_bytes(password):
    """The low byte of each character, the high one where the low one is zero."""
    units = struct.iter_unpack("<BB", password.encode("utf-16-le"))
    return bytes(low or high for low, high in units)[:15]


def verifier_of(password):
    out = 0
    for byte in reversed(bytes([len(password)]) + password):
        out = ((out << 1 | out >> 14) & 0x7FFF) ^ byte
    return out ^ 0xCE4B


def key_of(password):
    """Eight turns of a shift register for each character, from the last; its state counts where a bit is set. A second
    register runs beside it, whatever the bits are."""
    def turn(state):
        return ((state << 1) ^ (0x1021 if state & 0x8000 else 0)) & 0xFFFF

    out, state, end = 0, 0x8000, 0xFFFF
    for byte in reversed(password):
        for bit in range(8):
            state, end = turn(state), turn(end)
            if bit < 7 and byte >> bit & 1:
                out ^= state
    return out ^ end


def mask_of(password):
    halves = struct.pack("<H", key_of(password))
    mixed = [byte ^ halves[i % 2] for i, byte in enumerate((password + PADDING)[:16])]
    return bytes((byte >> 1 | byte << 7) & 0xFF for byte in mixed)


class CompoundFile:
    """Just enough of [MS-CFB] to change streams where they stand."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.sector = 1 << struct.unpack_from("<H", data, 30)[0]
        count, first_directory = struct.unpack_from("<II", data, 44)
        first_mini_fat = struct.unpack_from("<I", data, 60)[0]
        numbers = struct.unpack_from("<109I", data, 76)[:count]
        self.fat = [entry for number in numbers for entry in self.numbers(number)]
        self.mini_fat = [entry for number in self.chain(first_mini_fat) for entry in self.numbers(number)]
        self.entries = {}
        for number in self.chain(first_directory):
            for at in range(self.offset(number), self.offset(number) + self.sector, 128):
                name_size = struct.unpack_from("<H", data, at + 64)[0]
                name = bytes(data[at:at + max(name_size - 2, 0)]).decode("utf-16-le")
                self.entries[name] = struct.unpack_from("<II", data, at + 116)
        self.root = self.chain(self.entries["Root Entry"][0])

    def offset(self, number):
        return (number + 1) * self.sector

    def numbers(self, number):
        return struct.unpack_from(f"<{self.sector // 4}I", self.data, self.offset(number))

    def chain(self, number):
        out = []
        while number < 0xFFFFFFF0:
            out.append(number)
            number = self.fat[number]
        return out

    def places(self, name):
        """Where each byte of a stream stands in the file."""
        first, size = self.entries[name]
        if size >= 4096:
            out = [self.offset(n) + i for n in self.chain(first) for i in range(self.sector)]
        else:
            out, per_sector = [], self.sector // 64
            while first < 0xFFFFFFF0:
                begin = self.offset(self.root[first // per_sector]) + first % per_sector * 64
                out += range(begin, begin + 64)
                first = self.mini_fat[first]
        return out[:size]


def lock(document, password):
    file, secret = CompoundFile(document), single_bytes(password)
    mask = mask_of(secret)
    for name in STREAMS:
        if name not in file.entries:
            continue
        for i, place in enumerate(file.places(name)):
            byte = file.data[place]
            # Nothing becomes zero, and zeros stay.
            if (name != "WordDocument" or i >= CLEAR_HEAD) and byte not in (0, mask[i % 16]):
                file.data[place] = byte ^ mask[i % 16]
    head = file.places("WordDocument")
    encrypted, obfuscated = 0x01, 0x80
    file.data[head[0x0B]] |= encrypted | obfuscated
    for i, byte in enumerate(struct.pack("<HH", verifier_of(secret), key_of(secret))):
        file.data[head[0x0E + i]] = byte
    return bytes(file.data)


def main():
    out = sys.argv[1]
    with tempfile.TemporaryDirectory() as work:
        page = os.path.join(work, "page.html")
        with open(page, "w", encoding="ascii") as file:
            file.write(PAGE)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{work}/profile", "--headless", "--writer", "--convert-to",
                        "doc:MS Word 97", "--outdir", work, page], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(work, "page.doc"), "rb") as file:
            document = file.read()
    for name, password in PASSWORDS.items():
        with open(os.path.join(out, name), "wb") as file:
            file.write(lock(document, password))


if __name__ == "__main__":
    main()

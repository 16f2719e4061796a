#!/usr/bin/env python3
"""Seeds for the fuzz target of the librevenge family: a small document for each of its types, put together by what is
published of the formats, as far as its library takes it for one of its own. The first byte is the number of the type.

    revenge_seeds.py tests/fuzz/corpus/revenge
"""
import io
import struct
import sys
import zipfile

WORKS, WRITE, QUATTRO, PUBLISHER, PAGES, NUMBERS, KEYNOTE, STAROFFICE = 1, 3, 4, 6, 7, 8, 9, 10
PAGEMAKER, ZONER, PALM, APPLEWORKS = 13, 16, 17, 18


def compound(streams):
    """A compound file ([MS-CFB], version 3) with these streams, each in sectors of its own."""
    none, end = 0xFFFFFFFF, 0xFFFFFFFE
    sectors, table = [], []

    def store(data):
        first = len(table)
        for at in range(0, len(data), 512):
            sectors.append(data[at:at + 512].ljust(512, b'\0'))
            table.append(len(table) + 1)
        table[-1] = end
        return first

    def entry(name, kind, right, child, first, size):
        units = name.encode('utf-16le') + b'\0\0'
        return units.ljust(64, b'\0') + struct.pack('<HBBIII36sIQ', len(units), kind, 1, none, right, child, b'', first, size)

    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    directory = entry('Root Entry', 5, none, 1, end, 0)
    for i, name in enumerate(names):
        data = streams[name].ljust(4096, b'\0')
        directory += entry(name, 2, i + 2 if i + 1 < len(names) else none, none, store(data), len(data))
    while len(directory) % 512:
        directory += b'\0' * 64 + struct.pack('<HBBIII36sIQ', 0, 0, 0, none, none, none, b'', 0, 0)
    first = store(directory)
    place = len(table)
    table.append(0xFFFFFFFD)
    sectors.append(struct.pack('<128I', *(table + [none] * (128 - len(table)))))
    head = bytes.fromhex('d0cf11e0a1b11ae1') + b'\0' * 16 + struct.pack(
        '<6H10I', 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0, 1, first, 0, 4096, end, 0, end, 0)
    return (head + struct.pack('<I', place)).ljust(512, b'\xff') + b''.join(sectors)


def record(kind, data=b''):
    return struct.pack('<HH', kind, len(data)) + data


RANGE = record(6, b'\0\0\0\0\1\0\2\0')
NUMBER = record(0xD, b'\x7F\0\0\2\0\x2A\0')


def write(text):
    end = 128 + len(text)
    pages = (end + 127) // 128
    head = b'\x31\xBE\0\0\0\xAB'.ljust(14, b'\0') + struct.pack('<IH', end, pages) + struct.pack('<H', pages + 2) * 5
    head = (head.ljust(96, b'\0') + struct.pack('<H', pages + 2)).ljust(128, b'\0')
    formats = (struct.pack('<II', 128, end) + b'\xFF\xFF').ljust(127, b'\0') + b'\1'
    return (head + text).ljust(128 * pages, b'\0') + formats * 2


def palm(text):
    head = struct.pack('>HHIHHI', 1, 0, len(text), 1, 4096, 0)
    first = 78 + 16 + 2
    return (b'The title'.ljust(60, b'\0') + b'TEXtREAd' + b'\0' * 8 +
            struct.pack('>HIIII', 2, first, 0, first + len(head), 1) + b'\0\0' + head + text)


def zipped(name, xml):
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w') as archive:
        archive.writestr(zipfile.ZipInfo(name), xml)
    return out.getvalue()


SPACES = ''.join(f' xmlns:{prefix}="http://developer.apple.com/namespaces/{name}"'
                 for prefix, name in (('sfa', 'sfa'), ('sf', 'sf'), ('sl', 'sl'), ('key', 'keynote2'), ('ls', 'ls')))


def storage(kind, text):
    return (f'<sf:text-storage sf:kind="{kind}"><sf:text-body><sf:layout><sf:p>{text}<sf:br/></sf:p></sf:layout>'
            '</sf:text-body></sf:text-storage>')


SEEDS = {
    'works': (WORKS, b'\xFF\0\2\0\4\4' + record(0x5405, b'\0\0') + RANGE +
              record(0xF, b"\x7F\1\0\2\0'Nightjar\0") + NUMBER + record(1)),
    'write': (WRITE, write(b'Project Nightjar\r\nsecond line\r\n')),
    'quattro': (QUATTRO, record(0, b'\x20\x51') + RANGE + record(0xF, b"\x7F\1\0\2\0\x08'Nightjar\0") + NUMBER +
                record(1)),
    'publisher': (PUBLISHER, compound({'Contents': bytes.fromhex('e8ac2200') + bytes(200), 'Quill': b'x'})),
    'pages': (PAGES, zipped('index.xml', f'<sl:document{SPACES} sl:version="92008102400"><sl:publication-info/>'
                            f'{storage("body", "Nightjar")}</sl:document>')),
    'numbers': (NUMBERS, zipped('index.xml', f'<ls:document{SPACES} ls:version="92008102400"><ls:workspace-array>'
                                '<ls:workspace ls:workspace-name="Nightjar"/></ls:workspace-array></ls:document>')),
    'keynote': (KEYNOTE, zipped('index.apxl', f'<key:presentation{SPACES} key:version="92008102400"><key:slide-list '
                                'sfa:ID="l"><key:slide sfa:ID="s"><key:page sfa:ID="p"/><key:notes>'
                                f'{storage("note", "Nightjar")}</key:notes></key:slide></key:slide-list>'
                                '</key:presentation>')),
    'staroffice-text': (STAROFFICE, compound({'StarWriterDocument': b'SW5HDR' + bytes(300)})),
    'staroffice-sheet': (STAROFFICE, compound({'StarCalcDocument': bytes(300)})),
    'staroffice-drawing': (STAROFFICE, compound({'StarDrawDocument3': bytes(300)})),
    'pagemaker': (PAGEMAKER, compound({'PageMaker': bytes.fromhex('0000ff99') + bytes(44) +
                                       struct.pack('<HI', 2, 64) + bytes(600)})),
    'zoner': (ZONER, bytes(8) + struct.pack('<I', 0x12345678) + bytes(200)),
    'palm': (PALM, palm(b'Project Nightjar\n')),
    'appleworks-1': (APPLEWORKS, b'\1\0\0\0BOBO' + bytes(604)),
    'appleworks-6': (APPLEWORKS, b'\6\0\0\0BOBO' + bytes(604)),
}

for name, (kind, data) in SEEDS.items():
    with open(f'{sys.argv[1]}/{kind}-{name}', 'wb') as file:
        file.write(bytes([kind]) + data)

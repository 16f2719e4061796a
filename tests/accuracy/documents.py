"""Attachments as office programs write them: docx, xlsx, csv, html, archives, drawings; locked, nested and disguised ones."""
import base64
import csv
import io
import struct
import zipfile
import zlib

import values

PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
TYPE = "application/vnd.openxmlformats-officedocument."
MOMENT = (2026, 3, 2, 9, 30, 0)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def package(kind, main, parts):
    """An Office Open XML file: `main` is the path of its main part, `parts` are (path, content type or None, text)."""
    overrides = "".join(f'<Override PartName="/{path}" ContentType="{TYPE}{content}+xml"/>' for path, content, _ in parts if content)
    types = (f'{PROLOG}<Types xmlns="{PACKAGE}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
             f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>')
    relations = (f'{PROLOG}<Relationships xmlns="{PACKAGE}relationships"><Relationship Id="rId1" Type="{OFFICE}relationships/officeDocument" '
                 f'Target="{main}"/></Relationships>')
    return zipped([("[Content_Types].xml", types), ("_rels/.rels", relations), *((path, PROLOG + text) for path, _, text in parts)])


def docx(blocks):
    """`blocks`: paragraphs (str) and tables (lists of rows)."""
    def paragraph(text):
        return f'<w:p><w:r><w:t xml:space="preserve">{escaped(text)}</w:t></w:r></w:p>'
    body = []
    for block in blocks:
        if isinstance(block, str):
            body += [paragraph(line) for line in block.split("\n")]
        else:
            rows = ("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in block)
            body.append("<w:tbl>" + "".join(rows) + "</w:tbl>")
    text = ('<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>' + "".join(body) +
            "<w:sectPr/></w:body></w:document>")
    return package("docx", "word/document.xml", [("word/document.xml", "wordprocessingml.document.main", text)])


def xlsx(rows):
    def cell(column, row, text):
        return f'<c r="{chr(65 + column)}{row}" t="inlineStr"><is><t>{escaped(text)}</t></is></c>'
    lines = "".join(f'<row r="{n}">' + "".join(cell(i, n, text) for i, text in enumerate(row)) + "</row>" for n, row in enumerate(rows, 1))
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return package("xlsx", "xl/workbook.xml", [
        ("xl/workbook.xml", "spreadsheetml.sheet.main",
         f'<workbook {space} xmlns:r="{OFFICE}relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", None, f'<Relationships xmlns="{PACKAGE}relationships"><Relationship Id="rId1" '
         f'Type="{OFFICE}relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'),
        ("xl/worksheets/sheet1.xml", "spreadsheetml.worksheet", f"<worksheet {space}><sheetData>{lines}</sheetData></worksheet>")])


def csv_file(rows, delimiter):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode("utf-8-sig" if delimiter == ";" else "utf-8")


def html(blocks):
    """A fragment: paragraphs and tables."""
    out = []
    for block in blocks:
        if isinstance(block, str):
            out.append("<p>" + escaped(block).replace("\n", "<br>\n") + "</p>")
        else:
            rows = ("<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in block)
            out.append("<table border=1>\n" + "\n".join(rows) + "\n</table>")
    return "\n".join(out)


def page(blocks, title):
    return f"<!DOCTYPE html>\n<html><head><meta charset=utf-8><title>{escaped(title)}</title></head><body>\n{html(blocks)}\n</body></html>\n"


def png(r):
    """A small picture of coloured noise (PNG 1.2, 8 bits, true colour)."""
    width, height = r.randint(8, 24), r.randint(8, 24)
    rows = b"".join(b"\0" + r.randbytes(3 * width) for _ in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# ---- what cannot be read, and drawings

def locked_zip(r, name, data):
    """A zip with the traditional encryption of PKWARE's APPNOTE 6.1; the password is thrown away."""
    # zlib complements before and after: undone, crc32 of one byte is the bare table of the polynomial.
    table = [zlib.crc32(bytes([i ^ 0xFF])) ^ 0xFF000000 for i in range(256)]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(crc, byte):
        return (crc >> 8) ^ table[(crc ^ byte) & 0xFF]

    def update(byte):
        keys[0] = step(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = step(keys[2], keys[1] >> 24)

    def encrypted(plain):
        out = bytearray()
        for byte in plain:
            mixed = (keys[2] | 2) & 0xFFFF
            out.append(byte ^ (((mixed * (mixed ^ 1)) >> 8) & 0xFF))
            update(byte)
        return bytes(out)

    for byte in values.characters(r, 20).encode():
        update(byte)
    crc = zlib.crc32(data)
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeezer.compress(data) + squeezer.flush()
    body = encrypted(r.randbytes(11) + bytes([crc >> 24])) + encrypted(packed)
    head = struct.pack("<HHHHHIIIHH", 20, 1, 8, 0x4BC0, 0x5C62, crc, len(body), len(data), len(name), 0)
    local = b"PK\3\4" + head + name.encode() + body
    central = b"PK\1\2" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def pgp_message(r):
    # RFC 4880: a packet with a session key for RSA, then the encrypted data.
    data = b"\x85\x01\x0c\x03" + r.randbytes(8) + b"\x01\x08\x00" + r.randbytes(256) + b"\xd2\xc0\x3f\x01" + r.randbytes(254)
    text = base64.b64encode(data).decode()
    lines = "\n".join(text[i:i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN PGP MESSAGE-----\n\n{lines}\n={values.characters(r, 4)}\n-----END PGP MESSAGE-----\n"


def nested_zip(data, depth=40):
    for level in range(depth):
        data = zipped([(f"level{level}.zip" if level else "notes.txt", data)])
    return data


def step_file(r):
    points = "".join(f"#{i}=CARTESIAN_POINT('',({r.random() * 100:.3f},{r.random() * 50:.3f},0.));\n" for i in range(10, 90))
    return ("ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('flange'),'2;1');\nFILE_NAME('flange.step','2026-03-02T09:30:00',(''),(''),'','','');\n"
            f"FILE_SCHEMA(('AUTOMOTIVE_DESIGN'));\nENDSEC;\nDATA;\n{points}ENDSEC;\nEND-ISO-10303-21;\n").encode()


def dxf_file(r):
    lines = "".join(f"  0\nLINE\n  8\n0\n 10\n{r.random() * 100:.3f}\n 20\n{r.random() * 100:.3f}\n 11\n{r.random() * 100:.3f}\n 21\n"
                    f"{r.random() * 100:.3f}\n" for _ in range(60))
    return f"  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1015\n  0\nENDSEC\n  0\nSECTION\n  2\nENTITIES\n{lines}  0\nENDSEC\n  0\nEOF\n".encode()

#!/usr/bin/env python3
"""Makes files that cost far more to read than to send, and lists how `postern extract` ends on each.

    bombs.py [--postern BUILD/bin/postern] [--only WORD] [--keep DIR] [--strict]

One line a file: its size, the wall and CPU seconds of reading it, how it ended. Exit 1 when a reading ended
`crashed` or `timeout`, or went on past ten seconds. With --strict, on a calm machine: exit 1 as well when one
took longer than a second, when it ended otherwise than listed here, and when a limit is not named with its
value. Standard library only.
"""
import argparse
import io
import pathlib
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

MIB = 1 << 20
MAIL = b"From: a@example.com\r\nTo: b@example.net\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
FLATE = "/Filter /FlateDecode"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
PAGE = ("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> "
        "/XObject << /X 6 0 R >> >> /Contents 5 0 R >>")
TEXT = b"BT /F1 12 Tf 72 700 Td (Hello world) Tj ET\n"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "lol">' + "".join(
    '<!ENTITY %s "%s">' % (chr(98 + i), ("&%s;" % chr(97 + i)) * 10) for i in range(10)) + "]>"
SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def deflated(unit, total, level=6):
    packer = zlib.compressobj(level)
    piece = unit * max(1, MIB // len(unit))
    return b"".join(packer.compress(piece) for _ in range(max(1, total // len(piece)))) + packer.flush()


def stream(data, entries=""):
    return b"<< /Length %d %s >>\nstream\n" % (len(data), entries.encode()) + data + b"\nendstream"


def pdf(*objects):
    out = bytearray(b"%PDF-1.5\n")
    offsets = []
    for number, one in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + (one if isinstance(one, bytes) else one.encode()) + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def one_page(content, *more):
    return pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [4 0 R] >>", FONT, PAGE, content,
               *more)


def forms(count=15):
    for i in range(count):
        draw = b"/X Do " * 10 if i + 1 < count else b"BT /F1 12 Tf (x) Tj ET"
        yield stream(draw, "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /Font << /F1 3 0 R >> "
                     "/XObject << /X %d 0 R >> >>" % (7 + i))


def deep_tree(depth):
    nodes = ["<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (3 + i) for i in range(depth)]
    return pdf("<< /Type /Catalog /Pages 2 0 R >>", *nodes, "<< /Type /Page /MediaBox [0 0 9 9] >>")


def bookmarks(depth):
    items = ["<< /Title (a) /Parent %d 0 R /First %d 0 R /Last %d 0 R >>" % (4 + i, 6 + i, 6 + i) for i in range(depth)]
    return pdf("<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>", "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
               "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>", "<< /Type /Outlines /First 5 0 R /Last 5 0 R >>",
               *items)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def nested_zips(levels):
    inner = zipped([("a.txt", bytes(50 * MIB))])
    for _ in range(levels):
        inner = zipped([("%d.zip" % i, inner) for i in range(16)])
    return inner


def office(main, kind, members):
    types = ('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/%s" '
             'ContentType="application/vnd.openxmlformats-officedocument.%s.main+xml"/></Types>' % (main, kind))
    return zipped([("[Content_Types].xml", types), ("_rels/.rels", relations(("officeDocument", main)))] + members)


def relations(*targets):
    return ('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
        '<Relationship Id="r%d" Type="%s/%s" Target="%s"/>' % (i, RELATION, kind, target)
        for i, (kind, target) in enumerate(targets)) + "</Relationships>")


def docx(body, prolog=""):
    return office("word/document.xml", "wordprocessingml.document",
                  [("word/document.xml", "%s<w:document %s><w:body>%s</w:body></w:document>" % (prolog, WORD, body))])


def xlsx(rows, strings=""):
    return office("xl/workbook.xml", "spreadsheetml.sheet", [
        ("xl/workbook.xml", '<workbook %s xmlns:r="%s"><sheets><sheet name="A" sheetId="1" r:id="r0"/></sheets>'
         "</workbook>" % (SHEET, RELATION)),
        ("xl/_rels/workbook.xml.rels", relations(("worksheet", "s.xml"), ("sharedStrings", "t.xml"))),
        ("xl/s.xml", "<worksheet %s><sheetData>%s</sheetData></worksheet>" % (SHEET, rows)),
        ("xl/t.xml", "<sst %s>%s</sst>" % (SHEET, strings))])


def multiparts(count, boundary):
    return MAIL + b"".join(b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (boundary(i), boundary(i))
                           for i in range(count)) + b"\r\nx\r\n"


def styled(rule, element, count):
    rules = b"".join(rule % i for i in range(4_990))
    return b"<style>" + rules + b"</style>" + element * count


BOMBS = {
    "flat.zip": lambda: zipped([("a%d.txt" % i, bytes(60 * MIB)) for i in range(16)]),
    "nested.zip": lambda: nested_zips(4),
    "bzip2.zip": lambda: zipped([("a.txt", bytes(60 * MIB))], zipfile.ZIP_BZIP2),
    "lzma.zip": lambda: zipped([("a.txt", bytes(60 * MIB))], zipfile.ZIP_LZMA),
    "entities.docx": lambda: docx("<w:p><w:r><w:t>&k;</w:t></w:r></w:p>", ENTITIES),
    "deep.docx": lambda: docx("<w:tbl><w:tr><w:tc>" * 2_400_000),
    "long.docx": lambda: docx("<w:p><w:r><w:t>lol</w:t></w:r></w:p>" * 3_000_000),
    "rows.xlsx": lambda: xlsx("<row><c><v>1</v></c></row>" * 3_000_000),
    "strings.xlsx": lambda: xlsx('<row><c t="s"><v>0</v></c></row>' * 500_000, "<si><t>%s</t></si>" % ("A" * 30_000)),
    "entities.xml": lambda: ("<?xml version='1.0'?>" + ENTITIES + "<x>&k;</x>").encode(),
    "blanks.pdf": lambda: one_page(stream(deflated(b" ", 1024 * MIB), FLATE)),
    "drawing.pdf": lambda: one_page(stream(deflated(b"0 0 9 9 re f\n", 200 * MIB), FLATE)),
    "text.pdf": lambda: one_page(stream(deflated(TEXT, 200 * MIB), FLATE)),
    "twice.pdf": lambda: one_page(stream(zlib.compress(deflated(b" ", 1024 * MIB)),
                                         "/Filter [/FlateDecode /FlateDecode]")),
    "forms.pdf": lambda: one_page(stream(b"/X Do"), *forms()),
    "pages.pdf": lambda: pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1000000 /Kids [%s] >>" %
                             ("4 0 R " * 1_000_000), FONT, PAGE, stream(TEXT)),
    "contents.pdf": lambda: pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 1 /Kids [4 0 R] >>", FONT,
                                PAGE.replace("/Contents 5 0 R", "/Contents [%s]" % ("5 0 R " * 100_000)),
                                stream(zlib.compress(TEXT * 20_000), FLATE)),
    "bookmarks.pdf": lambda: bookmarks(30_000),
    "claims.pdf": lambda: pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 2000000000 /Kids [3 0 R] >>",
                              "<< /Type /Page >>"),
    "cycle.pdf": lambda: pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R] >>"),
    "deep-tree.pdf": lambda: deep_tree(30_000),
    "deep-array.pdf": lambda: pdf("<< /Type /Catalog /Pages 2 0 R /A %s >>" % ("[" * 1_000_000), "<< /Kids [] >>"),
    "objects.pdf": lambda: pdf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Count 0 /Kids [] >>",
                               stream(deflated(b"1 0 ", 1024 * MIB), FLATE + " /Type /ObjStm /N 9999999 /First 9")),
    "streams.pdf": lambda: b"%PDF-1.4\n" + b"1 0 obj<</Filter/FlateDecode>>stream\n" * 500_000,
    "deep.eml": lambda: multiparts(10_000, lambda i: b"b%d" % i),
    "deep-prefix.eml": lambda: multiparts(3_000, lambda i: b"b" * (i + 1)),
    "parts.eml": lambda: MAIL + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "prefix-lines.eml": lambda: MAIL + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--bx\r\n" * 2_000_000,
    "header.eml": lambda: b"Subject: " + b"a" * (100 * MIB) + b"\r\n\r\nx\r\n",
    "folds.eml": lambda: b"Subject: a\r\n" + b" b\r\n" * 20_000_000 + b"\r\nx\r\n",
    "fields.eml": lambda: b"X-A: b\r\n" * 10_000_000 + b"\r\nx\r\n",
    "words.eml": lambda: b"Subject: " + b"=?utf-8?q?a?=\r\n " * 3_000_000 + b"\r\n\r\nx\r\n",
    "charset.eml": lambda: MAIL + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + b"\x1b$B\xff\x1b(B\x80" *
    5_000_000,
    "comments.eml": lambda: MAIL + b"Content-Transfer-Encoding: " + b"()" * 1_000_000 + b"base64\r\n\r\nYWJj\r\n",
    "boundaries.eml": lambda: MAIL + b"".join(
        b"Content-Type: multipart/mixed" + b"".join(b"; boundary=b%d%d" % (i, j) for j in range(16)) + b"\r\n"
        for i in range(5)) + b"\r\n" + b"--x\r\n" * 1_000_000,
    "charsets.eml": lambda: b"Subject: " + b"=?iso-2022-jp?b?GyRC?= =?utf-7?q?a?= " * 300_000 + b"\r\n\r\nx\r\n",
    "korean.eml": lambda: MAIL + b"Content-Type: text/plain; charset=ibm-25546\r\n\r\n" + b"\xdd" * (8 * MIB),
    "folded-card.eml": lambda: MAIL + b"Content-Type: text/vcard\r\n\r\n" + b"quoted-printable=\r\n" * 1_000_000,
    "deep.html": lambda: b"<html><body>" + b"<div>" * 100_000 + b"x",
    "formatting.html": lambda: b"<p>" + b"<a><b><i><u><font>" * 2_000 + b"<p>" * 20_000,
    "long-attribute.html": lambda: styled(b"*[b%d]{display:none}", b"<i " + b"b" * (2 * MIB) + b">a</i>", 3),
    "long-class.html": lambda: styled(b".a.b%d{display:none}", b"<i class='a " + b"b" * 300 + b"'>a</i>", 30_000),
    "asking-selectors.html": lambda: styled(b".a" * 500 + b".b%d{display:none}", b"<i class='a'>a</i>", 30_000),
    "squares.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><path id="a" d="' + b"M0 0h1v1h-1z" * 300_000 + b'"/></svg>',
    "shapes.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><g id="a">' + b'<use href="#a"/>' * 500_000 + b"</g></svg>",
    "attributes.html": lambda: b"<a " + b" ".join(b"a%d=1" % i for i in range(1_000_000)) + b">x",
}


# How they end: `limit`, but for those where no bound of ours ends the reading.
STRICT_SECONDS = 1.0
OTHERWISE = {
    "entities.docx": "malformed",   # no office program writes a document type; its text is told as it stands
    "pages.pdf": "malformed",       # one page a million times over is no tree
    "claims.pdf": "malformed",      # a page without content that the library refuses
    "cycle.pdf": "malformed",       # a tree that holds itself and no page
    "bookmarks.pdf": "complete",    # 30,000 bookmarks inside each other, all listed
    "deep-tree.pdf": "complete",    # 30,000 nodes above one empty page, which is found
    "deep-array.pdf": "malformed",  # a catalog that breaks off
    "streams.pdf": "malformed",     # streams without objects
    "prefix-lines.eml": "malformed",  # no line is the boundary; all is read as text
    "folds.eml": "complete",        # 40 MB of subject, all of it read
    "comments.eml": "ambiguous",    # a comment in front of the encoding, which some programs take for an unknown one
    "boundaries.eml": "ambiguous",  # boundaries that do not occur; all is read as text
    "charsets.eml": "complete",     # 11 MB of subject, all of it read
    "folded-card.eml": "complete",  # one line of 17 MB, all of it read
    "long-attribute.html": "complete",    # all its text is read; some rules are not compared any more
    "long-class.html": "complete",        # the same
    "asking-selectors.html": "complete",  # the same
    "squares.svg": "complete",      # of 300,000 boxes the first 100,000 are looked at for a code
    "words.eml": "ambiguous",       # ends in a line of white space, which some programs take for the header's end
}


def endings_of(stderr):
    """Each part that is not complete: (whether it is the whole, outcome, why)."""
    lines = (line.split(": ", 3) for line in stderr.decode("utf-8", "replace").splitlines())
    return [(fields[1].startswith("(whole)"), fields[2], fields[3]) for fields in lines if len(fields) == 4]


def ending_of(endings):
    """The outcome of the whole, or of a part of it when the whole is complete."""
    for whole, outcome, _ in endings:
        if whole:
            return outcome
    return "part " + endings[-1][1] if endings else "complete"


def strict_faults(name, wall, ending, endings):
    expected = OTHERWISE.get(name, "limit")
    if wall > STRICT_SECONDS:
        yield "took %.2f s, more than %.1f s" % (wall, STRICT_SECONDS)
    outcomes = {outcome for _, outcome, _ in endings} or {"complete"}
    if ending.removeprefix("part ") != expected and not (ending.startswith("part ") and expected in outcomes):
        yield "ended %s, not %s" % (ending, expected)
    for _, outcome, why in endings:
        if outcome == "limit" and not re.search(r"\([^()]*\d[^()]*\)", why):
            yield "names no value of its limit: " + why
            break


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--postern", default="build/dev/bin/postern")
    options.add_argument("--only", default="", help="bombs with this word in their name")
    options.add_argument("--keep", help="write the files here and leave them")
    options.add_argument("--strict", action="store_true", help="check time, outcome and named limits")
    chosen = options.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(chosen.keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print("%-18s %12s %7s %7s  %s" % ("file", "bytes", "wall", "cpu", "ending"))
        for name, make in BOMBS.items():
            if chosen.only not in name:
                continue
            path = folder / name
            path.write_bytes(make())
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            run = subprocess.run([chosen.postern, "extract", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            endings = endings_of(run.stderr)
            ending = ending_of(endings) if run.returncode in (0, 3) else "exit %d" % run.returncode
            print("%-18s %12d %7.2f %7.2f  %s" % (name, path.stat().st_size, wall, cpu, ending), flush=True)
            bad += ending.endswith(("crashed", "timeout")) or ending.startswith("exit") or wall > 10
            for fault in strict_faults(name, wall, ending, endings) if chosen.strict else ():
                print("    FAILED: " + fault, flush=True)
                bad += 1
            if not chosen.keep:
                path.unlink()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

"""The attachments of the corpus: Word, Excel, PowerPoint, PDF and zip files as office programs write them.

Each takes a Writer, a size, and a planted string with how it is split: over the runs of an Office file ("runs"), over
the pieces of a PDF's TJ array ("kern"), or not ("plain").
"""
import io
import zipfile
import zlib

PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/"
TYPE = "application/vnd.openxmlformats-officedocument."
WORD_XML = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET_XML = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SLIDE_XML = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
             'xmlns:r="%srelationships"' % OFFICE)
LINES_A_SLIDE, LINES_A_PAGE, COLUMNS = 24, 52, 6


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2024, 1, 2, 3, 4, 6))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_pieces(text, r):
    """Cut in 2 to 4, as word processors do with their runs."""
    if len(text) < 4:
        return [text]
    cuts = sorted(r.sample(range(1, len(text)), min(len(text) - 1, r.randint(1, 3))))
    return [text[a:b] for a, b in zip([0] + cuts, cuts + [len(text)])]


def relations(items):
    return PROLOG + '<Relationships xmlns="%srelationships">' % PACKAGE + "".join(
        '<Relationship Id="rId%d" Type="%srelationships/%s" Target="%s"/>' % (i, OFFICE, kind, target)
        for i, (kind, target) in enumerate(items, 1)) + "</Relationships>"


def content_types(overrides):
    return (PROLOG + '<Types xmlns="%scontent-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>' % PACKAGE +
            "".join('<Override PartName="%s" ContentType="%s"/>' % o for o in overrides) + "</Types>")


class Planted(str):
    """The line that carries what is planted."""


def lines_with(writer, size, planted):
    lines = [line for line in writer.text(size).split("\n") if line]
    if planted:
        lines.insert(writer.random.randint(0, len(lines)), Planted(planted))
    return lines


def docx(writer, size, planted=None, how="plain"):
    r = writer.random
    out = [PROLOG, "<w:document %s><w:body>" % WORD_XML]
    for line in lines_with(writer, size, planted):
        if isinstance(line, Planted):
            runs = in_pieces(line, r) if how == "runs" else [line]
        else:  # ordinary text is split over runs, too
            length = max(1, len(line) // r.randint(1, 3))
            runs = [line[i:i + length] for i in range(0, len(line), length)]
        out.append("<w:p>" + "".join('<w:r w:rsidR="00A%05X"><w:rPr><w:lang w:val="en-US"/></w:rPr><w:t xml:space="preserve">%s</w:t></w:r>' %
                                     (r.randint(0, 0xFFFFF), escaped(run)) for run in runs) + "</w:p>")
    out.append("<w:sectPr/></w:body></w:document>")
    return zipped([("[Content_Types].xml", content_types([("/word/document.xml", TYPE + "wordprocessingml.document.main+xml")])),
                   ("_rels/.rels", relations([("officeDocument", "word/document.xml")])), ("word/document.xml", "".join(out))])


def xlsx(writer, size, planted=None, how="plain"):
    r = writer.random
    cells, have = [], 0
    while have < size:
        cells.append(" ".join(writer.words(r.randint(1, 6))))
        have += len(cells[-1])
    if planted:
        cells.insert(r.randint(0, len(cells)), planted)
    strings = ["<si>" + "".join('<r><t xml:space="preserve">%s</t></r>' % escaped(x) for x in in_pieces(cell, r)) + "</si>"
               if cell == planted and how == "runs" else "<si><t>%s</t></si>" % escaped(cell) for cell in cells]
    rows = []
    for i in range(0, len(cells), COLUMNS):
        row = i // COLUMNS + 1
        rows.append('<row r="%d">' % row + "".join('<c r="%s%d" t="s"><v>%d</v></c>' % ("ABCDEF"[j], row, i + j) for j in range(min(COLUMNS, len(cells) - i)))
                    + '<c r="G%d"><v>%d</v></c></row>' % (row, r.randint(0, 100000)))
    return zipped([
        ("[Content_Types].xml", content_types([("/xl/workbook.xml", TYPE + "spreadsheetml.sheet.main+xml"),
                                               ("/xl/worksheets/sheet1.xml", TYPE + "spreadsheetml.worksheet+xml"),
                                               ("/xl/sharedStrings.xml", TYPE + "spreadsheetml.sharedStrings+xml")])),
        ("_rels/.rels", relations([("officeDocument", "xl/workbook.xml")])),
        ("xl/workbook.xml", PROLOG + '<workbook %s xmlns:r="%srelationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>' %
         (SHEET_XML, OFFICE)),
        ("xl/_rels/workbook.xml.rels", relations([("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")])),
        ("xl/worksheets/sheet1.xml", PROLOG + "<worksheet %s><sheetData>%s</sheetData></worksheet>" % (SHEET_XML, "".join(rows))),
        ("xl/sharedStrings.xml", PROLOG + '<sst %s count="%d" uniqueCount="%d">%s</sst>' % (SHEET_XML, len(cells), len(cells), "".join(strings)))])


def pptx(writer, size, planted=None, how="plain"):
    lines = lines_with(writer, size, planted)
    slides = [lines[i:i + LINES_A_SLIDE] for i in range(0, len(lines), LINES_A_SLIDE)]
    members = [
        ("[Content_Types].xml", content_types([("/ppt/presentation.xml", TYPE + "presentationml.presentation.main+xml")] +
                                              [("/ppt/slides/slide%d.xml" % (i + 1), TYPE + "presentationml.slide+xml") for i in range(len(slides))])),
        ("_rels/.rels", relations([("officeDocument", "ppt/presentation.xml")])),
        ("ppt/presentation.xml", PROLOG + "<p:presentation %s><p:sldIdLst>%s</p:sldIdLst></p:presentation>" %
         (SLIDE_XML, "".join('<p:sldId id="%d" r:id="rId%d"/>' % (256 + i, i + 1) for i in range(len(slides))))),
        ("ppt/_rels/presentation.xml.rels", relations([("slide", "slides/slide%d.xml" % (i + 1)) for i in range(len(slides))]))]
    for i, slide in enumerate(slides):
        paragraphs = []
        for line in slide:
            runs = in_pieces(line, writer.random) if isinstance(line, Planted) and how == "runs" else [line]
            paragraphs.append("<a:p>" + "".join('<a:r><a:rPr lang="en-US"/><a:t>%s</a:t></a:r>' % escaped(run) for run in runs) + "</a:p>")
        members.append(("ppt/slides/slide%d.xml" % (i + 1), PROLOG + "<p:sld %s><p:cSld><p:spTree><p:sp><p:txBody>%s</p:txBody></p:sp></p:spTree></p:cSld></p:sld>" %
                        (SLIDE_XML, "".join(paragraphs))))
    return zipped(members)


def pdf_string(text):
    return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def kerned(text, r):
    """A TJ array that cuts the line at odd places, as typesetters do."""
    out, at = [], 0
    while at < len(text):
        length = r.randint(1, 9)
        out.append(pdf_string(text[at:at + length]))
        at += length
        if at < len(text):
            out.append(str(r.choice([-14, 8, 12, 20, -9])))
    return "[" + " ".join(out) + "] TJ"


def pdf(writer, pages, size, planted=None, how="plain"):
    """PDF 1.4: Flate page streams, Helvetica, one image to reach the size."""
    r = writer.random
    page_of_plant, kern = r.randrange(pages), r.random() < 0.5
    streams = []
    for page in range(pages):
        lines = writer.text(2900).split("\n")[:LINES_A_PAGE]
        if planted and page == page_of_plant:
            lines.insert(r.randint(0, len(lines)), Planted(planted))
        out = ["BT /F1 10 Tf 12.5 TL 56 790 Td"]
        for line in lines:
            if isinstance(line, Planted):
                for piece in (line[i:i + 85] for i in range(0, len(line), 85)):
                    out.append((kerned(piece, r) if how == "kern" else pdf_string(piece) + " Tj") + " T*")
            elif not line:
                out.append("T*")
            else:
                out.append((kerned(line, r) if kern else pdf_string(line) + " Tj") + " T*")
        out.append("ET")
        streams.append(zlib.compress("\n".join(out).encode("latin-1"), 6))
    used = sum(len(s) + 250 for s in streams) + 800
    return assembled(streams, picture(max(0, size - used), r))


def picture(size, r):
    """(width, height, deflated noise) of about that size; None when it would be hardly anything."""
    width = 128
    height = max(1, size // (width * 3))
    return (width, height, zlib.compress(r.randbytes(width * height * 3), 1)) if size > 2000 else None


def assembled(streams, image):
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []

    def add(data):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n" % len(offsets) + data + b"\nendobj\n")

    add(b"<< /Type /Catalog /Pages 2 0 R >>")
    add(("<< /Type /Pages /Count %d /Kids [ %s ] >>" % (len(streams), " ".join("%d 0 R" % (5 + 2 * i) for i in range(len(streams))))).encode())
    add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    if image:
        add(("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n"
             % (image[0], image[1], len(image[2]))).encode() + image[2] + b"\nendstream")
    else:
        add(b"<< >>")
    for i, stream in enumerate(streams):
        add(("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >>%s >> /Contents %d 0 R >>" %
             (" /XObject << /Im1 4 0 R >>" if image else "", 6 + 2 * i)).encode())
        if image and i == 0:
            stream = zlib.compress(zlib.decompress(stream) + b"\nq 100 0 0 100 440 40 cm /Im1 Do Q", 6)
        add(("<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream)).encode() + stream + b"\nendstream")
    table = out.tell()
    out.write(("xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)).encode())
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(("trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, table)).encode())
    return out.getvalue()

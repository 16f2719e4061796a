"""The mails of the quickstart: what an office sends on a day, made with the standard library alone."""
import email.message
import email.policy
import io
import pathlib
import zipfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
CT = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MIME = "application/vnd.openxmlformats-officedocument."


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, (2026, 5, 4, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def office(main, main_type, parts, links=()):
    """An Office Open XML package: parts are (name, xml), links (from part, id, type, target)."""
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind, _ in parts)
    files = [("[Content_Types].xml", f'{CT}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
              f'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'),
             ("_rels/.rels", f'{CT}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
              f'Target="{main}"/></Relationships>')]
    files += [(name, CT + xml) for name, _, xml in parts]
    if links:
        folder, leaf = main.rsplit("/", 1)
        rows = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>' for i, kind, target in links)
        files.append((f"{folder}/_rels/{leaf}.rels", f'{CT}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'))
    assert main_type
    return zipped(files)


def docx(paragraphs):
    """Each paragraph is a list of runs: word processors cut words anywhere."""
    body = "".join("<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{run}</w:t></w:r>' for run in runs) + "</w:p>" for runs in paragraphs)
    xml = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>'
    kind = MIME + "wordprocessingml.document.main+xml"
    return office("word/document.xml", kind, [("word/document.xml", kind, xml)])


def xlsx(rows):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = "".join(f'<row r="{r}">' + "".join(f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{value}</t></is></c>' for c, value in enumerate(row)) + "</row>"
                    for r, row in enumerate(rows, 1))
    sheet = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    book = f'<workbook xmlns="{main}" xmlns:r="{OFFICE}"><sheets><sheet name="Export" sheetId="1" r:id="rId1"/></sheets></workbook>'
    kind = MIME + "spreadsheetml."
    return office("xl/workbook.xml", kind, [("xl/workbook.xml", kind + "sheet.main+xml", book), ("xl/worksheets/sheet1.xml", kind + "worksheet+xml", sheet)],
                  [("rId1", "worksheet", "worksheets/sheet1.xml")])


def pptx(lines):
    p = "http://schemas.openxmlformats.org/presentationml/2006/main"
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    text = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in lines)
    slide = f'<p:sld xmlns:p="{p}" xmlns:a="{a}"><p:cSld><p:spTree><p:sp><p:txBody>{text}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>'
    show = f'<p:presentation xmlns:p="{p}" xmlns:r="{OFFICE}"><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>'
    kind = MIME + "presentationml."
    return office("ppt/presentation.xml", kind, [("ppt/presentation.xml", kind + "presentation.main+xml", show), ("ppt/slides/slide1.xml", kind + "slide+xml", slide)],
                  [("rId1", "slide", "slides/slide1.xml")])


def pdf(lines):
    text = "BT /F1 11 Tf 14 TL 72 770 Td " + " ".join("(" + line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ") Tj T*" for line in lines) + " ET"
    stream = zlib.compress(text.encode("latin-1"))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>",
               b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
               b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream) + stream + b"\nendstream"]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, data in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + data + b"\nendobj\n"
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref))


def mail(sender, recipients, subject, text, html=None, files=(), forwarded=None):
    out = email.message.EmailMessage(policy=email.policy.SMTP)
    out["From"] = sender
    out["To"] = ", ".join(recipients)
    out["Subject"] = subject
    out["Date"] = "Mon, 04 May 2026 09:12:00 +0200"
    out["Message-ID"] = f"<{abs(hash((subject, sender))) % 10**12:012d}@corp.example>"
    out.set_content(text)
    if html:
        out.add_alternative(html, subtype="html")
    for name, kind, data in files:
        major, minor = kind.split("/")
        out.add_attachment(data, maintype=major, subtype=minor, filename=name)
    if forwarded:
        out.add_attachment(forwarded)
    return out


class Sample:
    def __init__(self, name, about, sender, recipients, message):
        self.name, self.about, self.sender, self.recipients = name, about, sender, recipients
        self.bytes = message.as_bytes()


def samples():
    anna, ben, eva = "anna.adler@corp.example", "ben.bauer@corp.example", "eva.evans@corp.example"
    supplier, freemail, social, press = "orders@supplier.example", "anna.a@freemail.example", "x7k2p@post.chirper.example", "desk@daily-news.example"

    def make(name, about, sender, recipients, *args, **kwargs):
        return Sample(name, about, sender, recipients, mail(sender, recipients, *args, **kwargs))

    old = mail(ben, [eva], "Brightwater", "Confidential: the acquisition of Brightwater goes on. Due diligence starts on Monday, the purchase price is as discussed.\n")
    inner = zipped([("process/line4.txt", "Confidential\nProcess parameters of the top coat: temperature 182 C, dwell time 40 s, pressure 3.1 bar.\n")])
    return [
        make("01-plain", "an everyday mail to a supplier", anna, [supplier], "Delivery on Tuesday", "Hello,\n\nplease deliver the two pallets on Tuesday before ten.\n\nAnna\n"),
        make("02-inside", "the codename of a project, to a colleague", anna, [ben], "Nightjar", "The Nightjar samples are in the lab.\n"),
        make("03-html", "HTML whose tags cut the codename, to a social network's posting address", eva, [social], "News",
             "Big news soon!\n", html="<html><body><p>We are proud of <b>Night</b><span>jar</span>, it ships in May!</p></body></html>"),
        make("04-pdf", "a PDF with figures before their date, to the press", ben, [press], "Figures",
             "As promised.\n", files=[("q3.pdf", "application/pdf", pdf(["Corp Example, third quarter", "Unaudited quarterly results: revenue 41.2 m, EBITDA 6.8 m."]))]),
        make("05-docx", "a Word file that cuts the codename into runs, to a private mailbox", anna, [freemail], "For the weekend",
             "To read at home.\n", files=[("plan.docx", MIME + "wordprocessingml.document", docx([["Plan for Amber ", "Fal", "con"], ["The pilot starts in week 23."]]))]),
        make("06-xlsx", "an export of the customer list, to a private mailbox", ben, [freemail], "List",
             "See attachment.\n", files=[("customers.xlsx", MIME + "spreadsheetml.sheet", xlsx([["Customer ID", "Name", "E-Mail", "Phone", "City"], ["100231", "Ada Holm", "ada@holm.example", "0171 000", "Ulm"]]))]),
        make("07-pptx", "slides with a price floor, to a partner: a reason is asked for", eva, [supplier], "Offer",
             "The slides for tomorrow.\n", files=[("offer.pptx", MIME + "presentationml.presentation", pptx(["Lot 2", "Do not share: the floor price is 14.20"]))]),
        make("08-zip-in-zip", "process parameters in a zip in a zip, to a private mailbox", anna, [freemail], "Archive",
             "Photos.\n", files=[("photos.zip", "application/zip", zipped([("2026/inner.zip", inner)]))]),
        make("09-forwarded", "a forwarded mail about a deal, to a private mailbox", eva, [freemail], "Fwd: Brightwater", "FYI\n", forwarded=old),
        make("10-mixed", "the codename, to a colleague and a social network: one copy goes, one is held", anna, [ben, social], "Launch", "Nightjar ships in May, see you there!\n"),
        make("11-encrypted", "a locked zip, to a private mailbox: nobody can read it on the way", ben, [freemail], "Papers",
             "The password comes by phone.\n", files=[("papers.zip", "application/zip", (HERE / "policy/tests/locked.zip").read_bytes())]),
        make("12-order-number", "looks like a card number and is none, to a customer", anna, ["ada@holm.example"], "Your order",
             "Your order 4929 1234 5678 9012 left our house. The visa for the driver is ready.\n"),
        make("13-bird", "a nightjar that is a bird, to a social network", eva, [social], "Walk", "A nightjar sang in the wood behind the plant, what a bird!\n"),
        make("14-press", "product talk with the press: delivered, with a note to the sender", ben, [press], "Your question", "Our coating line runs on water-based paint since 2024.\n"),
        make("15-look-alike", "a domain one letter off the supplier: refused", anna, ["orders@suplier.example"], "Invoice", "Here is the invoice.\n"),
    ]

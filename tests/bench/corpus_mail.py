"""The mails of the corpus: envelope, header, MIME structure, and where the planted string went."""
import base64
import dataclasses
import math
import quopri
import string

from corpus_documents import TYPE, docx, escaped, in_pieces, pdf, pptx, xlsx, zipped

DOMAINS = {
    "internal": ["corp.example", "hr.corp.example"],
    "partner": ["partner-one.example", "supplier.example", "lawfirm.example"],
    "freemail": ["freemail.example", "webpost.example", "inboxly.example"],
    "social": ["post.chirper.example", "upload.facepages.example", "post.blogspace.example"],
}
OFFICE = {"docx": (docx, "wordprocessingml.document"), "xlsx": (xlsx, "spreadsheetml.sheet"), "pptx": (pptx, "presentationml.presentation")}
STYLE = ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n<style>p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt; '
         'font-family:"Calibri",sans-serif;} a:link {color:#0563C1;} .x1 {color:#1F497D; mso-style-type:personal}</style></head>\n'
         '<body lang="EN-GB" link="#0563C1">\n<div class="WordSection1">')
FOOT = '<table border="0"><tr><td><a href="https://www.corp.example/imprint">www.corp.example</a></td></tr></table></div></body></html>'


@dataclasses.dataclass
class Mail:
    raw: bytes = b""
    sender: str = ""
    recipients: list = dataclasses.field(default_factory=list)
    classes: list = dataclasses.field(default_factory=list)
    shape: str = ""
    kind: str = ""   # of what is planted; empty: nothing
    value: str = ""
    where: str = ""  # body html docx xlsx pptx pdf zip-txt zip-docx zip-eml
    how: str = ""    # plain, qp, base64, utf16, entity, tags, runs, kern; +alt: also in the plain alternative
    decoy: str = ""
    attachments: list = dataclasses.field(default_factory=list)  # (name, bytes)


# ---- MIME

def base64_lines(data):
    return base64.encodebytes(data).decode().replace("\n", "\r\n")


def text_part(text, subtype, encoding, charset="utf-8"):
    """Header and body of a text part; the text has LF line ends."""
    header = "Content-Type: text/%s; charset=%s\r\nContent-Transfer-Encoding: %s\r\n" % (subtype, charset, encoding)
    if encoding == "7bit":
        return header, text.replace("\n", "\r\n") + "\r\n"
    if encoding == "quoted-printable":
        quoted = quopri.encodestring(text.encode(charset), quotetabs=False).decode()
        return header, quoted.replace("\r\n", "\n").replace("\n", "\r\n") + "\r\n"
    return header, base64_lines(text.replace("\n", "\r\n").encode(charset))


def multipart(kind, parts, boundary):
    header = 'Content-Type: multipart/%s;\r\n boundary="%s"\r\n' % (kind, boundary)
    return header, "".join("--%s\r\n%s\r\n%s\r\n" % (boundary, h, b) for h, b in parts) + "--%s--\r\n" % boundary


def attachment(name, content_type, data):
    return ('Content-Type: %s;\r\n name="%s"\r\nContent-Disposition: attachment;\r\n filename="%s"\r\nContent-Transfer-Encoding: base64\r\n' %
            (content_type, name, name), base64_lines(data))


def html_of(text, r, planted=None, how="plain"):
    """The text as an office program writes HTML."""
    out = [STYLE]
    paragraphs = text.split("\n\n")
    at = r.randint(0, len(paragraphs))
    for i, paragraph in enumerate(paragraphs + [None]):
        if planted is not None and i == at:
            if how == "entity":
                shown = "".join("&#%d;" % ord(c) if r.random() < 0.7 else escaped(c) for c in planted)
            elif how == "tags":
                shown = "".join("<span style='color:black'>%s</span>" % escaped(piece) for piece in in_pieces(planted, r))
            else:
                shown = escaped(planted)
            out.append('<p class="MsoNormal"><b>%s</b><o:p></o:p></p>' % shown)
        if paragraph:
            out.append("<p class=\"MsoNormal\"><span lang=\"EN-US\" style='mso-fareast-language:EN-US'>%s</span><o:p></o:p></p>" %
                       escaped(paragraph.replace("\n", " ")))
    return "\n".join(out + [FOOT])


# ---- envelope and header

def about(r, least, most):
    """Sizes are spread evenly over their logarithm."""
    return int(math.exp(r.uniform(math.log(least), math.log(most))))


def choose_recipients(writer):
    """(classes, addresses)"""
    r = writer.random

    def one(of):
        person = writer.person()
        if of == "social":
            return "%s@%s" % (writer.letters(10, string.ascii_lowercase + string.digits), r.choice(DOMAINS[of]))
        return "%s@%s" % (person, r.choice(DOMAINS[of]))

    of = r.choices(["internal", "partner", "freemail", "social", "mixed"], [30, 35, 15, 5, 15])[0]
    if of == "mixed":
        classes = ["internal", r.choice(["partner", "freemail", "social"])] + r.choices(["internal", "partner"], k=r.randint(0, 3))
    else:
        classes = [of] * r.choices([1, 2, 3, 5], [70, 18, 8, 4])[0]
    return classes, [one(c) for c in classes]


def top_header(writer, number, sender, recipients, subject):
    r = writer.random
    client = "Received: from client%d.corp.example (client%d.corp.example [10.1.%d.%d])\r\n\tby mail.corp.example (Postfix) with ESMTPSA id 4X%05d" % (
        r.randint(1, 250), r.randint(1, 250), r.randint(0, 9), r.randint(1, 250), number)
    return "\r\n".join([
        client + "\r\n\tfor <%s>; Mon, %d Jan 2024 %02d:%02d:%02d +0100 (CET)" % (
            recipients[0], r.randint(1, 28), r.randint(7, 18), r.randint(0, 59), r.randint(0, 59)),
        "From: %s <%s>" % (" ".join(x.capitalize() for x in sender.split("@")[0].split(".")), sender),
        "To: " + ",\r\n ".join("<%s>" % a for a in recipients),
        "Subject: " + subject,
        "Date: Mon, %d Jan 2024 %02d:%02d:00 +0100" % (r.randint(1, 28), r.randint(7, 18), r.randint(0, 59)),
        "Message-ID: <%s@corp.example>" % writer.letters(24),
        "MIME-Version: 1.0", "X-Mailer: Office Outlook 16.0", "Thread-Index: " + writer.letters(40), "Content-Language: en-us"]) + "\r\n"


# ---- whole mails

class Composer:
    """Makes mail `number`; a string is planted, or a decoy put in, when asked for."""

    def __init__(self, writer, number):
        self.writer, self.random, self.number = writer, writer.random, number
        self.mail = Mail()
        self.subject = self.decoy = self.boundary = ""
        self.size = 0

    def compose(self, planted, decoy):
        mail, r = self.mail, self.random
        mail.shape = r.choices(["plain", "html", "ooxml", "pdf", "zip"], [60, 20, 12, 6, 2])[0]
        mail.classes, mail.recipients = choose_recipients(self.writer)
        mail.sender = self.writer.person() + "@corp.example"
        self.subject = " ".join(self.writer.words(r.randint(3, 8))).capitalize()
        if planted:
            mail.kind, mail.value = self.writer.plant()
        elif decoy:
            mail.decoy, self.decoy = self.writer.decoy()
        self.boundary = "----=_NextPart_%03d_%s" % (self.number % 1000, self.writer.letters(16))
        self.size = about(r, 1024, 8192)
        header, body = {"plain": self.plain, "html": self.html}.get(mail.shape, self.with_attachment)()
        mail.raw = (top_header(self.writer, self.number, mail.sender, mail.recipients, self.subject) + header + "\r\n" + body).encode()
        if not planted:
            mail.where = mail.how = ""
        return mail

    def planted_in(self, where):
        return self.mail.value if self.mail.kind and self.mail.where == where else None

    def with_plant(self, text, where):
        return self.writer.insert(text, self.mail.value) if self.planted_in(where) else text

    def cover(self):
        text = self.writer.text(self.size if self.mail.shape in ("plain", "html") else about(self.random, 400, 2500))
        if self.mail.decoy:
            text = self.writer.insert(text, self.decoy)
        return text + "\n-- \n" + self.mail.sender + "\nCorp Example Ltd."

    def plain(self):
        mail = self.mail
        mail.where = "body"
        encoding = self.random.choices(["7bit", "quoted-printable", "base64", "utf16"], [70, 19, 9, 2])[0]
        mail.how = {"7bit": "plain", "quoted-printable": "qp"}.get(encoding, encoding)
        text = self.with_plant(self.cover(), "body")
        if encoding == "quoted-printable":
            text = text.replace("Corp", "C\u00f6rp").replace("growth", "gr\u00f6wth")
        return text_part(text, "plain", "base64", "utf-16") if encoding == "utf16" else text_part(text, "plain", encoding)

    def html(self):
        mail, r = self.mail, self.random
        mail.where, mail.how = "html", r.choice(["plain", "entity", "tags"])
        text = self.cover()
        html = html_of(text, r, self.planted_in("html"), mail.how)
        if mail.kind and r.random() < 0.5:  # not every plain alternative says the same
            text, mail.how = self.writer.insert(text, mail.value), mail.how + "+alt"
        encoding = r.choices(["quoted-printable", "base64"], [80, 20])[0]
        return multipart("alternative", [text_part(text, "plain", "quoted-printable"), text_part(html, "html", encoding)], self.boundary)

    def with_attachment(self):
        part = {"ooxml": self.office, "pdf": self.pdf, "zip": self.zip}[self.mail.shape]()
        text = self.cover()
        if self.random.random() < 0.4:
            body = text_part(text, "plain", "quoted-printable")
        else:
            body = multipart("alternative", [text_part(text, "plain", "quoted-printable"),
                                             text_part(html_of(text, self.random), "html", "quoted-printable")], self.boundary + "A")
        return multipart("mixed", [body, part], self.boundary)

    def attach(self, kept_as, name, content_type, data):
        self.mail.attachments.append((kept_as, data))
        return attachment(name, content_type, data)

    def office(self):
        kind = self.random.choice(["docx", "xlsx", "pptx"])
        self.mail.where, self.mail.how = kind, self.random.choice(["plain", "runs"])
        make, content_type = OFFICE[kind]
        data = make(self.writer, about(self.random, 20 << 10, 500 << 10), self.planted_in(kind), self.mail.how)
        return self.attach("doc." + kind, "document-%d.%s" % (self.number, kind), TYPE + content_type, data)

    def pdf(self):
        r = self.random
        self.mail.where, self.mail.how = "pdf", r.choice(["plain", "kern"])
        data = pdf(self.writer, about(r, 2, 60), about(r, 20 << 10, 1 << 20), self.planted_in("pdf"), self.mail.how)
        return self.attach("doc.pdf", "report-%d.pdf" % self.number, "application/pdf", data)

    def zip(self):
        writer, r = self.writer, self.random
        self.mail.where, self.mail.how = r.choice(["zip-txt", "zip-docx", "zip-eml"]), "plain"
        readme = self.with_plant(writer.text(about(r, 2000, 60000)), "zip-txt")
        header, body = text_part(self.with_plant(writer.text(2000), "zip-eml"), "plain", "base64")
        old = top_header(writer, self.number, self.mail.sender, ["someone@partner-one.example"], "Fwd: " + self.subject) + header + "\r\n" + body
        table = "\r\n".join(";".join(writer.words(5)) for _ in range(r.randint(50, 800)))
        letter = docx(writer, about(r, 10000, 80000), self.planted_in("zip-docx"), "plain")
        data = zipped([("readme.txt", readme), ("data/table.csv", table), ("docs/letter.docx", letter), ("mail/old.eml", old)])
        return self.attach("files.zip", "files-%d.zip" % self.number, "application/zip", data)

"""Puts a mail together as mail programs do: greeting, text, signature, disclaimer, thread; text, HTML, both, or attached."""
import base64
import binascii
import urllib.parse
from dataclasses import dataclass, field

import documents
from templates import Table, templates
from vocabulary import US, US_DOMAIN, Words

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
# How the text of a mail is carried. Tables take those of TABLE_FORMS as well.
FORMS = ("plain", "html", "alternative", "thread", "docx", "txt", "page")
TABLE_FORMS = ("plain", "alternative", "html", "xlsx", "csv", "docx", "thread")
# One address of each class of the policy in policy/policy.yaml.
ADDRESSES = {
    "internal": "k.brandt@hallwick.example", "other": "purchasing@muster-handel.example", "partner": "m.holt@lindner-partner.example",
    "personal": "rosebud77@freemail.example", "press": "desk@morning-courier.example", "social": "x7k2@post.chirper.example",
    "public-list": "users@lists.valve-forum.example", "competitor": "sales@rival.example", "app": "board-81@boards.example",
    "protected": "chair@works-council.example",
}
PRIORITY = {"en": "RE", "de": "AW", "fr": "RE", "es": "RE"}


@dataclass
class Attachment:
    name: str
    data: bytes
    type: str = "application/octet-stream"


@dataclass
class Mail:
    name: str
    portion: str         # "dev" or "held"
    language: str
    kind: str             # the template's label
    form: str
    to: str               # class of the recipient
    rules: tuple = ()     # what must be found; () for honest mail
    also: tuple = ()      # categories that are in it as well: finding them is neither needed nor wrong
    raw: bytes = field(default=b"", repr=False)

    @property
    def categories(self):
        return {rule.split(".")[0] for rule in self.rules}


class Composer:
    """Writes mails in one language. Everything random comes from `random`."""

    def __init__(self, random, language):
        self.random, self.language = random, language
        self.everyday = [t for t in templates(language, "honest") if t.label == "everyday"]

    def words(self):
        return Words(self.random, self.language)

    def filled(self, template, w):
        """(subject, blocks) with values; a table becomes a list of rows."""
        blocks = []
        for block in template.blocks:
            if isinstance(block, Table):
                rows = [w.row(block.repeated) for _ in range(self.random.randint(6, 24))]
                blocks.append([[w.fill(cell) for cell in block.heading], *rows])
            else:
                blocks.append(w.fill(block))
        return w.fill(template.subject), blocks

    def signature(self, w):
        name = w.make("person")
        return f"{w.one('closing')}\n{name}", f"-- \n{name}\n{w.one('title')} | {US}\n{w.make('phone')} | www.{US_DOMAIN}"

    def framed(self, blocks, w):
        """Greeting and small talk around the blocks, then signature and disclaimer, each as often as in an office."""
        r, out = self.random, []
        if r.random() < 0.85:
            out.append(w.one("greeting"))
        if r.random() < 0.5:
            out.append(w.one("opening"))
        out += blocks
        if r.random() < 0.5:
            out.append(w.one("ending"))
        closing, signature = self.signature(w)
        if r.random() < 0.85:
            out.append(closing)
        if r.random() < 0.5:
            out.append(signature)
        if r.random() < 0.4:
            out.append(w.one("disclaimer"))
        return out

    def thread(self, w):
        """An older, harmless mail as it stands below an answer."""
        _, blocks = self.filled(self.random.choice(self.everyday), self.words())
        old = plain([*blocks, w.one("closing")])
        return w.one("wrote") + "\n" + "\n".join(f"> {line}".rstrip() for line in old.split("\n"))

    def attached(self, blocks, form, w, subject):
        name = w.one("file")
        rows = next((block for block in blocks if isinstance(block, list)), [])
        if form == "xlsx":
            return Attachment(f"{name}.xlsx", documents.xlsx(rows), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        if form == "csv":
            return Attachment(f"{name}.csv", documents.csv_file(rows, "," if self.language == "en" else ";"), "text/csv")
        if form == "docx":
            return Attachment(f"{name}.docx", documents.docx(blocks), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
        if form == "page":
            return Attachment(f"{name}.html", documents.page(blocks, subject).encode(), "text/html")
        return Attachment(f"{name}.txt", plain(blocks).encode(), "text/plain")

    def compose(self, subject, blocks, form, to, w, number, attachments=()):
        """The bytes of one mail; `number` makes its ids."""
        below = None
        if form in ("xlsx", "csv", "docx", "page", "txt"):
            attachments = [*attachments, self.attached(blocks, form, w, subject)]
            # What stands beside a table in the template stays in the mail.
            beside = [block for block in blocks if isinstance(block, str)] if form in ("xlsx", "csv") else []
            blocks, form = [*beside, w.one("attached")], self.random.choice(("plain", "alternative"))
        if form == "thread":
            below, form = self.thread(w), "plain"
            subject = f"{PRIORITY[self.language]}: {subject}"
        blocks = self.framed(blocks, w)
        return message(subject, blocks, form, ADDRESSES[to], number, attachments, below)


def plain(blocks):
    return "\n\n".join(block if isinstance(block, str) else "\n".join("\t".join(row) for row in block) for block in blocks)


# ---- the wire (RFC 5322, RFC 2045 to 2047), by hand: the standard library takes ten times as long

def word(text):
    """A header's text; encoded words of at most 75 characters where it is not ASCII."""
    if text.isascii():
        return text
    pieces = (text[i:i + 14] for i in range(0, len(text), 14))
    return "\n ".join(f"=?utf-8?B?{base64.b64encode(piece.encode()).decode()}?=" for piece in pieces)


def text_part(subtype, text, encoding):
    body = text.encode()
    if encoding == "quoted-printable":
        body = binascii.b2a_qp(body, istext=True)
    head = f"Content-Type: text/{subtype}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n"
    return head.encode() + body.rstrip(b"\n") + b"\n"


def file_part(attachment):
    name = f'filename="{attachment.name}"' if attachment.name.isascii() else f"filename*=utf-8''{urllib.parse.quote(attachment.name)}"
    head = f"Content-Type: {attachment.type}\nContent-Disposition: attachment; {name}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(attachment.data)


def multipart(subtype, parts, boundary):
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'.encode()
    return head + b"".join(b"--" + boundary.encode() + b"\n" + part + b"\n" for part in parts) + f"--{boundary}--\n".encode()


def message(subject, blocks, form, to, number, attachments=(), below=None):
    text = plain([*blocks, below] if below else blocks)
    page = text_part("html", documents.page(blocks, subject), "quoted-printable")
    body = page if form == "html" else text_part("plain", text, "8bit" if number % 3 else "quoted-printable")
    if form == "alternative":
        body = multipart("alternative", [body, page], f"=_inner_{number}")
    if attachments:
        body = multipart("mixed", [body, *map(file_part, attachments)], f"=_outer_{number}")
    day = number % 5
    head = (f"From: J. Keller <j.keller@hallwick.example>\nTo: {to}\nSubject: {word(subject)}\n"
            f"Date: {DAYS[day]}, {2 + day:02} Nov 2026 {8 + number % 9:02}:{number % 60:02}:00 +0100\n"
            f"Message-ID: <{number}.accuracy@hallwick.example>\nMIME-Version: 1.0\n")
    return head.encode() + body

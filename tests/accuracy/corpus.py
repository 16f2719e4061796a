#!/usr/bin/env python3
"""Makes the mails that accuracy is measured on.

    corpus.py [--seed 1] labelled OUT          OUT/*.eml and OUT/labels.tsv
    corpus.py [--seed 1] honest OUT [--count 30000] [--part 5000]   OUT/honest-NN.mbox

The same seed gives the same bytes.
"""
import argparse
import pathlib
import random

import documents
import noise
import values
from mails import FORMS, TABLE_FORMS, Attachment, Composer, Mail
from templates import LANGUAGES, templates

# Classes that a rule of the packs acts on, where not every class outside but partner and protected.
EVERYBODY = ("other", "personal", "press", "social", "public-list", "competitor")
STRANGERS = ("personal", "press", "social", "public-list", "competitor")
REACH = {"customer-data.contract": STRANGERS, "trade-secret.drawing-file": STRANGERS, "unreadable.locked": STRANGERS,
         "unreadable.not-looked-into": STRANGERS, "unreadable.disguised": STRANGERS,
         "customer-data.many-addresses": ("personal", "social", "public-list", "competitor"),
         "financial.bank-accounts": ("social", "public-list", "press", "app")}
# Rules that act on partners too.
ALSO_PARTNERS = ("business-strategy.price-floor", "customer-data.health", "financial.payment-card", "financial.many-bank-accounts")
# What is told of the one tells the other, too.
SAME = {"trade-secret.coming-product": ("business-strategy",), "business-strategy.roadmap": ("trade-secret",)}
# The files of templates of each set: rules may be tuned on "dev", "held" is only measured.
SETS = {"dev": (("planted", "planted_more", "planted_trades", "planted_services"), ("honest", "honest_more")), "held": (("held",), ("held_honest",))}
# Mails of one template.
VARIANTS = {"dev": 1, "held": 2}


class Labelled:
    """The labelled set: every template in some forms, what programs make, and the same to those who may have it."""

    def __init__(self, seed):
        self.seed = seed
        self.mails = []
        for language in LANGUAGES:
            self.language = language
            self.around = templates(language, "around")
            for self.portion, (planted, honest) in SETS.items():
                self.random = random.Random(f"{seed} {language} {self.portion}")
                self.composer = Composer(self.random, language)
                for template in (t for name in planted for t in templates(language, name)):
                    self.planted(template)
                self.secrets()
                self.files()
                for template in (t for name in honest for t in templates(language, name)):
                    self.honest(template)

    def add(self, kind, form, to, subject, blocks, w, rules=(), also=(), attachments=()):
        number = len(self.mails)
        raw = self.composer.compose(subject, blocks, form, to, w, number, attachments)
        self.mails.append(Mail(f"{number:05}", self.portion, self.language, kind, form, to, tuple(rules), tuple(also), raw))

    def planted(self, template):
        rule, _, more = template.label.partition(" also ")
        also = (*SAME.get(rule, ()), *more.split())
        forms = TABLE_FORMS if template.tables else ("plain", "txt", "thread") if rule == "trade-secret.source-code" else FORMS
        reach = REACH.get(rule, EVERYBODY)
        for variant in range(VARIANTS[self.portion]):
            w = self.composer.words()
            subject, blocks = self.composer.filled(template, w)
            form = forms[(template.number + variant * 3 + self.random.randrange(2)) % len(forms)]
            self.add(rule, form, self.random.choice(reach), subject, blocks, w, [rule], also)
        # Some go to somebody who may have it.
        if template.number == 0 and rule not in ALSO_PARTNERS:
            w = self.composer.words()
            subject, blocks = self.composer.filled(template, w)
            to = ("partner", "protected", "internal")[self.random.randrange(3)]
            self.add(f"allowed {rule}", "plain", to, subject, blocks, w)

    def secrets(self):
        frames = [t for t in self.around if t.label == "secret"]
        for rule, text in values.secrets(self.random):
            w = self.composer.words()
            frame = self.random.choice(frames)
            w.known["{secret}"] = text
            subject, blocks = self.composer.filled(frame, w)
            form = ("plain", "html", "alternative", "docx", "txt")[self.random.randrange(5)]
            self.add(rule, form, self.random.choice(EVERYBODY), subject, blocks, w, [rule])

    def files(self):
        r = self.random
        frames = [t for t in self.around if t.label == "file"]
        made = [
            ("trade-secret.drawing-file", Attachment("flange.step", documents.step_file(r))),
            ("trade-secret.drawing-file", Attachment("flange2.stp", documents.step_file(r))),
            ("trade-secret.drawing-file", Attachment("cover.dxf", documents.dxf_file(r))),
            ("trade-secret.drawing-file", Attachment("cover2.dxf", documents.dxf_file(r), "application/dxf")),
            ("unreadable.locked", Attachment("docs.zip", documents.locked_zip(r, "plan.txt", r.randbytes(400)), "application/zip")),
            ("unreadable.locked", Attachment("all.zip", documents.locked_zip(r, "list.xlsx", r.randbytes(900)), "application/zip")),
            ("unreadable.locked", Attachment("message.asc", documents.pgp_message(r).encode(), "text/plain")),
            ("unreadable.locked", Attachment("letter.pgp", documents.pgp_message(r).encode(), "application/pgp-encrypted")),
            ("unreadable.not-looked-into", Attachment("backup.zip", documents.nested_zip(b"hello"), "application/zip")),
            ("unreadable.not-looked-into", Attachment("old.zip", documents.nested_zip(b"hello again", 50), "application/zip")),
            ("unreadable.disguised", Attachment("holiday.jpg", documents.zipped([("plan.txt", "a plan " * 90)]), "image/jpeg")),
            ("unreadable.disguised", Attachment("letter.pdf", documents.zipped([("list.txt", "a list " * 90)]), "application/pdf")),
            ("unreadable.disguised", Attachment("song.mp3", b"SQLite format 3\0\x10\0\1\1\0\x40\x20\x20" + bytes(4076), "audio/mpeg")),
            ("unreadable.disguised", Attachment("note.txt", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" + bytes(44) + b"\x80\0\0\0" + bytes(64) +
                                                b"PE\0\0\x4c\1\1\0" + bytes(400), "text/plain")),
        ]
        for rule, attachment in made:
            w = self.composer.words()
            subject, blocks = self.composer.filled(r.choice(frames), w)
            self.add(rule, "plain", r.choice(REACH[rule]), subject, blocks, w, [rule], attachments=[attachment])

    def honest(self, template):
        near = template.label != "everyday"
        forms = TABLE_FORMS if template.tables else FORMS
        for variant in range(VARIANTS[self.portion] if near else 1):
            w = self.composer.words()
            subject, blocks = self.composer.filled(template, w)
            form = forms[(template.number + variant * 3) % len(forms)]
            to = self.random.choice(EVERYBODY if "{iban}" not in "".join(b for b in template.blocks if isinstance(b, str)) else ("other", "partner"))
            self.add(template.label, form, to, subject, blocks, w)


def honest_mails(seed, count):
    """(kind, bytes): mails without anything to find, one after the other, to recipients of every class."""
    composers = {language: Composer(random.Random(f"{seed} honest {language}"), language) for language in LANGUAGES}
    near = {language: [t for _, names in SETS.values() for name in names for t in templates(language, name)] for language in LANGUAGES}
    kinds = list(noise.KINDS.items())
    for number in range(count):
        language = LANGUAGES[number % len(LANGUAGES)]
        composer = composers[language]
        r, w = composer.random, composer.words()
        to = r.choice(EVERYBODY + ("app",))
        if number % 3 == 0:
            template = r.choice(near[language])
            kind = f"{language} {template.label}: {template.subject}"
            subject, blocks = composer.filled(template, w)
            if "IBAN" in template.label or any(isinstance(b, str) and "{iban}" in b for b in template.blocks):
                to = "other"  # An invoice goes to the customer, and to nobody else.
        else:
            kind, make = r.choice(kinds)
            subject, blocks = composer.filled(r.choice(composer.everyday), w)
            blocks.insert(r.randint(0, len(blocks)), make(w))
        table = any(isinstance(block, list) for block in blocks)
        form = r.choice(TABLE_FORMS if table else FORMS)
        yield kind, composer.compose(subject, blocks, form, to, w, number)


def write_labelled(out, seed):
    mails = Labelled(seed).mails
    rows = ["name\tset\tlanguage\tkind\tform\tto\trules\talso"]
    for mail in mails:
        (out / f"{mail.name}.eml").write_bytes(mail.raw)
        rows.append("\t".join((mail.name, mail.portion, mail.language, mail.kind, mail.form, mail.to, ",".join(mail.rules), ",".join(mail.also))))
    (out / "labels.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(mails)


def write_honest(out, seed, count, part):
    """mbox files (mboxrd) of `part` mails; returns the kind of each mail."""
    kinds, handle = [], None
    for number, (kind, raw) in enumerate(honest_mails(seed, count)):
        if number % part == 0:
            if handle:
                handle.close()
            handle = open(out / f"honest-{number // part:02}.mbox", "wb")
        lines = (b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in raw.rstrip(b"\n").split(b"\n"))
        handle.write(b"From j.keller@hallwick.example Fri Nov 27 10:00:00 2026\n" + b"\n".join(lines) + b"\n\n")
        kinds.append(kind)
    if handle:
        handle.close()
    return kinds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("what", choices=("labelled", "honest"))
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=30000)
    parser.add_argument("--part", type=int, default=5000)
    chosen = parser.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    if chosen.what == "labelled":
        print(f"{write_labelled(chosen.out, chosen.seed)} mails")
    else:
        print(f"{len(write_honest(chosen.out, chosen.seed, chosen.count, chosen.part))} mails")


if __name__ == "__main__":
    main()

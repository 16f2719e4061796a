"""The rules of the corpus: the same for every program under test. The first ones find what is planted; the rest is
filler that the texts come close to and never match."""
import random

from corpus_text import COMMON, SYLLABLES

PLANTED = [
    ("CARD16", "-", r"\b(?:4[0-9]{3}|5[1-5][0-9]{2})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}\b", "card"),
    ("IBAN_DE", "-", r"\bDE[0-9]{2} ?(?:[0-9]{4} ?){4}[0-9]{2}\b", "iban"),
    ("IBAN_GB", "-", r"\bGB[0-9]{2} ?[A-Z]{4} ?(?:[0-9]{4} ?){3}[0-9]{2}\b", "iban"),
    ("IBAN_FR", "-", r"\bFR[0-9]{2} ?(?:[0-9]{4} ?){5}[0-9]{3}\b", "iban"),
    ("IBAN_ES", "-", r"\bES[0-9]{2} ?(?:[0-9]{4} ?){4}[0-9]{4}\b", "iban"),
    ("KEY_AWS", "-", r"\bAKIA[0-9A-Z]{16}\b", "apikey"),
    ("KEY_GITHUB", "-", r"\bghp_[A-Za-z0-9]{36}\b", "apikey"),
    ("KEY_PAY", "-", r"\bsk_live_[0-9A-Za-z]{24}\b", "apikey"),
    ("FOOT_1", "i", r"\bstrictly confidential\b", "footer"),
    ("FOOT_2", "i", r"\bcompany confidential\b", "footer"),
    ("CUSTROW", "-", r"\bCUST-[0-9]{6};", "customers"),
]


def rules(writer, count):
    """`count` rows (id, flags, regex, kind); flags: i for any case, or -."""
    r = random.Random(4242)
    out = PLANTED + [("CODE_%02d" % i, "i", r"\bproject[ -]%s\b" % name.replace(" ", "[ -]?"), "codename") for i, name in enumerate(writer.codenames)]
    number = 0
    while len(out) < count:
        number += 1
        chance = r.random()
        rare = writer.rare_in_rules[(number * 7) % len(writer.rare_in_rules)]
        common = COMMON[r.randrange(30, len(COMMON))]
        if chance < 0.70:
            out.append(("LIT_%05d" % number, "i", r"\b%s %s %s\b" % (common, rare, r.choice(writer.rare_in_rules)), "filler"))
        elif chance < 0.80:
            tail = "".join(r.choice("QXZJKV") for _ in range(2)) + str(number % 97)
            out.append(("ID_%05d" % number, "-", r"\b%s[-/]?[0-9]{4}[-/][0-9]{2,5}-%s\b" % (rare[:3].upper(), tail), "filler"))
        elif chance < 0.92:
            out.append(("ALT_%05d" % number, "i", r"\b(?:merger|takeover|purchase|sale)\s+(?:of|for|with)\s+%s(?: (?:ltd|gmbh|inc))?\b" %
                        (rare + r.choice(SYLLABLES)), "filler"))
        else:
            out.append(("NUM_%05d" % number, "-", r"\b%s: ?[0-9]{6,10}[A-Z]{2}\b" % rare.capitalize(), "filler"))
    return out[:count]

"""Fills the {names} of a template. A name keeps its value within a mail; {person2} is another value of the same kind."""
import re
import unicodedata

import values
from templates import pieces, words

US, US_DOMAIN = "Hallwick", "hallwick.example"
PRODUCTS = "Ventra 400 | Ventra 900 | Axiom P2 | Delphi 60 | Corvex | Trionic S | Luma 7 | Helix 30".split(" | ")
COMING = "Ventra 500 | Axiom P3 | Delphi Mini | Corvex Air | Luma 9".split(" | ")
CODENAMES = "Kestrel | Nightjar | Blue Harbour | Matterhorn | Falcon | Opal | Marigold".split(" | ")
QUARTERS = {"en": "Q", "de": "Q", "fr": "T", "es": "T"}
NAME = re.compile(r"\{([A-Za-z_]+?)(\d?)\}")
PROGRAMS = [(label.split(), text) for label, text in pieces("code")]


class Words:
    """The values of one mail."""

    def __init__(self, random, language):
        self.random, self.language = random, language
        self.lists = words(language)
        self.known = {}

    def fill(self, text):
        def value(match):
            name = match[0]
            if name not in self.known:
                self.known[name] = self.fill(self.make(match[1]))
            return self.known[name]
        return NAME.sub(value, text)

    def row(self, repeated):
        """The cells of one more row of a table: new values, but for what the whole mail speaks of."""
        fresh = Words(self.random, self.language)
        fresh.lists = self.lists
        fresh.known = {k: v for k, v in self.known.items() if k in ("{year}", "{quarter}")}
        return [fresh.fill(cell) for cell in repeated]

    def one(self, key):
        return self.fill(self.random.choice(self.lists[key]))

    def make(self, kind):
        if kind in self.lists:
            return self.random.choice(self.lists[kind])
        return str(getattr(self, "make_" + kind)())

    # ---- kinds of values

    def number_text(self, number, decimals=0):
        text = f"{number:,.{decimals}f}"
        if self.language == "en":
            return text
        return text.translate(str.maketrans(",.", " ," if self.language == "fr" else ".,"))

    def make_us(self):
        return US

    def make_us_domain(self):
        return US_DOMAIN

    def make_person(self):
        return f"{self.make('first')} {self.make('last')}"

    def make_product(self):
        return self.random.choice(PRODUCTS)

    def make_codename(self):
        return self.random.choice(CODENAMES)

    def make_n(self):
        return self.random.randint(11, 89)

    def make_min(self):
        return self.random.choice((10, 12, 15, 20, 25, 35, 45, 90))

    def make_temp(self):
        return f"{self.random.randint(8, 39) * 5} °C"

    def make_year(self):
        return self.random.choice((2027, 2028))

    def make_lastyear(self):
        return self.random.choice((2024, 2025))

    def make_quarter(self):
        return f"{QUARTERS[self.language]}{self.random.randint(1, 4)}"

    def make_date(self):
        day, month = self.random.randint(1, 28), self.random.randint(0, 11)
        name, year = self.lists["month"][month], 2026 + self.random.randint(0, 1)
        return {"en": f"{day} {name} {year}", "de": f"{day}. {name} {year}", "fr": f"{day} {name} {year}",
                "es": f"{day} de {name} de {year}"}[self.language]

    def make_birth(self):
        day, month, year = self.random.randint(1, 28), self.random.randint(1, 12), self.random.randint(1948, 2004)
        return {"en": f"{day:02}/{month:02}/{year}", "de": f"{day:02}.{month:02}.{year}"}.get(self.language, f"{day:02}/{month:02}/{year}")

    def make_percent(self):
        return self.number_text(self.random.randint(21, 389) / 10, 1) + (" %" if self.language != "en" else "%")

    def make_price(self):
        return self.number_text(self.random.randint(900, 98000) / 10, 2) + " EUR"

    def make_thousands(self):
        return self.number_text(self.random.randint(1200, 98000))

    def make_amount(self):
        number = self.number_text(self.random.randint(12, 980) / 10, 1)
        return {"en": f"{number} million euros", "de": f"{number} Mio. Euro", "fr": f"{number} millions d'euros",
                "es": f"{number} millones de euros"}[self.language]

    def make_number(self):
        r = self.random
        return r.choice((f"{r.randint(2024, 2026)}-{values.digits(r, 5)}", values.digits(r, 8), f"{r.choice('ABKRT')}{values.digits(r, 6)}"))

    def make_zip(self):
        r = self.random
        return f"LS{r.randint(1, 9)} {r.randint(1, 9)}AB" if self.language == "en" else values.digits(r, 5)

    def make_phone(self):
        r = self.random
        prefix = {"en": "+44 113 496 0", "de": "+49 561 5550 ", "fr": "+33 3 20 55 0", "es": "+34 976 55 0"}[self.language]
        return prefix + values.digits(r, 3)

    def make_mail(self):
        first, last = self.make("first"), self.make("last")
        name = unicodedata.normalize("NFD", f"{first}.{last}".lower()).encode("ascii", "ignore").decode()
        domain = self.random.choice(("northfield.example", "lindner.example", "castel.example", "aquasur.example", "post.example", "kontor.example"))
        return f"{name}{self.random.randint(1, 99)}@{domain}"

    def make_addresses(self):
        return self.random.choice((", ", "; ", "\n")).join(self.make_mail() for _ in range(self.random.randint(60, 140)))

    def make_iban(self):
        return values.iban(self.random)

    def make_bic(self):
        return values.bic(self.random)

    def make_card(self):
        return values.card(self.random)

    def make_expiry(self):
        return f"{self.random.randint(1, 12):02}/{self.random.randint(27, 31)}"

    def make_cvv(self):
        return values.digits(self.random, 3)

    def make_tracking(self):
        return values.tracking(self.random)

    def make_uuid(self):
        return values.identifier(self.random)

    def make_hash(self):
        return values.hexadecimal(self.random, 40)

    def make_sha(self):
        return values.hexadecimal(self.random, 64)

    def make_sshkey(self):
        return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + values.characters(self.random, 43, values.ALNUM + "+/") + " admin@laptop"

    def make_certificate(self):
        return f"-----BEGIN CERTIFICATE-----\n{values.base64_lines(self.random, 700)}\n-----END CERTIFICATE-----"

    def make_ident(self):
        return self.random.choice(("sum_bytes", "collect", "next_item", "merge_rows", "scan_tree", "apply_step", "lookup", "retry_send"))

    def make_Ident(self):
        return self.random.choice(("Collector", "Counter", "Loader", "Walker", "Mixer"))

    def make_code(self):
        return self.random.choice(PROGRAMS)[1]


def program(w):
    """(ending of the file, text) of some program."""
    (_, ending), text = w.random.choice(PROGRAMS)
    return ending, w.fill(text)

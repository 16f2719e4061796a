"""The words, people and secrets of the corpus: Writer makes text, and strings to plant in it.

Everything comes from one seeded random.Random in a fixed order, so that a seed names a corpus for good: a change of the
order of calls anywhere in the corpus_*.py files makes another corpus of every seed.
"""
import random
import string

COMMON = """the of and to in a is that for it as was with be by on not he this are or his from at which but
have an had they you were their one all we can her has there been if more when will would who so no out up
into them then its about other some time two may only could do our over new any these after also most made
such now first where through before must because between under year years work part people system company
report project meeting please regards thanks attached customer order invoice payment price offer contract
delivery date week month quarter budget forecast sales marketing product team manager department office
support service request review update draft final version document file page section table figure total
amount account bank number address phone mobile email website server network data database backup access
password user users group role training schedule plan planning status issue issues problem solution test
tests result results change changes approve approved approval sign signed copy print scan send sent receive
received question questions answer answers call conference agenda minutes notes action items follow next
last previous current open closed pending complete completed progress deadline milestone release deploy
market markets growth revenue cost costs margin profit loss risk risks audit finance financial legal
compliance policy procedure process quality control supplier suppliers vendor vendors partner partners
shipping warehouse stock inventory purchase quote quotation discount tax vat net gross currency euro dollar
pound percent increase decrease average high low target actual variance comment comments summary detail
details information research development engineering design drawing specification requirement requirements
material materials production machine machines line shift maintenance repair spare parts safety health
environment energy water power gas heat office building floor room desk chair travel hotel flight train car
expense expenses receipt receipts holiday vacation leave absence sick staff employee employees hire hiring
candidate interview salary bonus pension insurance contract contracts agreement clause clauses term terms
party parties liability warranty confidentiality intellectual property patent licence software hardware
module interface function feature features bug bugs ticket tickets priority severity customer customers
region country city street north south east west central global local international european american asian
monday tuesday wednesday thursday friday january february march april may june july august september
october november december morning afternoon evening today tomorrow yesterday""".split()

SYLLABLES = ("an ar al be ber ca cal can cor dan de del den dor el en er fal fen gar gen hal ham har in is ka kel la lan "
       "lar len lin lo mar mer min mon na nel nor ol or pen per ra ran ren ri ro sal san sel sha sol ta tal tan ter "
       "to tor un ur va val ven ver vi vol wal wen win za zel").split()
FIRST_NAMES = "Anna Ben Clara David Eva Frank Greta Hugo Ines Jonas Karin Leo Maria Nils Olga Paul Rosa Simon Tina Viktor".split()
LAST_NAMES = "Adler Bauer Costa Dietrich Evans Fischer Garcia Huber Ivanov Jensen Keller Lindqvist Moreau Novak Olsen Peters Rossi Schmidt Turner Weber".split()
ANIMALS = "heron falcon lynx marmot otter puffin raven salmon tapir viper walrus zebra badger condor dingo ermine ferret gecko ibex jackal".split()
COLOURS = "amber cobalt crimson ivory jade onyx scarlet teal".split()


class Writer:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self._make_words(random.Random(seed * 7919 + 1))

    def _make_words(self, r):
        known, rare = set(COMMON), []
        while len(rare) < 6000:
            word = "".join(r.choice(SYLLABLES) for _ in range(r.randint(2, 4)))
            if word not in known and len(word) > 4:
                known.add(word)
                rare.append(word)
        # No word of a filler rule is in any text, or rules would match by chance.
        self.rare_in_text, self.rare_in_rules = rare[:2500], rare[2500:]
        self.codenames = ["%s %s" % (c, a) for c in COLOURS for a in ANIMALS]
        r.shuffle(self.codenames)
        self.codenames = self.codenames[:40]
        # As often as words of a language are: the n-th in proportion to 1/n, flattened at the top.
        weights = [1.0 / (i + 2.7) for i in range(len(COMMON))]
        total = sum(weights)
        running, self.cumulative = 0.0, []
        for weight in weights:
            running += weight / total
            self.cumulative.append(running)
        self.customers = [
            ("CUST-%06d" % r.randint(100000, 999999), r.choice(FIRST_NAMES) + " " + r.choice(LAST_NAMES),
             "%d %s Street" % (r.randint(1, 300), r.choice(self.rare_in_text).title()), "%05d" % r.randint(1000, 99999))
            for _ in range(500)]

    # ---- text

    def words(self, count):
        r = self.random
        out = r.choices(COMMON, cum_weights=self.cumulative, k=count)
        for i in range(count):
            chance = r.random()
            if chance < 0.10:
                out[i] = r.choice(self.rare_in_text)
            elif chance < 0.115:
                out[i] = str(r.randint(1, 99999))
        return out

    def sentence(self):
        words = self.words(self.random.randint(6, 18))
        words[0] = words[0].capitalize()
        if len(words) > 10:
            words[len(words) // 2] += ","
        return " ".join(words) + "."

    def text(self, size):
        """About so many bytes, paragraphs wrapped at 76."""
        lines, have = [], 0
        while have < size:
            paragraph = " ".join(self.sentence() for _ in range(self.random.randint(2, 6)))
            line = ""
            for word in paragraph.split(" "):
                if len(line) + len(word) > 75:
                    lines.append(line)
                    have += len(line) + 1
                    line = word
                else:
                    line = (line + " " + word) if line else word
            lines += [line, ""]
            have += len(line) + 2
        return "\n".join(lines)

    def insert(self, text, line):
        """Puts a line of its own somewhere into the text."""
        lines = text.split("\n")
        lines.insert(self.random.randint(0, max(0, len(lines) - 1)), line)
        return "\n".join(lines)

    def person(self):
        return self.random.choice(FIRST_NAMES).lower() + "." + self.random.choice(LAST_NAMES).lower()

    def letters(self, count, alphabet=string.ascii_letters + string.digits):
        return "".join(self.random.choice(alphabet) for _ in range(count))

    # ---- what is planted, and what only looks like it

    def card(self, prefix):
        digits = prefix + "".join(self.random.choice(string.digits) for _ in range(16 - len(prefix) - 1))
        total = 0
        for i, digit in enumerate(reversed(digits)):
            value = int(digit)
            if i % 2 == 0:
                value = value * 2 - 9 if value > 4 else value * 2
            total += value
        return digits + str((10 - total % 10) % 10)

    def iban(self, valid=True):
        country, length = self.random.choice([("DE", 18), ("GB", 18), ("FR", 23), ("ES", 20)])
        if country == "GB":
            account = "".join(self.random.choice(string.ascii_uppercase) for _ in range(4)) + \
                "".join(self.random.choice(string.digits) for _ in range(14))
        else:
            account = "".join(self.random.choice(string.digits) for _ in range(length))
        check = 98 - int("".join(str(int(c, 36)) for c in account + country + "00")) % 97
        if not valid:
            check = (check + 7) % 97 or 5
        text = country + "%02d" % check + account
        return " ".join(text[i:i + 4] for i in range(0, len(text), 4)) if self.random.random() < 0.5 else text

    def key(self):
        kind = self.random.choice(["aws", "github", "pay"])
        if kind == "aws":
            return "AKIA" + self.letters(16, string.ascii_uppercase + string.digits)
        return "ghp_" + self.letters(36) if kind == "github" else "sk_live_" + self.letters(24)

    def plant(self):
        """(kind, string) that a rule of that kind must find."""
        r = self.random
        kind = r.choice(["card", "iban", "codename", "footer", "apikey", "customers"])
        if kind == "card":
            card = self.card(r.choice(["4", "51", "52", "55"]))
            separator = r.choice(["", " ", "-"])
            return kind, separator.join(card[i:i + 4] for i in range(0, 16, 4))
        if kind == "iban":
            return kind, self.iban()
        if kind == "codename":
            name = r.choice(self.codenames)
            return kind, r.choice(["Project %s" % name.title(), "project %s" % name, "PROJECT %s" % name.upper()])
        if kind == "footer":
            return kind, r.choice(["STRICTLY CONFIDENTIAL - do not forward outside the company",
                                   "Company Confidential / internal use only", "Strictly confidential."])
        if kind == "apikey":
            return kind, self.key()
        return kind, "; ".join(";".join(row) for row in r.sample(self.customers, 3))

    def decoy(self):
        """(kind, string) that no rule must find."""
        kind = self.random.choice(["badluhn", "badiban", "word", "uuid", "orderno", "halfname"])
        if kind == "badluhn":
            card = self.card("4")
            return kind, card[:-1] + str((int(card[-1]) + 3) % 10)
        if kind == "badiban":
            return kind, self.iban(valid=False)
        if kind == "word":
            return kind, "Please treat this confidentially."
        if kind == "uuid":
            digits = self.letters(32, "0123456789abcdef")
            return kind, "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
        if kind == "orderno":
            return kind, "order 9" + self.letters(15, string.digits)
        return kind, "the %s in the zoo" % self.random.choice(self.codenames).split()[1]

"""The ledger of the fault tests: where each mail is, and what is wrong with that.

What was injected is joined with what reached the world, the holds, the MTA's queue, the notices and the audit:
each mail that was acknowledged is in exactly one of delivered, held, queued (or was decided not to be sent), nothing
marked is out unreleased, each hold has exactly its notices, and the audit tells each decision once.

Pure functions over what was seen, so that ledger_test.py can show that each wrong is found. Mail n is sent by
p<n>@corp.example with the Message-ID <fault-n@corp.example>.
"""
import collections
import dataclasses
import email
import email.policy
import json
import pathlib
import re
import sqlite3

REVIEWER = "ip-office@corp.example"  # whom the policy's rule tells beside the sender
TRACE = {"received", "return-path", "delivered-to", "x-original-to"}
NOTICE = re.compile(r"<notice\.(PN-[0-9A-Z]+)\.(\d+)@")
# What the audit must say exactly once about a hold in that state, beside that it was held.
DECISION = {"open": None, "released": "released", "rejected": "rejected", "expired": "expired"}


def message_id(number):
    return f"<fault-{number}@corp.example>"


def number_of(identity):
    match = re.search(r"<fault-(\d+)@", identity or "")
    return int(match[1]) if match else None


@dataclasses.dataclass
class Seen:
    """What there is at the end, as Ledger.look() reads it from a lab."""
    sink: list = dataclasses.field(default_factory=list)    # [{"recipients": [...], "data": bytes}]
    queued: list = dataclasses.field(default_factory=list)  # Message-IDs in the MTA's queue
    holds: list = dataclasses.field(default_factory=list)   # [{"reference", "state", "message_id", "held": recipients still held}]
    rows: list = dataclasses.field(default_factory=list)    # notices: [{"id", "reference", "state", "event", "to", "error"}]
    audit: list = dataclasses.field(default_factory=list)   # [(sequence, verb, subject)]


def open_store(lab):
    return sqlite3.connect(f"file:{lab.dir}/postern/postern.db?mode=ro", uri=True, timeout=30)


def look(lab, more=()):
    """Reads the sink, Postfix's queue and the store; `more` are mails that another server took."""
    seen = Seen(sink=lab.delivered() + list(more))
    for path in lab.queue_files():
        try:
            seen.queued += re.findall(r"<fault-\d+@corp\.example>", pathlib.Path(path).read_bytes().decode("latin-1"))[:1]
        except FileNotFoundError:
            pass
    store = open_store(lab)
    try:
        for reference, state, identity, held in store.execute(
                "SELECT h.incident, h.state, i.message_id, (SELECT count(*) FROM incident_recipient r WHERE r.incident = h.incident"
                " AND r.state = 'held') FROM hold h JOIN incident i ON i.reference = h.incident"):
            identity = identity.decode() if isinstance(identity, bytes) else identity
            seen.holds.append({"reference": reference, "state": state, "message_id": identity, "held": held})
        for row, reference, state, payload, error in store.execute(
                "SELECT id, incident, state, payload, last_error FROM outbox WHERE kind = 'notice'"):
            payload = json.loads(payload)
            seen.rows.append({"id": row, "reference": reference, "state": state, "event": payload["event"], "to": payload["to"], "error": error})
        seen.audit = store.execute("SELECT sequence, verb, subject FROM audit ORDER BY sequence").fetchall()
    finally:
        store.close()
    return seen


def without_trace(message):
    """The mail as it was handed over: what relays add is left out."""
    body = "\n".join(part.as_string() for part in message.get_payload()) if message.is_multipart() else message.get_payload()
    return [(name.lower(), value) for name, value in message.items() if name.lower() not in TRACE], body


def difference(one, other):
    """Where two mails without trace differ first: a header's name, or a line of the body."""
    for (name, value), (other_name, other_value) in zip(one[0], other[0]):
        if (name, value) != (other_name, other_value):
            return f"{name}: {value!r} and {other_name}: {other_value!r}"
    for line, other_line in zip(str(one[1]).splitlines(), str(other[1]).splitlines()):
        if line != other_line:
            return f"{line!r} and {other_line!r}"
    return "one is longer"


class Ledger:
    def __init__(self):
        self.mails = {}                      # number -> marked
        self.acknowledged = set()            # a client got 250
        self.tries = collections.Counter()   # how often a client sent it
        self.broken = collections.Counter()  # how often a server died that may have had it: each may mean one more copy
        self.kills = 0                       # the same for every mail

    def add(self, number, marked):
        self.mails[number] = marked

    def copies_allowed(self, number):
        return 1 + self.kills + self.broken[number]

    def all_wrong(self, seen):
        return self.mails_wrong(seen) + self.notices_wrong(seen) + self.audit_wrong(seen)

    def mails_wrong(self, seen):
        wrong, delivered = [], collections.Counter()
        for row in seen.sink:
            message = email.message_from_bytes(row["data"], policy=email.policy.compat32)
            if NOTICE.match(message["Message-ID"] or ""):
                continue
            number = number_of(message["Message-ID"])
            if number not in self.mails:
                wrong.append(f"a mail that nobody sent reached {row['recipients']}: {message['Message-ID']}")
            delivered[number] += 1
        queued = collections.Counter(number_of(identity) for identity in seen.queued)
        holds = collections.defaultdict(list)
        for hold in seen.holds:
            number = number_of(hold["message_id"])
            if number not in self.mails:
                wrong.append(f"a hold of a mail that nobody sent: {hold['reference']} {hold['message_id']}")
            holds[number].append(hold)
        for number, marked in sorted(self.mails.items()):
            mine = holds[number]
            out = delivered[number] + queued[number]
            states = ", ".join(f"{hold['reference']} {hold['state']}" for hold in mine) or "none"
            where = (f"holds: {states}; delivered {delivered[number]} times, queued {queued[number]} times after {self.tries[number]} tries")
            kind = "marked" if marked else "honest"
            if number not in self.acknowledged:
                wrong.append(f"mail {number} was never acknowledged; {where}")
            elif not marked:
                if mine or not 1 <= out <= self.tries[number]:
                    wrong.append(f"{kind} mail {number}: {where}")
            elif len(mine) != 1:
                wrong.append(f"{kind} mail {number}: {where}")
            elif mine[0]["state"] == "released":
                if not 1 <= out <= self.copies_allowed(number) or mine[0]["held"]:
                    wrong.append(f"{kind} mail {number}: {where}")
            elif out or (mine[0]["state"] == "open") != bool(mine[0]["held"]):
                wrong.append(f"{kind} mail {number}: {where}")
        return wrong

    def notices_wrong(self, seen):
        """One mail for each notice in the outbox, to those it names, and no other.

        A courier that died between the relay's answer and its own record sends the notice again. That is the only
        honest second copy: the same mail under the same Message-ID, and one at most for each death."""
        wrong = []
        numbers = {hold["reference"]: number_of(hold["message_id"]) for hold in seen.holds}
        rows = {(row["reference"], row["id"]): row for row in seen.rows}
        copies = collections.defaultdict(list)  # by row and addressee
        for sent in seen.sink:
            message = email.message_from_bytes(sent["data"], policy=email.policy.compat32)
            match = NOTICE.match(message["Message-ID"] or "")
            if not match:
                continue
            key = (match[1], int(match[2]))
            for address in sent["recipients"]:
                copies[key, address].append(without_trace(message))
                if key not in rows or address not in rows[key]["to"]:
                    wrong.append(f"a notice that the outbox does not know went to {address}: {message['Message-ID']}")
        told = collections.defaultdict(collections.Counter)  # of the judgement, by reference: addresses
        for key, row in rows.items():
            number = numbers.get(row["reference"])
            where = f"{row['event']} notice {row['id']} of {row['reference']}, mail {number}"
            if row["state"] in ("pending", "failed"):
                wrong.append(f"{where}: is {row['state']}: {row['error']}")
            for address in row["to"]:
                if row["event"] == "judged":
                    told[row["reference"]][address] += 1
                got = copies[key, address]
                if row["state"] == "done" and not got:
                    wrong.append(f"{where}: never reached {address}")
                if len(got) > self.copies_allowed(number):
                    wrong.append(f"{where}: {len(got)} copies to {address}")
                changed = [content for content in got if content != got[0]]
                if changed:
                    wrong.append(f"{where}: two texts under one Message-ID: {difference(got[0], changed[0])}")
        for reference, number in numbers.items():
            if told[reference] != {f"p{number}@corp.example": 1, REVIEWER: 1}:
                wrong.append(f"hold {reference} of mail {number}: judgement told to {dict(told[reference])}")
        return wrong

    def audit_wrong(self, seen):
        wrong, verbs = [], collections.defaultdict(collections.Counter)
        if [row[0] for row in seen.audit] != list(range(1, len(seen.audit) + 1)):
            wrong.append("the audit has a gap")
        for _, verb, subject in seen.audit:
            verbs[subject][verb] += 1
        for hold in seen.holds:
            got = verbs[hold["reference"]]
            expected = {"held": 1, DECISION.get(hold["state"]): 1}
            for verb in ("held", "released", "rejected", "expired", "erased"):
                most = 1 if verb == "erased" and hold["state"] != "open" else expected.get(verb, 0)
                if got[verb] > most or (verb != "erased" and got[verb] != most):
                    wrong.append(f"hold {hold['reference']} is {hold['state']}; the audit says {verb} {got[verb]} times")
        return wrong

    @staticmethod
    def repeated(seen):
        """How many notices were sent more than once."""
        identities = collections.Counter(
            (identity, address) for row in seen.sink for address in row["recipients"]
            for identity in [email.message_from_bytes(row["data"], policy=email.policy.compat32)["Message-ID"] or ""] if NOTICE.match(identity))
        return sum(1 for copies in identities.values() if copies > 1)

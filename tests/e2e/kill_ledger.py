"""The ledger of the kill test: where each mail is, and what is wrong with that.

Pure functions over what was seen, so that kill_ledger_test.py can show that each wrong is found. Mail n is sent by
p<n>@corp.example with the Message-ID <kill-n@...>; even numbers are marked and must be held, odd ones are honest.
"""
import collections
import dataclasses
import email
import email.policy

REVIEWER = "ip-office@corp.example"  # whom the policy's rule tells beside the sender
TRACE = {"received", "return-path", "delivered-to", "x-original-to"}


@dataclasses.dataclass
class Seen:
    count: int                 # mails 0 .. count-1
    kills: int                 # of the gate
    acknowledged: set          # numbers that a client got 250 for
    tries: collections.Counter  # how often a client sent a number
    sink: list                 # [{"recipients": [...], "data": bytes}]: what left, in order
    holds: list                # [{"reference": ..., "sender": ...}], of any state


def is_marked(number):
    return number % 2 == 0


def number_of(address):
    return int(address[1:].split("@")[0])


def text_of(message):
    """The body as it stands; the parts of a multipart one by one, since its payload is a list of objects."""
    if message.is_multipart():
        return "\n".join(part.as_string() for part in message.get_payload())
    return message.get_payload()


def without_trace(message):
    """The mail as it was handed over: what relays add is left out."""
    return [(name.lower(), value) for name, value in message.items() if name.lower() not in TRACE], text_of(message)


def difference(one, other):
    """Where two mails without trace differ first: a header's name, or a line of the body."""
    for (name, value), (other_name, other_value) in zip(one[0], other[0]):
        if (name, value) != (other_name, other_value):
            return f"{name}: {value!r} and {other_name}: {other_value!r}"
    for line, other_line in zip(str(one[1]).splitlines(), str(other[1]).splitlines()):
        if line != other_line:
            return f"{line!r} and {other_line!r}"
    return "one is longer"


def mails_wrong(seen):
    wrong, delivered, held = [], collections.Counter(), collections.Counter()
    for row in seen.sink:
        identity = email.message_from_bytes(row["data"], policy=email.policy.compat32)["Message-ID"] or ""
        if identity.startswith("<kill-"):
            delivered[int(identity[6:].split("@")[0])] += 1
    for hold in seen.holds:
        held[number_of(hold["sender"])] += 1
    for number in range(seen.count):
        where = f"held {held[number]} times, delivered {delivered[number]} times in {seen.tries[number]} tries"
        if number not in seen.acknowledged:
            wrong.append(f"mail {number} was never acknowledged in {seen.tries[number]} tries")
        elif is_marked(number) and (held[number] != 1 or delivered[number] != 0):
            wrong.append(f"marked mail {number}: {where}")
        elif not is_marked(number) and (held[number] != 0 or not 1 <= delivered[number] <= seen.tries[number]):
            wrong.append(f"honest mail {number}: {where}")
    return wrong


def notices_wrong(seen):
    """One notice a hold to each who is to be told: one Message-ID, one text.

    A courier killed between the relay's answer and its own record sends the notice again. That is the only honest
    second copy: the same mail under the same Message-ID, and one at most for each kill."""
    wrong = []
    sender_of = {hold["reference"]: hold["sender"] for hold in seen.holds}
    copies = collections.defaultdict(list)  # by reference and addressee
    for row in seen.sink:
        message = email.message_from_bytes(row["data"], policy=email.policy.compat32)
        if "X-Auto-Response-Suppress" not in message:
            continue
        identity = message["Message-ID"] or ""
        reference = identity.removeprefix("<notice.").split(".")[0]
        if reference not in sender_of:
            wrong.append(f"a notice of no hold to {row['recipients']}: {identity}")
        elif row["recipients"] not in ([sender_of[reference]], [REVIEWER]):
            wrong.append(f"a notice of {reference} went to {row['recipients']}")
        else:
            copies[reference, row["recipients"][0]].append((identity, without_trace(message)))
    for reference, sender in sender_of.items():
        for address in (sender, REVIEWER):
            got = copies[reference, address]
            identities = sorted({identity for identity, _ in got})
            where = f"hold {reference} of {sender}, to {address}: "
            if len(identities) != 1:
                wrong.append(where + f"{len(identities)} notices: {' '.join(identities)}")
            elif any(content != got[0][1] for _, content in got):
                changed = next(content for _, content in got if content != got[0][1])
                wrong.append(where + f"two texts under {identities[0]}: {difference(got[0][1], changed)}")
            elif len(got) > 1 + seen.kills:
                wrong.append(where + f"{len(got)} copies after {seen.kills} kills")
    return wrong


def repeated(seen):
    """How many notices were sent more than once."""
    identities = collections.Counter()
    for row in seen.sink:
        message = email.message_from_bytes(row["data"], policy=email.policy.compat32)
        if "X-Auto-Response-Suppress" in message:
            identities[message["Message-ID"]] += 1
    return sum(1 for copies in identities.values() if copies > 1)


def all_wrong(seen):
    return mails_wrong(seen) + notices_wrong(seen)

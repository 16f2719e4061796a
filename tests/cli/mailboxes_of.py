"""Mailboxes for the tests of what goes over mail: an mbox with LF or CRLF, a Maildir, a folder, with what is broken in them."""
from program import GOOD, SECRET, WATCHED, mail

KEY = b"k" * 32
NOISE = "From now on we say so.\nSincerely\n"
TO = "x7k@post.chirper.example"


def messages():
    """(name, mail): four that are held, five that an audit rule counts, one that nobody outside receives, one from outside, one
    without a recipient."""
    out = []
    for i in range(20):
        body = SECRET if i % 5 == 0 else WATCHED if i % 4 == 1 else GOOD + "\n" + NOISE
        sender = f"person{i % 3}@corp.example"
        to = TO if i % 2 == 0 else "bo@supplier.example"
        if i == 5:
            to = TO
        out.append(mail(body, to, sender))
    out.append(mail(SECRET, "bo@corp.example"))
    out.append(mail(SECRET, TO, "someone@elsewhere.example"))
    out.append(mail(SECRET, None))
    return out


def mbox(mails, end="\n"):
    """RFC 4155 with quoting as mboxrd has it: one '>' before each "From " line and each that is quoted already."""
    out = ""
    for text in mails:
        quoted = "\n".join(">" + line if line.lstrip(">").startswith("From ") else line for line in text.split("\n"))
        out += "From - Mon Jan  5 10:00:00 2026\n" + quoted + ("\n" if quoted.endswith("\n") else "\n\n")
    return out.replace("\n", end).encode()

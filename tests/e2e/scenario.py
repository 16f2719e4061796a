#!/usr/bin/env python3
"""Runs scenario files through a real Postfix with posternd as its milter.

    scenario.py BIN_DIR BUILD_DIR FILE.scenario ...

A scenario speaks mail and says what must come of it. One directive a line:

    from ADDRESS              envelope sender; <> is the null sender
    to ADDRESS                one recipient; several lines for several
    option TEXT               a parameter of MAIL, such as BODY=8BITMIME
    mail                      what follows up to a line with a single '.' is the message; {id} is a fresh
                              Message-ID's left side, \\xHH a byte, {lines N} N lines
    client ADDRESS            the address it is sent from, of 127.0.0.0/8: 127.0.0.1 is inside, 127.0.0.2 a trusted relay
    login NAME                log in at the submission listener; the lab knows anna, ben, u1 and erp
    new                       what follows is another mail: sender, recipients, client and login are forgotten
    again                     send the same once more
    load COUNT SESSIONS       send the same to the one recipient COUNT times, by SESSIONS sessions at once
    expect reply CODE [TEXT]  the answer to DATA (or to the command before it that was refused)
    expect ADDRESS STATE      delivered, held, nothing: where this recipient's copy is now
    expect notice ADDRESS TEXT    a notice reached ADDRESS whose text has TEXT
    expect no notice ADDRESS
    expect notices ADDRESS COUNT  about this scenario's message
    expect shown TEXT         `postern quarantine show` of this scenario's message has TEXT
    expect holds COUNT        open holds of this scenario's message
    expect charged ADDRESS    whom this message's incident is charged to; <> is nobody
    expect log TEXT           its line in the gate's log has TEXT
    expect no log TEXT
    expect copies ADDRESS COUNT   of this scenario's message that reached ADDRESS
    expect header NAME absent|VALUE   in the delivered copy
    expect has ADDRESS TEXT       some part, decoded, of the copy that reached ADDRESS has TEXT
    expect lacks ADDRESS TEXT     none has
    expect parts ADDRESS TYPE...  the types of that copy's parts, in order, those of multiparts left out
    expect same bytes         the delivered copy is what was sent, but for trace headers
    expect part TYPE ends TEXT    each body part of that type in the delivered copy, decoded, ends so (white space aside)
    expect same attachments   all that is no body text in the delivered copy is what was sent, byte by byte
    release | reject          the hold of this scenario's message
    release as ADDRESS        the approval of that person
    reload                    SIGHUP, then wait for the log to say so

Mail is handed in by swaks, and load made by smtp-source: clients of other hands than ours.

All scenarios of one run share a lab; each finds its own mail by its Message-ID.
"""
import email
import email.policy
import html
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, LabError, wait_until  # noqa: E402

# Who may log in, and what the gate knows of them.
LOGINS = {"anna": "secret", "ben": "secret", "u1": "secret", "erp": "secret"}
IDENTITY = {
    "conf.d/identity.yaml": """gate:
  inside_networks: [127.0.0.1]
  trusted_relays: [127.0.0.2]
  login_map: '{dir}/people/logins'
  sender_logins: '{dir}/people/senders'
  system_owners: '{dir}/people/owners'
""",
    "people/logins": "u1 dora@corp.example d.dahl@corp.example\n",
    "people/senders": "payments@corp.example anna@corp.example\n",
    "people/owners": "erp@corp.example it@corp.example\n",
    "policy/rules/identity.yaml": """apiVersion: postern/v1
detectors:
  - {id: payment-run, title: A payment run, primary: {keywords: ['payment run'], match: phrase}}
rules:
  - id: financial.payment-run
    title: Payment runs come from the payments desk
    category: financial
    severity: medium
    owner: group:finance-office
    clause: Who writes to banks
    mode: enforce
    when:
      recipients: [class:outside]
      content: {detector: payment-run}
    unless:
      - {senders: [payments@corp.example]}
    then: {action: quarantine, notify: [sender]}
    tests:
      should_match:
        - {name: by anybody, to: [test@partner], body: 'The payment run of May.'}
      should_not_match:
        - {name: by the desk, from: payments@corp.example, to: [test@partner], body: 'The payment run of May.'}
        - {name: to a colleague, to: [test@internal], body: 'The payment run of May.'}
""",
    "policy/rules/strip.yaml": """apiVersion: postern/v1
detectors:
  - {id: parts-list, title: A parts list, primary: {keywords: ['parts list of Kestrel'], match: phrase}}
rules:
  - id: trade-secret.parts-list
    title: Parts lists do not leave the house
    category: trade-secret
    severity: medium
    owner: group:ip-office
    clause: What suppliers get
    mode: enforce
    when:
      recipients: [class:outside]
      content: {detector: parts-list, in: [attachment]}
    then: {action: annotate, strip: attachment, notify: [sender]}
    tests:
      should_match:
        - {name: in a file, to: [test@partner], file: tests/parts.csv, expect: {strip: attachment}}
      should_not_match:
        - {name: to a colleague, to: [test@internal], file: tests/parts.csv}
""",
    "policy/tests/parts.csv": "parts list of Kestrel\nbolt,12\n",
}

TRACE = ("received", "return-path", "delivered-to", "date", "message-id")


class Failure(Exception):
    pass


def parse(path):
    """[(line number, words, block)]"""
    out, lines = [], path.read_text(encoding="utf-8").split("\n")
    i = 0
    while i < len(lines):
        line = lines[i].strip()
        i += 1
        if not line or line.startswith("#"):
            continue
        block = None
        if line == "mail":
            start = i
            while lines[i] != ".":
                i += 1
            block = "\r\n".join(lines[start:i]) + "\r\n"
            i += 1
        out.append((i, line, block))
    return out


def headers_and_body(data):
    head, _, body = data.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    return [f for f in fields if f.split(b":")[0].decode("latin-1").lower() not in TRACE], body


def is_body(part):
    return part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment" and not part.get_filename()


def body_texts(data, kind):
    """What a reader sees of the body parts of one type."""
    texts = []
    for part in email.message_from_bytes(data, policy=email.policy.default).walk():
        if part.get_content_type() == kind and is_body(part):
            text = part.get_content()
            if kind == "text/html":
                text = html.unescape(re.sub(r"(?s)<!--.*?-->|<[^>]*>", "", text))
            texts.append(text)
    return texts


def other_parts(data):
    """Header and encoded payload of all parts that are neither body text nor hold others."""
    return [(part.items(), part.get_payload()) for part in email.message_from_bytes(data).walk()
            if not part.is_multipart() and not is_body(part)]


def decoded_parts(data):
    """[(type, bytes)] of all parts that hold no others."""
    return [(part.get_content_type(), part.get_payload(decode=True) or b"")
            for part in email.message_from_bytes(data).walk() if not part.is_multipart()]


def swaks(port, sender, recipients, message, client=None, login=None):
    """Sends by swaks, byte for byte, and gives (code, text) of the first refusal or of the answer to DATA."""
    # --no-data-fixup: swaks adds nothing, not even the dots of RFC 5321 4.5.2, but for the last line end.
    stuffed = re.sub(rb"(?m)^\.", b"..", message) + b"."
    with tempfile.NamedTemporaryFile(suffix=".eml") as data:
        data.write(stuffed)
        data.flush()
        done = subprocess.run(["swaks", "--server", "127.0.0.1", "--port", str(port), "--helo", "client.corp.example",
                               "--from", sender or "<>", "--to", ",".join(recipients), "--no-data-fixup",
                               "--data", "@" + data.name, "--timeout", "120", "--suppress-data"]
                              + (["--local-interface", client] if client else [])
                              + (["--auth", "PLAIN", "--auth-user", login, "--auth-password", LOGINS.get(login, "wrong")] if login else []),
                              capture_output=True)
    replies, parts = [], []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        match = re.match(r"<(?:-|~|\*\*?) +(\d{3})([ -])(.*)", line)
        if match:
            parts.append(match[3])
            if match[2] == " ":
                replies.append((int(match[1]), "\n".join(parts)))
                parts = []
    refused = [reply for reply in replies if reply[0] >= 400]
    answered = [reply for reply in replies if reply[0] != 221]
    if not answered:
        raise LabError(f"swaks ended with status {done.returncode}:\n{(done.stdout + done.stderr).decode(errors='replace')[-2000:]}")
    return refused[0] if refused else answered[-1]


class Scenario:
    def __init__(self, lab, path):
        self.lab, self.path = lab, path
        self.replies = []
        self.begin()

    def begin(self):
        self.id = re.sub(r"[^a-z0-9]", "", self.path.stem) + f"{time.time_ns() % 10**9}"
        self.sender, self.to, self.options = "", [], []
        self.client = self.login = None
        self.message = b""

    def mine(self, data):
        return self.id.encode() in data

    def delivered(self, address):
        return [m for m in self.lab.delivered() if m["sender"] != "" or self.sender == "" if address in m["recipients"] and self.mine(m["data"])
                and b"X-Auto-Response-Suppress" not in m["data"]]

    def holds(self, state="open"):
        out = []
        for row in self.lab.holds(state):
            shown = self.lab.cli("quarantine", "show", row["reference"], "--format", "json", check=True).stdout
            if self.id in shown:
                out.append(row)
        return out

    def notices(self, address):
        out = []
        for m in self.lab.delivered():
            if address in m["recipients"] and b"X-Auto-Response-Suppress" in m["data"] and (self.mine(m["data"]) or any(r.encode() in m["data"] for r in self.references())):
                out.append(email.message_from_bytes(m["data"], policy=email.policy.default).get_body(("plain",)).get_content())
        return out

    def references(self):
        return [h["reference"] for h in self.holds("any")]

    def log_line(self):
        """The gate's line about the mail sent last, found by the queue id in Postfix's answer or by being the last."""
        lines = [line for line in self.lab.gate_log().splitlines() if " nrcpt=" in line]
        queued = re.search(r"queued as (\w+)", self.replies[-1][1]) if self.replies else None
        mine = [line for line in lines if queued and f"{queued[1]}:" in line]
        return (mine or lines or [""])[-1]

    def state(self, address):
        if self.delivered(address):
            return "delivered"
        if any(r["address"] == address and r["state"] == "held" for h in self.holds() for r in h["recipients"]):
            return "held"
        return "nothing"

    def send(self):
        if self.options:
            # swaks 20201014 knows no parameters of MAIL, such as SMTPUTF8 and BODY.
            reply = self.lab.send(self.sender, self.to, self.message, self.options)
        else:
            port = self.lab.submission_port if self.login else self.lab.mail_port
            reply = swaks(port, self.sender, self.to, self.message, self.client, self.login)
        self.replies.append(reply)
        self.lab.settle()

    def load(self, count, sessions):
        with tempfile.NamedTemporaryFile(suffix=".eml") as data:
            # smtp-source writes an empty line behind the file's last; what it sends is the same mail only if that has one.
            if not self.message.endswith(b"\r\n\r\n"):
                raise Failure("load: the mail must end in an empty line")
            data.write(self.message.replace(b"\r\n", b"\n").removesuffix(b"\n\n"))
            data.flush()
            done = subprocess.run(["/usr/sbin/smtp-source", "-s", sessions, "-m", count, "-M", "client.corp.example", "-f", self.sender,
                                   "-t", self.to[0], "-F", data.name, f"127.0.0.1:{self.lab.mail_port}"], capture_output=True, text=True)
        if done.returncode != 0 or done.stderr:
            raise Failure(f"smtp-source ended with status {done.returncode}: {done.stderr}")
        self.lab.settle()

    def step(self, line, block):
        words = line.replace("{id}", self.id).split()
        if words[0] == "from":
            self.sender = "" if words[1] == "<>" else words[1]
        elif words[0] == "to":
            self.to.append(words[1])
        elif words[0] == "option":
            self.options.append(words[1])
        elif words[0] == "mail":
            text = block.replace("{id}", self.id).encode("utf-8")
            text = re.sub(rb"\{lines (\d+)\}",
                          lambda m: b"\r\n".join(b"line %d of many that are not short" % i for i in range(int(m[1]))), text)
            self.message = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m.group(1), 16)]), text)
            self.send()
        elif words[0] == "client":
            self.client = words[1]
        elif words[0] == "login":
            self.login = words[1]
        elif words[0] == "new":
            self.begin()
        elif words[0] == "again":
            self.send()
        elif words[0] == "load":
            self.load(*words[1:])
        elif words[0] in ("release", "reject"):
            for hold in self.holds():
                self.lab.cli("quarantine", words[0], hold["reference"], *(["--as", words[2]] if words[1:2] == ["as"] else []), check=True)
            self.lab.settle()
        elif words[0] == "reload":
            before = self.lab.gate_log().count(" in force, ")
            self.lab.gate.send_signal(signal.SIGHUP)
            wait_until("the reload", lambda: self.lab.gate_log().count(" in force, ") > before)
        elif words[0] == "expect":
            self.expect(words[1:], line)
        else:
            raise Failure(f"no such directive: {words[0]}")

    def expect(self, words, line):
        def check(condition, saw):
            if not condition:
                raise Failure(f"{line}: saw {saw!r}")
        if words[0] == "charged":
            saw = [json.loads(self.lab.cli("quarantine", "show", r, "--format", "json", check=True).stdout)["sender"] for r in self.references()]
            check(saw and all(a == ("" if words[1] == "<>" else words[1]) for a in saw), saw)
        elif words[0] == "log":
            check(" ".join(words[1:]) in self.log_line(), self.log_line())
        elif words[:2] == ["no", "log"]:
            check(" ".join(words[2:]) not in self.log_line(), self.log_line())
        elif words[0] == "reply":
            code, text = self.replies[-1]
            check(code == int(words[1]) and " ".join(words[2:]) in text, self.replies[-1])
        elif words[:2] == ["same", "bytes"]:
            got = self.delivered(self.to[0])
            check(got and headers_and_body(got[0]["data"]) == headers_and_body(self.message), got[0]["data"] if got else "nothing")
        elif words[0] == "part":
            got = self.delivered(self.to[0])
            check(bool(got), "nothing delivered")
            texts = ["".join(t.split()) for t in body_texts(got[0]["data"], words[1])]
            sent = ["".join(t.split()) for t in body_texts(self.message, words[1])]
            end = "".join(words[3:])
            check(texts and all(t.endswith(end) for t in texts), texts)
            check(len(texts) == len(sent) and all(t.startswith(s) for t, s in zip(texts, sent)), texts)
        elif words == ["same", "attachments"]:
            got = self.delivered(self.to[0])
            check(bool(got), "nothing delivered")
            check(other_parts(got[0]["data"]) == other_parts(self.message), other_parts(got[0]["data"]))
        elif words[0] == "header":
            got = self.delivered(self.to[0])
            check(bool(got), "nothing delivered")
            values = email.message_from_bytes(got[0]["data"]).get_all(words[1])
            check(values is None if words[2] == "absent" else values and " ".join(words[2:]) in values, values)
        elif words[0] in ("has", "lacks", "parts"):
            got = self.delivered(words[1])
            check(bool(got), "nothing delivered")
            parts = decoded_parts(got[0]["data"])
            want = " ".join(words[2:])
            if words[0] == "parts":
                check(words[2:] == [kind for kind, _ in parts], parts)
            else:
                there = any(want.encode() in text for _, text in parts) or (words[0] == "lacks" and want.encode() in got[0]["data"])
                check(there == (words[0] == "has"), parts)
        elif words[0] == "shown":
            shown = [self.lab.cli("quarantine", "show", r, check=True).stdout for r in self.references()]
            check(any(" ".join(words[1:]) in text for text in shown), shown)
        elif words[0] == "copies":
            check(len(self.delivered(words[1])) == int(words[2]), len(self.delivered(words[1])))
        elif words[0] == "holds":
            check(len(self.holds()) == int(words[1]), self.holds())
        elif words[:2] == ["no", "notice"]:
            check(not self.notices(words[2]), self.notices(words[2]))
        elif words[0] == "notice":
            want = " ".join(words[2:])
            check(any(want in " ".join(n.split()) for n in self.notices(words[1])), self.notices(words[1]))
        elif words[0] == "notices":
            check(len(self.notices(words[1])) == int(words[2]), len(self.notices(words[1])))
        else:
            check(self.state(words[0]) == words[1], self.state(words[0]))

    def run(self):
        for number, line, block in parse(self.path):
            try:
                self.step(line, block)
            except Failure as e:
                raise Failure(f"{self.path.name}:{number}: {e}") from None


def main():
    bin_dir, build, files = sys.argv[1], pathlib.Path(sys.argv[2]), [pathlib.Path(f) for f in sys.argv[3:]]
    failed = 0
    try:
        with Lab(bin_dir, ROOT / "packaging/quickstart/policy", build / "policies", build / "notices",
                 sasl=LOGINS, more_config=IDENTITY) as lab:
            for path in files:
                try:
                    Scenario(lab, path).run()
                    print(f"ok      {path.stem}")
                except (Failure, LabError) as e:
                    failed += 1
                    print(f"FAILED  {path.stem}: {e}")
            if failed:
                print(lab.gate_log()[-4000:])
            status = lab.stop_gate()
            if status != 0:
                failed += 1
                print(f"FAILED  posternd ended with status {status}")
    except LabError as e:
        print(f"the lab: {e}")
        return 1
    print(f"{len(files) - failed} of {len(files)} scenarios hold")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main())

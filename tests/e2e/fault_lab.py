"""What the fault tests share: a lab whose gate may die at any time, and a mail server that does as it is told."""
import base64
import collections
import pathlib
import re
import signal
import smtplib
import socketserver
import sqlite3
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, LabError, free_ports, wait_until  # noqa: E402,F401
import ledger as books  # noqa: E402

SOCIAL, SUPPLIER = "x7k@post.chirper.example", "orders@supplier.example"
GIVE_UP_SECONDS = 60


def message(number, marked, extra=""):
    """(sender, recipient, bytes) of mail `number`; `extra` is more of its text, or the bytes of a zip that it carries."""
    sender, to = f"p{number}@corp.example", SOCIAL if marked else SUPPLIER
    text = "Nightjar ships in May.\r\n" if marked else "Please deliver on Tuesday.\r\n"
    head = (f"From: {sender}\r\nTo: {to}\r\nSubject: Mail {number}\r\nMessage-ID: {books.message_id(number)}\r\n"
            f"Date: Mon, 04 May 2026 09:12:00 +0200\r\n")
    if isinstance(extra, str):
        return sender, to, f"{head}\r\n{text}{extra}".encode()
    attached = base64.encodebytes(extra).decode().replace("\n", "\r\n")
    return sender, to, (f'{head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n{text}'
                        f'--b\r\nContent-Type: application/zip; name="more.zip"\r\nContent-Transfer-Encoding: base64\r\n\r\n{attached}--b--\r\n').encode()


class Relay(socketserver.ThreadingTCPServer):
    """An SMTP server. Each conversation takes the next of `script`:

    "ok"             takes the mail
    "busy"           451 to every recipient
    "refuse"         550 to every recipient; "refuse ADDRESS": to this one
    "drop"           hangs up after MAIL
    "vanish"         takes the mail and hangs up before it says so
    """
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port=None):
        self.script, self.mails, self.conversations = collections.deque(), [], 0
        super().__init__(("127.0.0.1", port or free_ports(1)[0]), RelaySession)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class RelaySession(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())

    def handle(self):
        try:
            self.converse(self.server.script.popleft() if self.server.script else "ok")
        except OSError:
            pass  # the client was killed

    def converse(self, act):
        self.server.conversations += 1
        envelope = {"sender": "", "recipients": []}
        self.say("220 relay")
        for line in iter(self.rfile.readline, b""):
            verb, address = line[:4].upper(), line[line.find(b"<") + 1:line.find(b">")].decode()
            if verb == b"EHLO":
                self.say("250-relay\r\n250-PIPELINING\r\n250 8BITMIME")
            elif verb == b"MAIL":
                if act == "drop":
                    return
                envelope = {"sender": address, "recipients": []}
                self.say("250 ok")
            elif verb == b"RCPT":
                if act == "busy":
                    self.say("451 4.3.0 busy")
                elif act in ("refuse", f"refuse {address}"):
                    self.say("550 5.1.1 no such user")
                else:
                    envelope["recipients"].append(address)
                    self.say("250 ok")
            elif verb == b"DATA":
                if not envelope["recipients"]:
                    self.say("554 no recipients")
                    continue
                self.say("354 go on")
                lines = []
                for text in iter(self.rfile.readline, b""):
                    if text == b".\r\n":
                        break
                    lines.append(text[1:] if text.startswith(b".") else text)
                else:
                    return
                self.server.mails.append(dict(envelope, data=b"".join(lines)))
                if act == "vanish":
                    return
                self.say("250 2.0.0 taken")
            elif verb == b"QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")


class FaultLab(Lab):
    """A lab that keeps the books. The gate may be killed by a fault point; whoever waits here starts it again."""

    def __init__(self, bin_dir, build, **more):
        super().__init__(bin_dir, ROOT / "packaging/quickstart/policy", pathlib.Path(build) / "policies", pathlib.Path(build) / "notices", **more)
        self.ledger = books.Ledger()
        self.deaths = 0
        self.relay = None
        self.shell = {}  # the environment of `postern`

    def __enter__(self):
        super().__enter__()
        self.relay = Relay()
        self.through_postfix = self.config.read_text()
        return self

    def stop(self):
        if self.relay is not None:
            self.relay.close()
            self.relay = None
        super().stop()

    def send_by_relay(self, *kinds):
        """Notices, releases or both go to `relay` from the next start on; the others through Postfix."""
        text = self.through_postfix
        for kind, port in (("notice", self.plain_port), ("release", self.mail_port)):
            if kind in kinds:
                text = text.replace(f"smtp: '127.0.0.1:{port}'", f"smtp: '127.0.0.1:{self.relay.port}'")
        self.config.write_text(text)

    def start_with(self, **environment):
        """Starts the gate; one that dies of its fault while starting is started again without it."""
        try:
            self.start_gate(environment)
        except LabError:
            if self.gate.poll() != -signal.SIGKILL:
                raise
            self.revive()

    def revive(self):
        """True when the gate was dead; it runs again then."""
        if self.gate.poll() is None:
            return False
        if self.gate.returncode != -signal.SIGKILL:
            raise LabError(f"posternd ended with status {self.gate.returncode}:\n{self.gate_log()[-3000:]}")
        self.deaths += 1
        self.start_gate()
        return True

    def kill_gate(self):
        self.stop_gate(signal.SIGKILL)
        self.deaths += 1

    def deliver(self, number, marked, extra="", seconds=GIVE_UP_SECONDS, on_refusal=None, revive=True):
        """Sends mail `number` again and again until it is acknowledged, as MTAs do."""
        sender, to, data = message(number, marked, extra)
        self.ledger.add(number, marked)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ledger.tries[number] += 1
            try:
                code, text = self.send(sender, [to], data)
            except (OSError, smtplib.SMTPException) as e:
                code, text = 0, str(e)
            if code == 250:
                self.ledger.acknowledged.add(number)
                return
            if on_refusal is not None:
                on_refusal(code, text)
            if not revive or not self.revive():
                time.sleep(0.02)
        raise LabError(f"mail {number} was not taken within {seconds} s: {code} {text}\n{self.gate_log()[-2000:]}")

    def value(self, query, *values):
        store = books.open_store(self)
        try:
            row = store.execute(query, values).fetchone()
            return row[0] if row else None
        finally:
            store.close()

    def change_store(self, statement, *values):
        """As an administrator who is up to no good, or a clock; only while the gate is down."""
        store = sqlite3.connect(self.dir / "postern/postern.db", timeout=30)
        with store:
            store.execute(statement, values)
        store.close()

    def reference(self, number):
        return self.value("SELECT h.incident FROM hold h JOIN incident i ON i.reference = h.incident WHERE CAST(i.message_id AS TEXT) = ?",
                          books.message_id(number))

    def state(self, number):
        return self.value("SELECT h.state FROM hold h JOIN incident i ON i.reference = h.incident WHERE CAST(i.message_id AS TEXT) = ?",
                          books.message_id(number))

    def queue_files(self):
        """Without those that a killed cleanup(8) left unfinished: Postfix marks a whole one executable, and never delivers another."""
        whole = []
        for path in super().queue_files():
            try:
                if pathlib.Path(path).stat().st_mode & 0o100:
                    whole.append(path)
            except FileNotFoundError:
                pass  # delivered meanwhile
        return whole

    def outbox_pending(self):
        return self.value("SELECT count(*) FROM outbox WHERE state = 'pending'")

    def decide(self, verb, number, fault=None, seconds=GIVE_UP_SECONDS):
        """postern quarantine release|reject, again when it died; how often it died."""
        died, end = 0, time.monotonic() + seconds
        environment = {**self.shell, "POSTERN_FAULT": fault or ""}
        while time.monotonic() < end:
            done = self.cli("quarantine", verb, self.reference(number), environment=environment)
            if done.returncode == -signal.SIGKILL:
                died, environment = died + 1, self.shell
                continue
            # It may have died after its commit: then the second one finds it decided.
            if done.returncode == 0 or died:
                return died
            raise LabError(f"postern quarantine {verb}: status {done.returncode}: {done.stderr}")
        raise LabError(f"postern quarantine {verb} did not end")

    def calm(self, seconds=GIVE_UP_SECONDS):
        """Waits until nothing is under way, starting the gate again if it dies of its fault meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.revive() and not self.queue_files() and self.outbox_pending() == 0 and not self.queue_files():
                # Everything was told; what the courier does afterwards (a walk over holds) is over at its next round.
                return
            time.sleep(0.02)
        raise LabError("it does not calm down: " + str(self.queue_files()[:3]) + f" {self.outbox_pending()} rows\n" + self.gate_log()[-3000:])

    def wrong(self):
        return self.ledger.all_wrong(books.look(self, self.relay.mails))


def expect(what, condition, saw=""):
    if not condition:
        raise LabError(f"{what}: {saw}")


def processes():
    """{pid: (parent, name, state)}"""
    found = {}
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = path.read_text().rpartition(")")
        except OSError:
            continue
        state, parent = rest.split()[:2]
        found[int(path.parent.name)] = (int(parent), head.partition("(")[2], state)
    return found


def readers(lab, states=None):
    """The gate's readers, or those of them in one of the states (letters of proc(5))."""
    return {pid for pid, (parent, name, state) in processes().items()
            if parent == lab.gate.pid and name.startswith("postern-extr") and state not in "ZX" and (states is None or state in states)}


def postfix_processes(lab, name):
    """Those of this lab's Postfix: its master is named in its pid file."""
    master = int((lab.dir / "queue/pid/master.pid").read_text())
    return [pid for pid, (parent, own, _) in processes().items() if parent == master and own == name]


def is_stopped(pid):
    return processes().get(pid, (0, "", "X"))[2] == "T"


class Sending(threading.Thread):
    """Delivers a mail, again and again, while the test breaks something."""

    def __init__(self, lab, number, marked, extra=""):
        super().__init__()
        self.lab, self.number, self.marked, self.extra, self.replies, self.error = lab, number, marked, extra, [], None
        lab.ledger.add(number, marked)
        self.start()

    def run(self):
        try:
            self.lab.deliver(self.number, self.marked, self.extra, on_refusal=lambda code, text: self.replies.append((code, text)), revive=False)
        except LabError as e:
            self.error = e

    def end(self):
        self.join()
        if self.error:
            raise self.error
        return self.replies


def fault_points():
    """The names in base/fault.h, in order."""
    text = (ROOT / "base/fault.h").read_text()
    body = text[text.index("enum class FaultPoint {"):]
    return [name.replace("_", "-") for name in re.findall(r"^  (\w+),", body[:body.index("};")], re.M)]

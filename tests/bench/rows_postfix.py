"""The row through Postfix: one private instance with three listeners, alike but for their milter."""
import grp
import os
import pathlib
import pwd
import re
import subprocess
import time

from gates import ROOT, Sink, free_ports, wait_until
from measuring import BenchError, median, ratios
from table import Figure, Measured, Row

SESSIONS = 4
MAIL_BYTES = 4096
MESSAGES = 1500
LISTENER = """127.0.0.1:{port} inet n - n - - smtpd
  -o smtpd_milters={milter}
"""


def main_cf(folder, sink):
    """The lab's configuration without its log, which would cost each side the same and hide what is measured."""
    text = re.search(r'MAIN_CF = """(.*?)"""', (ROOT / "packaging/quickstart/lab.py").read_text(), re.S)[1]
    text = text.format(dir=folder, sink=sink, milter="", extra="default_process_limit = 200\ndefault_destination_concurrency_limit = 50")
    return "\n".join(line for line in text.splitlines() if not line.startswith(("maillog", "smtpd_milters", "non_smtpd_milters"))) + "\n"


def master_cf(listeners):
    text = re.search(r'MASTER_CF = """(.*?)"""', (ROOT / "packaging/quickstart/lab.py").read_text(), re.S)[1]
    services = text[text.index("pickup"):]
    return "".join(LISTENER.format(port=port, milter=milter) for milter, port in listeners.items()) + services


class Postfix:
    """Mail goes in by a port a milter, and out to smtp-sink."""

    def __init__(self, folder, milters):
        self.dir = pathlib.Path(folder)
        self.ports = dict(zip(milters, free_ports(len(milters))))
        self.sink = None

    def __enter__(self):
        for name in ("etc", "queue", "data"):
            (self.dir / name).mkdir(parents=True, exist_ok=True)
        os.chmod(self.dir, 0o755)
        os.chown(self.dir / "data", pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid)
        self.sink = Sink()
        (self.dir / "etc/main.cf").write_text(main_cf(self.dir, self.sink.port))
        (self.dir / "etc/master.cf").write_text(master_cf(self.ports))
        started = self._postfix("start")
        if started.returncode != 0:
            self.__exit__()
            raise BenchError("postfix did not start: " + started.stderr)
        return self

    def __exit__(self, *_):
        self._postfix("stop")
        self.sink.stop()

    def _postfix(self, verb):
        return subprocess.run(["postfix", "-c", str(self.dir / "etc"), verb], capture_output=True, text=True)

    def queue_is_empty(self):
        return not any(files for name in ("incoming", "active", "maildrop", "deferred") for _, _, files in os.walk(self.dir / "queue" / name))

    def send(self, milter, mail, count):
        """Messages a second until the last one is accepted; then waits until all have been delivered."""
        begin = time.monotonic()
        done = subprocess.run(["/usr/sbin/smtp-source", "-s", str(SESSIONS), "-m", str(count), "-f", "anna.adler@corp.example", "-t",
                               "paul.rossi@partner-one.example", "-F", str(mail), f"127.0.0.1:{self.ports[milter]}"], capture_output=True, text=True)
        took = time.monotonic() - begin
        if done.returncode != 0 or "bad reply" in done.stderr:
            raise BenchError("smtp-source: " + done.stderr[-300:])
        wait_until("the queue to empty", self.queue_is_empty, 120)
        return count / took


def four_kilobytes(bench):
    """A text mail of the corpus without findings, cut or repeated to MAIL_BYTES, with the line ends that smtp-source wants."""
    clean = {line.split("\t")[0] for line in (bench.corpus() / "expected.tsv").read_text().splitlines() if "\t0\t" in line}
    source = next(p for p in bench.mails("plain") if p.name in clean and b"7bit" in p.read_bytes())
    head, body = source.read_bytes().replace(b"\r\n", b"\n").split(b"\n\n", 1)
    body = (body * (MAIL_BYTES // len(body) + 1))[:MAIL_BYTES - len(head) - 3]
    path = bench.dir / "four-kilobytes.eml"
    path.write_bytes(head + b"\n\n" + body + b"\n")
    return path


def through_postfix(bench):
    gate = bench.gate(1000)
    none, unix, inet = "", gate.socket, f"inet:127.0.0.1:{gate.port}"
    mail = four_kilobytes(bench)
    seen = {none: [], unix: [], inet: []}
    with Postfix(bench.state / "postfix", list(seen)) as postfix:
        for milter in seen:
            postfix.send(milter, mail, MESSAGES // 5)
        for number in range(bench.rounds):
            for milter in seen if number % 2 == 0 else reversed(list(seen)):
                seen[milter].append(postfix.send(milter, mail, MESSAGES))
    return Measured({"unix": ratios(seen[unix], seen[none]), "inet": ratios(seen[inet], seen[unix])},
                    [f"accepted a second: no milter {median(seen[none]):.0f}, unix {median(seen[unix]):.0f}, inet {median(seen[inet]):.0f}"])


ROWS = (
    Row("postfix", (Figure("unix", "through Postfix, 4 KB mail, 4 sessions: unix socket against no milter", ">=", .85, .95),
                    Figure("inet", "the same: inet socket against unix socket", ">=", .8, 1)), through_postfix),
)

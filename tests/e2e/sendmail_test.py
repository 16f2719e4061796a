#!/usr/bin/env python3
"""Sendmail's own milter client against the whole gate.

    sendmail_test.py BIN_DIR BUILD_DIR

Installing Sendmail would replace Postfix, so its packages are fetched and unpacked into a directory of the test's own and
it is run from there, on a free loopback port, with the configuration that its own m4 files make. Exit 77, with the
reason, when that cannot be done.
"""
import email
import email.policy
import os
import pathlib
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, free_ports, wait_until  # noqa: E402
import reporting  # noqa: E402
from reporting import check, failures  # noqa: E402

PACKAGES = ["sendmail-bin", "sendmail-base", "sendmail-cf", "libwrap0", "m4", "libsigsegv2"]
FOOTER = "Corp Example Ltd – this message may hold company information."
COLLEAGUE, OUTSIDER = "ben@corp.example", "x7k@post.chirper.example"
# The address, and not a unix socket: Sendmail takes none below a directory that all may write, such as /tmp.
CONFIGURATION = """divert(0)dnl
OSTYPE(`linux')dnl
define(`confDOMAIN_NAME', `mail.corp.example')dnl
define(`QUEUE_DIR', `{dir}/queue')dnl
define(`STATUS_FILE', `')dnl
define(`ALIAS_FILE', `')dnl
define(`HELP_FILE', `')dnl
define(`confPID_FILE', `{dir}/pid')dnl
define(`confCW_FILE', `/dev/null')dnl
define(`confDONT_PROBE_INTERFACES', `True')dnl
define(`confTO_IDENT', `0')dnl
define(`confTO_ICONNECT', `5s')dnl
define(`confQUEUE_LA', `1000')dnl
define(`confREFUSE_LA', `1000')dnl
define(`confSERVICE_SWITCH_FILE', `{dir}/switch')dnl
define(`SMART_HOST', `relay:[127.0.0.1]')dnl
define(`RELAY_MAILER_ARGS', `TCP $h {sink}')dnl
FEATURE(`promiscuous_relay')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`nocanonify')dnl
FEATURE(`no_default_msa')dnl
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port={port}')dnl
INPUT_MAIL_FILTER(`postern', `S=inet:{milter}@127.0.0.1, F=T, T=C:5s;S:30s;R:30s;E:2m')dnl
MAILER(`smtp')dnl
"""
REJECT_RULE = """
  - id: trade-secret.recipe
    title: The recipe itself
    category: trade-secret
    severity: high
    owner: group:ip-office
    mode: enforce
    when:
      recipients: [class:outside]
      content: {detector: recipe}
    then: {action: reject, notify: [sender]}
"""
REJECT_DETECTOR = """  - id: recipe
    title: The recipe
    primary: {keywords: ['Kestrel recipe'], match: phrase}
"""


class Skip(Exception):
    """Why Sendmail cannot be had here."""


def unpack(directory):
    root = directory / "root"
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Skip("apt-get and dpkg are needed to fetch sendmail-bin")
    done = subprocess.run(["apt-get", "download", *PACKAGES], cwd=directory, capture_output=True, text=True)
    if done.returncode != 0:
        raise Skip("cannot fetch the packages of Sendmail: " + (done.stderr.strip().splitlines() or ["?"])[-1])
    for package in directory.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(root)], check=True)
    program = root / "usr/libexec/sendmail/sendmail"
    if not program.exists():
        raise Skip("sendmail-bin has no usr/libexec/sendmail/sendmail")
    program.chmod(0o755)  # set-group-ID programs take no libraries from elsewhere
    return root, program


def libraries(root):
    return {**os.environ, "LD_LIBRARY_PATH": ":".join(str(p) for p in root.glob("*lib/*-linux-gnu")) + ":" +
            ":".join(str(p) for p in root.glob("usr/lib/*-linux-gnu"))}


class Sendmail:
    """The daemon; it delivers to the lab's sink."""

    def __init__(self, directory, lab):
        self.directory, self.lab = directory, lab
        self.root, self.program = unpack(directory)
        self.port = free_ports(1)[0]
        (directory / "queue").mkdir(mode=0o700)
        (directory / "switch").write_text("hosts files\naliases files\n")
        source, made = directory / "sendmail.mc", directory / "sendmail.cf"
        source.write_text(CONFIGURATION.format(dir=directory, sink=lab.sink_port, port=self.port, milter=lab.milter_port))
        cf = self.root / "usr/share/sendmail/cf"
        done = subprocess.run([str(self.root / "usr/bin/m4"), f"-D_CF_DIR_={cf}/", str(cf / "m4/cf.m4"), str(source)],
                              env=libraries(self.root), capture_output=True, text=True)
        if done.returncode != 0:
            raise Skip("sendmail.cf cannot be made: " + done.stderr)
        made.write_text(done.stdout)
        made.chmod(0o600)
        # Without a dot in the host's name Sendmail sleeps a minute before it starts; so it gets one of its own.
        self.log = open(directory / "out", "wb")
        self.process = subprocess.Popen(["unshare", "--uts", "sh", "-c", 'hostname mail.corp.example && exec "$0" "$@"', str(self.program), "-C",
                                         str(made), "-bD", "-q1s"], env=libraries(self.root), stdout=self.log, stderr=self.log)
        try:
            wait_until("sendmail", self.answers)
        except BaseException:
            self.stop()
            raise

    def answers(self):
        if self.process.poll() is not None:
            raise Skip(f"sendmail ended with status {self.process.returncode}: {(self.directory / 'out').read_text()}")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as s:
                return s.recv(4).startswith(b"220")
        except OSError:
            return False

    def send(self, recipients, subject, text, sender="anna.adler@corp.example", headers=""):
        message = f"From: anna.adler@corp.example\r\nTo: {recipients[0]}\r\nSubject: {subject}\r\n{headers}Message-ID: <{subject}@corp.example>\r\n\r\n{text}\r\n"
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.corp.example", timeout=120) as smtp:
            smtp.ehlo()
            smtp.mail(sender)
            for recipient in recipients:
                smtp.rcpt(recipient)
            code, reply = smtp.data(message.encode())
        wait_until("sendmail's queue to empty", lambda: not list((self.directory / "queue").glob("[qd]f*")))
        return code, reply.decode()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def reached(lab, subject, address):
    return [m["data"] for m in lab.delivered() if address in m["recipients"] and f"<{subject}@corp.example>".encode() in m["data"]
            and b"X-Auto-Response-Suppress" not in m["data"]]


def answers(lab, sendmail):
    code, _ = sendmail.send([OUTSIDER], "clean", "Hello.", headers="X-Postern-Token: forged\r\nX-Other: kept\r\n")
    got = reached(lab, "clean", OUTSIDER)
    check("allow: the mail arrives, a forged header is taken off", code == 250 and len(got) == 1 and b"X-Postern" not in got[0] and b"X-Other: kept" in got[0], got)
    code, _ = sendmail.send([OUTSIDER], "held", "Nightjar ships in May.")
    check("quarantine: 250, and it is held", code == 250 and not reached(lab, "held", OUTSIDER) and len(lab.holds()) == 1, lab.holds())
    code, _ = sendmail.send([COLLEAGUE, OUTSIDER], "split", "Nightjar ships in May.")
    check("quarantine of one recipient: the other gets it", code == 250 and len(reached(lab, "split", COLLEAGUE)) == 1
          and not reached(lab, "split", OUTSIDER) and len(lab.holds()) == 2, lab.holds())
    code, _ = sendmail.send(["desk@daily-news.example"], "annotated", "Our coating line does 12 m a minute.")
    got = reached(lab, "annotated", "desk@daily-news.example")
    check("annotate: the mail arrives", code == 250 and len(got) == 1, code)
    texts = [email.message_from_bytes(data, policy=email.policy.default).get_content().replace("\r\n", "\n") for data in got]
    check("annotate: with its footer, once and whole", texts == ["Our coating line does 12 m a minute.\n\n" + FOOTER + "\n"], texts)
    code, reply = sendmail.send([OUTSIDER], "rejected", "This is the Kestrel recipe.")
    check("reject: 550 5.7.1 and a sentence", code == 550 and "5.7.1" in reply and not reached(lab, "rejected", OUTSIDER), (code, reply))
    code, _ = sendmail.send([OUTSIDER], "null", "Hello.", sender="")
    check("a null sender's mail arrives", code == 250 and len(reached(lab, "null", OUTSIDER)) == 1, code)
    lab.stop_gate()
    with smtplib.SMTP("127.0.0.1", sendmail.port, timeout=60) as smtp:
        smtp.ehlo()
        code = smtp.mail("anna.adler@corp.example")[0]
    check("tempfail: without the gate the client hears 4xx", 400 <= code < 500, code)


def main():
    bin_dir, build = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        policy = directory / "policy"
        shutil.copytree(ROOT / "packaging/quickstart/policy", policy)
        rules = policy / "rules/company.yaml"
        rules.write_text(rules.read_text().replace("rules:\n", REJECT_DETECTOR + "rules:\n", 1) + REJECT_RULE)
        try:
            with Lab(bin_dir, policy, build / "policies", build / "notices") as lab:
                sendmail = Sendmail(directory, lab)
                try:
                    answers(lab, sendmail)
                finally:
                    sendmail.stop()
                if failures:
                    print(lab.gate_log()[-3000:])
        except Skip as e:
            print(f"skipped: {e}")
            return 77


if __name__ == "__main__":
    reporting.run(main)

#!/usr/bin/env python3
"""The milter protocol's corners against the whole gate, partly through a real Postfix.

    protocol_test.py BIN_DIR BUILD_DIR

Every milter version that Postfix speaks, mail of sendmail(1), NULs, mail requeued by postsuper(1), a message past the limit; then, as
an MTA of its own hands, versions 2 to 6, lying lengths, a byte at a time, and 10,000 idle connections beside which mail is
still answered; and as a service manager.
"""
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, LabError, wait_until  # noqa: E402
import reporting  # noqa: E402
from reporting import check, failures  # noqa: E402

IDLE = 10_000
MOST_MEMORY_KB = 1 << 20  # 1 GiB, of the gate and its readers, each shared page counted once
SENDER, COLLEAGUE, OUTSIDER = "anna.adler@corp.example", "ben@corp.example", "x7k@post.chirper.example"
LIMIT_RULE = """
  - id: trade-secret.too-large
    title: A message too large to be read
    category: trade-secret
    severity: medium
    owner: group:ip-office
    mode: enforce
    when:
      recipients: [class:outside]
      content: {outcome: [limit]}
    then: {action: quarantine, review: [liaison], notify: [sender]}
"""


def mail(subject, text, to=OUTSIDER):
    return f"From: {SENDER}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@corp.example>\r\n\r\n{text}\r\n".encode()


def reached(lab, subject, address):
    return [m["data"] for m in lab.delivered() if address in m["recipients"] and f"<{subject}@corp.example>".encode() in m["data"]
            and b"X-Auto-Response-Suppress" not in m["data"]]


def held(lab, subject):
    return [h for h in lab.holds() if f"<{subject}@corp.example>" in lab.cli("quarantine", "show", h["reference"], "--format", "json", check=True).stdout]


# ---- through Postfix

def versions(lab):
    for version in ("2", "3", "4", "6"):
        subprocess.run(["postconf", "-c", str(lab.dir / "etc"), "-e", f"milter_protocol={version}"], check=True)
        subprocess.run(["postfix", "-c", str(lab.dir / "etc"), "reload"], check=True, capture_output=True)
        wait_until("postfix after its reload", lambda: lab._answers(lab.mail_port))
        name = f"version-{version}"
        codes = [lab.send(SENDER, [OUTSIDER], mail(name + "-clean", "Hello."))[0],
                 lab.send(SENDER, [COLLEAGUE, OUTSIDER], mail(name + "-split", "Nightjar ships in May."))[0],
                 lab.send("", [OUTSIDER], mail(name + "-null", "Hello."))[0]]
        lab.settle()
        check(f"milter version {version}: three mails are taken", codes == [250, 250, 250], codes)
        got = reached(lab, name + "-clean", OUTSIDER)
        check(f"milter version {version}: a clean mail arrives, its bytes unchanged", len(got) == 1 and got[0].endswith(b"\r\n\r\nHello.\r\n"), got)
        check(f"milter version {version}: a colleague gets it, the outsider's copy is held",
              len(reached(lab, name + "-split", COLLEAGUE)) == 1 and not reached(lab, name + "-split", OUTSIDER) and len(held(lab, name + "-split")) == 1)
        check(f"milter version {version}: a null sender's mail arrives", len(reached(lab, name + "-null", OUTSIDER)) == 1)


def local_submission(lab):
    for subject, text, recipients in (("local-clean", "Hello.", [OUTSIDER]), ("local-all", "Nightjar ships in May.", [OUTSIDER]),
                                      ("local-split", "Nightjar ships in May.", [COLLEAGUE, OUTSIDER])):
        done = subprocess.run(["/usr/sbin/sendmail", "-C", str(lab.dir / "etc"), "-f", SENDER, "--", *recipients],
                              input=mail(subject, text).replace(b"\r\n", b"\n"), capture_output=True)
        check(f"sendmail(1) takes {subject}", done.returncode == 0, done.stderr)
    lab.settle()
    check("sendmail(1): a clean mail arrives", len(reached(lab, "local-clean", OUTSIDER)) == 1)
    check("sendmail(1): a marked one is held", not reached(lab, "local-all", OUTSIDER) and len(held(lab, "local-all")) == 1)
    check("sendmail(1): a recipient without brackets is taken off",
          len(reached(lab, "local-split", COLLEAGUE)) == 1 and not reached(lab, "local-split", OUTSIDER) and len(held(lab, "local-split")) == 1)


def nul_in_a_header(lab):
    """Postfix ends a header line at a NUL, for the milter and for the mail alike; a body keeps it. What leaves is what was judged."""
    name = b"Nightjar ships in May"
    for subject, field, text in (("nul-in-value", b"X-Note: note\0" + name, b"Hello."), ("nul-in-name", b"X-No\0te: " + name, b"Hello."),
                                 ("nul-in-word", b"X-Note: Night\0jar ships in May", b"Hello."), ("nul-in-body", b"X-Note: note", b"Hello\0 " + name)):
        sent = mail(subject, "").replace(b"\r\n\r\n\r\n", b"\r\n" + field + b"\r\n\r\n" + text + b"\r\n")
        code, _ = lab.send(SENDER, [OUTSIDER], sent)
        lab.settle()
        got, holds = reached(lab, subject, OUTSIDER), held(lab, subject)
        check(f"{subject}: it is delivered or held, and says nothing when it is delivered",
              code == 250 and len(got) + len(holds) == 1 and not any(name in g.replace(b"\0", b"") for g in got), (code, got, holds))
        check(f"{subject}: held when the name is still in it", bool(holds) == (subject in ("nul-in-name", "nul-in-body")), (got, holds))
        check(f"{subject}: no NUL leaves in a header", not any(b"\0" in g.partition(b"\r\n\r\n")[0] for g in got), got)


def requeued(lab):
    """postsuper -r: Postfix runs no milter on what it had queued before, so that nothing is judged, held, told or footed twice."""
    press, partner = "desk@daily-news.example", "orders@supplier.example"

    def configure(setting):
        subprocess.run(["postconf", "-c", str(lab.dir / "etc"), "-e", setting], check=True)
        subprocess.run(["postfix", "-c", str(lab.dir / "etc"), "reload"], check=True, capture_output=True)
        wait_until("postfix after its reload", lambda: lab._answers(lab.mail_port))

    def queue_ids():
        return {pathlib.Path(path).name for path in lab.queue_files()}

    def notices(address):
        return sum(1 for m in lab.delivered() if address in m["recipients"] and b"X-Auto-Response-Suppress" in m["data"])
    before = notices(SENDER), notices("ip-office@corp.example")
    configure("defer_transports = smtp relay")
    codes = [lab.send(SENDER, [press], mail("requeued-annotated", "Our coating line does 12 m a minute.", press))[0],
             lab.send(SENDER, [partner, OUTSIDER], mail("requeued-split", "Nightjar ships in May.", partner))[0]]
    wait_until("both mails and three notices in the queue", lambda: len(lab.queue_files()) == 5 and lab.outbox_pending() == 0)
    first, lines = queue_ids(), lab.gate_log().count(" nrcpt=")
    done = subprocess.run(["postsuper", "-c", str(lab.dir / "etc"), "-r", "ALL"], capture_output=True, text=True)
    check("postsuper -r requeues all", codes == [250, 250] and "Requeued: 5 messages" in done.stderr, (codes, done.stderr))
    wait_until("the queue under new names", lambda: len(queue_ids()) == 5 and not queue_ids() & first)
    configure("defer_transports =")
    subprocess.run(["postqueue", "-c", str(lab.dir / "etc"), "-f"], check=True)
    lab.settle()
    got = reached(lab, "requeued-annotated", press)
    check("requeued: the footer stands once", len(got) == 1 and got[0].count(b"may hold company information") == 1, got)
    check("requeued: one got it, one hold stays", len(reached(lab, "requeued-split", partner)) == 1 and not reached(lab, "requeued-split", OUTSIDER)
          and len(held(lab, "requeued-split")) == 1)
    check("requeued: no second notice", (notices(SENDER), notices("ip-office@corp.example")) == (before[0] + 2, before[1] + 1),
          (before, notices(SENDER), notices("ip-office@corp.example")))
    check("requeued: nothing was judged again", lab.gate_log().count(" nrcpt=") == lines, lab.gate_log()[-2000:])


def past_the_limit(lab):
    lines = "".join(f"line {n} of many, and every one of them differs\r\n" for n in range(60_000))
    sent = mail("too-large", lines)
    code, text = lab.send(SENDER, [OUTSIDER], sent)
    lab.settle()
    holds = held(lab, "too-large")
    check("a message past the limit is held as `limit`", code == 250 and len(holds) == 1 and not reached(lab, "too-large", OUTSIDER), (code, text))
    for hold in holds:
        lab.cli("quarantine", "release", hold["reference"], check=True)
    lab.settle()
    got = reached(lab, "too-large", OUTSIDER)
    check("its copy is whole, byte for byte", len(got) == 1 and got[0].partition(b"\r\n\r\n")[2] == sent.partition(b"\r\n\r\n")[2],
          [len(g) for g in got])


# ---- as an MTA

def packet(letter, payload=b""):
    return struct.pack(">I", len(payload) + 1) + letter + payload


OFFER = packet(b"O", struct.pack(">III", 6, 0x1FF, 0x1FFFFF))
GREETING = packet(b"C", b"c.corp.example\0004" + struct.pack(">H", 40_000) + b"192.0.2.7\0") + packet(b"H", b"c.corp.example\0")


def message(queue_id):
    return (packet(b"D", b"Mi\0" + queue_id + b"\0") + packet(b"M", b"<" + SENDER.encode() + b">\0") + packet(b"R", b"<" + OUTSIDER.encode() + b">\0")
            + packet(b"L", b"Subject\0 hello\0") + packet(b"B", b"Hello.\r\n") + packet(b"E"))


def read_packet(connection):
    def exactly(count):
        out = b""
        while len(out) < count:
            more = connection.recv(count - len(out))
            if not more:
                return None
            out += more
        return out
    head = exactly(4)
    return exactly(struct.unpack(">I", head)[0]) if head else None


def connect(lab):
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    connection.connect(str(lab.dir / "run/milter.sock"))
    connection.sendall(OFFER)
    if not (read_packet(connection) or b"").startswith(b"O"):
        raise LabError("no answer to the negotiation")
    connection.sendall(GREETING)
    return connection


def verdict(connection):
    """The letter that ends a message, edits and progress passed over."""
    while True:
        got = read_packet(connection)
        if got is None or got[:1] not in b"p-mhi+":
            return got and got[:1]


def lies(lab):
    for name, wire in (("a length of zero", b"\0\0\0\0"), ("a length of 2 GB", b"\x7f\xff\xff\xffB"), ("HTTP", b"GET / HTTP/1.1\r\n\r\n"),
                       ("an unknown letter", packet(b"?")), ("a body without MAIL", packet(b"B", b"x")), ("half a macro", packet(b"D", b"Mi\0")),
                       ("a recipient without its end", packet(b"M", b"<a@b>\0") + packet(b"R", b"<a@b>"))):
        connection = connect(lab)
        connection.sendall(wire)
        check(f"{name} ends the connection unanswered", read_packet(connection) is None)
        connection.close()
    connection = connect(lab)
    connection.sendall(packet(b"U", b"XYZZY\0") + message(b"AFTER"))
    check("an SMTP command that nobody knows is passed over", verdict(connection) == b"c")
    connection.close()
    connection = connect(lab)
    for byte in message(b"SLOW"):
        connection.sendall(bytes([byte]))
    check("a message that comes byte by byte is answered", verdict(connection) == b"c")
    connection.close()


# What MTAs of each version can offer: actions, steps (Sendmail's mfdef.h).
OFFERS = {2: (0x3F, 0x7F), 3: (0x3F, 0x1FF), 4: (0x3F, 0x3FF), 5: (0x3F, 0x3FF), 6: (0x1FF, 0x1FFFFF)}
NO_END_OF_HEADERS, NO_DATA, LEADING_SPACE = 0x40, 0x200, 0x100000
# The letter of a step, and the bit that says that it gets no answer.
NO_REPLY = {b"C": 0x1000, b"H": 0x2000, b"M": 0x4000, b"R": 0x8000, b"T": 0x10000, b"L": 0x80, b"N": 0x40000, b"B": 0x80000}


def spoken(lab):
    """The whole gate in the words of each version; Postfix speaks no version 5."""
    for version, (actions, steps) in OFFERS.items():
        name = f"spoken-{version}"
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(str(lab.dir / "run/milter.sock"))
        connection.sendall(packet(b"O", struct.pack(">III", version, actions, steps)))
        reply = read_packet(connection) or b""
        agreed = struct.unpack(">III", reply[1:13]) if reply[:1] == b"O" and len(reply) >= 13 else (0, 0, 0)
        check(f"version {version}: it is agreed on, with nothing that was not offered",
              agreed[0] == version and not agreed[1] & ~actions and not agreed[2] & ~steps, reply)

        def step(letter, payload=b""):
            connection.sendall(packet(letter, payload))
            if not agreed[2] & NO_REPLY[letter]:
                check(f"version {version}: {letter.decode()} is answered", read_packet(connection) == b"c")

        def field(key, value):
            step(b"L", key + b"\0" + (b" " if agreed[2] & LEADING_SPACE else b"") + value + b"\0")

        def send(subject, text, recipients):
            connection.sendall(packet(b"D", b"Mi\0" + subject.encode() + b"\0"))
            step(b"M", b"<" + SENDER.encode() + b">\0")
            for recipient in recipients:
                step(b"R", b"<" + recipient.encode() + b">\0")
            if version >= 4 and not agreed[2] & NO_DATA:
                step(b"T")
            for key, value in ((b"From", SENDER.encode()), (b"X-Postern-Reference", b"PN-000000"), (b"Message-ID", f"<{subject}@corp.example>".encode())):
                field(key, value)
            if not agreed[2] & NO_END_OF_HEADERS:
                step(b"N")
            step(b"B", text)
            connection.sendall(packet(b"E"))
            answers = [read_packet(connection)]
            while answers[-1] is not None and answers[-1][:1] not in (b"c", b"a", b"d", b"r", b"t", b"y"):
                answers.append(read_packet(connection))
            return [a for a in answers if a != b"p"]
        step(b"C", b"c.corp.example\0004" + struct.pack(">H", 40_000) + b"127.0.0.1\0")
        step(b"H", b"c.corp.example\0")
        forged = b"m" + struct.pack(">I", 1) + b"X-Postern-Reference\0\0"
        got = send(name + "-clean", b"Hello.\r\n", [OUTSIDER])
        check(f"version {version}: allow; a forged header is taken away", got == [forged, b"c"], got)
        got = send(name + "-split", b"Nightjar ships in May.\r\n", [COLLEAGUE, OUTSIDER])
        check(f"version {version}: a held recipient is removed", b"-<" + OUTSIDER.encode() + b">\0" in got and got[-1] == b"c", got)
        got = send(name + "-held", b"Nightjar ships in May.\r\n", [OUTSIDER])
        check(f"version {version}: a held mail is discarded", got == [b"d"], got)
        check(f"version {version}: both are held", len(held(lab, name + "-split")) == 1 and len(held(lab, name + "-held")) == 1)
        connection.close()


def memory_kb(lab):
    pids = [lab.gate.pid] + [int(p) for p in subprocess.run(["ps", "-o", "pid=", "--ppid", str(lab.gate.pid)], capture_output=True, text=True).stdout.split()]
    total = 0
    for pid in pids:
        try:
            total += int(re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)[1])
        except OSError:
            pass  # a reader that was replaced
    return total


def idle_connections(lab):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = IDLE + 1_000
    if hard != resource.RLIM_INFINITY and hard < needed:
        print(f"skipped idle connections: the hard limit of open files is {hard}; raise it (ulimit -Hn {needed})")
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    before = memory_kb(lab)
    idle = [connect(lab) for _ in range(IDLE)]
    after = memory_kb(lab)
    print(f"        {IDLE} idle connections: {before // 1024} MiB before, {after // 1024} MiB with them")
    check("10,000 idle connections stay under 1 GiB", after < MOST_MEMORY_KB, after)
    fresh = connect(lab)
    fresh.sendall(message(b"FRESH"))
    check("mail on a new connection is answered", verdict(fresh) == b"c")
    for connection in (idle[0], idle[IDLE // 2], idle[-1]):
        connection.sendall(message(b"IDLE"))
    check("and on connections that were idle", [verdict(c) for c in (idle[0], idle[IDLE // 2], idle[-1])] == [b"c"] * 3)
    check("and through Postfix", lab.send(SENDER, [OUTSIDER], mail("beside-idle", "Hello."))[0] == 250)
    for connection in idle + [fresh]:
        connection.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def service_manager(lab):
    """What systemd does: a socket that listens already, and READY, RELOADING, STOPPING, WATCHDOG told back."""
    lab.stop_gate()
    path, notify = lab.dir / "run/passed.sock", lab.dir / "notify.sock"
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        listener.bind(str(path))
        listener.listen(16)
        manager.bind(str(notify))
        manager.settimeout(60)

        def told(what):
            while True:
                got = manager.recv(4096).decode()
                if got.startswith(what):
                    return True

        def start(names):
            with open(lab.dir / "gate.log", "ab") as log:
                return subprocess.Popen(["sh", "-c", 'exec env LISTEN_PID=$$ LISTEN_FDS=1 "$@" 3<&"$0"', str(listener.fileno()), "LISTEN_FDNAMES=" + names,
                                         f"NOTIFY_SOCKET={notify}", "WATCHDOG_USEC=4000000", str(lab.bin / "posternd"), "--config", str(lab.config),
                                         "--foreground"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=[listener.fileno()])
        try:
            lab.gate = start("milter")
            check("a service manager hears that the gate is ready", told("READY=1"))
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(60)
                connection.connect(str(path))
                connection.sendall(OFFER)
                answered = (read_packet(connection) or b"").startswith(b"O")
                connection.sendall(GREETING + message(b"PASSED"))
                check("a passed-in socket is served", answered and verdict(connection) == b"c")
            check("and takes the place of milter.listen", not (lab.dir / "run/milter.sock").exists())
            check("the watchdog is fed", told("WATCHDOG=1"))
            lab.gate.send_signal(signal.SIGHUP)
            check("a reload is told", told("RELOADING=1") and told("READY=1"))
            lab.gate.send_signal(signal.SIGTERM)
            check("the stop is told", told("STOPPING=1"))
            check("the gate ends well", lab.gate.wait(timeout=90) == 0)
            check("and leaves the socket to its owner", path.exists())
            lab.gate = start("web")
            check("a socket of a name that nobody knows is a bad configuration", lab.gate.wait(timeout=90) == 78)
        except TimeoutError:
            check("the service manager is told in time", False)
        lab.gate = None
    lab.start_gate()


def main():
    bin_dir, build = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as directory:
        policy = pathlib.Path(directory) / "policy"
        subprocess.run(["cp", "-r", str(ROOT / "packaging/quickstart/policy"), str(policy)], check=True)
        rules = policy / "rules/company.yaml"
        rules.write_text(rules.read_text() + LIMIT_RULE)
        # A soft limit such as a shell's: the gate raises it itself.
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
        with Lab(bin_dir, policy, build / "policies", build / "notices") as lab:
            configured = lab.config.read_text().replace("milter:\n", "milter:\n  max_message: 1MiB\n")
            lab.config.write_text(configured)
            lab.stop_gate()
            lab.start_gate()
            for part in (lies, spoken, versions, local_submission, nul_in_a_header, requeued, past_the_limit, service_manager, idle_connections):
                part(lab)
            if failures:
                print(lab.gate_log()[-3000:])
            check("the gate ends well", lab.stop_gate() == 0)


if __name__ == "__main__":
    reporting.run(main)

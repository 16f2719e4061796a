#!/usr/bin/env python3
"""posternd as an administrator meets it: starting, reloading, stopping, going wrong.

    daemon_test.py BIN_DIR BUILD_DIR
"""
import os
import pathlib
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, wait_until  # noqa: E402
import reporting  # noqa: E402
from reporting import check  # noqa: E402

MARKED = b"From: anna.adler@corp.example\r\nTo: x7k@post.chirper.example\r\nSubject: %s\r\n\r\n%s ships in May.\r\n"


def send(lab, subject, word):
    return lab.send("anna.adler@corp.example", ["x7k@post.chirper.example"], MARKED % (subject, word))


def run_gate(lab, config, timeout=30):
    done = subprocess.run([str(lab.bin / "posternd"), "--config", str(config), "--foreground"], capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout + done.stderr


def bad_starts(lab):
    good = lab.config.read_text()
    cases = [
        ("an unknown key", good.replace("socket_group", "socket_gruop"), 78, "did you mean 'socket_group'?"),
        ("a policy that is not there", good.replace(str(lab.policy), "/nonexistent"), 78, "policy"),
        ("a key file that is not there", good.replace("master.key", "other.key"), 78, "postern setup keys"),
        ("a worker that is not there", good.replace("postern-extract", "postern-extrakt"), None, "postern-extrakt"),
        ("a socket that another gate listens on", good, None, "milter.listen"),
        ("a bad socket", good.replace("'unix:", "'unicks:"), 78, "milter.listen"),
        ("a bad mode", good.replace("'0660'", "'rw-rw----'"), 78, "socket_mode"),
    ]
    for name, text, status, says in cases:
        config = lab.dir / "bad.yaml"
        config.write_text(text)
        code, output = run_gate(lab, config)
        check(f"{name}: status", code == status if status else code in (69, 71, 78), (code, output[-500:]))
        check(f"{name}: says {says}", says in output, output[-500:])
        check(f"{name}: says it once", output.count("start the readers") <= 1, output[-500:])
    worker = lab.dir / "no-sandbox"
    worker.write_text("#!/bin/sh\nexit 71\n")
    worker.chmod(0o700)
    config = lab.dir / "no-sandbox.yaml"
    config.write_text(good.replace(f"{lab.bin}/postern-extract", str(worker)))
    code, output = run_gate(lab, config)
    check("a reader without its sandbox: status 71", code == 71 and "sandbox" in output, (code, output[-500:]))
    config = lab.dir / "other-key.yaml"
    config.write_text(good.replace("master.key", "second.key").replace("run/milter.sock", "run/second.sock"))
    subprocess.run([str(lab.bin / "postern"), "--config", str(config), "setup", "keys"], check=True, capture_output=True)
    code, output = run_gate(lab, config)
    check("a store sealed under another key: status 78", code == 78 and "another gate" not in output, (code, output[-500:]))
    second = lab.dir / "second.yaml"
    second.write_text(good.replace("run/milter.sock", "run/second.sock").replace(f", 'inet:{lab.milter_port}@127.0.0.1'", ""))
    code, output = run_gate(lab, second)
    check("a second gate on the store: status 78", code == 78 and "another gate runs on the store" in output, (code, output[-500:]))
    done = subprocess.run([str(lab.bin / "postern"), "--config", str(config), "setup", "keys"], capture_output=True, text=True)
    check("setup keys never writes over a key", done.returncode == 2, done.returncode)
    code = subprocess.run([str(lab.bin / "posternd"), "--no-such-flag"], capture_output=True).returncode
    check("a slip on the command line: status 64", code == 64, code)


def background(lab):
    """Without --foreground: whoever calls learns how the start went, and is not held by what goes on running."""
    good = (lab.config.read_text().replace("run/milter.sock", "run/background.sock").replace(f", 'inet:{lab.milter_port}@127.0.0.1'", "")
            .replace("postern/postern.db", "postern/background.db"))
    config = lab.dir / "background.yaml"
    gate = [str(lab.bin / "posternd"), "--config", str(config)]
    config.write_text(good.replace(str(lab.policy), "/nonexistent"))
    done = subprocess.run(gate, capture_output=True, text=True, timeout=60)
    check("in the background a refused policy: status 78", done.returncode == 78, (done.returncode, done.stderr[-500:]))
    check("in the background: says why", "the policy in /nonexistent" in done.stderr, done.stderr[-500:])
    config.write_text(good)
    # The pipes of capture_output end only when nobody holds them any more.
    done = subprocess.run(gate, capture_output=True, text=True, timeout=60)
    pids = subprocess.run(["pgrep", "-f", "^" + " ".join(gate)], capture_output=True, text=True).stdout.split()
    try:
        check("in the background: status 0 once it serves", done.returncode == 0 and os.path.exists(lab.dir / "run/background.sock"),
              (done.returncode, done.stderr[-500:]))
        check("in the background: the log of the start is seen", "listening on" in done.stderr, done.stderr[-500:])
        check("in the background: one gate runs", len(pids) == 1, pids)
    finally:
        for pid in pids:
            os.kill(int(pid), signal.SIGTERM)
    wait_until("the gate in the background to end", lambda: not any(os.path.exists(f"/proc/{p}") for p in pids))
    check("in the background: SIGTERM ends it", not os.path.exists(lab.dir / "run/background.sock"))


def reloads(lab):
    rules = lab.policy / "rules/company.yaml"
    good = rules.read_text()
    check("before: Nightjar is held", send(lab, b"one", b"Nightjar")[0] == 250 and len(lab.holds()) == 1, lab.holds())

    rules.write_text(good.replace("keywords: [Nightjar", "keywrods: [Nightjar"))
    wait_until("the refusal of the bad policy", lambda: "the policy stays as it was" in lab.gate_log())
    check("a bad policy is refused with its line", "company.yaml:" in lab.gate_log() and "keywords" in lab.gate_log(), lab.gate_log()[-800:])
    send(lab, b"two", b"Nightjar")
    check("and the old one judges on", len(lab.holds()) == 2, lab.holds())

    rules.write_text(good.replace("keywords: [Nightjar", "keywords: [Quokka, Nightjar"))
    wait_until("the new policy", lambda: lab.gate_log().count(" in force, ") >= 2)
    send(lab, b"three", b"Quokka")
    check("a changed policy judges without a restart", len(lab.holds()) == 3, lab.holds())

    failing = good.replace("body: 'A nightjar sang in the wood, what a bird.'", "body: 'Nightjar ships in May'")
    check("the test of the test", failing != good)
    before = lab.gate_log().count("the policy stays as it was")
    rules.write_text(failing)
    lab.gate.send_signal(signal.SIGHUP)
    wait_until("the refusal of the failing policy", lambda: lab.gate_log().count("the policy stays as it was") > before)
    check("a policy whose own tests fail is refused", "own tests fail" in lab.gate_log(), lab.gate_log()[-800:])
    rules.write_text(good)


def restart(lab):
    before = len(lab.holds())
    check("SIGTERM: status 0", lab.stop_gate() == 0)
    check("its socket is gone", not os.path.exists(lab.dir / "run/milter.sock"))
    code, text = send(lab, b"four", b"Nightjar")
    check("without a gate Postfix says 451", code == 451, (code, text))
    lab.start_gate()
    check("after a restart what was held is held", len(lab.holds()) == before, lab.holds())
    reference = lab.holds()[0]["reference"]
    check("release of a hold made before", lab.cli("quarantine", "release", reference).returncode == 0)
    check("release once more: a conflict, status 1", lab.cli("quarantine", "release", reference).returncode == 1)
    lab.settle()
    check("it arrived", len(lab.holds()) == before - 1, lab.holds())
    check("an unknown reference: status 1", lab.cli("quarantine", "show", "PN-000000").returncode == 1)
    left = subprocess.run(["pgrep", "-P", str(lab.gate.pid), "-c"], capture_output=True, text=True).stdout.strip()
    pids = subprocess.run(["pgrep", "-P", str(lab.gate.pid)], capture_output=True, text=True).stdout.split()
    lab.stop_gate(signal.SIGKILL)
    wait_until("the readers of a killed gate to end", lambda: not any(os.path.exists(f"/proc/{p}") for p in pids))
    check("readers do not outlive a killed gate", int(left) >= 1, left)


def main():
    with Lab(sys.argv[1], ROOT / "packaging/quickstart/policy", pathlib.Path(sys.argv[2]) / "policies", pathlib.Path(sys.argv[2]) / "notices") as lab:
        reloads(lab)
        bad_starts(lab)
        background(lab)
        restart(lab)


if __name__ == "__main__":
    reporting.run(main)

#!/usr/bin/env python3
"""What can go wrong around the gate: the MTA, the submission host, other processes, the clock.

    fault_around.py BIN_DIR BUILD_DIR IO_FAULTS_SO [CASE ...]

Each case is a function that breaks something, mends it, and waits; then every mail must be in exactly one place
(ledger.py).
"""
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request

from fault_io import Disk
from fault_lab import FaultLab, LabError, Relay, Sending, expect, is_stopped, message, postfix_processes, wait_until
import reporting
from ledger import message_id

DAY = 86_400


class Cases:
    def __init__(self, lab, disk):
        self.lab, self.disk, self.numbers = lab, disk, iter(range(10**9))

    def held(self):
        number = next(self.numbers)
        self.lab.deliver(number, True)
        self.lab.calm()
        return number

    def released(self, number, seconds=60):
        wait_until(f"the release of mail {number}", lambda: self.lab.state(number) == "released", seconds)
        self.lab.calm()

    def copies(self, number):
        """Of the mail itself, with the relay."""
        return [mail for mail in self.lab.relay.mails if b"\r\nMessage-ID: " + message_id(number).encode() in mail["data"]]

    # ---- the MTA

    def mta_vanishes(self):
        """Its processes die with our answer unread, before it was sent or after; the client sends again."""
        for point in ("committed", "answer-made", "answer-sent"):
            for marked in (True,) if point == "committed" else (False, True):
                self.lab.stop_gate()
                faults = ["answer-made:1:stop", "answer-sent:1:stop"] if point == "answer-sent" else [f"{point}:1:stop"]
                self.lab.start_with(POSTERN_FAULT=",".join(faults), **self.lab.environment)
                sending = Sending(self.lab, next(self.numbers), marked)
                wait_until(f"the gate at {point}", lambda: is_stopped(self.lab.gate.pid), 30)
                mta = postfix_processes(self.lab, "smtpd") + postfix_processes(self.lab, "cleanup")
                if len(faults) > 1:
                    # The answer is sent to an MTA that does not read.
                    for pid in mta:
                        os.kill(pid, signal.SIGSTOP)
                    self.lab.gate.send_signal(signal.SIGCONT)
                    wait_until("the answer's sending", lambda: is_stopped(self.lab.gate.pid), 30)
                for pid in mta:
                    os.kill(pid, signal.SIGKILL)
                self.lab.gate.send_signal(signal.SIGCONT)
                sending.end()
                expect(f"{point}: the client had its answer", self.lab.ledger.tries[sending.number] >= 2, self.lab.ledger.tries[sending.number])
                self.lab.calm()

    # ---- releases

    def released_twice_at_once(self):
        for _ in range(5):
            number = self.held()
            command = [str(self.lab.bin / "postern"), "--config", str(self.lab.config), "quarantine", "release", self.lab.reference(number)]
            shells = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
            statuses = sorted(shell.wait() for shell in shells)
            for shell in shells:
                shell.communicate()
            expect("one release is asked for, one is too late", statuses[0] == 0 and statuses[1] != 0, statuses)
            self.released(number)

    def host_away_and_back(self):
        number = self.held()
        self.restart_by_relay("notice", "release")
        port = self.lab.relay.port
        mails = self.lab.relay.mails
        self.lab.relay.close()
        self.lab.decide("release", number)
        wait_until("a try that fails", lambda: self.lab.value("SELECT attempts FROM outbox WHERE kind = 'release' AND incident = ? AND last_error <> ''",
                                                              self.lab.reference(number)), 30)
        expect("a hold whose release is on its way", self.lab.state(number) == "open", self.lab.state(number))
        self.lab.relay = Relay(port)
        self.lab.relay.mails = mails
        self.disk.move_clock(self.ahead(60))
        self.released(number)

    def host_refuses_one(self):
        number = next(self.numbers)
        sender, to, data = message(number, True)
        self.lab.ledger.add(number, True)
        self.lab.ledger.tries[number] += 1
        # Two recipients are two copies when they are released one after the other.
        self.lab.ledger.broken[number] += 1
        expect("two recipients", self.lab.send(sender, [to, "y@" + to.split("@")[1]], data)[0] == 250)
        self.lab.ledger.acknowledged.add(number)
        self.lab.calm()
        self.restart_by_relay("notice", "release")
        self.lab.relay.script.append(f"refuse {to}")
        self.lab.decide("release", number)
        wait_until("the refusal", lambda: self.lab.value("SELECT release_error <> '' FROM hold WHERE incident = ?", self.lab.reference(number)), 30)
        held = self.lab.value("SELECT address FROM incident_recipient WHERE state = 'held' AND incident = ?", self.lab.reference(number))
        expect("only the refused one is held", held == to, held)
        self.lab.decide("release", number)
        self.released(number)
        copies = [mail["recipients"] for mail in self.copies(number)]
        expect("each recipient once", sorted(sum(copies, [])) == sorted([to, "y@" + to.split("@")[1]]), copies)

    def host_vanishes(self):
        """It takes the mail, and is gone before it says so: nobody can tell, so it is sent again, the same."""
        number = self.held()
        self.restart_by_relay("notice", "release")
        self.lab.ledger.broken[number] += 1
        self.lab.relay.script.append("vanish")
        self.lab.decide("release", number)
        wait_until("the mail", lambda: self.copies(number), 30)
        wait_until("its record", lambda: self.lab.value("SELECT last_error <> '' FROM outbox WHERE kind = 'release' AND incident = ?",
                                                        self.lab.reference(number)), 30)
        self.disk.move_clock(self.ahead(60))
        self.released(number)
        copies = [mail["data"][mail["data"].index(b"\r\nFrom:"):] for mail in self.copies(number)]
        expect("two equal mails but for the token", len(copies) == 2 and copies[0] == copies[1], copies)

    # ---- the gate itself

    def loop_stuck(self):
        """A thread that serves the MTA turns no more: the gate says so, and starting it again mends it."""
        self.lab.stop_gate()
        self.lab.start_with(POSTERN_FAULT="spooled:1:spin", **self.lab.environment)
        expect("a gate that is well is alive", self.page("healthz")[0] == 200, self.page("healthz"))
        sending = Sending(self.lab, next(self.numbers), True)
        wait_until("the gate to say that it is stuck", lambda: self.page("healthz")[0] == 503, 60)
        checks = {check["name"]: check["ok"] for check in self.page("healthz")[1]["checks"]}
        expect("it is a loop that is stuck, and nothing else", checks == {"loops": False, "main": True}, checks)
        expect("what the gate needs is there all the same", self.page("readyz")[0] == 200, self.page("readyz"))
        # As a service manager does when the watchdog is fed no more.
        self.lab.kill_gate()
        self.lab.start_gate()
        sending.end()
        expect("alive again", self.page("healthz")[0] == 200, self.page("healthz"))
        self.lab.calm()

    # ---- other processes, and time

    def store_locked(self):
        number = next(self.numbers)
        store = sqlite3.connect(self.lab.dir / "postern/postern.db", isolation_level=None)
        store.execute("BEGIN IMMEDIATE")
        replies = []

        def on_refusal(code, text):
            replies.append((code, text))
            if store.in_transaction:
                store.execute("ROLLBACK")
        self.lab.deliver(number, True, on_refusal=on_refusal)
        store.close()
        expect("a locked store is a tempfail", [code for code, _ in replies] == [451], replies)
        self.lab.calm()

    def clock_jumps(self):
        number = self.held()
        self.restart_by_relay("notice")
        self.lab.relay.script.append("busy")
        waiting = next(self.numbers)
        self.lab.deliver(waiting, True)
        wait_until("a notice that waits", lambda: self.lab.value("SELECT count(*) FROM outbox WHERE state = 'pending' AND last_error <> ''"), 30)
        self.disk.move_clock(self.ahead(-DAY))
        self.lab.calm(30)
        back = next(self.numbers)
        self.lab.deliver(back, True)
        self.lab.calm()
        self.lab.decide("release", back)
        self.released(back)
        self.disk.move_clock(self.ahead(6 * DAY))
        wait_until("the end of holds whose time is over", lambda: self.lab.state(number) == "expired", 90)
        expect("the other's too", self.lab.state(waiting) == "expired", self.lab.state(waiting))
        self.lab.calm()
        self.lab.deliver(next(self.numbers), False)
        self.lab.calm()

    # ----

    def page(self, name):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.lab.metrics_port}/{name}", timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as e:
            return e.code, json.load(e)

    offset = 0

    def ahead(self, seconds):
        self.offset += seconds
        return self.offset

    def restart_by_relay(self, *kinds):
        self.lab.stop_gate()
        self.lab.send_by_relay(*kinds)
        self.lab.start_with(**self.lab.environment)


def main():
    failed = 0
    # Processes of Postfix that are killed come back soon.
    with FaultLab(sys.argv[1], sys.argv[2], extra_main="service_throttle_time = 1s\n",
                  more_config={"conf.d/metrics.yaml": "metrics:\n  listen: '127.0.0.1:{metrics}'\n"}) as lab:
        disk = Disk(lab.dir / "io-control", sys.argv[3])
        lab.environment = {"LD_PRELOAD": sys.argv[3], "POSTERN_IO_CONTROL": str(lab.dir / "io-control"), "POSTERN_IO_UNDER": f"{lab.dir}/postern"}
        lab.through_postfix = lab.through_postfix.replace("gate:\n", "gate:\n  deadline: '3s'\n")
        lab.shell = lab.environment  # one clock for all
        cases = Cases(lab, disk)
        names = sys.argv[4:] or [name for name, value in vars(Cases).items() if callable(value) and name not in
                                 ("__init__", "held", "page", "released", "copies", "ahead", "restart_by_relay")]
        for name in names:
            began = time.monotonic()
            try:
                lab.relay.script.clear()
                cases.restart_by_relay("notice")
                getattr(cases, name)()
                print(f"ok      {name}, {time.monotonic() - began:.0f} s", flush=True)
            except LabError as e:
                failed += 1
                print(f"FAILED  {name}: {e}", flush=True)
        status = reporting.report(lab, failed)
        disk.close()
    return status


if __name__ == "__main__":
    reporting.run(main)

#!/usr/bin/env python3
"""Readers that die, stop, spin and eat memory, under the real gate.

    fault_readers.py BIN_DIR BUILD_DIR [CASE ...]

At the fault point `part-typed` (base/fault.h) a reader has said what a part is and is about to parse it. Each way to fail
is tried there on the mail itself and on its text, with honest and with marked mail, under a policy that holds what could not
be read and under one that says nothing of it. Every mail must end where the ledger (ledger.py) wants it.
"""
import io
import itertools
import json
import os
import re
import signal
import sys
import tempfile
import time
import urllib.request
import zipfile

from fault_lab import FaultLab, LabError, Sending, expect, message, postfix_processes, readers, wait_until
import reporting

POINTS = ("part-typed",)
UNREAD_RULE = """
  - id: trade-secret.unread
    title: A message that nobody could read on the way
    category: trade-secret
    severity: medium
    owner: group:ip-office
    mode: enforce
    when:
      recipients: [class:outside]
      content: {outcome: [limit, timeout, crashed]}
    then: {action: quarantine, review: [liaison], notify: [sender, liaison]}
"""
LARGE = "Quite a lot of this is needed to make a mail heavy.\r\n" * 2_000
MOST_MAILS = 12  # until one meets the fault
# What becomes of the mail that meets the fault
RETRIED = "put off, and read well at the next try"
READ = "read well by a fresh reader"
HELD = "held unread"
# (how it fails, at which part, is there a rule): the outcome that is counted, the counter that grows, what becomes of the mail
WAYS = {
    ("kill", "message", True): (None, "crashes", READ),
    ("kill", "text", True): ("crashed", "crashes", HELD),
    ("stop", "message", True): ("timeout", "timeouts", HELD),
    ("stop", "text", True): ("timeout", "timeouts", HELD),
    ("spin", "message", True): ("timeout", "timeouts", HELD),
    ("spin", "text", True): ("timeout", "timeouts", HELD),
    ("eat", "message", True): ("limit", None, HELD),
    ("eat", "text", True): ("limit", None, HELD),
    ("spin", "message", False): ("timeout", "timeouts", RETRIED),
    ("eat", "message", False): ("limit", None, RETRIED),
}


class Counted:
    """What the gate's metrics say of its readers, and how much that is since the last look."""

    def __init__(self, lab):
        self.lab = lab
        self.last = self.now()

    def now(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.lab.metrics_port}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        out = {name: int(float(value)) for name, value in re.findall(r"^postern_worker_(crashes|timeouts)_total (\S+)$", text, re.M)}
        for outcome, value in re.findall(r'^postern_extract_failures_total\{[^}]*reason="([a-z]+)"\} (\S+)$', text, re.M):
            out[outcome] = out.get(outcome, 0) + int(float(value))
        return out

    def new(self):
        last, self.last = self.last, self.now()
        return {name: value - last.get(name, 0) for name, value in self.last.items() if value != last.get(name, 0)}


def parts_of_a_mail(lab):
    with tempfile.NamedTemporaryFile(suffix=".eml") as file:
        file.write(message(0, False)[2])
        file.flush()
        done = lab.cli("extract", file.name, "--format", "json", check=True)
    return len(json.loads(done.stdout)["parts"])


def many_parts(count):
    """A zip of as many texts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", "Please deliver on Tuesday.\n")
    return out.getvalue()


class Cases:
    def __init__(self, lab):
        self.lab, self.numbers = lab, itertools.count()
        self.rules = lab.policy / "rules/company.yaml"
        self.plain_rules = self.rules.read_text()

    def start(self, rule=False, gate="deadline: '4s'", extract="", **environment):
        self.lab.stop_gate()
        self.rules.write_text(self.plain_rules + (UNREAD_RULE if rule else ""))
        self.lab.send_by_relay("notice")
        text = self.lab.config.read_text().replace("gate:\n", f"gate:\n  {gate}\n")
        self.lab.config.write_text(text.replace("extract:\n", f"extract:\n  {extract}\n" if extract else "extract:\n"))
        self.lab.start_with(**environment)

    # ---- from outside

    def killed(self):
        """While each of them has a mail in hand, or is about to get one."""
        self.start()
        for pid in readers(self.lab):
            os.kill(pid, signal.SIGSTOP)
        sendings = [Sending(self.lab, next(self.numbers), marked) for marked in (False, True)]
        wait_until("the mails with the gate", lambda: len(postfix_processes(self.lab, "smtpd")) >= 1, 10)
        for pid in readers(self.lab):
            os.kill(pid, signal.SIGKILL)
        for sending in sendings:
            for code, text in sending.end():
                expect("a mail whose reader died", code == 451, text)
        self.lab.calm()

    def stopped(self):
        """They never answer: the deadline ends each that was given a mail, and a fresh one takes its place."""
        self.start()
        stopped = readers(self.lab)
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        end = time.monotonic() + 300
        # Heavy mail may not have them all, and the freshest are used first: so as many at once as there are readers, light ones too.
        while stopped & readers(self.lab):
            expect("stopped readers that stay", time.monotonic() < end, stopped & readers(self.lab))
            rounds = [(n % 2 == 1, LARGE if n else "") for n in range(len(readers(self.lab)))]
            for sending in [Sending(self.lab, next(self.numbers), marked, extra) for marked, extra in rounds]:
                for code, text in sending.end():
                    expect("a mail whose reader does not answer", code == 451, text)
        wait_until("fresh readers in their place", lambda: len(readers(self.lab)) == len(stopped), 60)
        expect("none of them is stopped", not readers(self.lab, "T"), readers(self.lab, "T"))
        self.lab.calm()

    # ---- from inside

    def fails(self, way, part, rule):
        outcome, counter, fate = WAYS[way, part, rule]
        parts = parts_of_a_mail(self.lab)
        # Each reader counts for itself: it reads one mail well, the next one not, and whoever goes on reads well again.
        arrival = parts + 1 if part == "message" else 2 * parts
        for marked in (True, False):
            self.start(rule, POSTERN_FAULT=f"part-typed:{arrival}" + ("" if way == "kill" else ":" + way))
            counted = Counted(self.lab)
            for _ in range(MOST_MAILS):
                number, replies, before = next(self.numbers), [], readers(self.lab)
                self.lab.deliver(number, marked, on_refusal=lambda code, text: replies.append((code, text)))
                new = counted.new()
                if new:
                    break
                expect("a mail that met no fault", not replies, replies)
            if fate == HELD and new:
                self.lab.ledger.mails[number] = True
            expect("what is counted of a reader", new and (counter is None or new.get(counter, 0) >= 1) and (outcome is None or new.get(outcome, 0) >= 1), new)
            expect("a reader that failed is ended, one that ran out of memory goes on", bool(before - readers(self.lab)) == (way != "eat"),
                   (before, readers(self.lab)))
            expect("how the mail was answered", bool(replies) == (fate == RETRIED) and all(code == 451 for code, _ in replies), replies)
            self.lab.calm()

    # ---- and those who wait

    def light_mail_passes(self):
        """Readers of documents that are stuck, and more documents than judges for them: text is answered all the same."""
        self.start(gate="deadline: '100s'", extract="max_time: '100s'", POSTERN_FAULT="part-typed:40:stop")
        count = len(readers(self.lab))
        heavy = [Sending(self.lab, next(self.numbers), number % 2 == 1, many_parts(60)) for number in range(14)]
        wait_until("all readers that may read documents to be stuck", lambda: len(readers(self.lab, "T")) == count - 1, 60)
        for n in range(10):
            number = next(self.numbers)
            self.lab.deliver(number, n % 2 == 1, on_refusal=lambda code, text: expect("text is answered", False, (code, text)))
        answered = [sending.number for sending in heavy if sending.number in self.lab.ledger.acknowledged]
        expect("no document was answered before", not answered, answered)
        expect("and the readers were stuck all the time", len(readers(self.lab, "T")) == count - 1, readers(self.lab, "T"))
        while any(sending.is_alive() for sending in heavy):
            for pid in readers(self.lab, "T"):
                os.kill(pid, signal.SIGCONT)
            time.sleep(0.02)
        for sending in heavy:
            for code, text in sending.end():
                expect("a document that waits too long", code == 451, text)
        self.lab.calm()


def all_cases(cases):
    out = {name: getattr(cases, name) for name in ("killed", "stopped", "light_mail_passes")}
    for way, part, rule in WAYS:
        name = f"{way}-{part}" + ("" if rule else "-without-a-rule")
        out[name] = lambda way=way, part=part, rule=rule: cases.fails(way, part, rule)
    return out


def main():
    failed = 0
    metrics = {"conf.d/metrics.yaml": "metrics:\n  listen: '127.0.0.1:{metrics}'\n"}
    with FaultLab(sys.argv[1], sys.argv[2], more_config=metrics) as lab:
        runs = all_cases(Cases(lab))
        for name in sys.argv[3:] or runs:
            began = time.monotonic()
            try:
                runs[name]()
                print(f"ok      {name}, {time.monotonic() - began:.0f} s", flush=True)
            except LabError as e:
                failed += 1
                print(f"FAILED  {name}: {e}", flush=True)
        status = reporting.report(lab, failed)
    return status


if __name__ == "__main__":
    reporting.run(main)

#!/usr/bin/env python3
"""Kills posternd with SIGKILL again and again while mail flows through Postfix.

    kill_test.py BIN_DIR BUILD_DIR [MAILS] [KILLS]

Clients send marked mail (a codename, to a social address) and honest mail,
and send again what was not acknowledged, as MTAs do. Afterwards each mail that
was acknowledged must be in exactly one place: honest mail delivered (twice only when the client
had to send it twice), marked mail held once and never delivered, with exactly one notice (kill_ledger.py).
"""
import collections
import json
import pathlib
import random
import signal
import smtplib
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, LabError  # noqa: E402
import kill_ledger  # noqa: E402

CLIENTS = 4
GIVE_UP_SECONDS = 240


def mail(number, marked):
    text = "Nightjar ships in May." if marked else "Please deliver on Tuesday."
    sender, to = f"p{number}@corp.example", "x7k@post.chirper.example" if marked else "orders@supplier.example"
    data = (f"From: {sender}\r\nTo: {to}\r\nSubject: Mail {number}\r\nMessage-ID: <kill-{number}@corp.example>\r\n"
            f"Date: Mon, 04 May 2026 09:12:00 +0200\r\n\r\n{text}\r\n").encode()
    return sender, to, data


class Load:
    def __init__(self, lab, count):
        self.lab, self.todo = lab, collections.deque(range(count))
        self.tries = collections.Counter()
        self.acknowledged, self.lock, self.end = set(), threading.Lock(), time.monotonic() + GIVE_UP_SECONDS
        self.threads = [threading.Thread(target=self.work) for _ in range(CLIENTS)]

    def work(self):
        while time.monotonic() < self.end:
            with self.lock:
                if not self.todo:
                    return
                number = self.todo.popleft()
                self.tries[number] += 1
            sender, to, data = mail(number, kill_ledger.is_marked(number))
            try:
                code = self.lab.send(sender, [to], data)[0]
            except (OSError, smtplib.SMTPException):
                code = 0
            with self.lock:
                if code == 250:
                    self.acknowledged.add(number)
                else:
                    self.todo.append(number)
            if code != 250:
                time.sleep(0.05)


def main():
    bin_dir, build = sys.argv[1], pathlib.Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    kills = int(sys.argv[4]) if len(sys.argv) > 4 else 8
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    try:
        with Lab(bin_dir, ROOT / "packaging/quickstart/policy", build / "policies", build / "notices") as lab:
            load = Load(lab, count)
            for thread in load.threads:
                thread.start()
            done = 0
            # Kills are spread over the load by progress, not by time.
            while done < kills and any(t.is_alive() for t in load.threads):
                goal = (done + dice.random()) * count / kills
                while len(load.acknowledged) < goal and any(t.is_alive() for t in load.threads):
                    time.sleep(0.001)
                lab.stop_gate(signal.SIGKILL)
                lab.start_gate()
                done += 1
            for thread in load.threads:
                thread.join()
            lab.settle(180)
            listed = lab.cli("quarantine", "list", "--state", "any", "--limit", "10000", "--format", "json", check=True).stdout
            seen = kill_ledger.Seen(count, done, load.acknowledged, load.tries, lab.delivered(),
                                    [json.loads(line) for line in listed.splitlines()])
            wrong = kill_ledger.all_wrong(seen)
            retried = sum(1 for n in range(count) if load.tries[n] > 1)
            print(f"seed {seed}: {count} mails, {done} kills, {retried} mails sent more than once, "
                  f"{kill_ledger.repeated(seen)} notices sent again, {len(wrong)} wrong")
            for line in wrong[:20]:
                print("  " + line)
            if wrong:
                print(lab.gate_log()[-3000:])
            return 1 if wrong or done == 0 else 0
    except LabError as e:
        print(f"the lab: {e}")
        return 1


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Kills posternd with SIGKILL again and again while mail flows through Postfix.

    kill_test.py BIN_DIR BUILD_DIR [MAILS] [KILLS]

Clients send marked mail (a codename, to a social address) and honest mail,
and send again what was not acknowledged, as MTAs do. Afterwards each mail that
was acknowledged must be in exactly one place: honest mail delivered (twice only when the client
had to send it twice), marked mail held once and never delivered, with at least one notice (a courier killed in between repeats it).
"""
import collections
import email
import email.policy
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
            sender, to, data = mail(number, number % 2 == 0)
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


def judge(lab, load, count):
    wrong = []
    delivered, notices = collections.Counter(), collections.Counter()
    for row in lab.delivered():
        message = email.message_from_bytes(row["data"], policy=email.policy.default)
        identity = message["Message-ID"] or ""
        if identity.startswith("<kill-"):
            delivered[int(identity[6:].split("@")[0])] += 1
        elif "X-Auto-Response-Suppress" in message and "p" == row["recipients"][0][0]:
            notices[int(row["recipients"][0][1:].split("@")[0])] += 1
    held = collections.Counter()
    listed = lab.cli("quarantine", "list", "--state", "any", "--limit", "10000", "--format", "json", check=True).stdout
    for line in listed.splitlines():
        held[int(json.loads(line)["sender"][1:].split("@")[0])] += 1
    for number in range(count):
        marked = number % 2 == 0
        if number not in load.acknowledged:
            wrong.append(f"mail {number} was never acknowledged in {load.tries[number]} tries")
        elif marked and (held[number] != 1 or delivered[number] != 0):
            wrong.append(f"marked mail {number}: held {held[number]} times, delivered {delivered[number]} times")
        elif not marked and (held[number] != 0 or not 1 <= delivered[number] <= load.tries[number]):
            wrong.append(f"honest mail {number}: held {held[number]} times, delivered {delivered[number]} times in {load.tries[number]} tries")
    # At least once: a courier killed between the sink's answer and its record sends the notice again, with
    # the same Message-ID; so at least one, and no notice for honest mail.
    for number in range(0, count, 2):
        if notices[number] < 1:
            wrong.append(f"marked mail {number}: no notice")
    for number in range(1, count, 2):
        if notices[number]:
            wrong.append(f"honest mail {number}: {notices[number]} notices")
    return wrong


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
            wrong = judge(lab, load, count)
            retried = sum(1 for n in range(count) if load.tries[n] > 1)
            print(f"seed {seed}: {count} mails, {done} kills, {retried} mails sent more than once, {len(wrong)} wrong")
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

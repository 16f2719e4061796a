#!/usr/bin/env python3
"""Kills posternd with SIGKILL at random instants while mail flows through Postfix.

    kill_test.py BIN_DIR BUILD_DIR [MAILS KILLS]

Without numbers: 5,000 mails and 100 kills; with POSTERN_FULL set in the environment (tests/run.sh --full) 50,000 and
500. Clients send marked mail (a codename, to a social address) and honest mail, and send again what was not
acknowledged, as MTAs do. Afterwards each mail must be where the ledger (ledger.py) wants it: honest mail delivered,
twice only when the client had to send it twice, marked mail held once and never delivered, each notice the same mail.
"""
import collections
import os
import random
import smtplib
import sys
import threading
import time

from fault_lab import FaultLab, message
import reporting
import ledger as books

CLIENTS = 6
MARKED_IN = 5        # one mail in so many
AFTER_LOAD = 0.1     # of the kills come while only notices are left
KINDS = {False: (5_000, 100), True: (50_000, 500)}


class Load:
    def __init__(self, lab, count, seconds):
        self.lab, self.ledger = lab, lab.ledger
        self.todo = collections.deque(range(count))
        self.lock, self.end = threading.Lock(), time.monotonic() + seconds
        for number in range(count):
            self.ledger.add(number, number % MARKED_IN == 0)
        self.threads = [threading.Thread(target=self.work) for _ in range(CLIENTS)]

    def work(self):
        session = None
        while time.monotonic() < self.end:
            with self.lock:
                if not self.todo:
                    break
                number = self.todo.popleft()
                self.ledger.tries[number] += 1
            sender, to, data = message(number, self.ledger.mails[number])
            code = 0
            try:
                if session is None:
                    session = smtplib.SMTP("127.0.0.1", self.lab.mail_port, local_hostname="client.corp.example", timeout=120)
                    session.ehlo()
                session.sendmail(sender, [to], data)
                code = 250
            except (OSError, smtplib.SMTPException):
                if session is not None:
                    session.close()
                session = None
            with self.lock:
                if code == 250:
                    self.ledger.acknowledged.add(number)
                else:
                    self.todo.appendleft(number)  # or each mail would have been tried by the end
            if code != 250:
                time.sleep(0.02)
        if session is not None:
            session.close()

    def runs(self):
        return any(thread.is_alive() for thread in self.threads)


def main():
    count, kills = (int(sys.argv[3]), int(sys.argv[4])) if len(sys.argv) > 4 else KINDS[bool(os.environ.get("POSTERN_FULL"))]
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    began = time.monotonic()
    with FaultLab(sys.argv[1], sys.argv[2]) as lab:
        load = Load(lab, count, 120 + count * 0.1)
        for thread in load.threads:
            thread.start()
        during = int(kills * (1 - AFTER_LOAD))
        while lab.deaths < kills and (load.runs() or lab.deaths >= during):
            if lab.deaths < during:
                # Spread over the load by progress, not by time, and then at any instant.
                goal = (lab.deaths + dice.random()) * count / during
                while len(lab.ledger.acknowledged) < goal and load.runs():
                    time.sleep(0.001)
            elif load.runs():
                time.sleep(0.01)
                continue
            time.sleep(dice.random() * 0.02)
            lab.kill_gate()
            lab.start_gate()
        for thread in load.threads:
            thread.join()
        sent = time.monotonic() - began
        while lab.deaths < kills:  # the load ended before its kills: at least these are done
            lab.kill_gate()
            lab.start_gate()
        lab.ledger.kills = lab.deaths
        lab.calm(120 + count * 0.05)
        seen = books.look(lab)
        wrong = lab.ledger.all_wrong(seen)
        again = sum(1 for tries in lab.ledger.tries.values() if tries > 1)
        print(f"seed {seed}: {count} mails, {lab.deaths} kills, {again} mails sent more than once, {books.Ledger.repeated(seen)} notices sent "
              f"again, {len(seen.holds)} holds, {len(wrong)} wrong, {sent:.0f} s of load, {time.monotonic() - began:.0f} s in all")
        for line in wrong[:20]:
            print("  " + line)
        if wrong:
            print(lab.gate_log()[-3000:])
        return 1 if wrong else 0


if __name__ == "__main__":
    reporting.run(main)

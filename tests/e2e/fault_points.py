#!/usr/bin/env python3
"""Kills the gate, or the command line, at each fault point of base/fault.h, and looks where the mail is then.

    fault_points.py BIN_DIR BUILD_DIR [POINT ... | N/PARTS]

For each point and each life of a mail that meets it: the program is killed there with SIGKILL, started again, and
left to settle. Then the mail must be in exactly one place, and told of as if nothing had happened (ledger.py). A
point of the header that has no case here fails, and so does a case that does not meet its point.
"""
import signal
import sys
import time

from fault_lab import FaultLab, LabError, fault_points, wait_until
import reporting
from fault_readers import POINTS as OF_READERS

# Two pieces of a sealed message: more than 1 MiB.
LONG = ("All of this is quite harmless, and there is a lot of it to be read." + "\r\n") * 17_000
WALK = "each arrival until none is left"


class Lives:
    """prepare() with a gate that runs well, damage() while it is down, act() with the fault in place."""

    def __init__(self, lab):
        self.lab = lab

    def held(self, number):
        self.lab.deliver(number, True)
        self.lab.calm()

    def ended(self, query, number):
        wait_until("the end", lambda: self.lab.revive() or self.lab.value(query, self.lab.reference(number)), 60)
        self.lab.calm()

    # An honest mail passes.
    def passing(self, number, fault):
        del fault
        self.lab.deliver(number, False)
        self.lab.calm()

    # A marked mail is held, and told of.
    def hold(self, number, fault):
        del fault
        self.lab.deliver(number, True)
        self.lab.calm()

    def hold_long(self, number, fault):
        del fault
        self.lab.deliver(number, True, LONG)
        self.lab.calm()

    # The relay does not take the notice at first.
    def postponed(self, number, fault):
        del fault
        self.lab.relay.script.append("busy")
        self.lab.deliver(number, True)
        wait_until("the relay's refusal", lambda: self.lab.revive() or self.lab.deaths > self.deaths_before, 30)
        self.lab.calm()

    prepare_release = held

    def release(self, number, fault):
        del fault
        self.lab.decide("release", number)
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND state = 'released'", number)

    prepare_ask = held

    # The one who dies is `postern quarantine release`.
    def ask(self, number, fault):
        self.lab.deaths += self.lab.decide("release", number, fault)
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND state = 'released'", number)

    prepare_refuse = held

    # The submission host refuses the recipient: the hold is open again, or released by the next courier's try.
    def refuse(self, number, fault):
        del fault
        self.lab.relay.script.append("refuse")
        self.lab.decide("release", number)
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND release_requested IS NULL", number)

    prepare_damaged = held

    def damage_damaged(self, number):
        self.lab.change_store("UPDATE hold_chunk SET sealed = zeroblob(length(sealed)) WHERE hold = (SELECT id FROM hold WHERE incident = ?)",
                              self.lab.reference(number))

    # A release that cannot be carried out.
    def damaged(self, number, fault):
        del fault
        self.lab.decide("release", number)
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND release_requested IS NULL AND release_error <> ''", number)

    prepare_reject = held

    def reject(self, number, fault):
        self.lab.deaths += self.lab.decide("reject", number, fault)
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND state = 'rejected'", number)

    prepare_expire = held

    def damage_expire(self, number):
        self.lab.change_store("UPDATE hold SET expires = 1 WHERE incident = ?", self.lab.reference(number))

    def expire(self, number, fault):
        del fault
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND state = 'expired'", number)

    def prepare_erase(self, number):
        self.held(number)
        self.lab.decide("reject", number)
        self.lab.calm()

    def damage_erase(self, number):
        self.lab.change_store("UPDATE hold SET decided = 1 WHERE incident = ?", self.lab.reference(number))

    def erase(self, number, fault):
        del fault
        self.ended("SELECT 1 FROM hold WHERE incident = ? AND erased IS NOT NULL", number)


BY_COMMAND_LINE = ("ask", "reject")
BY_RELAY = {"refuse": ("notice", "release")}  # else notices alone

CASES = {
    "spooled": [("passing", 1), ("hold", 1)],
    "received": [("passing", 1), ("hold", 1)],
    "judged": [("passing", 1), ("hold", 1)],
    "unit-begun": [("hold", 1)],
    "incident-written": [("hold", 1)],
    "hold-written": [("hold", 1)],
    "piece-written": [("hold_long", WALK)],
    "notice-written": [("hold", WALK)],
    "audit-written": [("hold", 1)],
    "group-written": [("hold", WALK), ("release", WALK), ("ask", 1), ("reject", 1), ("erase", WALK)],
    "group-synced": [("hold", WALK), ("release", WALK), ("ask", 1), ("reject", 1), ("erase", WALK)],
    "committed": [("hold", 1)],
    "answer-ready": [("passing", 1), ("hold", 1)],
    "answer-made": [("passing", 1), ("hold", 1)],
    "answer-sent": [("passing", 1), ("hold", 1)],
    "rows-claimed": [("hold", 1), ("release", 1)],
    "notice-read": [("hold", WALK)],
    "mail-unended": [("hold", WALK), ("release", 1)],
    "mail-ended": [("hold", WALK), ("release", 1)],
    "mail-answered": [("hold", WALK), ("release", 1)],
    "notice-sent": [("hold", WALK)],
    "notice-recorded": [("hold", WALK)],
    "row-postponed": [("postponed", 1)],
    "release-marked": [("ask", 1)],
    "release-enqueued": [("ask", 1)],
    "release-asked": [("ask", 1)],
    "release-read": [("release", 1), ("refuse", 1)],
    "release-sent": [("release", 1), ("refuse", 1)],
    "recipients-recorded": [("release", 1), ("refuse", 1)],
    "release-row-ended": [("release", 1), ("refuse", 1)],
    "release-told": [("release", 1)],
    "release-recorded": [("release", 1), ("refuse", 1)],
    "release-row-failed": [("damaged", 1)],
    "release-failed": [("damaged", 1)],
    "hold-closed": [("reject", 1), ("expire", 1)],
    "sender-told": [("reject", 1), ("expire", 1)],
    "decided": [("reject", 1)],
    "page-handled": [("expire", 1), ("erase", 1)],
    "pieces-erased": [("erase", 1)],
    "erasure-marked": [("erase", 1)],
}


def run_case(lab, lives, number, point, life, arrival):
    """True when the program died of its fault."""
    fault = f"{point}:{arrival}"
    lab.relay.script.clear()
    prepare = getattr(lives, "prepare_" + life, None)
    if prepare:
        lab.start_gate()
        prepare(number)
        lab.stop_gate()
    damage = getattr(lives, "damage_" + life, None)
    if damage:
        damage(number)
    before = lives.deaths_before = lab.deaths
    lab.send_by_relay(*BY_RELAY.get(life, ("notice",)))
    if life in BY_COMMAND_LINE:
        lab.start_gate()
    else:
        lab.start_with(POSTERN_FAULT=fault)
    getattr(lives, life)(number, fault)
    if lab.stop_gate() == -signal.SIGKILL:
        lab.deaths += 1
    died = lab.deaths - before
    lab.ledger.broken[number] += died
    if died > 1:
        raise LabError(f"it died {died} times")
    return died == 1


def main():
    wanted = sys.argv[3:] or list(CASES)
    if len(wanted) == 1 and "/" in wanted[0]:
        number, parts = map(int, wanted[0].split("/"))
        wanted = list(CASES)[number - 1::parts]
    missing = [point for point in fault_points() if point not in CASES and point not in OF_READERS] + [point for point in CASES if point not in fault_points()]
    for point in missing:
        print(f"FAILED  {point}: base/fault.h and the cases here do not agree")
    failed, cases, number, began = len(missing), 0, 0, time.monotonic()
    with FaultLab(sys.argv[1], sys.argv[2]) as lab:
        lab.stop_gate()
        try:
            lab.start_gate({"POSTERN_FAULT": "no-such-point"})
            status = lab.stop_gate()
        except LabError:
            status = lab.gate.returncode
        if status != -signal.SIGABRT:
            failed += 1
            print(f"FAILED  a fault point that does not exist: status {status}")
        lives = Lives(lab)
        for point in wanted:
            for life, arrivals in CASES[point]:
                arrival, died = 0, True
                try:
                    while died and (arrivals == WALK or arrival < arrivals):
                        arrival, number, cases = arrival + 1, number + 1, cases + 1
                        died = run_case(lab, lives, number, point, life, arrival)
                    if arrival == 1 and not died:
                        raise LabError("it was never met")
                except LabError as e:
                    failed += 1
                    print(f"FAILED  {point} {life}:{arrival}: {e}", flush=True)
                    lab.stop_gate()
                else:
                    print(f"ok      {point} {life}, {arrival - (not died)} deaths", flush=True)
        wrong = lab.wrong()
        for line in wrong:
            print("FAILED  " + line)
        print(f"{len(wanted)} points, {cases} cases, {lab.deaths} deaths, {failed + len(wrong)} wrong, {time.monotonic() - began:.0f} s")
    return 1 if failed or wrong or cases == 0 else 0


if __name__ == "__main__":
    reporting.run(main)

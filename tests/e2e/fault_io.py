#!/usr/bin/env python3
"""Fails the writes and syncs of the store and the spool, one after the other.

    fault_io.py BIN_DIR BUILD_DIR IO_FAULTS_SO [KIND ...]

tests/support/io_faults.cpp stands between the gate and the C library. For each kind of failure a round (an honest and
a marked mail sent, the marked one held and told of, the one held before released) is run with its first call failing, then with its
second, and so on until a round goes through without meeting the failure. Each mail must be acknowledged in the end, whatever it took,
and be in exactly one place (ledger.py); the gate must go on without being started again.
"""
import errno
import mmap
import os
import struct
import sys
import time

from fault_lab import FaultLab, LabError
import reporting

WRITE, SYNC, GROW = 1, 2, 4
# name: kinds of calls, errno, whether everything after the first fails too, every how many calls.
KINDS = {
    "sync": (SYNC, errno.EIO, False, 1),
    "full": (WRITE | GROW, errno.ENOSPC, False, 1),
    "full-for-a-while": (WRITE | GROW, errno.ENOSPC, True, 7),
    "dying": (WRITE | GROW | SYNC, errno.EIO, True, 11),
}


class Disk:
    """The page that io_faults shares with us: kinds, first, error, sticky, seen, clock offset."""

    def __init__(self, path, library):
        # The loader only warns of one that is missing, and then nothing would fail.
        if not os.path.isfile(library):
            raise LabError(f"{library} is not built")
        path.write_bytes(bytes(4096))
        self.file = open(path, "r+b")
        self.page = mmap.mmap(self.file.fileno(), 4096)

    def _set(self, index, value):
        struct.pack_into("<q", self.page, 8 * index, value)

    def arm(self, kinds, first, error, sticky):
        self.mend()
        for index, value in ((1, first), (2, error), (3, int(sticky)), (4, 0), (0, kinds)):
            self._set(index, value)

    def mend(self):
        self._set(0, 0)

    def seen(self):
        return struct.unpack_from("<q", self.page, 32)[0]

    def move_clock(self, seconds):
        self._set(5, int(seconds * 10**9))

    def close(self):
        self.page.close()
        self.file.close()


def round_of(lab, disk, numbers, held, sticky):
    """One round; the replies to mails that were not taken at once."""
    refused = []

    def on_refusal(code, text):
        refused.append((code, text))
        if sticky:
            disk.mend()
    if held is not None:
        lab.decide("release", held)
    # The marked mail's notice wakes the courier for the release, too.
    lab.deliver(numbers[0], False, on_refusal=on_refusal)
    lab.deliver(numbers[1], True, on_refusal=on_refusal)
    if sticky:
        time.sleep(0.1)  # lets the courier meet it, too
        disk.mend()
    lab.calm()
    if held is not None and lab.state(held) != "released":
        raise LabError(f"mail {held} is {lab.state(held)}")
    return refused


def walk(lab, disk, name, numbers):
    kinds, error, sticky, step = KINDS[name]
    first, replies, held, began = 1, set(), None, time.monotonic()
    while True:
        pair = next(numbers), next(numbers)
        # A reply of the relay, or of the gate, may be lost with what it answered: once more is honest.
        for number in pair:
            lab.ledger.broken[number] += 1
        disk.arm(kinds, first, error, sticky)
        replies |= set(round_of(lab, disk, pair, held, sticky))
        held = pair[1]
        met = disk.seen() >= first
        disk.mend()
        if not met:
            break
        first += step
    bad = [reply for reply in replies if reply[0] != 451]
    print(f"{'FAILED' if bad else 'ok    '}  {name}: {(first - 1) // step} rounds with a failing call, {time.monotonic() - began:.0f} s; "
          f"told clients: {sorted(replies)}", flush=True)
    return len(bad)


def starts(lab, disk):
    """Opening the store with each write and sync failing: it starts, or says why not and starts the next time."""
    first, failed, statuses = 0, 0, set()
    while True:
        first += 1
        disk.arm(WRITE | GROW | SYNC, first, errno.ENOSPC, False)
        try:
            lab.start_with(**lab.environment)
            statuses.add(0)
        except LabError:
            statuses.add(lab.gate.returncode)
            failed += lab.gate.returncode != 69
        met = disk.seen() >= first
        disk.mend()
        lab.stop_gate()
        if not met:
            break
    print(f"{'FAILED' if failed else 'ok    '}  start: {first - 1} starts with a failing call ended with {sorted(statuses)}", flush=True)
    return failed


def main():
    wanted = sys.argv[4:] or ["start", *KINDS]
    with FaultLab(sys.argv[1], sys.argv[2]) as lab:
        lab.stop_gate()
        lab.send_by_relay("notice")
        disk = Disk(lab.dir / "io-control", sys.argv[3])
        lab.environment = {"LD_PRELOAD": sys.argv[3], "POSTERN_IO_CONTROL": str(lab.dir / "io-control"),
                           "POSTERN_IO_UNDER": f"{lab.dir}/postern:/memfd"}
        failed = starts(lab, disk) if "start" in wanted else 0
        lab.start_with(**lab.environment)
        gate = lab.gate.pid
        numbers = iter(range(10**9))
        for name in wanted:
            if name != "start":
                failed += walk(lab, disk, name, numbers)
        if lab.gate.pid != gate:
            failed += 1
            print("FAILED  the gate was started again")
        status = reporting.report(lab, failed)
        disk.close()
    return status


if __name__ == "__main__":
    reporting.run(main)

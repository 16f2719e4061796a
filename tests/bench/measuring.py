"""What the rows measure with: medians and paired ratios, CPU seconds and memory of a tree of processes."""
import json
import os
import pathlib
import statistics
import subprocess

TICK = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """A measurement that does not count: the text says why."""


median = statistics.median


def ratios(ours, theirs):
    """Round by round, so that what disturbs the machine falls on both."""
    if len(ours) != len(theirs):
        raise BenchError(f"{len(ours)} rounds of one side and {len(theirs)} of the other")
    return [a / b for a, b in zip(ours, theirs)]


def middle(rounds, *path):
    """The median over the rounds of one number in each, found by keys."""
    def dig(value):
        for key in path:
            value = value[key]
        return value
    return median([dig(r) for r in rounds])


def run_json(*command, timeout=600):
    """Runs a program that prints lines of JSON, and gives them."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=timeout)
    if done.returncode != 0:
        raise BenchError(f"{pathlib.Path(str(command[0])).name} ended with status {done.returncode}: {done.stderr[-500:]}{done.stdout[-300:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def tree(pid):
    """The process and all below it."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat_fields(int(entry))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry))
    out = [pid]
    for one in out:
        out += children.get(one, [])
    return out


def stat_fields(pid):
    """Of /proc/PID/stat from the state on (proc(5): field 3 is fields[0]); empty when it is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text[text.rindex(")") + 2:].split()


def cpu_seconds(pid):
    """User and system time of a tree, with that of children that have ended and were waited for."""
    total = 0
    for one in tree(pid):
        fields = stat_fields(one)
        total += sum(int(f) for f in fields[11:15])  # utime stime cutime cstime
    return total / TICK


def memory_kib(field, pids):
    """Resident memory of these processes together. Of the fields of smaps_rollup (proc(5)), Pss counts pages that they
    share once, Rss each time."""
    total = 0
    for pid in pids:
        try:
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue  # it ended meanwhile
        total += sum(int(line.split()[1]) for line in text.splitlines() if line.startswith(field + ":"))
    return total

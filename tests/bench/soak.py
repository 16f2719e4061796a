#!/usr/bin/env python3
"""Runs a gate under steady mixed mail and fails when memory, descriptors or threads grow.

    tests/bench/soak.py [--minutes 30] [--rate 60] [--connections 8] [--build build/bench] [--seed 1] [--out FILE.tsv]

One posternd with 1000 rules of the corpus, a store on disk and a sink for its notices. The corpus comes round again and
again at a steady rate, every mail a new one to the gate. Some of it is held; people release one half of what is held
and reject a quarter. Every minute the policy changes and is read again. Every ten seconds a line of samples is taken,
after a fifth of the time for warming up; at the end the medians of the first and the last third are compared.

Exit 0 when all is flat and every mail was answered, 1 when not, 2 when it could not run. No root needed.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

from bench import HERE, Bench
from flatness import Growth, trend
from gates import LabError, Posternd, free_ports
from measuring import BenchError, memory_kib, tree

SAMPLE_SECONDS = 10
RELOAD_SECONDS = 60
DECIDE_SECONDS = 20
DECIDE_AT_ONCE = 40
WARM_UP_SHARE = 0.2
# Not judged: pss_kib, since it rises when another program that shares a library ends, and the store, which keeps what is held.
# Allocators and SQLite's cache breathe; a leak of 100 bytes a message shows as 10 MiB in half an hour of 60 a second.
FLAT = {
    "anonymous_kib": Growth(0.05, 4096), "daemon_rss_kib": Growth(0.05, 4096), "readers_rss_kib": Growth(0.10, 8192),
    "descriptors": Growth(0, 4), "readers_descriptors": Growth(0, 4), "threads": Growth(0, 1), "processes": Growth(0, 1),
    "wal_kib": Growth(0.25, 8192), "outbox": Growth(0.5, 200), "in_flight": Growth(0, 16),
}
# These count what must not happen at all.
NEVER = ("worker_crashes_total", "worker_timeouts_total", "worker_protocol_errors_total", "protocol_errors_total", "late_answers_total")


class Gate(Posternd):
    def __init__(self, bench, policy):
        self.status_port = free_ports(1)[0]
        super().__init__("soak", bench.state / "soak", bench.build, policy, bench.notice_sink(), f"metrics:\n  listen: '127.0.0.1:{self.status_port}'\n")

    def metrics(self):
        """{name without prefix and labels: sum over the labels}"""
        out = {}
        with urllib.request.urlopen(f"http://127.0.0.1:{self.status_port}/metrics", timeout=30) as answer:
            for line in answer.read().decode().splitlines():
                match = re.fullmatch(r"postern_(\w+)(?:\{.*\})? ([-+0-9.eE]+)", line)
                if match:
                    out[match[1]] = out.get(match[1], 0) + float(match[2])
        return out

    def cli(self, *arguments):
        return subprocess.run([str(self.command[0]).replace("posternd", "postern"), "--config", str(self.config), *arguments], capture_output=True, text=True)


def descriptors(pids):
    total = 0
    for pid in pids:
        try:
            total += len(os.listdir(f"/proc/{pid}/fd"))
        except OSError:
            pass  # replaced meanwhile
    return total


def threads(pid):
    return len(os.listdir(f"/proc/{pid}/task"))


def size_kib(path):
    return path.stat().st_size / 1024 if path.exists() else 0


def sample(gate, begin):
    everyone = tree(gate.pid)
    readers = everyone[1:]
    metrics = gate.metrics()
    return {
        "seconds": round(time.monotonic() - begin), "pss_kib": memory_kib("Pss", everyone), "anonymous_kib": memory_kib("Pss_Anon", everyone),
        "daemon_rss_kib": memory_kib("Rss", [gate.pid]),
        "readers_rss_kib": memory_kib("Rss", readers), "descriptors": descriptors([gate.pid]), "readers_descriptors": descriptors(readers),
        "threads": threads(gate.pid), "processes": len(everyone), "db_kib": size_kib(gate.dir / "postern.db"),
        "wal_kib": size_kib(gate.dir / "postern.db-wal"), "messages": metrics["answers_total"], "tempfails": metrics["tempfails_total"],
        "in_flight": metrics["messages_in_flight"], "recycled": metrics["workers_recycled_total"], "notices": metrics["notices_total"],
        "outbox": metrics.get("outbox_messages", 0), "incidents": metrics.get("incidents", 0),
    } | {name: metrics[name] for name in NEVER}


def change_policy(policy, number):
    """A new title: another policy, with the same verdicts."""
    path = policy / "policy.yaml"
    text = re.sub(r"title: Planted by the corpus\b[^}]*", f"title: Planted by the corpus {number}", path.read_text())
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").rename(path)


def decide(gate):
    """What reviewers do: of what is open, half is released, a quarter rejected, the rest left."""
    listed = gate.cli("quarantine", "list", "--state", "open", "--limit", str(DECIDE_AT_ONCE), "--format", "json")
    references = [json.loads(line)["reference"] for line in listed.stdout.splitlines()]
    for at, verb in ((slice(0, None, 2), "release"), (slice(1, None, 4), "reject")):
        if references[at]:
            gate.cli("quarantine", verb, *references[at])


def soak(gate, load, policy, seconds):
    """The samples after the warm-up; ends early when the load does."""
    begin = time.monotonic()
    samples, reloads = [], 0
    due = {"sample": begin + SAMPLE_SECONDS, "reload": begin + RELOAD_SECONDS, "decide": begin + DECIDE_SECONDS}
    while load.poll() is None and time.monotonic() - begin < seconds:
        name = min(due, key=due.get)
        time.sleep(max(0, due[name] - time.monotonic()))
        if name == "sample":
            due[name] += SAMPLE_SECONDS
            samples.append(sample(gate, begin))
            print("\t".join(f"{k}={v:g}" for k, v in samples[-1].items() if k not in NEVER), flush=True)
        elif name == "reload":
            due[name] += RELOAD_SECONDS
            reloads += 1
            change_policy(policy, reloads)
            gate.process.send_signal(signal.SIGHUP)
        else:
            due[name] += DECIDE_SECONDS
            decide(gate)
    return [s for s in samples if s["seconds"] >= WARM_UP_SHARE * seconds], reloads


def judge(samples, answered, gate, reloads, problems):
    for name, growth in FLAT.items():
        one = trend(name, [s[name] for s in samples], growth)
        print(f"{'flat ' if one.flat else 'GROWS'} {name}: first third {one.first:.0f}, last third {one.last:.0f}, allowed {one.allowed:.0f}")
        if not one.flat:
            problems.append(name)
    last = samples[-1]
    problems += [f"{name} is {last[name]:g}" for name in NEVER if last[name]]
    if set(answered["answers"]) - {"accept", "partly", "discard"}:
        problems.append(f"answers {answered['answers']}")
    if gate.policies_in_force() != reloads + 1:
        problems.append(f"{gate.policies_in_force() - 1} of {reloads} changed policies came into force")
    took = answered["verdict_ms"]
    print(f"{answered['messages']} mails, answers {answered['answers']}, verdict p50 {took['p50']:.2f} p99 {took['p99']:.2f} ms; "
          f"{reloads} reloads, {last['recycled']:.0f} readers replaced, {last['notices']:.0f} notices, "
          f"store {last['db_kib'] / 1024:.1f} MiB for {last['incidents']:.0f} incidents")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=60)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--build", default=HERE.parents[1] / "build/bench")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", help="the samples as a table")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # as Ctrl-C does: the gate is stopped on the way out
    folder = pathlib.Path(tempfile.mkdtemp(prefix="postern-soak-"))
    bench = Bench(chosen.build, folder, 1)
    seconds, gate, load, problems = chosen.minutes * 60, None, None, []
    try:
        corpus = bench.corpus(chosen.seed)
        policy = bench.policy_for(corpus / "rules-1000.tsv", folder / "policy", "--notify-sender")
        gate = Gate(bench, policy).start()
        load = subprocess.Popen([str(x) for x in (bench.program("milter_load"), "--connections", chosen.connections, "--rate", chosen.rate, "--seconds",
                                                  seconds, "--unique", "soak", gate.socket, corpus / "mail", corpus / "envelopes.tsv")],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        samples, reloads = soak(gate, load, policy, seconds)
        out, error = load.communicate(timeout=120)
        if load.returncode != 0:
            raise BenchError(f"the load ended: {error}")
        if chosen.out:
            pathlib.Path(chosen.out).write_text("\n".join("\t".join(str(v) for v in row) for row in [list(samples[0])] + [s.values() for s in samples]) + "\n")
        judge(samples, json.loads(out), gate, reloads, problems)
    except (BenchError, LabError, ValueError) as e:
        print(f"soak.py: {e}", file=sys.stderr)
        return 2
    finally:
        if load is not None and load.poll() is None:
            load.terminate()
            load.wait()
        if gate is not None:
            gate.stop()
        bench.close()
        shutil.rmtree(folder, ignore_errors=True)
    print("flat" if not problems else "not flat: " + "; ".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

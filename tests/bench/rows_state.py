"""Rows about what a gate holds and keeps: memory, start and reload, everything quarantined, recall and precision."""
import json
import os
import subprocess
import time

from measuring import BenchError, memory_kib, middle, ratios, run_json, tree
from rows_load import CONNECTIONS, rates, sentence
from table import Figure, Measured, Row

SEEDS = (1, 2, 3)
FSYNC_SECONDS = 1.5
HOLD_EVERYTHING = """apiVersion: postern/v1
organisation:
  name: Corp Example
  domains: [corp.example, .corp.example]
categories:
  corpus: {title: Planted by the corpus}
liaisons:
  '*': {review: [ip-office@corp.example]}
"""
HOLD_RULE = """apiVersion: postern/v1
rules:
  - {id: corpus.all, title: Everything, category: corpus, severity: high, owner: ip-office@corp.example, mode: enforce,
     when: {recipients: [class:outside]}, then: {action: quarantine, review: [liaison]}}
"""


def memory(bench):
    """One gate at a time, alone: pages shared with another gate would count half."""
    values, notes = {}, []
    for figure, rules in (("1000", 1000), ("10000", 10000)):
        bench.stop_filters()
        gate = bench.gate(rules)
        for _ in range(2):
            bench.play(gate, bench.corpus() / "mail", CONNECTIONS)
        values[figure] = [memory_kib("Pss", tree(gate.pid)) / 1024]
        notes.append(f"{rules} rules: {values[figure][0]:.1f} MiB, of them posternd itself {memory_kib('Pss', [gate.pid]) / 1024:.1f} MiB")
    return Measured(values, notes)


def starting(bench):
    gate = bench.gate(10000)
    one = bench.folder_of("one", bench.mails("plain")[:1])
    bench.play(gate, one, 1)
    starts, reloads = [], []
    for _ in range(bench.rounds):
        gate.stop()
        begin = time.monotonic()
        gate.start()
        bench.play(gate, one, 1)
        starts.append(time.monotonic() - begin)
        reloads.append(gate.reload() + bench.play(gate, one, 1)["verdict_ms"]["max"] / 1e3)
    return Measured({"start": starts, "reload": reloads}, ["from the start of the process, or the signal, to the verdict about a mail sent then"])


def hold_everything(bench):
    policy = bench.dir / "policy-all"
    if not policy.exists():
        (policy / "rules").mkdir(parents=True)
        (policy / "policy.yaml").write_text(HOLD_EVERYTHING)
        (policy / "rules/all.yaml").write_text(HOLD_RULE)
    outside = bench.mails("plain", lambda e: not any(r.endswith("corp.example") for r in e[1]))
    folder = bench.folder_of("outside", outside)
    size = round(sum(p.stat().st_size for p in outside) / len(outside))
    gate = bench.gate(0, policy, "gate-all")
    passes = bench.passes(gate, folder, CONNECTIONS)
    disk = bench.state / "fsync"
    disk.mkdir(exist_ok=True)
    ours, floor = [], []
    for _ in range(bench.rounds):
        floor += run_json(bench.program("fsync_rate"), disk, size, CONNECTIONS, FSYNC_SECONDS)
        ours.append(bench.play(gate, folder, CONNECTIONS, passes))
    if any(set(r["answers"]) != {"discard"} for r in ours):
        raise BenchError(f"not everything was held: {ours[-1]['answers']}")
    renamed = ratios(rates(ours), [f["renamed_per_s"] for f in floor])
    return Measured({"rate": ratios(rates(ours), [f["files_per_s"] for f in floor])},
                    [sentence("posternd", ours), f"files of {size} bytes, {CONNECTIONS} threads: {middle(floor, 'files_per_s'):.0f}/s fsynced, "
                     f"{middle(floor, 'renamed_per_s'):.0f}/s with rename and fsync of the folder as well (against these: {sorted(renamed)[len(renamed) // 2]:.2f})"])


def recall(bench):
    kinds = {line.split("\t")[0].lower().replace("_", "-"): line.split("\t")[3] for line in bench.rules(1000).read_text().splitlines()}
    recalls, precisions, notes = [], [], []
    for seed in SEEDS:
        corpus = bench.corpus(seed)
        policy = bench.policy_for(corpus / "rules-1000.tsv", bench.dir / f"policy-seed-{seed}")
        expected = {}
        for line in (corpus / "expected.tsv").read_text().splitlines()[1:]:
            name, planted, kind, _, where, how, classes, _, decoy = line.split("\t")
            expected[name] = (kind if planted == "1" and set(classes.split(",")) != {"internal"} else "", f"{name}: {kind} in {where}, {how}, decoy {decoy!r}")
        found = {name: set() for name in expected}
        for row in check(bench, policy, corpus):
            found[row["name"]] |= {kinds.get(f["rule"].split(".", 1)[1], "?") for f in row["findings"]}
            if row["unreadable"]:
                notes.append(f"seed {seed}: {row['name']} was not read: {row['unreadable']}")
        wanted = {name: kind for name, (kind, _) in expected.items() if kind}
        missed = [name for name, kind in wanted.items() if kind not in found[name]]
        wrong = [(name, kind) for name, some in found.items() for kind in some if kind != expected[name][0]]
        right = len(wanted) - len(missed)
        recalls.append(100 * right / len(wanted))
        precisions.append(100 * right / max(1, right + len(wrong)))
        notes.append(f"seed {seed}: {len(wanted)} planted, {len(missed)} missed, {len(wrong)} wrong")
        notes += [f"missed: {expected[name][1]}" for name in missed[:5]] + [f"wrong: {kind} in {expected[name][1]}" for name, kind in wrong[:5]]
    return Measured({"recall": recalls, "precision": precisions}, notes)


def check(bench, policy, corpus):
    """What `postern check` says of each mail of a corpus, with the envelope's recipients."""
    config = bench.state / "check.yaml"
    config.write_text(f"policy:\n  packs_dir: '{bench.build}/policies'\nextract:\n  worker: '{bench.build}/bin/postern-extract'\n")
    done = subprocess.run([bench.build / "bin/postern", "--config", config, "check", "--policy", policy, "--format", "json",
                           *sorted((corpus / "mail").iterdir())], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise BenchError(f"postern check: status {done.returncode}: {done.stderr[-500:]}")
    for line in done.stdout.splitlines():
        row = json.loads(line)
        row["name"] = os.path.basename(row["file"])
        yield row


ROWS = (
    Row("memory", (Figure("1000", "resident memory (PSS) after the corpus, 1000 rules", "<=", 80, 50, "MiB"),
                   Figure("10000", "resident memory (PSS) after the corpus, 10,000 rules", "<=", 120, 80, "MiB")), memory),
    Row("start", (Figure("start", "start with an unchanged 10,000-rule policy to the first verdict", "<=", .3, .1, "s"),
                  Figure("reload", "reload of an unchanged 10,000-rule policy to the first verdict", "<=", .3, .1, "s")), starting),
    Row("hold", (Figure("rate", "everything quarantined, text-only, 16 connections, against the raw rate of fsynced files", ">=", .5, 1),),
        hold_everything),
    Row("recall", (Figure("recall", "recall on the corpus, several seeds", ">=", 100, 100, "%"),
                   Figure("precision", "precision on the corpus, several seeds", ">=", 100, 100, "%")), recall),
)

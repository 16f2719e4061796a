#!/usr/bin/env python3
"""Measures what the shipped packs find and what they leave alone.

    run.py POSTERN labelled [--show dev] [--write]   precision and recall over the labelled mails
    run.py POSTERN honest [--count 30000]            false alarms over generated honest mails
    run.py POSTERN sample                            a fixed part of both, held against the tables in docs/accuracy.md

`labelled --write` and `honest --write` put their tables between the marks in docs/accuracy.md. `--show dev` lists what was missed and
what was found wrongly, in the set on which rules may be tuned; the other is only counted.
Exits 1 when a table has drifted or, for honest mails, when there is an alarm.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
from collections import Counter

import corpus
from templates import LANGUAGES

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKS = ROOT / "policy/packs"
PAGE = ROOT / "docs/accuracy.md"
CATEGORIES = ("trade-secret", "business-strategy", "financial", "customer-data", "secrets", "unreadable")
SETS = {"dev": "development", "held": "held out"}
# The part that ctest looks at: every SAMPLE_STEPth labelled mail, and so many honest ones.
SAMPLE_STEP, SAMPLE_HONEST = 5, 400
AT = "2026-11-10T09:00:00+00:00"
# Command lines have an end.
FILES_AT_A_TIME = 500


class Program:
    def __init__(self, postern):
        self.postern = pathlib.Path(postern).resolve()

    def run(self, *arguments, **options):
        return subprocess.run([self.postern, *map(str, arguments)], capture_output=True, text=True, encoding="utf-8", check=False, **options)

    def policy(self, folder):
        """The policy of policy/, with every rule of the packs enforced, in a folder of its own."""
        text = (HERE / "policy/policy.yaml").read_text(encoding="utf-8")
        rules = []
        for pack in sorted(p.parent.name for p in PACKS.glob("*/1") if (p / "pack.yaml").exists()):
            shown = self.run("policy", "packs", "show", f"{pack}@1", "--packs", PACKS, "--format", "json")
            rules += [rule["rule"] for rule in json.loads(shown.stdout)["rules"]]
        if not rules:
            sys.exit("no pack has a rule")
        folder.mkdir()
        (folder / "policy.yaml").write_text(text + "override:\n" + "".join(f"  {rule}: {{mode: enforce}}\n" for rule in rules), encoding="utf-8")
        return rules

    def findings(self, policy, files):
        """Name of the file -> ids of the rules that found something."""
        out = {}
        for start in range(0, len(files), FILES_AT_A_TIME):
            done = self.run("check", "--policy", policy, "--packs", PACKS, "--at", AT, "--format", "json", *files[start:start + FILES_AT_A_TIME])
            if done.returncode not in (0, 1):
                sys.exit(f"postern check ended with {done.returncode}: {done.stderr}")
            for line in done.stdout.splitlines():
                result = json.loads(line)
                out[pathlib.Path(result["file"]).stem] = {finding["rule"] for finding in result["findings"]}
        if len(out) != len(files):
            sys.exit(f"{len(files)} mails, {len(out)} results")
        return out


class Tally:
    """Counts of mails for a category, a language and a set, any of which may be left open."""

    def __init__(self):
        self.planted, self.found, self.right, self.wrong = Counter(), Counter(), Counter(), Counter()
        self.rules, self.rules_found = Counter(), Counter()
        self.honest, self.alarmed = Counter(), Counter()

    def add(self, mail, rules):
        found = {rule.split(".")[0] for rule in rules}
        for category in CATEGORIES:
            key = (category, mail.language, mail.portion)
            self.planted[key] += category in mail.categories
            self.found[key] += category in mail.categories & found
            self.right[key] += category in found and category in mail.categories
            self.wrong[key] += category in found and category not in mail.categories and category not in mail.also
        for rule in mail.rules:
            self.rules[rule, mail.portion] += 1
            self.rules_found[rule, mail.portion] += rule in rules
        if not mail.rules:
            self.honest[mail.portion] += 1
            self.alarmed[mail.portion] += bool(found - set(mail.also))

    @staticmethod
    def of(counter, category=None, language=None, portion=None):
        return sum(n for (c, l, h), n in counter.items() if category in (None, c) and language in (None, l) and portion in (None, h))

    def rate(self, what, **chosen):
        if what == "recall":
            part, whole = self.of(self.found, **chosen), self.of(self.planted, **chosen)
        else:
            part = self.of(self.right, **chosen)
            whole = part + self.of(self.wrong, **chosen)
        return f"{100 * part / whole:.1f}" if whole else "-"


def tables(results):
    """The Markdown of docs/accuracy.md."""
    tally, out = Tally(), []
    for mail, rules in results:
        tally.add(mail, rules)
    for portion, title in SETS.items():
        out.append(f"| {title} set | planted | recall | " + " | ".join(LANGUAGES) + " | false | precision |")
        out.append("|---|---|---|" + "---|" * len(LANGUAGES) + "---|---|")
        for category in (*CATEGORIES, None):
            row = [category or "all", tally.of(tally.planted, category, None, portion), tally.rate("recall", category=category, portion=portion)]
            row += [tally.rate("recall", category=category, language=language, portion=portion) for language in LANGUAGES]
            row += [tally.of(tally.wrong, category, None, portion), tally.rate("precision", category=category, portion=portion)]
            out.append("| " + " | ".join(map(str, row)) + " |")
        out.append("")
        out.append(f"Mails in which nothing is to be found: {tally.honest[portion]}, alarms among them: {tally.alarmed[portion]}.")
        out.append("")
    out.append("| rule | development set | held out set |")
    out.append("|---|---|---|")
    for rule in sorted({rule for rule, _ in tally.rules}):
        shares = [f"{tally.rules_found[rule, portion]} of {tally.rules[rule, portion]}" for portion in SETS]
        out.append(f"| {rule} | " + " | ".join(shares) + " |")
    return "\n".join(out)


def marks(name):
    return f"<!-- begin of {name}, written by tests/accuracy/run.py -->\n", f"<!-- end of {name} -->"


def write_page(name, text):
    begin, end = marks(name)
    page = PAGE.read_text(encoding="utf-8")
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        sys.exit(f"{PAGE} lacks the marks of {name}")
    PAGE.write_text(before + begin + "\n" + text + "\n\n" + end + after, encoding="utf-8")


def page_says(name):
    begin, end = marks(name)
    return PAGE.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0].strip()


def show(mail, rules, folder):
    missed = sorted(set(mail.rules) - rules)
    wrong = sorted(rule for rule in rules if rule.split(".")[0] not in mail.categories and rule.split(".")[0] not in mail.also)
    # A mail whose category is found by another rule is no miss of the category.
    if missed and mail.categories <= {rule.split(".")[0] for rule in rules}:
        missed = []
    for word, which in (("missed", missed), ("wrong", wrong)):
        if which:
            print(f"{word} {' '.join(which)}: {folder / mail.name}.eml ({mail.kind}, {mail.language}, {mail.form}, to {mail.to})")


def labelled(program, chosen, folder, step=1):
    """(mail, ids of the rules that found something) of every `step`th mail."""
    policy = folder / "policy"
    program.policy(policy)
    out = chosen.keep or folder / "labelled"
    out.mkdir(parents=True, exist_ok=True)
    mails = corpus.Labelled(chosen.seed).mails[::step]
    for mail in mails:
        (out / f"{mail.name}.eml").write_bytes(mail.raw)
    found = program.findings(policy, [out / f"{mail.name}.eml" for mail in mails])
    for mail in mails:
        if chosen.show in (mail.portion, "all"):
            show(mail, found[mail.name], out)
    return [(mail, found[mail.name]) for mail in mails]


def honest(program, chosen, folder, count):
    """(text, number of alarms)"""
    policy = folder / "policy"
    if not policy.exists():
        program.policy(policy)
    out = chosen.keep or folder / "honest"
    out.mkdir(parents=True, exist_ok=True)
    kinds = corpus.write_honest(out, chosen.seed, count, part=5000)
    done = program.run("policy", "backtest", policy, "--packs", PACKS, "--over", out, "--at", AT, "--max-hold-rate", "0", "--format", "json")
    if done.returncode not in (0, 1):
        sys.exit(f"postern policy backtest ended with {done.returncode}: {done.stderr}")
    report = json.loads(done.stdout)
    alarms = [rule for rule in report["rules"] if rule["messages"]]
    for rule in alarms:
        print(f"{rule['rule']}: {rule['messages']} mails")
        for example in rule["examples"]:
            file, _, number = example.rpartition("#")
            part = int(pathlib.Path(file).stem.rpartition("-")[2])
            print(f"    {example}: {kinds[part * 5000 + int(number) - 1]}")
    if report["judged"] != count:
        sys.exit(f"{count} mails, {report['judged']} judged")
    total = sum(rule["messages"] for rule in alarms)
    return f"{count} honest mails, {total} alarms", total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("postern")
    parser.add_argument("what", choices=("labelled", "honest", "sample"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=30000, help="honest mails")
    parser.add_argument("--show", choices=("dev", "all"), help="list the mails that went wrong")
    parser.add_argument("--keep", type=pathlib.Path, help="an empty folder for the mails; default: one that is removed")
    parser.add_argument("--write", action="store_true", help="write the table into docs/accuracy.md")
    chosen = parser.parse_args()
    program = Program(chosen.postern)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if chosen.what == "honest":
            text, alarms = honest(program, chosen, folder, chosen.count)
            print(text)
            if chosen.write:
                write_page("honest mails", text + f", seed {chosen.seed}.")
            return 1 if alarms else 0
        if chosen.what == "labelled":
            results = labelled(program, chosen, folder)
            print(tables(results))
            if chosen.write:
                write_page("labelled mails", tables(results))
                write_page("the sample", tables(results[::SAMPLE_STEP]))
            return 0
        text = tables(labelled(program, chosen, folder, SAMPLE_STEP))
        said = page_says("the sample")
        _, alarms = honest(program, chosen, folder, SAMPLE_HONEST)
        if text != said:
            print(f"{text}\n\nis what the packs find now; docs/accuracy.md says:\n\n{said}\n\nMeasure again with tests/accuracy/run.py POSTERN labelled --write")
        return 1 if alarms or text != said else 0


if __name__ == "__main__":
    sys.exit(main())

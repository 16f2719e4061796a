#!/usr/bin/env python3
"""Writes the rules of a generated corpus as a policy folder.

    corpus_policy.py [--notify-sender] RULES.tsv OUTDIR

RULES.tsv has a line `id TAB flags TAB regex TAB kind` for each rule, flags `i` (any case) or `-`; the kinds
card and iban get their checksums, as every other program under test gets them. OUTDIR becomes a policy
whose every rule quarantines what goes outside: with `postern check` over the mails, what is found can be
held against the expectations, rule by rule. With --notify-sender each hold tells the sender, too.
"""
import argparse
import pathlib

VALIDATOR = {"card": ", validate: luhn", "iban": ", validate: iban"}

HEAD = """apiVersion: postern/v1
organisation:
  name: Corp Example
  domains: [corp.example, .corp.example]
categories:
  corpus: {title: Planted by the corpus}
liaisons:
  '*': {review: [ip-office@corp.example]}
"""


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notify-sender", action="store_true")
    parser.add_argument("rules", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    chosen = parser.parse_args()
    then = "{action: quarantine, review: [liaison]%s}" % (", notify: [sender]" if chosen.notify_sender else "")
    detectors, rules = [], []
    for line in chosen.rules.read_text(encoding="utf-8").splitlines():
        name, flags, regex, kind = line.split("\t")
        name = name.lower().replace("_", "-")
        pattern = quoted(("(?i)" if flags == "i" else "") + regex)
        detectors.append("  - {id: %s, primary: {regex: %s%s}}" % (name, pattern, VALIDATOR.get(kind, "")))
        rules.append("  - {id: corpus.%s, title: %s, category: corpus, severity: high, owner: ip-office@corp.example, "
                     "mode: enforce,\n     when: {recipients: [class:outside], content: {detector: %s}}, then: %s}" %
                     (name, quoted(kind + " " + name), name, then))
    (chosen.out / "rules").mkdir(parents=True, exist_ok=True)
    (chosen.out / "policy.yaml").write_text(HEAD, encoding="utf-8")
    (chosen.out / "rules" / "corpus.yaml").write_text(
        "apiVersion: postern/v1\ndetectors:\n" + "\n".join(detectors) + "\nrules:\n" + "\n".join(rules) + "\n",
        encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes a corpus of outbound office mail with planted sensitive strings.

    make_corpus.py [--seed 1] [--count 1000] [--plant 0.10] [--decoy 0.10] [--parts] OUTDIR

The same seed and count give the same bytes. 60 % small text, 20 % HTML, 12 % Office, 6 % PDF, 2 % archives.

OUTDIR/mail/NNNNN.eml                the messages
OUTDIR/envelopes.tsv                 name, sender, recipients
OUTDIR/expected.tsv                  name, planted (0/1), kind, value, where, how, recipient classes, shape, decoy kind
OUTDIR/rules-{100,1000,10000}.tsv    id, flags, regex, kind (corpus_rules.py)
OUTDIR/parts/                        with --parts: the attachments as files
"""
import argparse
import pathlib

from corpus_mail import Composer
from corpus_rules import rules
from corpus_text import Writer

RULE_COUNTS = (100, 1000, 10000)
COLUMNS = "#name\tplanted\tkind\tvalue\twhere\thow\trecipients\tshape\tdecoy\n"


def write_rows(path, rows, head=""):
    path.write_text(head + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8", newline="\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--plant", type=float, default=0.10, help="share of the mails with something planted")
    parser.add_argument("--decoy", type=float, default=0.10, help="share of the mails with something that only looks like it")
    parser.add_argument("--parts", action="store_true")
    chosen = parser.parse_args()
    writer = Writer(chosen.seed)
    (chosen.out / "mail").mkdir(parents=True, exist_ok=True)
    if chosen.parts:
        (chosen.out / "parts").mkdir(exist_ok=True)
    for count in RULE_COUNTS:
        write_rows(chosen.out / f"rules-{count}.tsv", rules(writer, count))
    order = list(range(chosen.count))
    writer.random.shuffle(order)
    plants, decoys = round(chosen.count * chosen.plant), round(chosen.count * chosen.decoy)
    planted, lookalike = set(order[:plants]), set(order[plants:plants + decoys])
    expected, envelopes = [], []
    for number in range(chosen.count):
        mail = Composer(writer, number).compose(number in planted, number in lookalike)
        name = f"{number:05}.eml"
        (chosen.out / "mail" / name).write_bytes(mail.raw)
        for kept_as, data in mail.attachments if chosen.parts else ():
            (chosen.out / "parts" / f"{number:05}-{kept_as}").write_bytes(data)
        expected.append([name, str(int(bool(mail.kind))), mail.kind, mail.value, mail.where, mail.how, ",".join(sorted(set(mail.classes))),
                         mail.shape, mail.decoy])
        envelopes.append([name, mail.sender, ",".join(mail.recipients)])
    write_rows(chosen.out / "expected.tsv", expected, COLUMNS)
    write_rows(chosen.out / "envelopes.tsv", envelopes)


if __name__ == "__main__":
    main()

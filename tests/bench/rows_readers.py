"""Rows that measure one stage beside its raw library: scanning, PDF, Office."""
import email
import email.policy

from measuring import median, middle, ratios, run_json
from table import Figure, Measured, Row


TEXTS = 200


def texts_of(bench):
    """What the readers make of the first text mails: their bodies, decoded."""
    folder = bench.dir / "texts"
    if not folder.exists():
        folder.mkdir()
        for mail in bench.mails("plain")[:TEXTS]:
            message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
            (folder / mail.name).with_suffix(".txt").write_text(message.get_content(), encoding="utf-8", newline="\n")
    return sorted(folder.iterdir())


def scanning(bench):
    texts = texts_of(bench)
    rounds = [run_json(bench.program("scan_bench"), bench.rules(1000), *texts)[0] for _ in range(bench.rounds)]
    raw, plain, scan, verdict = (middle(rounds, f"{name}_ns") / 1e3 for name in ("raw", "raw_plain", "scan", "evaluate"))
    return Measured({"rate": [r["raw_ns"] / r["scan_ns"] for r in rounds]},
                    [f"raw hs_scan {raw:.1f} us (with a database of the bare rules {plain:.1f} us), scan {scan:.1f} us, whole verdict {verdict:.1f} us a "
                     f"message of {rounds[0]['bytes'] / 1e3:.1f} KB; compiled in {rounds[0]['compile_s']:.2f} s"])


def views(bench):
    rounds = []
    for _ in range(bench.rounds):
        rounds.append({line["kind"]: line for line in run_json(bench.program("view_bench"), bench.rules(100), *texts_of(bench))})
    plain = [r["plain"]["usual_ns"] for r in rounds]
    worst = [max(line["usual_ns"] for line in r.values()) for r in rounds]
    last = rounds[-1]
    return Measured({"plain": [p / r["plain"]["none_ns"] for p, r in zip(plain, rounds)], "worst": ratios(worst, plain)},
                    [f"{kind}: {line['none_ns']:.1f} ns a byte without views, {line['usual_ns']:.1f} with the usual ones, {line['all_ns']:.1f} with all; "
                     f"{line['none_hits']}, {line['usual_hits']}, {line['all_hits']} finds" for kind, line in last.items()])


def reading(kind, unit):
    def measure(bench):
        rounds = run_json(bench.program("reader_bench"), kind, bench.build / "bin/postern-extract", bench.corpus() / "parts", bench.rounds)
        amount = rounds[0]["pages"] if kind == "pdf" else rounds[0]["bytes"] / 1e6
        ours, theirs = [amount / r["pool_s"] for r in rounds], [amount / r["raw_s"] for r in rounds]
        return Measured({"rate": ratios(ours, theirs)},
                        [f"sandboxed pool {median(ours):.0f} {unit}, raw {median(theirs):.0f} {unit}; {rounds[0]['files']} files, {rounds[0]['unread']} not "
                         f"read whole, text {rounds[0]['pool_text'] / 1e6:.2f} MB beside {rounds[0]['raw_text'] / 1e6:.2f} MB"])
    return measure


ROWS = (
    Row("scan", (Figure("rate", "scanning against raw hs_scan of the same blocks", ">=", .8, .95),), scanning),
    Row("views", (Figure("plain", "scanning plain text with the usual views against without", "<=", 1.5, 1.25),
                  Figure("worst", "text written in the most expensive way against plain text", "<=", 25, 10)), views),
    Row("pdf", (Figure("rate", "PDF pages/s in the sandboxed pool against raw poppler-cpp in process", ">=", .85, .95),), reading("pdf", "pages/s")),
    Row("office", (Figure("rate", "OOXML MB/s against zlib unzip plus tag stripping", ">=", .8, 2),), reading("office", "MB/s")),
)

"""Rows that play mail to filters: rates beside rspamd and the no-op filter, CPU beside the floor, latency, fairness."""
import contextlib
import subprocess

from measuring import BenchError, median, middle, ratios, run_json
from table import Figure, Measured, Row

CONNECTIONS = 16
LATENCY_CONNECTIONS = 4
PDF_CONNECTIONS = 4


def rates(rounds):
    return [r["messages_per_s"] for r in rounds]


def sentence(name, rounds):
    return (f"{name} {median(rates(rounds)):.0f} messages/s, {middle(rounds, 'cpu_ms'):.3f} ms CPU a message, verdict p50 "
            f"{middle(rounds, 'verdict_ms', 'p50'):.2f} p99 {middle(rounds, 'verdict_ms', 'p99'):.2f} ms, answers {rounds[-1]['answers']}")


def beside_rspamd(shape):
    def measure(bench):
        gate, other = bench.gate(1000), bench.rspamd(1000)
        seen = bench.paired([gate, other], bench.corpus() / shape, CONNECTIONS)
        ours, theirs = seen[gate.name], seen[other.name]
        return Measured({"rate": ratios(rates(ours), rates(theirs))}, [sentence("posternd", ours), sentence("rspamd", theirs)])
    return measure


def accept_everything(bench):
    """The milter alone with a judge that accepts unread, and the whole gate with mail that stays inside."""
    inside = bench.folder_of("inside", bench.mails("plain", lambda e: all(r.endswith("corp.example") for r in e[1])))
    front, gate, noop = bench.accept_all(), bench.gate(1000), bench.noop()
    seen = bench.paired([front, gate, noop], inside, CONNECTIONS)
    theirs = rates(seen[noop.name])
    return Measured({"front": ratios(rates(seen[front.name]), theirs), "gate": ratios(rates(seen[gate.name]), theirs)},
                    [sentence(t.name, seen[t.name]) for t in (front, gate, noop)])


def cpu_beside_floor(bench):
    values, notes = {}, []
    gate, noop = bench.gate(1000), bench.noop()
    for figure, shape in (("all", "mail"), ("text", "plain")):
        folder = bench.corpus() / shape
        passes = {t.name: bench.passes(t, folder, CONNECTIONS) for t in (gate, noop)}
        ours, nothing, floor = [], [], []
        for _ in range(bench.rounds):
            floor += run_json(bench.program("mail_floor"), bench.rules(1000), folder, 1 if shape == "mail" else 5)[-1:]
            nothing.append(bench.play(noop, folder, CONNECTIONS, passes[noop.name]))
            ours.append(bench.play(gate, folder, CONNECTIONS, passes[gate.name]))
        values[figure] = ratios([o["cpu_ms"] for o in ours], [f["cpu_ms"] + n["cpu_ms"] for f, n in zip(floor, nothing)])
        work = ", ".join(f"{name} {ms:.3f}" for name, ms in floor[-1]["work_ms"].items())
        notes.append(f"{figure}: posternd {middle(ours, 'cpu_ms'):.3f} ms, floor {middle(floor, 'cpu_ms'):.3f} ms ({work}), no-op filter "
                     f"{middle(nothing, 'cpu_ms'):.3f} ms a message")
    return Measured(values, notes)


def many_rules(bench):
    few, many, text = bench.gate(100), bench.gate(10000), bench.corpus() / "plain"
    seen = bench.paired([few, many], text, LATENCY_CONNECTIONS)
    a, b = seen[few.name], seen[many.name]
    return Measured({"cpu": ratios([r["cpu_ms"] for r in b], [r["cpu_ms"] for r in a]),
                     "p50": ratios([r["verdict_ms"]["p50"] for r in b], [r["verdict_ms"]["p50"] for r in a])},
                    [sentence("100 rules", a), sentence("10,000 rules", b)])


def latency(bench):
    gate = bench.gate(1000)
    rounds = bench.paired([gate], bench.corpus() / "plain", LATENCY_CONNECTIONS)[gate.name]
    return Measured({q: [r["verdict_ms"][q] for r in rounds] for q in ("p50", "p99")},
                    [sentence("posternd", rounds),
                     f"of mail that was accepted whole: p50 {middle(rounds, 'accepted_ms', 'p50'):.2f}, p99 {middle(rounds, 'accepted_ms', 'p99'):.2f} ms"])


@contextlib.contextmanager
def pdfs_beside(bench, gate):
    """While it is open, so many connections give the gate PDFs as fast as it answers."""
    load = subprocess.Popen([str(x) for x in (bench.program("milter_load"), "--connections", PDF_CONNECTIONS, "--seconds", 3600, "--unique",
                                              "pdf", gate.socket, bench.corpus() / "pdf", bench.corpus() / "envelopes.tsv")],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield
        if load.poll() is not None:
            raise BenchError("the PDFs ended: " + load.stderr.read())
    finally:
        load.terminate()
        load.wait()
        load.stderr.close()


def fairness(bench):
    gate, text = bench.gate(1000), bench.corpus() / "plain"
    passes = bench.passes(gate, text, CONNECTIONS)
    alone, beside = [], []
    for _ in range(bench.rounds):
        alone.append(bench.play(gate, text, CONNECTIONS, passes))
        with pdfs_beside(bench, gate):
            bench.play(gate, text, CONNECTIONS)
            beside.append(bench.play(gate, text, CONNECTIONS, passes))
    return Measured({"p99": ratios([r["verdict_ms"]["p99"] for r in beside], [r["verdict_ms"]["p99"] for r in alone])},
                    [sentence("text alone", alone), sentence(f"text beside {PDF_CONNECTIONS} connections of PDFs", beside)])


ROWS = (
    Row("rspamd-text", (Figure("rate", "messages/s against rspamd with 1000 regular expressions, text-only mail", ">=", 5, 8),),
        beside_rspamd("plain")),
    Row("rspamd-all", (Figure("rate", "the same on the full corpus, every document read", ">=", 1.0, 1.2),), beside_rspamd("mail")),
    Row("accept", (Figure("front", "accept-everything path (milter alone) against a no-op libmilter filter", ">=", .8, 1.2),
                   Figure("gate", "mail that stays inside (whole gate) against a no-op libmilter filter", ">=", .8, 1.2)), accept_everything),
    Row("cpu", (Figure("all", "CPU a message against the floor plus the no-op filter, full corpus", "<=", 1.25, 1.05),
                Figure("text", "the same, text-only mail", "<=", 1.25, 1.05)), cpu_beside_floor),
    Row("many-rules", (Figure("cpu", "CPU a message at 10,000 rules against 100, text-only", "<=", 1.5, 1.25),
                       Figure("p50", "verdict p50 at 10,000 rules against 100, text-only", "<=", 1.5, 1.25)), many_rules),
    Row("latency", (Figure("p50", "verdict p50 at 4 connections, text-only, 1000 rules", "<=", .5, .3, "ms"),
                    Figure("p99", "verdict p99 at 4 connections, text-only, 1000 rules", "<=", 2, 1, "ms")), latency),
    Row("fairness", (Figure("p99", "p99 of text mail while PDFs are read, against text alone, 16 connections", "<=", 5, 2),), fairness),
)

#!/usr/bin/env python3
"""What is seen of a running gate: /metrics, /healthz, /readyz, `postern status`, and the alert rules over them.

    status_test.py BIN_DIR BUILD_DIR [PROMTOOL]
"""
import json
import pathlib
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "packaging/prometheus"
sys.path.insert(0, str(ROOT / "packaging/quickstart"))
from lab import Lab, wait_until  # noqa: E402
import reporting  # noqa: E402
from reporting import check  # noqa: E402

MARKED = b"From: anna.adler@corp.example\r\nTo: x7k@post.chirper.example\r\nSubject: Nightjar\r\n\r\nNightjar ships in May.\r\n"
PLAIN = b"From: anna.adler@corp.example\r\nTo: bob@supplier.example\r\nSubject: Hello\r\n\r\nHello.\r\n"
SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? ([-+0-9.eE]+|\+Inf|NaN)")
# Words of PromQL that are no metric.
NOT_OURS = {"up"}


def get(lab, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{lab.metrics_port}{path}", timeout=30) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.headers["Content-Type"], e.read().decode()


def samples(lab):
    """{'name{labels}': value}, and the text."""
    _, _, text = get(lab, "/metrics")
    out = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            match = SAMPLE.fullmatch(line)
            check(f"well-formed: {line}", bool(match)) if not match else out.__setitem__(match[1] + (match[2] or ""), float(match[3].replace("+Inf", "inf")))
    return out, text


def not_ok(body):
    return {c["name"]: c["why"] for c in json.loads(body)["checks"] if not c["ok"]}


def healthy(lab):
    for path in ("/healthz", "/readyz"):
        code, kind, body = get(lab, path)
        check(f"{path} of a gate that is well", code == 200 and kind == "application/json" and json.loads(body)["ok"] is True, (code, kind, body))
    before, _ = samples(lab)
    lab.send("anna.adler@corp.example", ["x7k@post.chirper.example"], MARKED)
    lab.send("anna.adler@corp.example", ["bob@supplier.example"], PLAIN)
    lab.send("anna.adler@corp.example", ["ben@corp.example"], MARKED)
    lab.settle()
    after, text = samples(lab)

    def grew(name):
        return after.get(name, 0) - before.get(name, 0)
    for name, by in (('postern_messages_total{verdict="quarantine"}', 1), ('postern_messages_total{verdict="allow"}', 1),
                     ('postern_messages_total{verdict="passed"}', 1), ('postern_stage_duration_seconds_count{stage="extract"}', 2),
                     ('postern_stage_duration_seconds_count{stage="commit"}', 2), ("postern_message_duration_seconds_count", 3),
                     ('postern_detections_total{policy="trade-secret",severity="high",mode="enforce"}', 1),
                     ('postern_quarantine_messages{state="open"}', 1), ('postern_notices_total{result="sent"}', 2),
                     ('postern_answers_total{answer="accept"}', 2), ('postern_answers_total{answer="discard"}', 1)):
        check(f"counted: {name}", grew(name) == by, (grew(name), after.get(name)))
    check("the policy in force is counted", after["postern_policy_rules"] > 3 and after["postern_policy_reload_success"] == 1, after.get("postern_policy_rules"))
    check("nobody and nothing of a mail is in the metrics", not re.search(r"@|anna|nightjar|corp\.example|PN-", text, re.I), re.findall(r".*(?:@|anna|nightjar|PN-).*", text, re.I))
    rows = len(after)
    lab.send("ben@corp.example", ["other@supplier.example"], PLAIN)
    check("another sender makes no new series", len(samples(lab)[0]) == rows, (rows, len(samples(lab)[0])))


def rules_fit(lab):
    """Every metric that an alert names is one that the gate shows."""
    shown = {re.sub(r"\{.*", "", name) for name in samples(lab)[0]}
    text = (RULES / "postern.rules.yml").read_text()
    expressions = re.findall(r"^ +expr: (.*)$", text, re.M)
    check("there are alerts", len(expressions) >= 10, len(expressions))
    for expression in expressions:
        names = set(re.findall(r"\b(postern_\w+|up)\b", expression))
        check(f"an alert over what is shown: {expression[:60]}", bool(names) and names - NOT_OURS <= shown, names - shown)
    for name, value in re.findall(r"(postern_\w+)\{\w+=\"([\w-]+)\"", text):
        check(f"{name} knows {value}", any(s.startswith(name + "{") and f'"{value}"' in s for s in samples(lab)[0]))
    if len(sys.argv) < 4:
        print("skipped: promtool check metrics: promtool is not there (tests/run.sh fetches it)")
        return
    done = subprocess.run([sys.argv[3], "check", "metrics"], input=get(lab, "/metrics")[2], capture_output=True, text=True)
    check("promtool check metrics", done.returncode == 0 and not done.stderr, done.stdout + done.stderr)


def documented(lab):
    """The page of operations names every metric, with its labels, and no other."""
    series, text = samples(lab)
    shown = {name: None for name in re.findall(r"^# TYPE (\S+)", text, re.M)}  # some have no series until there is something to count
    for name in series:
        family, _, labels = name.partition("{")
        family = re.sub(r"_(bucket|sum|count)$", "", family)
        shown[family] = (shown[family] or set()) | (set(re.findall(r"(\w+)=\"", labels)) - {"le"})
    page = (ROOT / "docs/operations.md").read_text()
    table = page[page.index("| metric (`postern_...`)"):]
    named = {}
    for row in table[:table.index("\n\n")].splitlines()[2:]:
        for name, _, labels in re.findall(r"`(\w+)(\{([\w,]+)\})?`", row.split("|")[1]):
            named["postern_" + name] = set(labels.split(",")) if labels else set()
    check("every metric is in operations.md", set(shown) <= set(named), set(shown) - set(named))
    check("every metric of operations.md is there", set(named) <= set(shown), set(named) - set(shown))
    wrong = {name: (labels, named.get(name)) for name, labels in shown.items() if name in named and labels not in (None, named[name])}
    check("with the labels that the page says", not wrong, wrong)


def decided(lab):
    """Decisions of `postern quarantine`, another process, and notices past a limit."""
    lab.stop_gate()
    configured = lab.config.read_text()
    lab.config.write_text(configured.replace("max_per_rule: 1000", "max_per_rule: 1"))
    lab.start_gate()
    before = samples(lab)[0]
    for subject in (b"One", b"Two"):
        lab.send("carl@corp.example", ["x7k@post.chirper.example"], MARKED.replace(b"anna.adler", b"carl").replace(b"Subject: ", b"Subject: " + subject))
    lab.settle()
    mine = [hold["reference"] for hold in lab.holds() if "carl@corp.example" in json.dumps(hold)]
    check("two more are held", len(mine) == 2, lab.holds())
    for verb, reference in zip(("release", "reject"), mine):
        lab.cli("quarantine", verb, reference, check=True)
    lab.settle()
    after = samples(lab)[0]
    for name, by in (('postern_review_decisions_total{decision="release"}', 1), ('postern_review_decisions_total{decision="reject"}', 1),
                     ('postern_notices_total{result="suppressed"}', 2), ('postern_quarantine_messages{state="open"}', 0)):
        check(f"counted: {name}", after[name] - before[name] == by, (before[name], after[name]))
    lab.stop_gate()
    lab.start_gate()
    check("a decision is counted once, whoever is started again", samples(lab)[0]['postern_review_decisions_total{decision="reject"}'] ==
          after['postern_review_decisions_total{decision="reject"}'])
    lab.config.write_text(configured)


def status(lab):
    done = lab.cli("status", "--format", "json")
    out = json.loads(done.stdout)
    check("status as JSON", done.returncode == 0 and out["gate"]["ready"] is True and out["gate"]["messages"]["quarantine"] == 1 and out["holds_open"] == 1, out)
    done = lab.cli("status")
    check("status for people", done.returncode == 0 and ", ready" in done.stdout and "quarantine 1" in done.stdout and "messages held        1" in done.stdout, done.stdout)


def locked_store(lab):
    other = sqlite3.connect(lab.dir / "postern/postern.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        code, _, body = get(lab, "/readyz")
        check("a locked store: not ready, and says so", code == 503 and "store" in not_ok(body), (code, body))
        check("and still alive", get(lab, "/healthz")[0] == 200)
        done = lab.cli("status")
        check("and status says so, though it cannot read the store", done.returncode == 2 and "NOT READY" in done.stdout and "store: " in done.stdout,
              (done.returncode, done.stdout, done.stderr))
    finally:
        other.execute("ROLLBACK")
        other.close()
    check("ready again without it", get(lab, "/readyz")[0] == 200, get(lab, "/readyz"))


def refused_policy(lab):
    rules = lab.policy / "rules/company.yaml"
    good = rules.read_text()
    rules.write_text(good.replace("keywords: [Nightjar", "keywrods: [Nightjar"))
    wait_until("the refusal of the bad policy", lambda: samples(lab)[0]["postern_policy_reload_success"] == 0)
    check("a refused policy leaves the gate ready", get(lab, "/readyz")[0] == 200)
    check("status says that it was refused", "was refused" in lab.cli("status").stdout)
    done = lab.cli("status")
    check("and still ends with 0", done.returncode == 0, done.returncode)
    rules.write_text(good)
    wait_until("the good policy", lambda: samples(lab)[0]["postern_policy_reload_success"] == 1)


def full_disk_and_no_gate(lab):
    lab.stop_gate()
    done = lab.cli("status")
    check("status without a gate: 1, and the store's part", done.returncode == 1 and "DOES NOT ANSWER" in done.stdout and "messages held        1" in done.stdout, done.stdout)
    check("the same as JSON", "error" in json.loads(lab.cli("status", "--format", "json").stdout)["gate"])
    metrics = lab.dir / "conf.d/metrics.yaml"
    good = metrics.read_text()
    metrics.write_text(good + "  min_free: 1000000MiB\n")
    lab.start_gate()
    code, _, body = get(lab, "/readyz")
    check("too little room: not ready", code == 503 and set(not_ok(body)) == {"disk-spool", "disk-store"}, (code, body))
    lab.stop_gate()
    metrics.write_text(good.replace("127.0.0.1", "0.0.0.0"))
    lab.start_gate()
    # The page comes after the milter socket, which is what a started gate is waited for by.
    warned = wait_until("the warning of a page that others can reach", lambda: "can be reached from other machines" in lab.gate_log())
    check("a page that others can reach is warned of", warned)


def main():
    with Lab(sys.argv[1], ROOT / "packaging/quickstart/policy", pathlib.Path(sys.argv[2]) / "policies", pathlib.Path(sys.argv[2]) / "notices",
             more_config={"conf.d/metrics.yaml": "metrics:\n  listen: '127.0.0.1:{metrics}'\n"}) as lab:
        healthy(lab)
        rules_fit(lab)
        documented(lab)
        status(lab)
        decided(lab)
        locked_store(lab)
        refused_policy(lab)
        full_disk_and_no_gate(lab)
        check("posternd ends well", lab.stop_gate() == 0)


if __name__ == "__main__":
    reporting.run(main)

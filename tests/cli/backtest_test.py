#!/usr/bin/env python3
"""postern policy backtest: counts, its gate, mailboxes of every kind, going on after an end."""
import json
import os
import signal
import subprocess
import time
import xml.etree.ElementTree as ET

import program
from mailboxes_of import KEY, TO, mbox, messages
from program import GOOD, POLICY, SECRET, WATCHED, CommandTest, mail

KEYS = ["policy", "messages", "judged", "passing", "failed", "actions", "if_enforced", "rules", "classes", "senders",
        "unread", "not_judged", "max_hold_rate", "hold_rate", "passed"]


class Backtest(CommandTest):
    def setUp(self):
        super().setUp()
        self.key = self.file("key", KEY)

    def backtest(self, *args, policy=POLICY, **extra):
        return self.run_postern("policy", "backtest", policy, "--key-file", self.key, *args, **extra)

    def report(self, *args, **extra):
        return self.backtest(*args, "--format", "json", **extra).json()


class Counts(Backtest):
    def test_json(self):
        report = self.report("--over", self.file("sent.mbox", mbox(messages())), status=0)
        self.assertEqual(list(report), KEYS)
        self.assertRegex(report["policy"], r"\A[0-9a-f]{64}\Z")
        self.assertEqual([report[k] for k in ("messages", "judged", "passing", "failed")], [23, 20, 2, 1])
        self.assertEqual(report["actions"], {"allow": 17, "annotate": 0, "justify": 0, "quarantine": 3, "reject": 0})
        self.assertEqual(report["if_enforced"]["quarantine"], 7)
        watched, codename, unreadable = report["rules"]
        self.assertEqual((watched["rule"], watched["messages"], watched["enforced"], watched["per_1000"], watched["senders"]),
                         ("trade-secret.watched", 4, 0, 200.0, 3))
        self.assertEqual((codename["rule"], codename["messages"], codename["enforced"]), ("trade-secret.codename", 3, 3))

    def test_text(self):
        self.file("sent.mbox", mbox(messages()))
        self.assertEqual(self.backtest("--over", "sent.mbox", "--max-hold-rate", "15", status=0).out, TEXT)

    def test_junit_and_sarif(self):
        self.file("sent.mbox", mbox(messages()))
        suites = ET.fromstring(self.backtest("--over", "sent.mbox", "--max-hold-rate", "14.9", "--format", "junit", status=1).out)
        self.assertEqual((suites.get("tests"), suites.get("failures"), suites.get("skipped")), ("4", "1", "1"))
        self.assertEqual([c.get("name") for c in suites.iter("testcase")],
                         ["hold rate", "trade-secret.watched", "trade-secret.codename", "sent.mbox#23"])
        self.assertIn("15.00 %", suites.find(".//failure").get("message"))
        sarif = self.backtest("--over", "sent.mbox", "--max-hold-rate", "14.9", "--format", "sarif", status=1).json()
        results = sarif["runs"][0]["results"]
        self.assertEqual([(r["ruleId"], r["level"]) for r in results],
                         [("P051", "error"), ("P052", "note"), ("P052", "note")])
        self.assertTrue(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("company.yaml"))

    def test_senders_are_masked_and_stable(self):
        self.file("sent.mbox", mbox(messages()))
        for form in ("text", "json", "junit", "sarif"):
            self.assertNotIn("person", self.backtest("--over", "sent.mbox", "--format", form, status=0).out)
        names = [s["sender"] for s in self.report("--over", "sent.mbox", status=0)["senders"]]
        self.assertEqual(len(set(names)), 3)
        again = self.run_postern("policy", "backtest", POLICY, "--over", "sent.mbox", "--format", "json", status=0).json()
        self.assertFalse(set(names) & {s["sender"] for s in again["senders"]})

    def test_parts_that_were_not_read(self):
        locked = (POLICY / "tests/locked.zip").read_bytes()
        report = self.report("--over", self.file("m.eml", program.mail_with(locked, "plan.zip")), status=0)
        self.assertEqual(report["actions"]["reject"], 1)
        self.assertIn("encrypted", {row["outcome"] for row in report["unread"]})
        social = {row["class"]: row for row in report["classes"]}["social"]
        self.assertEqual((social["recipients"], social["actions"]["reject"]), (1, 1))


class Gate(Backtest):
    def test_rate(self):
        self.file("sent.mbox", mbox(messages()))
        cases = [("15", [], 0), ("14.99", [], 1), ("0", [], 1), ("35", ["--as-enforced"], 0), ("34.9", ["--as-enforced"], 1)]
        for rate, more, status in cases:
            with self.subTest(rate):
                self.backtest("--over", "sent.mbox", "--max-hold-rate", rate, *more, status=status)

    def test_a_gate_that_nothing_came_through_does_not_pass(self):
        for name, content in (("none.mbox", b""), ("others.mbox", mbox([mail(SECRET, TO, "a@elsewhere.example")]))):
            with self.subTest(name):
                result = self.backtest("--over", self.file(name, content), "--max-hold-rate", "100", status=2)
                self.assertIn("none of 1 messages was judged", result.err)

    def test_everything(self):
        self.file("others.mbox", mbox([mail(SECRET, TO, "a@elsewhere.example")]))
        self.assertEqual(self.report("--over", "others.mbox", "--everything", status=0)["actions"]["quarantine"], 1)

    def test_a_broken_policy_is_told_in_the_format(self):
        folder = self.policy_with((POLICY / "rules/company.yaml").read_text().replace("severity: low", "severity: lwo"))
        self.assertEqual(self.report("--over", "x", policy=folder, status=2)[0]["severity"], "error")


class Mail(Backtest):
    def counts(self, *args, **extra):
        report = self.report(*args, **extra)
        return [report[k] for k in ("messages", "judged", "passing", "failed")]

    def test_the_same_mail_in_every_kind_of_mailbox(self):
        mails = messages()
        self.file("lf.mbox", mbox(mails))
        self.file("crlf.mbox", mbox(mails, "\r\n"))
        for i, text in enumerate(mails):
            self.file(f"Maildir/{'cur' if i % 2 else 'new'}/{i:03}.host:2,S", text)
            self.file(f"folder/{i % 4}/{i:03}.eml", text)
            self.file(f"archive/anna/.Sent/{'cur' if i % 2 else 'new'}/{i:03}", text)
        self.file("archive/anna/cur/.keep", "")
        self.file("archive/anna/dovecot-uidlist", "3 V1 N1")
        for box in ("lf.mbox", "crlf.mbox", "Maildir", "folder", "archive"):
            with self.subTest(box):
                report = self.report("--over", box, status=0)
                self.assertEqual([report[k] for k in ("messages", "judged", "passing", "failed")], [23, 20, 2, 1])
                self.assertEqual([(r["rule"], r["messages"]) for r in report["rules"][:2]],
                                 [("trade-secret.watched", 4), ("trade-secret.codename", 3)])

    def test_lines_that_look_like_the_begin_of_a_message(self):
        quoted = mail("One.\n\n>From here on\n\n>>From there\n")
        plain = mail("One.\n\nFrom now on we say so.\nYes\n\nFrom: is a header, this is a text\n")
        broken = "From nobody Mon Jan  5 10:00:00 2026\n\x00\xff\n\nFrom x@y Tue Jan  6 11:00:00 2026\n"
        content = mbox([quoted]) + b"From someone\n" + plain.encode() + b"\n" + broken.encode("latin-1")
        box = self.file("odd.mbox", content)
        report = self.report("--over", box, status=0)
        self.assertEqual([report[k] for k in ("messages", "judged", "failed")], [4, 2, 2])
        self.assertEqual([f["message"] for f in report["not_judged"]], [f"{box}#3", f"{box}#4"])

    def test_broken_mail_is_counted_and_named(self):
        self.file("Maildir/cur/1", mail(GOOD))
        self.file("Maildir/cur/2", b"\xff\xfe\x00no mail at all")
        self.file("Maildir/cur/3", b"")
        os.symlink("nowhere", self.dir / "Maildir/cur/4")
        report = self.report("--over", "Maildir", "--over", "absent.mbox", status=0)
        self.assertEqual([report[k] for k in ("messages", "judged", "failed")], [5, 1, 4])
        self.assertEqual([f["message"] for f in report["not_judged"]],
                         ["Maildir/cur/2", "Maildir/cur/3", "Maildir/cur/4", "absent.mbox"])
        text = self.backtest("--over", "Maildir", status=0).out
        self.assertIn("\n  Maildir/cur/4: No such file or directory\n", text)

    def test_the_result_does_not_depend_on_threads(self):
        self.file("sent.mbox", mbox(messages() * 20))
        outs = {self.backtest("--over", "sent.mbox", "--jobs", jobs, "--format", "json", status=0).out for jobs in (1, 2, 5)}
        self.assertEqual(len(outs), 1)

    def test_progress(self):
        self.file("sent.mbox", mbox(messages()))
        self.assertEqual(self.backtest("--over", "sent.mbox", status=0).err, "")
        self.assertRegex(self.backtest("--over", "sent.mbox", "--progress", status=0).err, r"\Apostern: \d+ %, \d+ messages?\n")


class GoingOn(Backtest):
    def setUp(self):
        super().setUp()
        self.file("sent.mbox", mbox(messages()))
        self.whole = self.report("--over", "sent.mbox", status=0)

    def with_state(self, *args, **extra):
        return self.report("--over", "sent.mbox", "--state", "state", *args, **extra)

    def test_from_wherever_it_was_cut_off(self):
        self.assertEqual(self.with_state(status=0), self.whole)
        state = (self.dir / "state").read_bytes()
        self.assertEqual(os.stat(self.dir / "state").st_mode & 0o777, 0o600)
        self.assertNotIn(b"person", state)
        ends = [i + 1 for i, byte in enumerate(state) if byte == 10]
        self.assertEqual(len(ends), 24)
        for cut in (0, 5, ends[0], ends[0] + 7, ends[3], ends[11] - 1, ends[22], len(state)):
            with self.subTest(cut):
                (self.dir / "state").write_bytes(state[:cut])
                self.assertEqual(self.with_state(status=0), self.whole)
                self.assertEqual((self.dir / "state").read_bytes(), state)

    def test_the_state_of_another_run_is_refused(self):
        self.with_state(status=0)
        other = self.policy_with((POLICY / "rules/company.yaml").read_text().replace("quokka]", "quokka, wombat]"))
        cases = [
            ("another policy", ["--over", "sent.mbox"], {"policy": other}),
            ("other options", ["--over", "sent.mbox", "--everything"], {}),
            ("other options", ["--over", "sent.mbox", "--at", "2027-01-01T00:00:00Z"], {}),
            ("over other mail", ["--over", "sent.mbox", "--over", self.mail()], {}),
        ]
        for text, args, extra in cases:
            with self.subTest(text):
                self.assertIn(text, self.backtest(*args, "--state", "state", status=2, **extra).err)
        self.file("sent.mbox", mbox(messages()[:5]))
        self.assertIn("the mail has changed", self.backtest("--over", "sent.mbox", "--state", "state", status=2).err)
        mine = self.file("mine.txt", "what I wrote\nmyself\n")
        self.assertIn("no state", self.backtest("--over", "sent.mbox", "--state", mine, status=2).err)
        self.assertEqual(mine.read_text(), "what I wrote\nmyself\n")
        self.assertIn("standard input", self.backtest("--over", "-", "--state", "s", status=2).err)

    def test_a_state_among_the_mail_is_refused(self):
        self.file("Maildir/cur/1", mail(GOOD))
        for state in ("Maildir/state", "Maildir/cur/../state", "Maildir/new/state"):
            with self.subTest(state):
                self.assertIn("keep it outside", self.backtest("--over", "Maildir/", "--state", state, status=2).err)
                self.assertFalse((self.dir / "Maildir/state").exists())
        self.backtest("--over", "Maildir", "--state", "Maildir.state", status=0)

    def test_a_damaged_state_is_refused(self):
        self.with_state(status=0)
        state = (self.dir / "state").read_bytes()
        (self.dir / "state").write_bytes(state.replace(b'"sender"', b'"sendre"', 1))
        self.assertIn("state:2: is damaged", self.backtest("--over", "sent.mbox", "--state", "state", status=2).err)

    def test_ctrl_c(self):
        self.file("sent.mbox", mbox(messages() * 400))
        whole = self.report("--over", "sent.mbox", status=0)
        args = [str(program.BIN / "postern"), "policy", "backtest", str(POLICY), "--over", "sent.mbox", "--state", "state",
                "--jobs", "1", "--key-file", str(self.key), "--format", "json"]
        run = subprocess.Popen(args, cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        state = self.dir / "state"
        while run.poll() is None and not (state.exists() and state.read_bytes().count(b"\n") > 3):
            time.sleep(0.001)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=60)
        self.assertEqual((run.returncode, out), (2, b""))
        self.assertRegex(err.decode(), r"interrupted after \d+ messages; the same command goes on from there")
        self.assertLess(state.read_bytes().count(b"\n"), 23 * 400)
        self.assertEqual(self.with_state(status=0), whole)


TEXT = """23 messages: 20 judged, 2 that the gate would not look at, 1 that could not be judged
stopped as the policy stands: 3 (15.0 %): 3 held, 0 rejected
stopped if every rule were enforced: 7 (35.0 %): 7 held, 0 rejected

rules, by messages
  rule                   mode     action      messages  per 1,000  senders  first seen in
  trade-secret.watched   audit    quarantine         4      200.0        3  sent.mbox#2
  trade-secret.codename  enforce  quarantine         3      150.0        3  sent.mbox#1
  1 rule found nothing

recipients, by class
  class    recipients  held  rejected  stopped  if enforced
  outside          20     3         0   15.0 %       35.0 %
  partner           9     0         0    0.0 %       44.4 %
  social           11     3         0   27.3 %       27.3 %

senders, by messages that were stopped if every rule were enforced (of 3)
  sender           messages  stopped if enforced
  sender-mc0vhs07         7                    3
  sender-ap25xmnm         7                    2
  sender-5ek7s3a5         6                    2

not judged
  sent.mbox#23: no recipient: the mail has no To, Cc or Bcc

passed: 15.00 % of the judged messages would have been held or rejected, at most 15.00 % are wanted
"""


if __name__ == "__main__":
    program.main()

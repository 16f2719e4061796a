#!/usr/bin/env python3
"""postern policy diff, first-day, packs, new, fmt, test --watch; explanations with the text and with what would have passed."""
import json
import os
import re
import shutil
import signal
import subprocess
from xml.etree import ElementTree

import program
from mailboxes_of import KEY, TO, mbox, messages
from program import GOOD, POLICY, SECRET, CommandTest, mail, mail_with

RULES = (POLICY / "rules/company.yaml").read_text()
FOOTER = "This message is for the person it is addressed to.\nPlease delete it if that is not you.\n"


class Diff(CommandTest):
    def setUp(self):
        super().setUp()
        self.after = self.policy_with(RULES.replace("[quokka]", "[wombat]").replace("severity: low\n    owner: group:office\n    clause: Confidentiality agreement, 4\n    mode: audit",
                                                                                   "severity: low\n    owner: group:office\n    clause: Confidentiality agreement, 4\n    mode: enforce"))

    def diff(self, *args, **extra):
        return self.run_postern("policy", "diff", *args, **extra)

    def test_of_meaning(self):
        self.assertEqual(self.diff(POLICY, POLICY, status=0).out, "the policies mean the same\n")
        self.assertEqual(self.diff(POLICY, self.after, status=1).out, """~ detector animal  (in trade-secret.watched)
    words:
      + wombat
      - quokka
~ rule trade-secret.watched
    mode: audit -> enforce
""")
        changes = self.diff(POLICY, self.after, "--format", "json", status=1).json()
        self.assertEqual(list(changes), ["changes", "over"])
        self.assertIsNone(changes["over"])
        self.assertEqual([(c["change"], c["thing"], c["name"]) for c in changes["changes"]],
                         [("changed", "detector", "animal"), ("changed", "rule", "trade-secret.watched")])

    def test_over_mail(self):
        self.file("sent.mbox", mbox(messages() + [mail("A wombat.", TO, "person1@corp.example")]))
        key = self.file("key", KEY)
        args = [POLICY, self.after, "--over", "sent.mbox", "--key-file", key]
        over = self.diff(*args, "--format", "json", status=1).json()["over"]
        self.assertEqual((over["messages"], over["judged"]), (24, 21))
        [rule] = over["rules"]
        self.assertEqual((rule["rule"], rule["caught"]["messages"], rule["missed"]["messages"]), ("trade-secret.watched", 1, 4))
        self.assertEqual(rule["caught"]["examples"][0]["message"], "sent.mbox#24")
        self.assertEqual(over["newly_stopped"]["messages"], 1)
        text = self.diff(*args, status=1).out
        self.assertIn("newly caught: 1 message\n      sent.mbox#24  sender-", text)
        self.assertNotIn("person", text)
        self.assertEqual(self.diff(*args, "--state", "state", status=1).out, text)
        self.assertEqual(self.diff(*args, "--state", "state", status=1).out, text)
        self.assertEqual(self.diff(POLICY, POLICY, "--over", "sent.mbox", status=0).out[:26], "the policies mean the same")

    def test_cannot_run(self):
        (self.after / "rules/company.yaml").write_text(RULES.replace("severity: low", "severity: lwo"))
        self.assertEqual(self.diff(POLICY, self.after, "--format", "json", status=2).json()[0]["code"], "P004")
        self.assertIn("nothing was compared", self.diff(self.after, POLICY, status=2).err)


class FirstDay(CommandTest):
    def first_day(self, *args, **extra):
        return self.run_postern("policy", "first-day", POLICY, *args, **extra)

    def setUp(self):
        super().setUp()
        mails = [mail(f"Dear number {i}, here are the papers that you asked for.\n\n{FOOTER}", f"a{i}@new{i % 2}.example",
                      f"person{i % 3}@corp.example") for i in range(6)]
        mails += [mail("Order update of today for all of our customers.\n", "x@news.example", "shop@corp.example")
                  .replace("Subject", "Auto-Submitted: auto-generated\nSubject")] * 4
        mails += [mail(SECRET), mail_with((POLICY / "tests/locked.zip").read_bytes(), "plan.zip")]
        self.file("sent.mbox", mbox(mails))

    def test_report(self):
        report = self.first_day("--over", "sent.mbox", "--format", "json", status=0).json()
        self.assertEqual((report["messages"], report["judged"]), (12, 12))
        self.assertEqual(report["paragraphs"], [{"messages": 6, "senders": 3, "text": FOOTER.rstrip("\n")}])
        self.assertEqual(report["automatic"], [{"name": "shop@corp.example", "messages": 4}])
        self.assertEqual(report["domains"], [{"name": "news.example", "messages": 4}, {"name": "new0.example", "messages": 3},
                                             {"name": "new1.example", "messages": 3}])
        self.assertEqual({row["outcome"] for row in report["unread"]} & {"encrypted"}, {"encrypted"})
        self.assertEqual([r["rule"] for r in report["rules"] if r["loud"]], ["trade-secret.codename", "trade-secret.unreadable"])
        text = self.first_day("--over", "sent.mbox", status=0).out
        self.assertNotIn("person0", text)
        for part in ("loud rules", "paragraphs that repeat\n  in 6 messages of at least 3 senders:\n    This message is for",
                     "--- for boilerplate/first-day.txt\nThis message", "#     - 'news.example'   # 4 messages"):
            self.assertIn(part, text)

    def test_the_result_does_not_depend_on_threads_nor_on_being_cut_off(self):
        outs = {self.first_day("--over", "sent.mbox", "--jobs", jobs, status=0).out for jobs in (1, 4)}
        outs.add(self.first_day("--over", "sent.mbox", "--state", "state", status=0).out)
        lines = (self.dir / "state").read_bytes().splitlines(keepends=True)
        (self.dir / "state").write_bytes(b"".join(lines[:7]) + lines[7][:20])
        outs.add(self.first_day("--over", "sent.mbox", "--state", "state", status=0).out)
        self.assertEqual(len(outs), 1)
        self.assertNotIn(b"delete it", b"".join(lines))

    def test_patches_fit(self):
        self.first_day("--over", "sent.mbox", "--write", "patches", status=0)
        self.assertEqual((self.dir / "patches/boilerplate/first-day.txt").read_text(), FOOTER)
        folder = self.dir / "policy"
        shutil.copytree(POLICY, folder)
        shutil.copytree(self.dir / "patches", folder, dirs_exist_ok=True)
        pasted = (folder / "policy.first-day.yaml").read_text().replace("groups:\n", "", 1)
        (folder / "policy.first-day.yaml").unlink()
        policy = (folder / "policy.yaml").read_text()
        (folder / "policy.yaml").write_text(policy.replace("groups:\n", "groups:\n" + pasted, 1))
        self.run_postern("policy", "test", folder, status=0)
        report = self.run_postern("policy", "backtest", folder, "--over", "sent.mbox", "--format", "json", status=0).json()
        self.assertEqual({r["rule"]: r["messages"] for r in report["rules"]}["first-day.unread"], 1)
        self.assertIn("is there already", self.first_day("--over", "sent.mbox", "--write", "patches", status=2).err)


class Packs(CommandTest):
    def test_list_and_show(self):
        listed = self.run_postern("policy", "packs", "list", "--format", "json", status=0).json()
        self.assertIn("financial@1", [row["pack"] for row in listed])
        text = self.run_postern("policy", "packs", "list", status=0).out
        for row in listed:
            self.assertGreater(row["rules"], 0)
            self.assertRegex(text, rf"(?m)^  {row['pack']} +{re.escape(row['version'])} +{row['rules']}  ")
        shown = self.run_postern("policy", "packs", "show", "financial", "--format", "json", status=0).json()
        self.assertEqual(shown["pack"], "financial@1")
        self.assertTrue(all(rule["tests"] > 1 for rule in shown["rules"]))
        self.assertIn(shown["rules"][0]["rule"], self.run_postern("policy", "packs", "show", "financial@1", status=0).out)
        self.assertIn("no pack 'finance'", self.run_postern("policy", "packs", "show", "finance", status=2).err)
        self.assertIn("has no packs", self.run_postern("policy", "packs", "list", "--packs", self.dir, status=2).err)


    def test_word_by_word(self):
        self.file("packs/small/1/pack.yaml", "apiVersion: postern/v1\nname: small\nversion: 1.2.0\ntitle: A small one\n"
                  "groups: {buyers: []}\ncategories: {secret: {title: Secrets}}\n")
        self.file("packs/small/1/rules/a.yaml", "apiVersion: postern/v1\ndetectors:\n  - {id: bird, primary: {keywords: [wombat]}}\n"
                  "rules:\n  - id: secret.bird\n    title: A <bird>\n    category: secret\n    severity: low\n    mode: audit\n"
                  "    when: {content: {detector: bird, in: [body]}}\n    then: {action: justify}\n")
        here = str(self.dir / "packs/small/1")

        def packs(*words):
            return self.run_postern("policy", "packs", *words, "--packs", self.dir / "packs", status=0).out.replace(here, "HERE")
        self.assertEqual(packs("list"), "  pack     version  rules  categories\n  small@1  1.2.0        1  secret\n")
        self.assertEqual(json.loads(packs("list", "--format", "json")),
                         [{"pack": "small@1", "version": "1.2.0", "rules": 1, "categories": "secret"}])
        show = "show", "small"
        self.assertEqual(packs(*show), """small@1, version 1.2.0, in HERE
groups for the company to fill:
  buyers
rules:
  secret.bird (low, audit, justify): A <bird>
    small/bird in body
""")
        self.assertEqual(json.loads(packs(*show, "--format", "json")), {
            "pack": "small@1", "version": "1.2.0", "dir": "HERE", "groups": ["buyers"],
            "rules": [{"rule": "secret.bird", "title": "A <bird>", "category": "secret", "severity": "low", "mode": "audit",
                       "action": "justify", "content": "small/bird in body", "tests": 0}]})
        self.assertEqual(packs(*show, "--format", "junit"), """<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="1" failures="0" skipped="0">
  <testsuite name="small@1" tests="1" failures="0" skipped="0">
    <testcase classname="small@1" name="secret.bird">
      <system-out>A &lt;bird&gt;: small/bird in body</system-out>
    </testcase>
  </testsuite>
</testsuites>
""")
        [note] = json.loads(packs(*show, "--format", "sarif"))["runs"][0]["results"]
        self.assertEqual((note["ruleId"], note["level"], note["message"]["text"]), ("P054", "note", "secret.bird: A <bird>: small/bird in body"))
        self.assertEqual(note["locations"][0]["physicalLocation"],
                         {"artifactLocation": {"uri": "HERE/rules/a.yaml"}, "region": {"startLine": 5, "startColumn": 9}})
        [note] = json.loads(packs("list", "--format", "sarif"))["runs"][0]["results"]
        self.assertEqual(note["locations"][0]["physicalLocation"], {"artifactLocation": {"uri": "HERE/pack.yaml"}})
        self.assertIn('name="small@1"', packs("list", "--format", "junit"))


class Formats(CommandTest):
    """What `explain`, `first-day` and `diff` say to programs of CI."""

    def test_explain(self):
        self.file("a.eml", mail(SECRET))
        self.file("b.eml", mail(GOOD))
        args = ["policy", "explain", "--policy", POLICY, "a.eml", "b.eml", "missing.eml", "--format"]
        suite = ElementTree.fromstring(self.run_postern(*args, "junit", status=2).out)[0]
        self.assertEqual((suite.get("tests"), suite.get("failures"), suite.get("skipped")), ("3", "1", "1"))
        self.assertEqual([(case.get("name"), [child.tag for child in case]) for case in suite],
                         [("a.eml", ["failure", "system-out"]), ("b.eml", ["system-out"]), ("missing.eml", ["skipped"])])
        self.assertEqual(suite[0][0].get("message"), "quarantine: trade-secret.codename")
        self.assertIn("[yes] trade-secret.codename: holds: quarantine", suite[0][1].text)
        found, missing = json.loads(self.run_postern(*args, "sarif", status=2).out)["runs"][0]["results"]
        self.assertEqual((found["ruleId"], found["level"]), ("trade-secret.codename", "error"))
        self.assertEqual(found["locations"][0]["physicalLocation"], {"artifactLocation": {"uri": "a.eml"}})
        self.assertNotIn("Nightjar", found["message"]["text"])
        self.assertEqual((missing["ruleId"], missing["level"]), ("P056", "error"))

    def test_reports(self):
        self.file("sent.mbox", mbox(messages()))
        after = self.policy_with(RULES.replace("[quokka]", "[wombat]"))
        for verb, status, code in ((["first-day", POLICY], 0, "P053"), (["diff", POLICY, after], 1, "P055")):
            args = ["policy", *verb, "--over", "sent.mbox", "--format"]
            suite = ElementTree.fromstring(self.run_postern(*args, "junit", status=status).out)[0]
            self.assertGreater(len(suite), 1)
            results = json.loads(self.run_postern(*args, "sarif", status=status).out)["runs"][0]["results"]
            self.assertEqual({result["ruleId"] for result in results}, {code})
        # Errors of the policy stand in the format that was asked for.
        (after / "rules/company.yaml").write_text("rules: 1\n")
        for verb in (["first-day", after, "--over", "sent.mbox"], ["diff", POLICY, after], ["explain", "--policy", after, "sent.mbox"]):
            self.assertIn('"ruleId": "P003"', self.run_postern("policy", *verb, "--format", "sarif", status=2).out)


class New(CommandTest):
    def test_lint_clean_and_test_green(self):
        self.run_postern("policy", "new", "mine", "--domain", "Corp.Example", status=0)
        self.assertEqual(self.run_postern("policy", "lint", "mine", status=0).out, "1 rule, 0 errors, 0 warnings\n")
        self.assertEqual(self.run_postern("policy", "test", "mine", status=0).out, "4 passed, 0 failed\n")
        self.assertIn("domains: [corp.example, .corp.example]", (self.dir / "mine/policy.yaml").read_text())
        self.assertIn("is there already", self.run_postern("policy", "new", "mine", status=2).err)
        self.assertIn("no domain", self.run_postern("policy", "new", "other", "--domain", "a b", status=2).err)
        self.assertFalse((self.dir / "other").exists())

    def test_fmt(self):
        folder = self.policy_with(RULES)
        rules, name = folder / "rules/company.yaml", str(folder / "rules/company.yaml")
        self.run_postern("policy", "fmt", folder, status=0)
        tidy = rules.read_text()
        tests = self.run_postern("policy", "test", folder, status=0).out
        untidy = "rules:" + tidy.partition("rules:")[2].replace("\n", "  \n") + tidy.partition("rules:")[0]
        rules.write_text(untidy)
        rules.chmod(0o640)
        if os.geteuid() == 0:
            os.chown(rules, 0, 65534)
        owner = (rules.stat().st_uid, rules.stat().st_gid)
        said = self.run_postern("policy", "fmt", "--check", folder, status=1)
        self.assertEqual(said.out, name + ": is laid out otherwise\n")
        self.assertEqual(rules.read_text(), untidy)
        self.assertEqual(self.run_postern("policy", "fmt", folder, status=0).out, name + ": laid out\n")
        self.assertEqual(rules.read_text(), tidy)
        self.assertEqual(rules.stat().st_mode & 0o777, 0o640)
        self.assertEqual((rules.stat().st_uid, rules.stat().st_gid), owner)
        self.assertEqual([entry.name for entry in rules.parent.iterdir() if ".fmt" in entry.name], [])
        self.assertEqual(self.run_postern("policy", "fmt", "--check", folder, status=0).out, "")
        self.assertEqual(self.run_postern("policy", "test", folder, status=0).out, tests)
        # A byte order mark is no layout.
        rules.write_bytes(b"\xef\xbb\xbf" + untidy.encode())
        self.run_postern("policy", "fmt", folder, status=0)
        self.assertEqual(rules.read_bytes(), b"\xef\xbb\xbf" + tidy.encode())
        rules.write_text("rules: [\n")
        self.assertIn(name + ": it has errors", self.run_postern("policy", "fmt", folder, status=2).err)
        self.assertEqual(rules.read_text(), "rules: [\n")
        self.assertIn("no policy is there", self.run_postern("policy", "fmt", self.dir, status=2).err)


class Watch(CommandTest):
    def test_runs_again_at_each_change_until_ctrl_c(self):
        folder = self.policy_with(RULES)
        run = subprocess.Popen([str(program.BIN / "postern"), "policy", "test", str(folder), "--watch"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.addCleanup(run.stdout.close)
        try:
            self.assertEqual(run.stdout.readline(), "6 passed, 0 failed\n")
            more = RULES[RULES.index("rules:"):].replace("trade-secret.", "other.")
            (folder / "rules/more.yaml").write_text("apiVersion: postern/v1\n" + more)
            self.assertEqual(run.stdout.readline(), "12 passed, 0 failed\n")
            (folder / "dictionaries").mkdir()
            self.assertEqual(run.stdout.readline(), "12 passed, 0 failed\n")
            (folder / "dictionaries/a.txt").write_text("x\n")
            self.assertEqual(run.stdout.readline(), "12 passed, 0 failed\n")
        finally:
            run.send_signal(signal.SIGINT)
            run.wait(timeout=30)
        self.assertEqual(run.returncode, -signal.SIGINT)


class Explained(CommandTest):
    def explain(self, *args, **extra):
        return self.run_postern("policy", "explain", "--policy", POLICY, *args, **extra)

    def test_the_text_on_request(self):
        path = self.mail(body=SECRET)
        self.assertNotIn("Nightjar", self.explain(path, status=1).out)
        self.assertIn("\u27e6Nightjar\u27e7 ships in May.", self.explain(path, "--show-text", status=1).out)
        proof = self.explain(path, "--show-text", "--format", "json", status=1).json()["proof"]
        [marked] = [s for part in proof["parts"] for s in part["segments"] if s["marks"]]
        [mark] = marked["marks"]
        self.assertEqual(marked["text"].encode()[mark["begin"]:mark["end"]], b"Nightjar")
        self.check(path, "--show-text", status=2)

    def test_what_would_have_let_it_pass(self):
        path = self.mail(body=SECRET, to=f"{TO}, bo@corp.example")
        out = self.explain(path, status=1).out
        self.assertIn(f"would have let it pass\n  without the recipient {TO}: allow\n"
                      "  without what codename finds (1 place): allow\n", out)
        proof = self.explain(path, "--format", "json", status=1).json()["proof"]
        self.assertEqual(proof["would_pass"], [{"steps": [f"without the recipient {TO}"], "action": "allow"},
                                               {"steps": ["without what codename finds (1 place)"], "action": "allow"}])
        locked = self.file("locked.eml", mail_with((POLICY / "tests/locked.zip").read_bytes(), "plan.zip"))
        self.assertIn("  without the attachment 2 (plan.zip): allow\n", self.explain(locked, status=1).out)
        self.assertNotIn("would have", self.explain(self.mail(), status=0).out)


if __name__ == "__main__":
    program.main()

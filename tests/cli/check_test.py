#!/usr/bin/env python3
"""postern check: what it says, as text and as the JSON of the contract, and how it ends."""
import json
import os
import re

import program
from program import GOOD, POLICY, SECRET, WATCHED, CommandTest, mail, mail_with

VERDICT_KEYS = ["file", "message_id", "sender", "recipients", "action", "findings", "unreadable", "policy", "elapsed_us"]


class Verdicts(CommandTest):
    def test_json_is_the_documented_object(self):
        verdict = self.check(self.mail(body=SECRET), "--format", "json", status=1).json()
        self.assertEqual(list(verdict), VERDICT_KEYS)
        self.assertRegex(verdict.pop("policy"), r"\A[0-9a-f]{64}\Z")
        self.assertGreater(verdict.pop("elapsed_us"), 0)
        self.assertEqual(verdict, {
            "file": str(self.dir / "mail.eml"), "message_id": "<1@corp.example>", "sender": "anna@corp.example",
            "recipients": [{"address": "x7k@post.chirper.example", "classes": ["outside", "social"], "action": "quarantine"}],
            "action": "quarantine",
            "findings": [{"rule": "trade-secret.codename", "category": "trade-secret", "severity": "high",
                          "confidence": 75, "mode": "enforce", "part": "1", "place": "body", "at": "", "count": 1,
                          "excerpt": "N••••••• ships in May."}],
            "unreadable": []})

    def test_text(self):
        out = self.check(self.mail(body=SECRET), status=1).out
        self.assertEqual(out, f"""{self.dir}/mail.eml: quarantine
  to x7k@post.chirper.example (outside, social): quarantine
    trade-secret.codename (high, enforce, quarantine): Unannounced project named outside
      in 1, body: "N••••••• ships in May." (codename, confidence 75, 1 value)
""")

    def test_a_pack_that_is_missing_is_one_error(self):
        folder = self.policy_with("")
        self.file("policy/policy.yaml", (folder / "policy.yaml").read_text() +
                  "use: [finacial@1]\noverride:\n  financial.payroll: {mode: audit}\n")
        self.file("policy/rules/company.yaml", """apiVersion: postern/v1
rules:
  - {id: secret.card, title: Card, category: trade-secret, severity: high, owner: anna@corp.example,
     when: {recipients: [class:outside], content: {detector: financial/payment-card}}, then: {action: quarantine, review: [owner]}}
""")
        result = self.run_postern("check", "--policy", folder, self.mail(), status=2)
        self.assertEqual(result.err.count("error["), 1, result.err)
        self.assertIn("there is no pack 'finacial'", result.err)
        self.assertIn("did you mean 'financial'", result.err)

    def test_what_took_long_to_compile_is_kept(self):
        folder = self.policy_with((POLICY / "rules/company.yaml").read_text())
        packs = ", ".join(f"{name}@1" for name in ("trade-secrets", "business-strategy", "financial", "customer-data", "secrets"))
        self.file("policy/policy.yaml", (folder / "policy.yaml").read_text() + f"use: [{packs}]\n")
        self.mail(body=SECRET)
        first = self.run_postern("check", "--policy", folder, "mail.eml", "--explain", "--format", "json", status=1).json()
        kept = list((self.dir / "cache/postern").glob("policy-*.image"))
        self.assertEqual(len(kept), 1)
        self.assertEqual(kept[0].stat().st_mode & 0o777, 0o600)
        image = kept[0].read_bytes()

        def again():
            verdict = self.run_postern("check", "--policy", folder, "mail.eml", "--explain", "--format", "json", status=1).json()
            for one in (first, verdict):
                one.pop("elapsed_us", None)
                one["proof"].pop("stages", None)
            self.assertEqual(verdict, first)
            self.assertEqual(list((self.dir / "cache/postern").glob("policy-*.image")), kept)
            return kept[0].stat().st_mtime_ns

        os.utime(kept[0], ns=(10**18, 10**18))
        self.assertGreater(again(), 10**18, "it was not used")
        self.assertEqual(kept[0].read_bytes(), image)
        damaged = bytearray(image)
        damaged[len(damaged) // 2] ^= 1
        kept[0].write_bytes(damaged)
        again()
        self.assertNotEqual(kept[0].read_bytes(), damaged, "a damaged file was believed")

    def test_what_compiles_at_once_is_not_kept(self):
        self.check(self.mail(), status=0)
        self.assertEqual(list((self.dir / "cache/postern").glob("policy-*")), [])
        self.check("mail.eml", status=0, env={"XDG_CACHE_HOME": "/proc/nowhere"})

    def test_exit_statuses(self):
        cases = [
            ("nothing found", GOOD, "x@post.chirper.example", 0, "allow"),
            ("held", SECRET, "x@post.chirper.example", 1, "quarantine"),
            ("to nobody whom it concerns", SECRET, "bo@corp.example", 0, "allow"),
            ("an audit rule only", WATCHED, "x@post.chirper.example", 1, "allow"),
        ]
        for name, body, to, status, action in cases:
            with self.subTest(name):
                verdict = self.check(self.mail(body=body, to=to), "--format", "json", status=status).json()
                self.assertEqual(verdict["action"], action)

    def test_action_is_the_strictest_and_recipients_have_their_own(self):
        verdict = self.check(self.mail(body=SECRET), "--to", "bo@corp.example", "--to", "x@post.chirper.example",
                             "--format", "json", status=1).json()
        self.assertEqual([r["action"] for r in verdict["recipients"]], ["allow", "quarantine"])
        self.assertEqual(verdict["action"], "quarantine")

    def test_unreadable_parts_are_named(self):
        locked = (POLICY / "tests/locked.zip").read_bytes()
        path = self.file("locked.eml", mail_with(locked, "plan\x1b[2J.zip"))
        verdict = self.check(path, "--format", "json", status=1).json()
        self.assertEqual(verdict["action"], "reject")
        self.assertEqual([(u["part"], u["outcome"]) for u in verdict["unreadable"]][0], ("2/1", "encrypted"))
        self.assertEqual(list(verdict["unreadable"][0]), ["part", "outcome", "why"])
        text = self.check(path, status=1).out
        self.assertIn("not read: 2/1", text)
        self.assertNotIn("\x1b", text)

    def test_explain_stays_one_object_a_line(self):
        result = self.check(self.mail(body=SECRET), "--explain", "--format", "json", status=1)
        verdicts = result.lines()
        self.assertEqual(len(verdicts), 1)
        self.assertEqual(list(verdicts[0]), [*VERDICT_KEYS, "proof"])
        self.assertEqual(list(verdicts[0]["proof"])[0], "parts")
        self.assertIn("trade-secret.codename", json.dumps(verdicts[0]["proof"]["rules"]))

    def test_explain_text_names_the_clauses(self):
        out = self.check(self.mail(body=SECRET), "--explain", status=1).out
        self.assertIn("[yes] trade-secret.codename", out)
        self.assertIn("[no] nothing was found of: trade-secret.unreadable\n", out)
        self.assertNotIn("Nightjar", out.replace(str(self.dir), ""))
        self.assertEqual(self.run_postern("policy", "explain", "--policy", POLICY, "mail.eml", status=1).out.count("quarantine"),
                         self.check("mail.eml", "--explain", status=1).out.count("quarantine"))


STRIPS = """apiVersion: postern/v1
detectors: [{id: codenames, primary: {keywords: [Nightjar]}}]
rules:
  - {id: trade-secret.codename, title: Codename, category: trade-secret, mode: enforce,
     when: {recipients: [class:outside], content: {detector: codenames}}, then: {action: allow, strip: attachment}}
"""


class Strips(CommandTest):
    def test_says_what_is_taken_off_and_for_whom(self):
        import hashlib
        policy = self.policy_with(STRIPS)
        path = self.file("a.eml", mail_with(SECRET.encode(), "plan.txt"))
        args = ["check", "--policy", policy, path, "--to", "x@post.chirper.example", "--to", "bo@corp.example"]
        verdict = self.run_postern(*args, "--format", "json", status=1).json()
        self.assertEqual(verdict["recipients"][0]["takes_off"],
                         [{"part": "2", "name": "plan.txt", "sha256": hashlib.sha256(SECRET.encode()).hexdigest()}])
        self.assertNotIn("takes_off", verdict["recipients"][1])
        text = self.run_postern(*args, "--explain", status=1).out
        self.assertIn("): allow\n    without the attachment 2 plan.txt\n  to bo@corp.example", text)
        self.assertIn("    takes off 2 (plan.txt)\n", text)
        proof = self.run_postern(*args, "--explain", "--format", "json", status=1).json()["proof"]
        self.assertEqual(proof["rules"][0]["takes_off"], ["2 (plan.txt)"])
        self.assertEqual([len(r["takes_off"]) for r in proof["recipients"]], [1, 0])


class Senders(CommandTest):
    def test_from_and_at(self):
        path = self.mail(body=SECRET)
        verdict = self.check(path, "--from", "bo@corp.example", "--at", "2027-02-01T07:00:00+00:00", "--format", "json",
                             status=1).json()
        self.assertEqual(verdict["sender"], "bo@corp.example")
        for flag, value, says in [("--from", "@", "'@' is not a mail address"), ("--to", "a@b@", "'a@b@' is not"), ("--to", "<>", "'<>' is not"),
                                  ("--to", "post.chirper.example", "'post.chirper.example' is not a mail address"),
                                  ("--to", "a b@c.example", "is not a mail address"),
                                  ("--at", "tomorrow", "tomorrow"), ("--format", "xml", "--format")]:
            with self.subTest(flag=flag, value=value):
                result = self.check(path, flag, value, status=2)
                self.assertIn(says, result.err)
                self.assertEqual(result.out, "")

    def test_exemptions_are_for_whom_the_command_line_names(self):
        rules = (POLICY / "rules/company.yaml").read_text()
        unless = "    unless: [{senders: [group:office]}]\n    then: {action: quarantine, review: [liaison], notify: [sender]}\n"
        folder = self.policy_with(rules.replace(unless.split("\n")[1] + "\n", unless, 1))
        path = self.mail(body=SECRET, sender="office@corp.example")
        self.run_postern("check", "--policy", folder, path, "--from", "office@corp.example", status=0)
        self.run_postern("check", "--policy", folder, path, "--from", "bo@corp.example", status=1)
        said = self.run_postern("check", "--policy", folder, path, "--explain", status=1).out
        self.assertIn("`unless` 1 is for senders who logged in", said)

    def test_null_sender(self):
        verdict = self.check(self.mail(body=SECRET), "--from", "<>", "--format", "json", status=1).json()
        self.assertEqual(verdict["action"], "quarantine")

    def test_no_recipient_is_an_error_and_names_the_option(self):
        for name, path in [("a mail", self.mail(to="")), ("an empty file", self.file("empty", b""))]:
            with self.subTest(name):
                result = self.check(path, status=2)
                self.assertIn("no recipient", result.err)
                self.assertIn("--to", result.err)
        self.check(self.file("empty", b""), "--to", "x@post.chirper.example", status=0)


class Sources(CommandTest):
    def files_in(self, result):
        return [os.path.relpath(self.dir / v["file"], self.dir) for v in result.lines()]

    def test_several_files_and_two_beats_one(self):
        held, fine = self.mail("held.eml", SECRET), self.mail("fine.eml")
        result = self.check(held, "absent.eml", fine, "--format", "json", status=2)
        self.assertEqual(self.files_in(result), ["held.eml", "fine.eml"])
        self.assertIn("absent.eml: No such file", result.err)
        self.check(held, fine, status=1)
        self.check(fine, fine, status=0)

    def test_standard_input(self):
        result = self.check("-", "--format", "json", stdin=mail(SECRET).encode(), status=1)
        self.assertEqual(result.json()["file"], "-")
        self.assertEqual(len(self.check("-", "--format", "json", stdin=self.mbox(), status=1).lines()), 3)

    def mbox(self):
        return (b"From anna Mon Jan  1 00:00:00 2024\n" + mail(GOOD).encode() +
                b"\nFrom anna Mon Jan  1 00:00:00 2024\n" + mail("one\n>From Nightjar on.\n").encode() +
                b"From the middle of a paragraph.\n"
                b"\nFrom anna Mon Jan  1 00:00:00 2024\n" + mail(GOOD).encode())

    def test_mbox(self):
        result = self.check(self.file("inbox.mbox", self.mbox()), "--format", "json", status=1)
        self.assertEqual(self.files_in(result), ["inbox.mbox#1", "inbox.mbox#2", "inbox.mbox#3"])
        verdicts = result.lines()
        self.assertEqual([v["action"] for v in verdicts], ["allow", "quarantine", "allow"])
        self.assertIn("From N", verdicts[1]["findings"][0]["excerpt"])
        self.assertNotIn(">", verdicts[1]["findings"][0]["excerpt"])

    def test_mbox_with_carriage_returns(self):
        result = self.check(self.file("crlf.mbox", self.mbox().replace(b"\n", b"\r\n")), "--format", "json", status=1)
        self.assertEqual([v["action"] for v in result.lines()], ["allow", "quarantine", "allow"])

    def test_maildir(self):
        self.mail("box/cur/1.host:2,S", GOOD)
        self.mail("box/new/2.host", SECRET)
        self.mail("box/tmp/3.host", SECRET)
        (self.dir / "box/new/.hidden").write_text("not a mail")
        result = self.check("box", "--format", "json", status=1)
        self.assertEqual(self.files_in(result), ["box/cur/1.host:2,S", "box/new/2.host"])

    def test_maildir_goes_on_past_what_it_cannot_read(self):
        self.mail("box/cur/2", SECRET)
        os.mkdir(self.dir / "box/new")
        os.symlink("nowhere", self.dir / "box/cur/1")
        result = self.check("box", "--format", "json", status=2)
        self.assertEqual(self.files_in(result), ["box/cur/2"])
        self.assertIn("box/cur/1", result.err)

    def test_maildir_that_cannot_be_listed_is_an_error(self):
        self.mail("box/cur/1", GOOD)
        self.file("box/new", b"not a folder")
        result = self.check("box", status=2)
        self.assertIn("box/new", result.err)

    def test_folder_that_is_no_maildir(self):
        os.mkdir(self.dir / "folder")
        self.assertIn("Maildir", self.check("folder", status=2).err)
        self.assertIn("directory", self.check("folder", "--document", "--to", "a@b.example", status=2).err)

    def test_document(self):
        path = self.file("plan.html", b"<p>Night<b>jar</b> ships in May.</p>")
        self.assertIn("--to", self.check(path, "--document", status=2).err)
        verdict = self.check(path, "--document", "--to", "x@post.chirper.example", "--format", "json", status=1).json()
        self.assertEqual(verdict["findings"][0]["part"], "")

    def test_file_named_like_a_verb(self):
        self.mail("status", SECRET)
        self.check("status", status=1)

    def test_hostile_file_name_stays_on_its_line(self):
        path = self.mail("a\x1b[31m\nfake.eml: allow", SECRET)
        text = self.check(path, status=1).out
        self.assertNotIn("\x1b", text)
        self.assertEqual(text.splitlines()[0].split(": ")[-1], "quarantine")
        self.assertNotIn("\x1b", self.check("gone\x1b[31m\n", status=2).err)


class Policies(CommandTest):
    BAD = (POLICY / "rules/company.yaml").read_text().replace("severity: high", "severity: hihg")

    def test_bad_policy_says_where_on_standard_error(self):
        folder = self.policy_with(self.BAD)
        result = self.run_postern("check", "--policy", folder, self.mail(), status=2)
        self.assertEqual(result.out, "")
        where = re.search(r"company\.yaml:(\d+):(\d+): error\[P\d+\]: ", result.err)
        self.assertTrue(where, result.err)
        line = self.BAD.splitlines()[int(where[1]) - 1]
        self.assertEqual(line[int(where[2]) - 1:], "hihg")
        self.assertIn("^~~~", result.err)
        self.assertIn("did you mean 'high'?", result.err)
        self.assertIn("nothing was checked", result.err)

    def test_absent_policy(self):
        self.assertIn("nowhere", self.run_postern("check", "--policy", "nowhere", self.mail(), status=2).err)

    def test_warnings_are_one_line(self):
        rules = (POLICY / "rules/company.yaml").read_text()
        without_tests = re.sub(r"    tests:\n(?:      .*\n)+", "", rules)
        folder = self.policy_with(without_tests)
        lint = self.run_postern("policy", "lint", folder, status=1)
        warned = lint.out.count("warning[")
        self.assertGreater(warned, 1)
        result = self.run_postern("check", "--policy", folder, self.mail(), status=0)
        self.assertEqual(result.err, f"postern: the policy has {warned} warnings; see them with: postern policy lint {folder}\n")
        broken = self.policy_and_error(folder, without_tests)
        self.assertNotIn("warning[", broken.err)
        self.assertIn("error[", broken.err)

    def policy_and_error(self, folder, rules):
        (folder / "rules/company.yaml").write_text(rules.replace("severity: low", "severity: lwo"))
        return self.run_postern("check", "--policy", folder, "mail.eml", status=2)

    def test_a_policy_without_a_warning_says_nothing(self):
        self.assertEqual(self.check(self.mail(), status=0).err, "")


if __name__ == "__main__":
    program.main()

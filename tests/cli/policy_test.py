#!/usr/bin/env python3
"""postern policy lint|test|explain|schema and destinations explain."""
import json
import xml.etree.ElementTree as ET

import program
from program import POLICY, SECRET, CommandTest

RULES = (POLICY / "rules/company.yaml").read_text()
FAILING = RULES.replace("body: 'Nightjar ships in May'}\n      should_not", "body: 'Nothing of it'}\n      should_not")


class Lint(CommandTest):
    def lint(self, *args, **extra):
        return self.run_postern("policy", "lint", *args, **extra)

    def test_clean(self):
        self.assertEqual(self.lint(POLICY, status=0).out, "3 rules, 0 errors, 0 warnings\n")
        self.assertEqual(self.lint(POLICY, "--format", "json", status=0).json(), [])

    def test_findings_in_every_format(self):
        folder = self.policy_with(RULES.replace("owner: group:office", "ownr: group:office", 1))
        line = RULES[:RULES.index("owner:")].count("\n") + 1
        text = self.lint(folder, status=1).out
        self.assertIn(f"{folder}/rules/company.yaml:{line}:5: error[P", text)
        self.assertIn(f"\n  {line:2} |     ownr: group:office\n", text)
        self.assertIn("|     ^~~~\n", text)
        self.assertIn("hint: did you mean 'owner'?", text)
        found = self.lint(folder, "--format", "json", status=1).json()
        self.assertEqual(list(found[0]), ["file", "line", "column", "severity", "code", "text", "hint"])
        self.assertIn((line, 5, "error"), [(f["line"], f["column"], f["severity"]) for f in found])
        sarif = self.lint(folder, "--format", "sarif", status=1).json()
        self.assertEqual(sarif["version"], "2.1.0")
        self.assertEqual(len(sarif["runs"][0]["results"]), len(found))
        suites = ET.fromstring(self.lint(folder, "--format", "junit", status=1).out)
        self.assertEqual((suites.get("tests"), suites.get("failures")), (str(len(found)), str(len(found))))
        clean = ET.fromstring(self.lint(POLICY, "--format", "junit", status=0).out)
        self.assertEqual((clean.get("tests"), clean.get("failures")), ("1", "0"))

    def test_default_folder_and_absent_folder(self):
        config = self.config(f"policy:\n  dir: '{POLICY}'\n")
        self.lint("--config", config, status=0)
        self.assertIn("no such folder", self.lint("nowhere", status=2).err)


class RuleTests(CommandTest):
    def run_tests(self, *args, **extra):
        return self.run_postern("policy", "test", *args, **extra)

    def test_passing(self):
        self.assertEqual(self.run_tests(POLICY, status=0).out, "6 passed, 0 failed\n")
        self.assertEqual(self.run_tests(POLICY, "--rule", "trade-secret.watched", status=0).out, "2 passed, 0 failed\n")
        self.assertIn("no rule", self.run_tests(POLICY, "--rule", "no.such", status=2).err)

    def test_failing_in_every_format(self):
        folder = self.policy_with(FAILING)
        self.assertIn("trade-secret.codename", self.run_tests(folder, status=1).out)
        report = self.run_tests(folder, "--format", "json", status=1).json()
        self.assertEqual(list(report), ["tests", "passed", "failed"])
        self.assertEqual((report["passed"], report["failed"]), (5, 1))
        self.assertEqual(list(report["tests"][0]), ["rule", "test", "expected", "passed", "why", "nearest", "file", "line"])
        suites = ET.fromstring(self.run_tests(folder, "--format", "junit", status=1).out)
        self.assertEqual((suites.get("tests"), suites.get("failures")), ("6", "1"))
        self.assertEqual(len(self.run_tests(folder, "--format", "sarif", status=1).json()["runs"][0]["results"]), 1)

    def test_a_policy_with_errors_is_not_an_empty_result(self):
        folder = self.policy_with(RULES.replace("severity: low", "severity: lwo"))
        result = self.run_tests(folder, "--format", "text", status=2)
        self.assertEqual(result.out, "")
        self.assertIn("error[P", result.err)
        suites = ET.fromstring(self.run_tests(folder, "--format", "junit", status=2).out)
        self.assertEqual((suites.get("tests"), suites.get("failures")), ("1", "1"))
        self.assertEqual(suites.find("testsuite/testcase/failure").get("type"), "error")
        self.assertEqual(self.run_tests(folder, "--format", "json", status=2).json()[0]["severity"], "error")
        self.assertEqual(len(self.run_tests(folder, "--format", "sarif", status=2).json()["runs"][0]["results"]), 1)
        self.assertIn("nowhere", self.run_tests("nowhere", status=2).err)


class Explain(CommandTest):
    def test_the_same_as_check_explain(self):
        self.mail(body=SECRET)
        words = ["--policy", POLICY, "mail.eml", "--format", "json"]
        explained = self.run_postern("policy", "explain", *words, status=1).json()
        checked = self.run_postern("check", "--explain", *words, status=1).json()
        self.assertEqual(explained["findings"], checked["findings"])
        self.assertEqual(explained["proof"]["rules"], checked["proof"]["rules"])
        self.assertEqual([s["stage"] for s in explained["proof"]["stages"]][0], "extract")

    def test_schema(self):
        titles = {}
        for kind in ["policy", "rules", "pack"]:
            schema = self.run_postern("policy", "schema", kind, status=0).json()
            self.assertEqual(schema["$schema"], "http://json-schema.org/draft-07/schema#")
            titles[kind] = schema["title"]
        self.assertEqual(len(set(titles.values())), 3)


class BrokenPolicy(CommandTest):
    def test_is_told_in_the_format(self):
        folder = self.policy_with(RULES.replace("severity: low", "severity: lwo"))
        for verb in (["check", self.mail()], ["policy", "explain", self.mail()], ["destinations", "explain", "a@b.example"]):
            with self.subTest(verb[0]):
                told = self.run_postern(*verb, "--policy", folder, "--format", "json", status=2)
                self.assertEqual([(e["severity"], e["code"]) for e in told.json()], [("error", "P004")])
                self.assertEqual(self.run_postern(*verb, "--policy", folder, status=2).out, "")


class Destinations(CommandTest):
    def explain(self, *args, **extra):
        return self.run_postern("destinations", "explain", "--policy", POLICY, *args, **extra)

    def test_json_is_one_object_a_line(self):
        rows = self.explain("x7k@post.chirper.example", "bo@corp.example", "--format", "json", status=0).lines()
        self.assertEqual(rows[0], {
            "address": "x7k@post.chirper.example", "classes": ["outside", "social"],
            "reasons": [{"class": "social", "pattern": "post.chirper.example", "origin": "policy.yaml:10", "service": "",
                         "status": "live", "note": ""}]})
        self.assertEqual((rows[1]["address"], rows[1]["classes"]), ("bo@corp.example", ["internal"]))

    def test_text(self):
        self.assertEqual(self.explain("x7k@post.chirper.example", status=0).out,
                         "x7k@post.chirper.example: outside social\n  social: post.chirper.example (policy.yaml:10)\n")

    def test_what_is_no_address(self):
        for words, says in [(["nobody"], "'nobody'"), (["a\x1b@"], "'a\\x1b@'"), (["a@b.example", "--from", "@"], "'@'")]:
            with self.subTest(words=words):
                self.assertIn(says, self.explain(*words, status=2).err)


if __name__ == "__main__":
    program.main()

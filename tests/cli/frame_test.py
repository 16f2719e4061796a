#!/usr/bin/env python3
"""What every verb of postern shares: help, slips on the command line, colours, closed and full outputs; config, setup."""
import os
import pty
import re
import subprocess

import program
from program import POLICY, SECRET, CommandTest

VERBS = [
    ["extract"], ["check"], ["policy"], ["policy", "lint"], ["policy", "test"], ["policy", "explain"], ["policy", "schema"],
    ["policy", "backtest"], ["policy", "diff"], ["policy", "first-day"], ["policy", "packs"], ["policy", "packs", "list"],
    ["policy", "packs", "show"], ["policy", "new"], ["policy", "fmt"],
    ["destinations"], ["destinations", "explain"], ["quarantine"], ["quarantine", "list"], ["quarantine", "show"],
    ["quarantine", "release"], ["quarantine", "reject"], ["status"], ["config"], ["config", "check"], ["config", "dump"],
    ["setup"], ["setup", "keys"],
]


class Frame(CommandTest):
    def test_help_of_each_verb(self):
        for verb in [[], *VERBS]:
            with self.subTest(verb=verb):
                result = self.run_postern(*verb, "--help", status=0)
                self.assertIn("Usage: postern" if not verb else "Usage: ", result.out)
                self.assertEqual(result.err, "")
        self.assertRegex(self.run_postern("--version", status=0).out, r"\Apostern \d+\.\d+\.\d+\n\Z")

    def test_slips_are_cannot_run(self):
        cases = [[], ["chekc"], ["--no-such"], ["status", "x"], ["config"], ["policy"], ["quarantine"], ["destinations"],
                 ["setup"], ["check"], ["extract"], ["quarantine", "show"], ["quarantine", "list", "--limit", "0"],
                 ["quarantine", "list", "--state", "held"], ["status", "--format", "xml"], ["policy", "schema", "mail"],
                 *[[*verb, "--no-such"] for verb in VERBS]]
        for words in cases:
            with self.subTest(words=words):
                result = self.run_postern(*words, status=2)
                self.assertEqual(result.out, "")
                self.assertNotEqual(result.err, "")

    def test_output_that_cannot_be_written(self):
        self.mail(body=SECRET)
        cases = [["--help"], ["--version"], ["check", "--policy", POLICY, "mail.eml"], ["extract", "mail.eml"],
                 ["policy", "lint", POLICY], ["policy", "schema", "rules"], ["config", "dump"],
                 ["destinations", "explain", "--policy", POLICY, "a@b.example"]]
        for words in cases:
            with self.subTest(words=words):
                command = [str(program.BIN / "postern"), *map(str, words)]
                with open("/dev/full", "w") as full:
                    done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=self.dir, text=True)
                self.assertEqual((done.returncode, done.stderr), (2, "postern: cannot write the result to standard output\n"))
                read_end, write_end = os.pipe()
                os.close(read_end)
                done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, cwd=self.dir, text=True)
                os.close(write_end)
                self.assertEqual((done.returncode, done.stderr), (2, "postern: cannot write the result to standard output\n"))

    def test_a_reader_that_stops_early_ends_the_run(self):
        for number in range(300):
            self.mail(f"box/cur/{number:03}", SECRET)
        os.mkdir(self.dir / "box/new")
        command = f"'{program.BIN}/postern' check --policy '{POLICY}' --format json box | head -n 1; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=self.dir, timeout=120)
        self.assertEqual(done.stdout.splitlines()[-1], "2")
        self.assertEqual(done.stderr, "postern: cannot write the result to standard output\n")

    def test_closed_standard_descriptors(self):
        """What the program opens next must not take their place: results would be written into it."""
        self.mail(body=SECRET)
        command = f"'{program.BIN}/postern' check --policy '{POLICY}' "
        for redirection, words, status in [(">&-", "mail.eml", 2), ("2>&-", "mail.eml", 1), ("<&-", "mail.eml", 1),
                                           ("<&-", "-", 2), ("<&- >&- 2>&-", "mail.eml", 2)]:
            with self.subTest(redirection):
                done = subprocess.run(["bash", "-c", command + words + " " + redirection], capture_output=True, cwd=self.dir)
                self.assertEqual(done.returncode, status, done)

    def test_colour_only_on_a_terminal(self):
        folder = self.policy_with("apiVersion: postern/v1\nrules: 3\n")
        words = [str(program.BIN / "postern"), "policy", "lint", str(folder)]
        self.assertNotIn("\x1b", self.run_postern(*words[1:], status=1).out)
        for name, environment, coloured in [("plain", {}, True), ("NO_COLOR", {"NO_COLOR": "1"}, False),
                                            ("empty NO_COLOR", {"NO_COLOR": ""}, True)]:
            with self.subTest(name):
                self.assertEqual("\x1b[" in self.on_terminal(words, environment), coloured)

    def on_terminal(self, words, environment):
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environment
        ours, theirs = pty.openpty()
        with subprocess.Popen(words, stdout=theirs, stderr=theirs, env=environment) as child:
            os.close(theirs)
            out = b""
            try:
                while chunk := os.read(ours, 65536):
                    out += chunk
            except OSError:  # EIO: the child has closed the terminal
                pass
            child.wait()
        os.close(ours)
        return out.decode()


class Config(CommandTest):
    def test_check(self):
        good = self.config("milter:\n  socket_mode: '0660'\n")
        self.assertEqual(self.run_postern("--config", good, "config", "check", status=0).out, "the configuration is good\n")
        self.assertEqual(self.run_postern("config", "check", "--config", good, status=0).err, "")
        result = self.run_postern("--config", self.config("milter:\n  socket_mod: '0660'\n"), "config", "check", status=1)
        self.assertRegex(result.err, r"postern\.yaml:2:3: error\[C\d+\]: ")
        self.assertIn("^~~~", result.err)
        self.assertIn("did you mean 'socket_mode'?", result.err)
        self.assertEqual(result.out, "")
        self.run_postern("--config", self.dir / "absent.yaml", "config", "check", status=2)

    def test_a_bad_configuration_stops_every_verb(self):
        bad = self.config("milter: 3\n")
        for words in [["status"], ["check", "x"], ["extract", "x"], ["policy", "lint"], ["policy", "test"],
                      ["destinations", "explain", "a@b.example"], ["quarantine", "list"], ["config", "dump"], ["setup", "keys"]]:
            with self.subTest(words=words):
                self.assertIn("error[C", self.run_postern("--config", bad, *words, status=2).err)

    def test_dump(self):
        config = self.config("gate:\n  deadline: 20s\n")
        self.file("conf.d/10-more.yaml", "notice:\n  hello: mail.corp.example\n")
        plain = self.run_postern("--config", config, "config", "dump", status=0).out
        self.assertIn("\n  deadline: 20s\n", plain)
        self.assertNotIn("#", plain)
        origin = self.run_postern("--config", config, "config", "dump", "--origin", status=0).out
        self.assertRegex(origin, r"\n  deadline: 20s  # .*postern\.yaml:2\n")
        self.assertRegex(origin, r"\n  hello: 'mail\.corp\.example'  # .*10-more\.yaml:2\n")
        self.assertRegex(origin, r"\n  progress_interval: 10s  # default\n")
        # What is dumped is a configuration again.
        again = self.config(re.sub(r"(?m)^  trusted_relays:.*\n", "", plain), "again.yaml")
        self.file("conf.d/10-more.yaml", "")
        self.assertEqual(self.run_postern("--config", again, "config", "dump", status=0).out, plain)


class Setup(CommandTest):
    def test_keys_are_made_once(self):
        key = self.dir / "master.key"
        config = self.config(f"store:\n  key_file: '{key}'\n")
        self.assertIn(str(key), self.run_postern("--config", config, "setup", "keys", status=0).out)
        made = key.read_bytes()
        self.assertEqual(key.stat().st_mode & 0o777, 0o600)
        self.assertIn(str(key), self.run_postern("--config", config, "setup", "keys", status=2).err)
        self.assertEqual(key.read_bytes(), made)


if __name__ == "__main__":
    program.main()

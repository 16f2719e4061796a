"""What the tests of the command line share: running `postern`, mails to give it, the small policy beside this file.

Each test file is a program: NAME_test.py BIN_DIR
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
POLICY = HERE / "policy"
BIN = pathlib.Path(".")

SECRET = "Nightjar ships in May.\n"
GOOD = "The weather is fine.\n"
WATCHED = "A quokka sat on the lawn.\n"


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


class CommandTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="postern-cli-"))
        self.addCleanup(shutil.rmtree, self.dir)

    def run_postern(self, *args, stdin=b"", status=None, **extra):
        """Runs it with its output in pipes; `status` is the exit status that must come."""
        environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "SUDO_USER")}
        environment |= {"XDG_CACHE_HOME": str(self.dir / "cache")} | extra.pop("env", {})
        done = subprocess.run([str(BIN / "postern"), *map(str, args)], input=stdin, capture_output=True, timeout=120,
                              cwd=self.dir, env=environment, **extra)
        result = Result(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8", "backslashreplace"))
        if status is not None:
            self.assertEqual(result.code, status, f"{args}\nstdout: {result.out[-2000:]}\nstderr: {result.err[-2000:]}")
        return result

    def check(self, *args, **extra):
        return self.run_postern("check", "--policy", POLICY, *args, **extra)

    def file(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def mail(self, name="mail.eml", body=GOOD, to="x7k@post.chirper.example", sender="anna@corp.example"):
        return self.file(name, mail(body, to, sender))

    def policy_with(self, rules):
        """The folder of a policy that is the one beside this file, but for its rules."""
        folder = self.dir / "policy"
        shutil.copytree(POLICY, folder)
        (folder / "rules/company.yaml").write_text(rules)
        return folder

    def config(self, text="", name="postern.yaml"):
        return self.file(name, text)


def mail(body, to="x7k@post.chirper.example", sender="anna@corp.example"):
    head = f"From: {sender}\n" + (f"To: {to}\n" if to else "")
    return head + f"Subject: news\nMessage-ID: <1@corp.example>\n\n{body}"


def mail_with(attachment, name, to="x7k@post.chirper.example"):
    """A mail with one attachment of the given bytes."""
    import base64
    return (f"From: anna@corp.example\nTo: {to}\nSubject: a file\nMIME-Version: 1.0\n"
            "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nAttached.\n"
            f"--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=\"{name}\"\n"
            "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(attachment).decode() + "--b--\n")


def main():
    global BIN
    BIN = pathlib.Path(sys.argv.pop(1)).resolve()
    # The modules of the tests import this one by its name; what runs as __main__ is the test file.
    unittest.main()

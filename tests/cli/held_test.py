#!/usr/bin/env python3
"""postern quarantine and status, beside a running posternd to which mails are given over its milter socket."""
import grp
import os
import re
import signal
import socket
import struct
import subprocess
import time

import program
from program import GOOD, POLICY, SECRET, CommandTest, mail

HOLD_KEYS = ["reference", "state", "sender", "action", "reason", "created", "expires", "size", "release_requested", "recipients"]
STATUS_KEYS = ["incidents", "holds_open", "oldest_open_hold", "outbox_pending", "outbox_failed"]
TIME = r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)\Z"


class Mta:
    """As much of the milter protocol as hands over a mail: no step is left out, so each has an answer."""

    def __init__(self, test, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(str(path))
        test.addCleanup(self.socket.close)
        self.say(b"O", struct.pack(">III", 6, 0x1FF, 0))
        assert self.answer()[:1] == b"O"

    def say(self, letter, payload=b""):
        self.socket.sendall(struct.pack(">I", 1 + len(payload)) + letter + payload)

    def answer(self):
        def exactly(size):
            out = b""
            while len(out) < size:
                chunk = self.socket.recv(size - len(out))
                assert chunk, "the gate closed the connection"
                out += chunk
            return out
        return exactly(struct.unpack(">I", exactly(4))[0])

    def step(self, letter, payload=b""):
        self.say(letter, payload)
        return self.answer()

    def give(self, text, recipients, queue_id, login="anna"):
        """The final answer's letter: c delivers, d is held whole, y is rejected, - recipients were removed."""
        head, body = text.replace("\n", "\r\n").split("\r\n\r\n", 1)
        self.step(b"C", b"client.corp.example\x004\x00\x19192.0.2.7\x00")
        self.say(b"D", b"Mi\x00" + queue_id.encode() + f"\0{{auth_authen}}\0{login}\0".encode())
        self.step(b"M", f"<{login}@corp.example>\0".encode())
        for recipient in recipients:
            self.step(b"R", f"<{recipient}>\x00".encode())
        for field in head.split("\r\n"):
            name, value = field.split(": ", 1)
            self.step(b"L", name.encode() + b"\x00" + value.encode() + b"\x00")
        self.step(b"N")
        self.step(b"B", body.encode())
        answers = [self.step(b"E")]
        while answers[-1][:1] not in b"cadrty":
            answers.append(self.answer())
        self.say(b"A")
        letters = b"".join(a[:1] for a in answers).decode()
        return "-" if "-" in letters else letters[-1]


class Held(CommandTest):
    def setUp(self):
        super().setUp()
        os.mkdir(self.dir / "lib", 0o700)
        self.gate_config = self.config(f"""milter:
  listen: ['unix:{self.dir}/milter.sock']
  socket_group: '{grp.getgrgid(os.getegid()).gr_name}'
gate: {{spool_dir: '{self.dir}/lib/spool', inside_networks: [192.0.2.0/24]}}
policy: {{dir: '{POLICY}'}}
extract: {{worker: '{program.BIN}/postern-extract', workers: 1}}
store: {{url: 'sqlite://{self.dir}/lib/postern.db', key_file: '{self.dir}/lib/master.key'}}
notice: {{from: 'Gate <postern@corp.example>', contact: office@corp.example, smtp: '127.0.0.1:1', hello: mail.corp.example,
  templates_dir: '{program.HERE.parents[1]}/response/templates'}}
release: {{smtp: '127.0.0.1:1'}}
""")

    def postern(self, *args, **extra):
        return self.run_postern("--config", self.gate_config, *args, **extra)

    def start_gate(self):
        self.postern("setup", "keys", status=0)
        log = open(self.dir / "gate.log", "w+")
        self.addCleanup(log.close)
        gate = subprocess.Popen([str(program.BIN / "posternd"), "--config", str(self.gate_config), "--foreground"],
                                stdout=log, stderr=log)
        self.addCleanup(self.stop, gate)
        deadline = time.monotonic() + 60
        while not (self.dir / "milter.sock").exists():
            log.seek(0)
            self.assertIsNone(gate.poll(), log.read())
            self.assertLess(time.monotonic(), deadline, "the gate does not start")
            time.sleep(0.02)
        return Mta(self, self.dir / "milter.sock")

    def stop(self, gate):
        gate.send_signal(signal.SIGTERM)
        try:
            gate.wait(60)
        except subprocess.TimeoutExpired:
            gate.kill()
            gate.wait()

    # Fields may be added; none that is promised may go or move.
    def assert_keys(self, row, promised):
        self.assertEqual([key for key in row if key in promised], promised)

    def holds(self, *args):
        return self.postern("quarantine", "list", "--format", "json", *args, status=0).lines()

    def test_without_a_key_or_a_store(self):
        for words in [["status"], ["quarantine", "list"], ["quarantine", "show", "PN-AAAAAA"]]:
            self.assertIn("master.key", self.postern(*words, status=2).err)
        self.postern("setup", "keys", status=0)
        for words in [["status"], ["quarantine", "list"], ["quarantine", "release", "PN-AAAAAA"]]:
            self.assertIn("there is no store at", self.postern(*words, status=2).err)
        # A look by root must not leave a store that the gate's user cannot open.
        self.assertFalse((self.dir / "lib/postern.db").exists())

    def test_the_life_of_holds(self):
        mta = self.start_gate()
        self.nothing_yet()
        self.assertEqual(mta.give(mail(GOOD), ["x@post.chirper.example"], "Q1"), "c")
        self.assertEqual(mta.give(mail(SECRET), ["x@post.chirper.example"], "Q2"), "d")
        self.assertEqual(mta.give(mail("Nightjar II.\n"), ["bo@corp.example", "y@post.chirper.example"], "Q3"), "-")
        self.listed()
        first, second = self.holds()
        self.shown(first["reference"], second["reference"])
        self.decided(first["reference"], second["reference"])
        self.counted()

    def test_policies_over_what_is_held(self):
        over = ["--over", "store", "--format", "json"]
        self.assertIn("master.key", self.postern("policy", "backtest", POLICY, *over, status=2).err)
        mta = self.start_gate()
        # The envelope decides, as it did at the gate: of the second the header names nobody outside.
        self.assertEqual(mta.give(mail(SECRET), ["x@post.chirper.example"], "Q1"), "d")
        self.assertEqual(mta.give(mail(SECRET + "A wombat.\n", "bo@corp.example"), ["y@post.chirper.example"], "Q2"), "d")
        oldest, newest = reversed([hold["reference"] for hold in self.holds()])
        self.postern("quarantine", "reject", oldest, status=0)
        report = self.postern("policy", "backtest", POLICY, *over, status=0).json()
        self.assertEqual((report["messages"], report["judged"]), (2, 2))
        rules = {rule["rule"]: (rule["messages"], rule["senders"], rule["examples"]) for rule in report["rules"]}
        self.assertEqual(rules["trade-secret.codename"], (2, 1, [oldest, newest]))
        after = self.policy_with((POLICY / "rules/company.yaml").read_text().replace("[quokka]", "[wombat]"))
        args = ["policy", "diff", POLICY, after, *over]
        changed = self.postern(*args, "--state", "state", status=1)
        [rule] = changed.json()["over"]["rules"]
        self.assertEqual((rule["rule"], rule["caught"]["messages"], rule["caught"]["examples"][0]["message"]),
                         ("trade-secret.watched", 1, newest))
        self.assertEqual(self.postern(*args, "--state", "state", status=1).out, changed.out)
        # Mailboxes may stand beside it, and a file of that name is named with its folder.
        self.file("store", mail(SECRET))
        self.assertEqual(self.postern("policy", "backtest", POLICY, *over, "--over", "./store", status=0).json()["messages"], 3)
        self.assertEqual(self.postern("policy", "backtest", POLICY, "--over", "./store", "--format", "json",
                                      status=0).json()["messages"], 1)

    def test_paragraphs_of_held_mail(self):
        mta = self.start_gate()
        footer = "This paragraph stands below every mail of ours, whatever it says.\n"
        for i in range(3):
            # Of two senders at least.
            text = mail(f"Nightjar {i}.\n\n{footer}", "x@post.chirper.example")
            self.assertEqual(mta.give(text, ["x@post.chirper.example"], f"Q{i}", f"user{i % 2}"), "d")
        report = self.postern("policy", "first-day", POLICY, "--over", "store", "--format", "json", status=0).json()
        self.assertEqual([p["text"] + "\n" for p in report["paragraphs"]], [footer])

    def nothing_yet(self):
        self.assertEqual(self.postern("quarantine", "list", status=0).out, "nothing is held\n")
        self.assertEqual(self.holds(), [])
        counts = self.postern("status", "--format", "json", status=0).json()
        self.assert_keys(counts, STATUS_KEYS)
        self.assertEqual([counts[key] for key in STATUS_KEYS], [0, 0, "", 0, 0])

    def listed(self):
        newest, oldest = self.holds()
        self.assert_keys(newest, HOLD_KEYS)
        self.assertRegex(newest["reference"], r"\APN-[0-9A-Z]{6}\Z")
        self.assertRegex(newest["created"], TIME)
        self.assertRegex(newest["expires"], TIME)
        self.assertEqual((newest["state"], newest["sender"], newest["action"], newest["release_requested"]),
                         ("open", "anna@corp.example", "quarantine", False))
        self.assertEqual([(r["address"], r["action"], r["state"]) for r in newest["recipients"]],
                         [("bo@corp.example", "allow", "delivered"), ("y@post.chirper.example", "quarantine", "held")])
        self.assertEqual([r["address"] for r in oldest["recipients"]], ["x@post.chirper.example"])
        self.assertEqual(len(self.holds("--limit", "1")), 1)
        self.assertEqual(self.holds("--sender", "bo@corp.example"), [])
        self.assertEqual(len(self.holds("--sender", "anna@corp.example", "--state", "any")), 2)
        self.assertEqual(self.holds("--state", "released"), [])
        text = self.postern("quarantine", "list", status=0).out
        self.assertIn(f"{newest['reference']}  open  ", text)
        self.assertIn("  to y@post.chirper.example: held\n", text)

    def shown(self, first, second):
        rows = self.postern("quarantine", "show", first, second, "--format", "json", status=0).lines()
        self.assertEqual([r["reference"] for r in rows], [first, second])
        self.assert_keys(rows[0], [*HOLD_KEYS, "queue_id", "message_id", "policy", "findings", "unreadable"])
        self.assertEqual((rows[1]["queue_id"], rows[1]["message_id"]), ("Q2", "<1@corp.example>"))
        self.assertEqual(rows[1]["findings"][0]["rule"], "trade-secret.codename")
        self.assertNotIn("Nightjar", self.postern("quarantine", "show", first, second, status=0).out)
        result = self.postern("quarantine", "show", "PN-000000", first, status=1)
        self.assertIn("PN-000000", result.err)
        self.assertIn(first, result.out)
        self.assertNotIn("\x1b", self.postern("quarantine", "show", "PN\x1b[31m", status=1).err)

    def decided(self, first, second):
        self.assertIn("rejected", self.postern("quarantine", "reject", first, "--note", "not this one", status=0).out)
        self.postern("quarantine", "reject", first, status=1)
        self.postern("quarantine", "release", first, status=1)
        result = self.postern("quarantine", "release", "PN-000000", second, status=1)
        self.assertIn(f"{second}: release is on its way", result.out)
        self.assertIn("PN-000000", result.err)
        self.assertEqual({h["reference"]: (h["state"], h["release_requested"]) for h in self.holds("--state", "any")},
                         {first: ("rejected", False), second: ("open", True)})
        self.assertEqual([h["reference"] for h in self.holds("--state", "rejected")], [first])

    def counted(self):
        counts = self.postern("status", "--format", "json", status=0).json()
        self.assertEqual((counts["incidents"], counts["holds_open"], counts["outbox_failed"]), (2, 1, 0))
        self.assertRegex(counts["oldest_open_hold"], TIME)
        self.assertGreater(counts["outbox_pending"], 0)
        text = self.postern("status", status=0).out
        self.assertTrue(re.search(r"^messages held +1 \(the oldest since ", text, re.M), text)


if __name__ == "__main__":
    program.main()

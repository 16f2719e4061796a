#!/usr/bin/env python3
"""What the measurements rest on, without measuring: ratios, judgements, the table, flatness, the corpus.

    bench_test.py [TEST ...]
"""
import base64
import contextlib
import functools
import hashlib
import io
import json
import os
import pathlib
import quopri
import subprocess
import sys
import tempfile
import unittest
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import run  # noqa: E402
from corpus_documents import pdf  # noqa: E402
from corpus_mail import Composer  # noqa: E402
from corpus_rules import rules  # noqa: E402
from corpus_text import Writer  # noqa: E402
from flatness import Growth, trend  # noqa: E402
from measuring import BenchError, cpu_seconds, memory_kib, middle, ratios, run_json, tree  # noqa: E402
from table import Figure, Measured, Row, as_lines, as_record  # noqa: E402

AT_LEAST = Figure("rate", "a rate", ">=", 0.8, 1.2)
PLAIN_DIGEST = "e0e3a5a192252b6fc56a3eb2e4c6af73735a8cb01b381107b16725417002c70f"
AT_MOST = Figure("time", "a time", "<=", 2, 1, "ms")


class Maths(unittest.TestCase):
    def test_ratios_are_taken_within_a_round(self):
        self.assertEqual(ratios([10, 40], [5, 10]), [2, 4])

    def test_sides_with_different_rounds_are_no_pair(self):
        with self.assertRaises(BenchError):
            ratios([1, 2], [1])

    def test_middle_finds_its_number(self):
        self.assertEqual(middle([{"a": {"b": n}} for n in (9, 1, 5)], "a", "b"), 5)

    def test_figures_are_met_on_their_side_of_the_bound(self):
        for figure, good, bad in ((AT_LEAST, (0.8, 3), (0.79, 0)), (AT_MOST, (2, 0.1), (2.01, 9))):
            for value in good:
                self.assertTrue(figure.met(value), (figure.name, value))
            for value in bad:
                self.assertFalse(figure.met(value), (figure.name, value))

    def test_flat_and_growing_series(self):
        cases = (
            ("level", [100] * 9, Growth(0.05, 0), True),
            ("falling", [100, 100, 100, 50, 50, 50, 1, 1, 1], Growth(0, 0), True),
            ("an outlier", [100, 100, 100, 100, 900, 100, 100, 900, 100], Growth(0.05, 0), True),
            ("a leak", list(range(100, 190, 10)), Growth(0.05, 0), False),
            ("growth within its slack", [10, 10, 10, 11, 12, 13, 14, 14, 14], Growth(0, 4), True),
            ("growth past its slack", [10, 10, 10, 11, 12, 13, 15, 15, 15], Growth(0, 4), False),
            ("growth within its share", [100, 100, 100, 102, 103, 104, 105, 105, 105], Growth(0.05, 0), True),
        )
        for name, values, growth, flat in cases:
            self.assertEqual(trend(name, values, growth).flat, flat, name)

    def test_two_samples_tell_nothing(self):
        with self.assertRaises(ValueError):
            trend("short", [1, 1], Growth(0, 0))


class Table(unittest.TestCase):
    row = Row("both", (AT_LEAST, AT_MOST), None)

    def test_the_median_is_judged(self):
        record = as_record(self.row, Measured({"rate": [0.9, 0.7, 0.85], "time": [9, 3, 1]}))
        self.assertTrue(record["figures"]["rate"]["met"])
        self.assertFalse(record["figures"]["time"]["met"])
        lines = as_lines([self.row], {"both": record})
        self.assertIn("| both | a rate | >= 0.8 | 1.2 | 0.85 | 0.7 .. 0.9 | yes |", lines)
        self.assertIn("| both | a time | <= 2 ms | 1 | 3 | 1 .. 9 | NO |", lines)

    def test_a_row_must_measure_its_own_figures(self):
        with self.assertRaises(ValueError):
            as_record(self.row, Measured({"rate": [1]}))

    def test_failed_and_missing_rows_are_named(self):
        self.assertIn("failed: no disk", "\n".join(as_lines([self.row], {"both": {"failed": "no disk"}})))
        self.assertIn("not measured", "\n".join(as_lines([self.row], {})))

    def test_rows_have_names_of_their_own(self):
        names = [row.name for row in run.ROWS]
        self.assertEqual(len(names), len(set(names)))

    def test_the_exit_status_tells_what_was_reached(self):
        good, bad = {"rate": [1.0], "time": [1]}, {"rate": [0.5], "time": [1]}
        for values, status in ((good, 0), (bad, 1), (None, 2)):
            record = {"failed": "x"} if values is None else as_record(self.row, Measured(values))
            self.assertEqual(run.status([self.row], {"both": record}), status)
        self.assertEqual(run.status([self.row], {}), 2)


class Processes(unittest.TestCase):
    def test_a_tree_is_the_process_and_all_below(self):
        with subprocess.Popen(["sh", "-c", "sleep 60 & echo; wait"], stdout=subprocess.PIPE) as shell:
            shell.stdout.readline()
            below = tree(shell.pid)
            self.assertEqual(below[0], shell.pid)
            self.assertEqual(len(below), 2)
            for pid in reversed(below):
                os.kill(pid, 9)

    def test_children_that_ended_count(self):
        before = cpu_seconds(os.getpid())
        subprocess.run([sys.executable, "-c", "n = 0\nwhile n < 2000000: n += 1"], check=True)
        self.assertGreater(cpu_seconds(os.getpid()), before)

    def test_shared_pages_count_once(self):
        self.assertGreater(memory_kib("Pss", [os.getpid()]), 0)
        self.assertLessEqual(memory_kib("Pss", [os.getpid()]), memory_kib("Rss", [os.getpid()]))

    def test_a_program_that_fails_is_no_measurement(self):
        with self.assertRaisesRegex(BenchError, "status 3: broken"):
            run_json("sh", "-c", "echo broken >&2; exit 3")
        self.assertEqual(run_json("sh", "-c", "echo words; echo '{\"a\": 1}'"), [{"a": 1}])


@functools.cache
def mails(seed=4, count=50):  # small, and yet every shape occurs
    writer = Writer(seed)
    return [Composer(writer, n).compose(n % 3 == 0, n % 3 == 1) for n in range(count)]


def plain_text(mail):
    """The decoded text of a single-part mail."""
    head, body = mail.raw.split(b"\r\n\r\n", 1)
    if b"Encoding: base64" in head:
        return base64.b64decode(body).decode("utf-16" if b"utf-16" in head else "utf-8")
    return (quopri.decodestring(body) if b"quoted-printable" in head else body).decode()


class Corpus(unittest.TestCase):
    def test_a_seed_names_a_corpus(self):
        made = [hashlib.sha256(b"".join(m.raw for m in mails.__wrapped__(seed, 10))).hexdigest() for seed in (4, 4, 5)]
        self.assertEqual(made[0], made[1])
        self.assertNotEqual(made[0], made[2])
        # For good: figures of one day are compared with those of another. Only what no compressor had a hand in.
        plain = b"".join(m.raw for m in mails() if m.shape == "plain")
        self.assertEqual(hashlib.sha256(plain).hexdigest(), PLAIN_DIGEST)

    def test_what_is_planted_is_there(self):
        planted = [m for m in mails() if m.kind and m.shape == "plain"]
        self.assertGreater(len(planted), 10)
        for mail in planted:
            self.assertIn(mail.value, plain_text(mail).replace("\r\n", "\n"), mail.kind)

    def test_other_mail_has_nothing_planted(self):
        self.assertTrue(all(not m.value and not m.where for m in mails() if not m.kind))

    def test_every_shape_occurs_and_attachments_are_whole(self):
        seen = mails()
        self.assertEqual({m.shape for m in seen}, {"plain", "html", "ooxml", "pdf", "zip"})
        for mail in seen:
            self.assertEqual(len(mail.attachments), mail.shape in ("ooxml", "pdf", "zip"))
            for name, data in mail.attachments:
                self.assertIsNone(zipfile.ZipFile(io.BytesIO(data)).testzip()) if not name.endswith("pdf") else self.assertTrue(data.endswith(b"%%EOF\n"))

    def test_a_pdf_has_its_pages_and_size(self):
        data = pdf(Writer(1), 7, 200_000)
        self.assertEqual(data.count(b"/Type /Page "), 7)
        self.assertLess(abs(len(data) - 200_000), 20_000)

    def test_rules_are_the_same_for_fewer_and_more(self):
        writer = Writer(1)
        self.assertEqual(rules(writer, 1000)[:100], rules(writer, 100))
        self.assertEqual(len({r[0] for r in rules(writer, 10000)}), 10000)

    def test_the_maker_writes_what_it_says(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, HERE / "make_corpus.py", "--count", "40", "--parts", folder], check=True)
            out = pathlib.Path(folder)
            rows = [line.split("\t") for line in (out / "expected.tsv").read_text().splitlines()[1:]]
            self.assertEqual(sum(r[1] == "1" for r in rows), 4)
            self.assertEqual(sum(bool(r[8]) for r in rows), 4)
            self.assertEqual([r[0] for r in rows], sorted(p.name for p in (out / "mail").iterdir()))
            self.assertEqual(len(list((out / "parts").iterdir())), sum(r[7] in ("ooxml", "pdf", "zip") for r in rows))
            for line in (out / "envelopes.tsv").read_text().splitlines():
                name, sender, recipients = line.split("\t")
                head = (out / "mail" / name).read_bytes().split(b"\r\n\r\n")[0]
                self.assertIn(sender.encode(), head)
                for recipient in recipients.split(","):
                    self.assertIn(f"<{recipient}>".encode(), head)


class Driver(unittest.TestCase):
    def test_the_report_needs_no_measurement(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "kept.json"
            path.write_text(json.dumps({"scan": {"figures": {"rate": {"values": [0.9], "met": True}}, "notes": ["a note"]}}))
            done = subprocess.run([sys.executable, HERE / "run.py", "--report", "--json", path, "--rows", "scan"], capture_output=True, text=True)
            self.assertIn("| 0.9 | 0.9 .. 0.9 | yes |", done.stdout)
            self.assertIn("- scan: a note", done.stdout)

    def test_unknown_rows_are_refused(self):
        done = subprocess.run([sys.executable, HERE / "run.py", "--rows", "speed"], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no such row: speed", done.stderr)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        unittest.main(verbosity=1)

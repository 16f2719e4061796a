#!/usr/bin/env python3
"""postern extract: the text of documents and mails, the JSON of the contract, and what could not be read."""
import io
import zipfile

import program
from program import POLICY, CommandTest, mail, mail_with

PART_KEYS = ["path", "name", "type", "size", "outcome", "why", "facts", "segments"]


class Extract(CommandTest):
    def extract(self, *args, **extra):
        return self.run_postern("extract", *args, **extra)

    def test_json_is_the_documented_object(self):
        path = self.file("note.html", b"<title>Plan</title><p>Line <b>speed</b></p><!-- old -->")
        extracted = self.extract(path, "--format", "json", status=0).json()
        self.assertEqual(list(extracted), ["file", "parts"])
        self.assertEqual(extracted["file"], str(path))
        part = extracted["parts"][0]
        self.assertEqual(list(part), PART_KEYS)
        self.assertEqual({k: part[k] for k in PART_KEYS[:-1]}, {
            "path": "", "name": "note.html", "type": "text/html", "size": 55, "outcome": "complete", "why": "", "facts": []})
        segments = {s["place"]: s["text"].strip() for s in part["segments"]}
        self.assertEqual(segments["body"], "Line speed")
        self.assertEqual(segments["comment"], "old")
        for segment in part["segments"]:
            self.assertEqual(list(segment), ["place", "at", "text"])

    def test_everything_in_it(self):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as archive:
            archive.writestr("deep/note.txt", "curing oven\n")
        path = self.file("mail.eml", mail_with(inner.getvalue(), "plans.zip"))
        extracted = self.extract(path, "--format", "json", status=0).json()
        self.assertEqual([p["path"] for p in extracted["parts"]], ["", "1", "2", "2/1"])
        self.assertIn("curing oven", self.extract(path, status=0).out)

    def test_what_was_not_read_is_named_on_standard_error(self):
        locked = (POLICY / "tests/locked.zip").read_bytes()
        path = self.file("locked.eml", mail_with(locked, "plan\x1b[2J.zip"))
        result = self.extract(path, status=3)
        self.assertIn("Attached.", result.out)
        line = result.err.splitlines()[0]
        self.assertTrue(line.startswith(f"{path}: 2/1"), line)
        self.assertIn(": encrypted: ", line)
        self.assertNotIn("\x1b", result.err)
        outcomes = {p["path"]: p["outcome"] for p in self.extract(path, "--format", "json", status=3).json()["parts"]}
        self.assertEqual((outcomes["1"], outcomes["2/1"]), ("complete", "encrypted"))

    def test_mail_or_document(self):
        text = mail("A body.\n").encode()
        cases = [("a.eml", [], "message/rfc822"), ("A.EML", [], "message/rfc822"), ("a.bin", ["--mail"], "message/rfc822"),
                 ("note.eml", ["--document"], None)]
        for name, flags, kind in cases:
            with self.subTest(name=name, flags=flags):
                content = text if kind else b"just words"
                part = self.extract(self.file(name, content), *flags, "--format", "json", status=0).json()["parts"][0]
                self.assertEqual(part["type"], kind or "text/plain")
        self.assertIn("excludes", self.extract(self.file("a", text), "--mail", "--document", status=2).err)

    def test_standard_input_has_no_name(self):
        part = self.extract("-", "--format", "json", stdin=b"just words", status=0).json()["parts"][0]
        self.assertEqual((part["name"], part["size"]), ("", 10))
        self.assertEqual(self.extract("-", stdin=b"just words", status=0).out, "just words\n")
        self.assertEqual(self.extract("-", stdin=b"", status=0).out, "")

    def test_text_is_not_a_terminal_attack_on_standard_error(self):
        result = self.extract("gone\x1b[31m", status=2)
        self.assertEqual(result.err, "postern: gone\\x1b[31m: No such file or directory\n")

    def test_a_file_that_cannot_be_read(self):
        self.assertIn("is a directory", self.extract(self.dir, status=2).err)
        self.assertIn("FILE", self.extract(status=2).err)

    def test_files_past_a_limit(self):
        config = self.config("extract:\n  max_part_bytes: 1MiB\n")
        past_part_limit = self.dir / "image.bin"
        with open(past_part_limit, "wb") as f:
            f.truncate(2 << 20)
        result = self.extract("--config", config, past_part_limit, status=3)
        self.assertIn("(whole) image.bin: limit: ", result.err)
        past_everything = self.dir / "disk.img"
        with open(past_everything, "wb") as f:
            f.truncate(5 << 30)
        self.assertIn("4 GiB", self.extract(past_everything, status=2).err)

    def test_no_reader(self):
        config = self.config("extract:\n  worker: /nonexistent/postern-extract\n")
        self.assertIn("/nonexistent/postern-extract", self.extract("--config", config, config, status=2).err)


if __name__ == "__main__":
    program.main()

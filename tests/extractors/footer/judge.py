#!/usr/bin/env python3
"""Judges the golden mails (edit_mails.cpp) by Python's email package, which shares no code with the editor.

    judge.py EDIT_MAILS

In each mail every body part, decoded, is what it was with the footer at its end; every other part, and every header
field but the charset and the transfer encoding of an edited part, is what it was, byte by byte.
"""
import base64
import email
import email.policy
import html
import json
import re
import subprocess
import sys

MAY_CHANGE = ("content-type", "content-transfer-encoding", "mime-version")
# Python names for labels that its codecs do not know.
CODECS = {"": "ascii"}


def squeezed(text):
    return "".join(text.split())


def raw_fields(part):
    return [(k, str(v)) for k, v in part.raw_items()]


def is_body(part, parents):
    if part.get_content_maintype() != "text" or part.get_filename() or part.get_content_disposition() == "attachment":
        return False
    return "message/rfc822" not in parents


def walk(part, parents=()):
    yield part, parents
    if part.is_multipart():
        for child in part.get_payload():
            yield from walk(child, parents + (part.get_content_type(),))


def shown(part):
    charset = part.get_content_charset() or ""
    text = part.get_payload(decode=True).decode(CODECS.get(charset, charset))
    if part.get_content_type() == "text/html":
        text = html.unescape(re.sub(r"(?s)<!--.*?-->|<title>.*?</title>|<[^>]*>", "", text))
    return text


def judge(case):
    before = email.message_from_bytes(base64.b64decode(case["before"]))
    after = email.message_from_bytes(base64.b64decode(case["after"]))
    footer = squeezed(base64.b64decode(case["footer"]).decode())
    olds, news = list(walk(before)), list(walk(after))
    assert len(olds) == len(news), "another number of parts"
    edited = 0
    for (old, parents), (new, _) in zip(olds, news):
        assert old.get_content_type() == new.get_content_type(), "another type"
        assert new.preamble == old.preamble and new.epilogue == old.epilogue, "another preamble or epilogue"
        assert not new.defects or old.defects, f"defects {new.defects}"
        kept = lambda part: [f for f in raw_fields(part) if f[0].lower() not in MAY_CHANGE]
        assert kept(old) == kept(new), "another header field"
        for name in ("boundary", "format", "delsp", "name", "type"):
            assert old.get_param(name) == new.get_param(name), f"another {name}"
        if old.is_multipart():
            assert raw_fields(old) == raw_fields(new), "a header of a multipart changed"
            continue
        if is_body(old, parents) and new.get_payload() != old.get_payload():
            edited += 1
            was, now = squeezed(shown(old)), squeezed(shown(new))
            assert now == was + footer, f"shows {now!r}"
            for line in new.as_bytes().split(b"\n"):
                assert len(line) <= 998, "a line that SMTP does not allow"
        else:
            assert raw_fields(old) == raw_fields(new) and old.get_payload() == new.get_payload(), "a part changed"
    assert edited == case["parts"], f"{edited} parts edited, not {case['parts']}"


def main():
    lines = subprocess.run([sys.argv[1]], capture_output=True, check=True).stdout.decode().splitlines()
    failed = 0
    for case in map(json.loads, lines):
        try:
            judge(case)
        except (AssertionError, UnicodeError, LookupError) as error:
            failed += 1
            print(f"{case['name']} / {base64.b64decode(case['footer']).decode()!r}: {error!r}")
    print(f"{len(lines)} mails, {failed} failed")
    return 1 if failed or len(lines) < 100 else 0


if __name__ == "__main__":
    sys.exit(main())

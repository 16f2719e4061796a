#!/usr/bin/env python3
"""A second oracle: whatever Python's email package shows of a mail, our reader must show too.

Usage: python_oracle.py ORACLE_MAILS

ORACLE_MAILS prints the mails and our text of them (mails.cpp). What the package shows is each decoded header field, each
file name and each text, by both of its parsers: the old one (compat32) and the new one (default).
"""

import base64
import email
import email.header
import email.policy
import json
import re
import subprocess
import sys

LAYOUT = re.compile(r'["\s]')
INVISIBLE = re.compile("[\ufeff\ufffd\xad\x00-\x08\x0e-\x1f]")
# What the package shows as text and is none to us: delimiters and fields of parts that we take apart, data that it does
# not decode, the mark above a signature, white space behind a soft line break (which RFC 2045 6.7 has readers drop).
EXCUSED = {
    "same boundary inside": ["--b", "--b--"],
    "parts behind the end": ["--b", "--b--"],
    "forwarded in base64": ["RnJvbTogY0BleGFtcGxlLmNvbQpTdWJqZWN0OiBJbm5lciBwbGFuCgppbm5lciB0ZXh0IG9mIEFt", "YmVyCg=="],
    "cut in base64": ["QW1iZXIgRmFsY"],
    "quoted-printable soft breaks": ["ships=  "],
    "signature": ["-- "],
}
TYPE_FIELDS = {"content-type", "content-disposition", "content-transfer-encoding"}


def squeezed(text):
    return " ".join(INVISIBLE.sub("", text).split())


def old_header(value):
    try:
        return str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, UnicodeError, email.errors.HeaderParseError):
        return ""  # it shows nothing of such a field


def text_of(part):
    data = part.get_payload(decode=True)
    if data is None:
        return ""
    charset = part.get_content_charset() or "utf-8"
    try:
        return data.decode(charset)
    except (LookupError, UnicodeError):
        return ""


def shown(mail):
    """Pairs of what and text."""
    for name, policy in (("old", email.policy.compat32), ("new", email.policy.default)):
        message = email.message_from_bytes(mail, policy=policy)
        for number, part in enumerate(message.walk()):
            for field, value in part.items():
                if field.lower() in TYPE_FIELDS:  # which it writes anew; names and texts are what they say
                    continue
                yield f"{name}: header {field} of {number}", old_header(value) if name == "old" else str(value)
            try:
                yield f"{name}: name of {number}", part.get_filename() or ""
            except (UnicodeError, LookupError):
                pass
            for what, text in (("preamble", part.preamble), ("epilogue", part.epilogue)):
                yield f"{name}: {what} of {number}", text or ""
            if part.is_multipart() or part.get_content_maintype() not in ("text", "message"):
                continue
            text = text_of(part)
            if part.get_content_subtype() == "html":
                text = re.sub("<[^>]*>", "\n", text)
            yield f"{name}: text of {number}", text


def holds(ours, line, charset):
    wanted = squeezed(line)
    # What it cannot decode it shows as such.
    damaged = "\ufffd" in line or any("\ud800" <= c <= "\udfff" for c in line)
    if not wanted or wanted in ours or damaged:
        return True
    # Addresses and words are written anew: other quotes, other blanks.
    if LAYOUT.sub("", wanted) in LAYOUT.sub("", ours):
        return True
    # A label that lies: the package spells UTF-8 by the declared charset, and we show the UTF-8.
    try:
        return bool(charset) and squeezed(line.encode(charset).decode("utf-8")) in ours
    except (LookupError, UnicodeError):
        return False


def main(program):
    mails = failures = pieces = 0
    excuses = set()
    lines = subprocess.run([program], check=True, stdout=subprocess.PIPE).stdout.decode().splitlines()
    for line in lines:
        case = json.loads(line)
        mail, ours = base64.b64decode(case["mail"]), case["text"]
        found = re.search(rb"charset=[\"']?([\w-]+)", mail)
        charset = found.group(1).decode() if found else "latin-1"
        mails += 1
        for what, text in shown(mail):
            pieces += 1
            for one in re.split("[\r\n]+", text):
                if holds(ours, re.sub("^[> ]+", "", one), charset):
                    continue
                name = case["name"].rsplit(",", 1)[0]
                if one in EXCUSED.get(name, []):
                    excuses.add(name)
                else:
                    failures += 1
                    print(f"{case['name']}: {what}: {one!r} is missing")
    for name in EXCUSED.keys() - excuses:
        failures += 1
        print(f"{name}: an excuse that nothing needs any more")
    print(f"{mails} mails, {pieces} pieces, {failures} missing")
    return 1 if failures or mails < 800 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

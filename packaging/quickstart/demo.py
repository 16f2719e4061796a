#!/usr/bin/env python3
"""The quickstart's round: sends the samples through a private Postfix with posternd
as its milter and shows what became of each.

    demo.py BUILD_DIR [--once]
"""
import argparse
import email
import email.policy
import json
import pathlib
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import lab as lab_module  # noqa: E402
import samples  # noqa: E402

BOLD, DIM, END = ("\x1b[1m", "\x1b[2m", "\x1b[0m") if sys.stdout.isatty() else ("", "", "")

# What each sample must come to: per recipient, where it ended.
EXPECTED = {
    "01-plain": ["delivered"], "02-inside": ["delivered"], "03-html": ["held"], "04-pdf": ["held"], "05-docx": ["held"],
    "06-xlsx": ["held"], "07-pptx": ["held"], "08-zip-in-zip": ["held"], "09-forwarded": ["held"], "10-mixed": ["delivered", "held"],
    "11-encrypted": ["held"], "12-order-number": ["delivered"], "13-bird": ["delivered"], "14-press": ["delivered"], "15-look-alike": ["refused"],
}


def head(text):
    print(f"\n{BOLD}{text}{END}\n")


def message_id(data):
    return email.message_from_bytes(data, policy=email.policy.default)["Message-ID"]


class Round:
    def __init__(self, lab):
        self.lab = lab
        self.wrong = []

    def send_all(self):
        self.replies = {}
        for sample in self.samples:
            self.replies[sample.name] = self.lab.send(sample.sender, sample.recipients, sample.bytes)
        self.lab.settle()

    def state_of(self, sample, recipient):
        if self.replies[sample.name][0] != 250:
            return "refused"
        mine = message_id(sample.bytes)
        if any(recipient in mail["recipients"] and message_id(mail["data"]) == mine for mail in self.mails):
            return "delivered"
        for hold in self.holds:
            if hold["message_id"] == mine and any(r["address"] == recipient and r["state"] == "held" for r in hold["recipients"]):
                return "held"
        return "LOST"

    def why(self, sample):
        with tempfile.NamedTemporaryFile(suffix=".eml") as file:
            file.write(sample.bytes)
            file.flush()
            to = [x for r in sample.recipients for x in ("--to", r)]
            done = self.lab.cli("check", file.name, "--from", sample.sender, *to, "--format", "json")
        verdict = json.loads(done.stdout)
        return [f for f in verdict["findings"] if f["mode"] == "enforce"]

    def look(self):
        self.mails = self.lab.delivered()
        self.holds = []
        for row in self.lab.holds("any"):
            self.holds.append(json.loads(self.lab.cli("quarantine", "show", row["reference"], "--format", "json", check=True).stdout))

    def show(self):
        head("What became of each mail")
        for sample in self.samples:
            states = [self.state_of(sample, r) for r in sample.recipients]
            print(f"{BOLD}{sample.name}{END}  {sample.about}")
            for recipient, state in zip(sample.recipients, states):
                print(f"    {recipient:<32} {state}")
            code, text = self.replies[sample.name]
            if code != 250:
                print(f"    Postfix was told: {code} {text.splitlines()[0]}")
            for finding in self.why(sample):
                where = " ".join(x for x in (finding["part"], finding["place"], finding["at"]) if x)
                excerpt = f': "{finding["excerpt"]}"' if finding["excerpt"] else ""
                print(f"    {DIM}{finding['rule']} in {where}{excerpt}{END}")
            if states != EXPECTED[sample.name]:
                self.wrong.append(f"{sample.name}: expected {EXPECTED[sample.name]}, saw {states}")

    def show_notice(self, keep_in):
        head("What the sender of 10-mixed reads")
        mine = next(s for s in self.samples if s.name == "10-mixed")
        for mail in self.mails:
            message = email.message_from_bytes(mail["data"], policy=email.policy.default)
            if mail["sender"] == "" and message["In-Reply-To"] == message_id(mine.bytes) and mine.sender in mail["recipients"]:
                print("From: " + message["From"] + "\nSubject: " + message["Subject"] + "\n")
                print(message.get_body(("plain",)).get_content())
                page = keep_in / "notice.html"
                page.write_text(message.get_body(("html",)).get_content(), encoding="utf-8")
                print(f"{DIM}The same as HTML: {page}{END}")
                return
        self.wrong.append("10-mixed: no notice to its sender")

    def show_queue(self):
        head("The held queue (postern quarantine list)")
        for hold in self.holds:
            held = ", ".join(r["address"] for r in hold["recipients"] if r["state"] == "held")
            print(f"{hold['reference']}  {hold['sender']:<26} for {held}\n           {DIM}{hold['reason']}{END}")
        print("\nWhy one is held:     postern quarantine show PN-XXXXXX\nLet one go:          postern quarantine release PN-XXXXXX")

    def release_one(self):
        mine = next(s for s in self.samples if s.name == "05-docx")
        hold = next((h for h in self.holds if h["message_id"] == message_id(mine.bytes)), None)
        if hold is None:
            self.wrong.append("05-docx: nothing to release")
            return
        head(f"Releasing {hold['reference']} (05-docx)")
        print("$ postern quarantine release " + hold["reference"])
        print(self.lab.cli("quarantine", "release", hold["reference"], check=True).stdout, end="")
        self.lab.settle()
        self.look()
        arrived = [m for m in self.mails if message_id(m["data"]) == message_id(mine.bytes)]
        if not arrived:
            self.wrong.append("05-docx: released, and did not arrive")
            return
        kept = b"\r\n\r\n".join(arrived[0]["data"].split(b"\r\n\r\n")[1:])
        sent = b"\r\n\r\n".join(mine.bytes.split(b"\r\n\r\n")[1:])
        print(f"arrived at {', '.join(arrived[0]['recipients'])}, its body {'byte for byte as sent' if kept == sent else 'CHANGED'}")
        if kept != sent:
            self.wrong.append("05-docx: the released body differs")

    def run(self, keep_in):
        self.samples = samples.samples()
        print(f"Sending {len(self.samples)} mails through Postfix on 127.0.0.1:{self.lab.mail_port} ...")
        self.send_all()
        self.look()
        self.show()
        self.show_notice(keep_in)
        self.show_queue()
        self.release_one()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--once", action="store_true")
    args = parser.parse_args()
    keep_in = args.build / "quickstart"
    keep_in.mkdir(exist_ok=True)
    try:
        with lab_module.Lab(args.build / "bin", HERE / "policy", args.build / "policies", args.build / "notices") as lab:
            this = Round(lab)
            this.run(keep_in)
            for line in this.wrong:
                print(f"NOT AS EXPECTED: {line}", file=sys.stderr)
            if not args.once and not this.wrong:
                head("It goes on running; Ctrl-C ends it and removes everything")
                print(f"postern=\"{args.build}/bin/postern --config {lab.config}\"\n$postern quarantine list\n$postern status\n"
                      f"swaks --server 127.0.0.1:{lab.mail_port} --from you@corp.example --to x@post.chirper.example --body 'Nightjar ships in May'")
                try:
                    signal.pause()
                except KeyboardInterrupt:
                    print()
            return 1 if this.wrong else 0
    except lab_module.LabError as e:
        print(f"quickstart: {e}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())

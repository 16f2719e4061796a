#!/usr/bin/env python3
"""An SMTP server on loopback that keeps every mail it is given.

    sink.py PORT DIR [--refuse ADDRESS]...

Each accepted mail becomes DIR/NNNNN.json (envelope: sender, recipients, MAIL
and RCPT lines as given) and DIR/NNNNN.eml (its exact bytes after dot-unstuffing).
The JSON file is renamed into place last, so a reader never sees half a mail. Recipients
named with --refuse get 550. Prints "ready PORT" when it listens; PORT 0 takes a free one.
"""
import argparse
import itertools
import json
import os
import socketserver
import threading


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port, folder, refuse):
        self.folder = folder
        self.refuse = refuse
        self.numbers = itertools.count(1)
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), Session)

    def keep(self, envelope, data):
        with self.lock:
            number = next(self.numbers)
        base = os.path.join(self.folder, "%05d" % number)
        with open(base + ".eml", "wb") as f:
            f.write(data)
        with open(base + ".tmp", "w", encoding="utf-8") as f:
            json.dump(envelope, f)
        os.rename(base + ".tmp", base + ".json")


def address(line):
    """The address in 'MAIL FROM:<a@b> SIZE=1'."""
    text = line.split(":", 1)[1].strip()
    return text[1:text.index(">")] if text.startswith("<") else text.split(" ")[0]


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write((text + "\r\n").encode())

    def data(self):
        lines = []
        while True:
            line = self.rfile.readline()
            if not line:
                return None
            if line in (b".\r\n", b".\n"):
                return b"".join(lines)
            lines.append(line[1:] if line.startswith(b".") else line)

    def handle(self):
        sender, recipients, raw = None, [], []
        self.say("220 sink ESMTP")
        while True:
            line = self.rfile.readline()
            if not line:
                return
            text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            verb = text[:4].upper()
            if verb == "EHLO":
                self.wfile.write(b"250-sink\r\n250-PIPELINING\r\n250-SIZE 104857600\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n")
            elif verb == "HELO":
                self.say("250 sink")
            elif verb == "MAIL":
                sender, recipients, raw = address(text), [], [text]
                self.say("250 2.1.0 ok")
            elif verb == "RCPT":
                raw.append(text)
                if address(text) in self.server.refuse:
                    self.say("550 5.1.1 no such user here")
                else:
                    recipients.append(address(text))
                    self.say("250 2.1.5 ok")
            elif verb == "DATA":
                if not recipients:
                    self.say("554 5.5.1 no valid recipients")
                    continue
                self.say("354 go on")
                body = self.data()
                if body is None:
                    return
                self.server.keep({"sender": sender, "recipients": recipients, "lines": raw}, body)
                self.say("250 2.0.0 kept")
            elif verb == "RSET":
                sender, recipients, raw = None, [], []
                self.say("250 2.0.0 ok")
            elif verb == "NOOP":
                self.say("250 2.0.0 ok")
            elif verb == "QUIT":
                self.say("221 2.0.0 bye")
                return
            else:
                self.say("502 5.5.2 what?")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("folder")
    parser.add_argument("--refuse", action="append", default=[])
    args = parser.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    with Sink(args.port, args.folder, set(args.refuse)) as server:
        print("ready", server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

"""Honest text that looks dangerous to a machine: logs, tables, code, hashes, numbers that fail their check, other scripts."""
import base64
import json

import documents
import values
from templates import pieces
from vocabulary import program

WORLD = [(label, text.split("\n")) for label, text in pieces("world")]


def log_lines(w):
    r = w.random
    hosts = ("web1", "mail2", "db3", "gw")
    forms = (
        lambda: f"Nov {r.randint(1, 28):2} {r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02} {r.choice(hosts)} postfix/smtp"
                f"[{r.randint(300, 32000)}]: {values.hexadecimal(r, 10).upper()}: to=<user{r.randint(1, 999)}@shop.example>, delay={r.random():.2f}, "
                "status=sent (250 OK)",
        lambda: f"{r.randint(10, 250)}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)} - - [27/Nov/2026:10:{r.randint(0, 59):02}:00 +0100] "
                f'"GET /item/{r.randint(1000, 99999)} HTTP/1.1" 200 {r.randint(200, 90000)}',
        lambda: f"2026-11-{r.randint(1, 28):02}T09:{r.randint(0, 59):02}:{r.randint(0, 59):02}.{values.digits(r, 6)}Z INFO request={values.identifier(r)} "
                f"took={r.randint(1, 900)}ms",
        lambda: f"[{r.randint(100000, 999999)}.{values.digits(r, 6)}] usb 1-{r.randint(1, 4)}: new device number {r.randint(2, 90)} using xhci_hcd")
    form = r.choice(forms)
    return "\n".join(form() for _ in range(r.randint(10, 60)))


def csv_rows(w):
    r = w.random
    lines = ["date;article;pieces;warehouse;checksum"]
    lines += [f"2026-{r.randint(1, 12):02}-{r.randint(1, 28):02};{w.row(['{number}'])[0]};{r.randint(1, 900)};{r.choice('ABCD')}{r.randint(1, 40)};"
              f"{values.hexadecimal(r, 8)}" for _ in range(r.randint(10, 80))]
    return "\n".join(lines)


def measurements(w):
    r = w.random
    lines = ["t [s]\tp [bar]\tT [degC]\tn [1/min]"]
    lines += [f"{i * 0.5:.1f}\t{r.gauss(6, 0.2):.3f}\t{r.gauss(61, 1):.2f}\t{r.randint(1440, 1460)}" for i in range(r.randint(20, 90))]
    return "\n".join(lines)


def base64_noise(w):
    return values.base64_lines(w.random, w.random.randint(100, 1500), 76)


def hashes(w):
    r = w.random
    size = r.choice((32, 40, 64, 128))
    return "\n".join(f"{values.hexadecimal(r, size)}  {w.row(['{ident}'])[0]}-{i}.tar.gz" for i in range(r.randint(5, 40)))


def order_numbers(w):
    r = w.random
    return "\n".join(r.choice((values.digits(r, r.randint(7, 18)), w.row(["{number}"])[0], f"PO-{values.digits(r, 10)}")) for _ in range(r.randint(5, 40)))


def failing_numbers(w):
    """Like cards and accounts, with a wrong check digit."""
    r = w.random
    return "\n".join(r.choice((values.card(r, good=False), values.iban(r, good=False))) for _ in range(r.randint(3, 20)))


def identifiers(w):
    return "\n".join(values.identifier(w.random) for _ in range(w.random.randint(3, 30)))


def trackings(w):
    return "\n".join(f"{w.row(['{city}'])[0]}: {values.tracking(w.random)}" for _ in range(w.random.randint(3, 20)))


def shops(w):
    rows = [w.row(["Hallwick {city}", "{street}", "{zip}", "{phone}"]) for _ in range(w.random.randint(5, 30))]
    return "\n".join(", ".join(row) for row in rows)


def calendar(w):
    r = w.random
    start = f"202612{r.randint(1, 28):02}T{r.randint(8, 16):02}0000Z"
    return (f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Calendar//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:{values.identifier(r)}\n"
            f"DTSTAMP:{start}\nDTSTART:{start}\nDURATION:PT1H\nSUMMARY:{w.fill('{product}, {city}')}\nORGANIZER:mailto:j.keller@hallwick.example\n"
            "END:VEVENT\nEND:VCALENDAR")


def ticket(w):
    r = w.random
    return (f"Ticket #{r.randint(10000, 999999)} [{r.choice(('open', 'closed', 'waiting'))}] {w.fill('{product}')}: {r.choice(('noise', 'leak', 'display dark', 'no start'))}\n"
            f"Priority: {r.choice(('low', 'normal', 'high'))}\nSerial: {values.characters(r, 12).upper()}\nSession: {values.hexadecimal(r, 32)}\n"
            f"https://help.hallwick.example/t/{values.identifier(r)}?ref={values.characters(r, 16)}")


def diff(w):
    r = w.random
    ending, text = program(w)
    name = w.fill("{ident}")
    lines = [r.choice(" +- ") + line for line in text.split("\n")]
    return (f"diff --git a/src/{name}.{ending} b/src/{name}.{ending}\nindex {values.hexadecimal(r, 7)}..{values.hexadecimal(r, 7)} 100644\n"
            f"--- a/src/{name}.{ending}\n+++ b/src/{name}.{ending}\n@@ -{r.randint(1, 90)},{len(lines)} +{r.randint(1, 90)},{len(lines)} @@\n" + "\n".join(lines))


def minified(w):
    r = w.random
    out = []
    for _ in range(r.randint(20, 90)):
        a, b, c = (values.characters(r, 2, "abcdefghijklmnopqrstuvwxyz") for _ in range(3))
        out.append(r.choice((f"function {a}({b},{c}){{return {b}?{c}({b}.{a}):{r.randint(0, 999)}}}", f"var {a}=[{r.randint(0, 9)},{b},\"{c}\"];",
                             f"!function({a}){{{a}.{b}=void 0}}(this);", f"{a}&&{b}||({c}={a}.length<<{r.randint(1, 8)});")))
    return "".join(out)


def certificate(w):
    return w.fill("{certificate}\n{sshkey}")


def json_text(w):
    r = w.random
    return json.dumps([{"id": values.identifier(r), "etag": values.hexadecimal(r, 32), "size": r.randint(1, 10**9), "name": w.row(["{ident}"])[0]}
                       for _ in range(r.randint(3, 20))], indent=r.choice((None, 2)))


def world(w):
    _, lines = w.random.choice(WORLD)
    return "\n".join(w.random.choice(lines) for _ in range(w.random.randint(3, 9)))


def mixed_world(w):
    """Sentences of several languages in one mail, as in a thread of several offices."""
    return "\n".join(w.random.choice(w.random.choice(WORLD)[1]) for _ in range(w.random.randint(3, 8)))


def source(w):
    return program(w)[1]


def wrapped(w):
    """A picture as old mailers wrote it into the text."""
    data = base64.b64encode(documents.png(w.random)).decode()
    return f'<img src="data:image/png;base64,{data}">'


KINDS = {f.__name__: f for f in (log_lines, csv_rows, measurements, base64_noise, hashes, order_numbers, failing_numbers, identifiers, trackings, shops,
                                 calendar, ticket, diff, minified, certificate, json_text, world, mixed_world, source, wrapped)}

#!/usr/bin/env python3
"""The ledger of the kill test finds what it is there to find."""
import collections
import unittest

import kill_ledger


def notice(reference, row=1, text="is on hold", received="1"):
    return (f"Received: by sink id {received}\r\nFrom: check@corp.example\r\nX-Auto-Response-Suppress: All\r\n"
            f"Message-ID: <notice.{reference}.{row}@gate>\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
            f"--b\r\nContent-Type: text/plain\r\n\r\nYour message {reference} {text}\r\n--b\r\nContent-Type: text/html\r\n\r\n"
            f"<p>Your message {reference} {text}</p>\r\n--b--\r\n").encode()


def mail(number):
    return f"From: p{number}@corp.example\r\nMessage-ID: <kill-{number}@corp.example>\r\n\r\nx\r\n".encode()


def to(address, data):
    return {"recipients": [address], "data": data}


class Ledger(unittest.TestCase):
    def setUp(self):
        """Mail 0 is held and told of, mail 1 is delivered; two kills."""
        self.sink = [to("orders@supplier.example", mail(1)), to("p0@corp.example", notice("PN-A")),
                     to(kill_ledger.REVIEWER, notice("PN-A", row=9))]
        self.holds = [{"reference": "PN-A", "sender": "p0@corp.example"}]
        self.acknowledged = {0, 1}
        self.tries = collections.Counter({0: 2, 1: 2})

    def wrong(self):
        return "; ".join(kill_ledger.all_wrong(
            kill_ledger.Seen(2, 2, self.acknowledged, self.tries, self.sink, self.holds)))

    def test_all_well(self):
        self.assertEqual(self.wrong(), "")

    def test_the_same_notice_again_is_honest_up_to_once_a_kill(self):
        for copy in range(2):
            self.sink.append(to("p0@corp.example", notice("PN-A", received=f"again {copy}")))
            self.assertEqual(self.wrong(), "")
        self.sink.append(to("p0@corp.example", notice("PN-A")))
        self.assertIn("4 copies after 2 kills", self.wrong())

    def test_another_notice_of_the_same_hold(self):
        for address in ("p0@corp.example", kill_ledger.REVIEWER):
            self.sink.append(to(address, notice("PN-A", row=2)))
            self.assertIn(f"hold PN-A of p0@corp.example, to {address}: 2 notices", self.wrong())

    def test_another_text_under_the_same_message_id(self):
        self.sink.append(to("p0@corp.example", notice("PN-A", text="will not be sent")))
        self.assertIn("two texts", self.wrong())

    def test_no_notice(self):
        del self.sink[1]
        self.assertIn("to p0@corp.example: 0 notices", self.wrong())
        del self.sink[1]
        self.assertIn("to ip-office@corp.example: 0 notices", self.wrong())

    def test_a_notice_of_no_hold(self):
        self.sink.append(to("p1@corp.example", notice("PN-B")))
        self.assertIn("a notice of no hold", self.wrong())

    def test_a_notice_to_somebody_else(self):
        self.sink[1] = to("p1@corp.example", notice("PN-A"))
        self.assertIn("went to ['p1@corp.example']", self.wrong())

    def test_marked_mail_that_left(self):
        self.sink.append(to("x7k@post.chirper.example", mail(0)))
        self.assertIn("marked mail 0: held 1 times, delivered 1 times", self.wrong())

    def test_marked_mail_held_twice(self):
        self.holds.append({"reference": "PN-C", "sender": "p0@corp.example"})
        self.sink += [to("p0@corp.example", notice("PN-C")), to(kill_ledger.REVIEWER, notice("PN-C", row=2))]
        self.assertIn("marked mail 0: held 2 times", self.wrong())

    def test_honest_mail_lost_held_or_multiplied(self):
        lost = self.sink.pop(0)
        self.assertIn("honest mail 1: held 0 times, delivered 0 times", self.wrong())
        self.sink += [lost] * 3
        self.assertIn("delivered 3 times in 2 tries", self.wrong())

    def test_mail_that_nobody_took(self):
        self.acknowledged.remove(1)
        self.assertIn("mail 1 was never acknowledged", self.wrong())


if __name__ == "__main__":
    unittest.main()

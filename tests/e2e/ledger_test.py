#!/usr/bin/env python3
"""The ledger of the fault tests finds what it is there to find."""
import unittest

from ledger import REVIEWER, Ledger, Seen, message_id


def notice(row, reference="PN-A", text="is on hold", received="1"):
    return (f"Received: by sink id {received}\r\nFrom: check@corp.example\r\nMessage-ID: <notice.{reference}.{row}@gate>\r\n"
            f"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
            f"--b\r\nContent-Type: text/plain\r\n\r\nYour message {reference} {text}\r\n--b--\r\n").encode()


def mail(number):
    return f"From: p{number}@corp.example\r\nMessage-ID: {message_id(number)}\r\n\r\nx\r\n".encode()


def to(address, data):
    return {"recipients": [address], "data": data}


def row(number, address, event="judged", state="done"):
    return {"id": number, "reference": "PN-A", "state": state, "event": event, "to": [address], "error": ""}


class LedgerTest(unittest.TestCase):
    def setUp(self):
        """Mail 0 is held and told of, mail 1 is delivered; two kills, each mail sent twice."""
        self.ledger = Ledger()
        self.ledger.kills = 2
        for number in (0, 1):
            self.ledger.add(number, marked=number == 0)
            self.ledger.acknowledged.add(number)
            self.ledger.tries[number] = 2
        self.seen = Seen(sink=[to("orders@supplier.example", mail(1)), to("p0@corp.example", notice(1)), to(REVIEWER, notice(2))],
                         holds=[{"reference": "PN-A", "state": "open", "message_id": message_id(0), "held": 1}],
                         rows=[row(1, "p0@corp.example"), row(2, REVIEWER)], audit=[(1, "held", "PN-A")])

    def wrong(self):
        return "; ".join(self.ledger.all_wrong(self.seen))

    def decide(self, state, event):
        self.seen.holds[0].update(state=state, held=0)
        self.seen.rows.append(row(3, "p0@corp.example", event=event))
        self.seen.sink.append(to("p0@corp.example", notice(3, text=event)))
        self.seen.audit.append((2, state, "PN-A"))

    def test_all_well(self):
        self.assertEqual(self.wrong(), "")

    def test_released_and_out(self):
        self.decide("released", "released")
        self.assertIn("marked mail 0", self.wrong())
        self.seen.sink.append(to("x7k@post.chirper.example", mail(0)))
        self.assertEqual(self.wrong(), "")
        self.seen.sink += [to("x7k@post.chirper.example", mail(0))] * 3
        self.assertIn("delivered 4 times", self.wrong())

    def test_released_and_still_held_for_somebody(self):
        self.decide("released", "released")
        self.seen.sink.append(to("x7k@post.chirper.example", mail(0)))
        self.seen.holds[0]["held"] = 1
        self.assertIn("marked mail 0", self.wrong())

    def test_rejected(self):
        self.decide("rejected", "rejected")
        self.assertEqual(self.wrong(), "")
        self.seen.sink.append(to("x7k@post.chirper.example", mail(0)))
        self.assertIn("marked mail 0", self.wrong())

    def test_open_with_nothing_held(self):
        self.seen.holds[0]["held"] = 0
        self.assertIn("marked mail 0", self.wrong())

    def test_the_same_notice_again_is_honest_up_to_once_a_death(self):
        for copy in range(2):
            self.seen.sink.append(to("p0@corp.example", notice(1, received=f"again {copy}")))
            self.assertEqual(self.wrong(), "")
        self.seen.sink.append(to("p0@corp.example", notice(1)))
        self.assertIn("4 copies", self.wrong())

    def test_another_notice_of_the_same_hold(self):
        self.seen.sink.append(to("p0@corp.example", notice(9)))
        self.assertIn("the outbox does not know", self.wrong())
        self.seen.rows.append(row(9, "p0@corp.example"))
        self.assertIn("judgement told to", self.wrong())

    def test_another_text_under_the_same_message_id(self):
        self.seen.sink.append(to("p0@corp.example", notice(1, text="will not be sent")))
        self.assertIn("two texts", self.wrong())

    def test_no_notice(self):
        del self.seen.sink[1]
        self.assertIn("never reached p0@corp.example", self.wrong())
        del self.seen.rows[0]
        self.assertIn("judgement told to", self.wrong())

    def test_a_notice_that_waits_or_was_given_up(self):
        for state in ("pending", "failed"):
            self.seen.rows[0]["state"] = state
            self.assertIn(f"is {state}", self.wrong())

    def test_a_notice_to_somebody_else(self):
        self.seen.sink[1] = to("p1@corp.example", notice(1))
        self.assertIn("went to p1@corp.example", self.wrong())

    def test_marked_mail_that_left(self):
        self.seen.sink.append(to("x7k@post.chirper.example", mail(0)))
        self.assertIn("marked mail 0: holds: PN-A open; delivered 1 times", self.wrong())

    def test_marked_mail_that_is_on_its_way_out(self):
        self.seen.queued.append(message_id(0))
        self.assertIn("queued 1 times", self.wrong())

    def test_marked_mail_held_twice_or_lost(self):
        self.seen.holds.append(dict(self.seen.holds[0], reference="PN-C"))
        self.assertIn("marked mail 0: holds: PN-A open, PN-C open", self.wrong())
        self.seen.holds.clear()
        self.assertIn("marked mail 0: holds: none", self.wrong())

    def test_honest_mail_lost_held_or_multiplied(self):
        lost = self.seen.sink.pop(0)
        self.assertIn("honest mail 1", self.wrong())
        self.seen.queued.append(message_id(1))
        self.assertEqual(self.wrong(), "")
        self.seen.sink += [lost] * 2
        self.assertIn("honest mail 1", self.wrong())

    def test_mail_that_nobody_took_or_sent(self):
        self.ledger.acknowledged.remove(1)
        self.assertIn("mail 1 was never acknowledged", self.wrong())
        self.seen.sink.append(to("a@b", mail(7)))
        self.assertIn("nobody sent reached", self.wrong())
        self.seen.holds.append(dict(self.seen.holds[0], message_id=message_id(8)))
        self.assertIn("a hold of a mail that nobody sent", self.wrong())

    def test_the_audit(self):
        self.seen.audit.append((3, "held", "PN-A"))
        self.assertIn("gap", self.wrong())
        self.assertIn("says held 2 times", self.wrong())
        self.seen.audit = []
        self.assertIn("says held 0 times", self.wrong())
        self.seen.audit = [(1, "held", "PN-A"), (2, "released", "PN-A")]
        self.assertIn("says released 1 times", self.wrong())
        self.seen.audit = [(1, "held", "PN-A"), (2, "erased", "PN-A")]
        self.assertIn("says erased 1 times", self.wrong())


if __name__ == "__main__":
    unittest.main()

// Pieces, slots, sizes, and answers for judges that are late.
#include <gtest/gtest.h>

#include "milter/session_player.h"

namespace postern::milter {
namespace {

using Next = Session::Next;

TEST(Session, SaysHowManyBytesThePacketUnderWayTakes) {
  Player p;
  p.negotiate();
  std::string packet;
  encode(packet, Command(Helo{"client.example"}));
  for (size_t have = 0; have < packet.size(); have++) {
    SCOPED_TRACE(have);
    p.feed(std::string_view(packet).substr(0, have));
    EXPECT_EQ(p.used(), 0U);
    EXPECT_EQ(p.wanted(), have < kLengthBytes ? kLengthBytes : packet.size());
  }
}

TEST(Session, TheSameBytesInAnyPiecesAreTheSameMessage) {
  std::string bytes;
  const std::string arguments = StringList::join({"SIZE=3"});
  encode(bytes, Command(Negotiate{6, 0x1FF, 0x1FFFFF, {}}));
  encode(bytes, Command(MailFrom{"<a@b>", StringList(arguments)}));
  encode(bytes, Command(RcptTo{"<c@d>", StringList()}));
  encode(bytes, Command(Header{"Subject", " x"}));
  encode(bytes, Command(Body{"body"}));
  encode(bytes, Command(EndOfMessage{}));
  const size_t message_end = bytes.size();
  encode(bytes, Command(Abort{}));
  for (size_t piece = 1; piece <= bytes.size(); piece++) {
    SCOPED_TRACE(piece);
    Player p;
    std::string pending;
    size_t fed = 0;
    while (fed < bytes.size() && p.next() == Next::read) {
      pending += bytes.substr(fed, piece);
      fed += std::min(piece, bytes.size() - fed);
      p.feed(pending);
      pending.erase(0, p.used());
    }
    ASSERT_EQ(p.next(), Next::judge);
    EXPECT_EQ(fed - pending.size(), message_end) << "what stands behind the end of the message is left alone";
    EXPECT_EQ(text_of(p.judge()), "Subject: x\r\n\r\nbody");
  }
}

TEST(Session, MoreInFlightThanConfiguredIsTempfailedAtOnce) {
  SessionOptions options;
  options.max_in_flight = 0;
  Player p(options);
  p.negotiate().mail().rcpt().header("A", "b").body("x").end();
  EXPECT_EQ(p.next(), Next::read) << "nothing to judge";
  const std::string out = p.take_out();
  const auto reply = decode_reply(next_frame(out));
  ASSERT_TRUE(reply);
  EXPECT_EQ(std::get<SmtpReply>(*reply).text.substr(0, 9), "451 4.3.2");
  EXPECT_EQ(p.counters().tempfails(TempfailReason::busy), 1U);
  EXPECT_TRUE(p.session().idle());
}

TEST(Session, ASlotIsHeldFromTheFirstContentToTheAnswer) {
  Player p;
  p.negotiate().mail().rcpt();
  EXPECT_EQ(p.counters().in_flight.load(), 0U) << "a slow SMTP client holds no slot";
  p.header("A", "b");
  EXPECT_EQ(p.counters().in_flight.load(), 1U);
  p.end();
  {
    const Session::Judging judging = p.session().take();
    EXPECT_EQ(p.counters().in_flight.load(), 1U);
    EXPECT_EQ(judging.mail.arrived, p.clock().steady());
  }
  EXPECT_EQ(p.counters().in_flight.load(), 0U);
}

TEST(Session, SizesPastTheirLimits) {
  SessionOptions options;
  options.max_message_bytes = 100;
  options.max_spool_bytes = 200;
  Player p(options);
  p.negotiate().mail().rcpt().body(std::string(98, 'x')).end();
  EXPECT_FALSE(p.judge().oversize);
  p.mail().rcpt().body(std::string(99, 'x')).end();
  const Mail marked = p.judge();
  EXPECT_TRUE(marked.oversize);
  EXPECT_EQ(marked.message->size(), 101U) << "the copy is whole";
  p.take_out();
  p.mail().rcpt().body(std::string(150, 'x')).body(std::string(150, 'x')).end();
  EXPECT_EQ(p.next(), Next::read);
  EXPECT_NE(p.take_out().find("552 5.3.4"), std::string::npos);
  EXPECT_EQ(p.counters().rejected.load(), 1U);
  EXPECT_EQ(p.counters().in_flight.load(), 0U);
}

TEST(Session, AHeaderPastItsLimitIsRefused) {
  Player p;
  p.negotiate().mail().rcpt();
  const std::string value(100'000, 'x');
  for (size_t bytes = 0; bytes <= kMaxHeaderBytes; bytes += value.size()) p.header("A", value);
  p.end();
  EXPECT_EQ(p.next(), Next::read);
  EXPECT_NE(p.take_out().find("552 5.3.4"), std::string::npos);
}

TEST(Session, AHeaderOfTinyFieldsIsRefusedForWhatItCosts) {
  Player p;
  p.negotiate().mail().rcpt();
  for (size_t cost = 0; cost <= kMaxHeaderBytes; cost += kHeaderFieldCost) p.header("a", "");
  p.end();
  EXPECT_EQ(p.next(), Next::read);
  EXPECT_NE(p.take_out().find("552 5.3.4"), std::string::npos);
}

TEST(Session, TooManyRecipientsAreRefused) {
  Player p;
  p.negotiate().mail();
  for (size_t i = 0; i <= kMaxRecipients; i++) p.rcpt("<a@b>");
  p.end();
  EXPECT_EQ(p.next(), Next::read);
  EXPECT_NE(p.take_out().find("550 5.5.3"), std::string::npos);
}

TEST(Session, WhatCannotBeSpooledIsTempfailed) {
  SessionOptions options;
  options.spool_dir = "/nonexistent/spool";
  options.max_spool_bytes = 1ULL << 40;
  Player p(options);
  p.negotiate().mail().rcpt();
  const std::string chunk(kMaxChunk, 'x');
  for (std::uint64_t bytes = 0; bytes <= kBlobMemoryBytes; bytes += chunk.size()) p.body(chunk);
  p.end();
  EXPECT_EQ(p.next(), Next::read);
  EXPECT_NE(p.take_out().find("451 4.3.0"), std::string::npos);
  EXPECT_EQ(p.counters().tempfails(TempfailReason::spool), 1U);
}

TEST(Session, AnswersForAJudgeThatIsLate) {
  Player p;
  p.negotiate().mail().rcpt().end();
  const Session::Judging judging = p.session().take();
  std::string out;
  p.session().answer_tempfail(TempfailReason::overdue, out);
  EXPECT_NE(out.find("451 4.3.2"), std::string::npos);
  EXPECT_EQ(p.counters().tempfails(TempfailReason::overdue), 1U);
  EXPECT_TRUE(p.session().idle());
}

}  // namespace
}  // namespace postern::milter

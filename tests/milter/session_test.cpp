#include "milter/session.h"

#include <functional>

#include <gtest/gtest.h>

namespace postern::milter {
namespace {

using Kind = MtaAnswer::Kind;
using Next = Session::Next;

// Plays an MTA into a session and keeps what came out.
class Player {
 public:
  explicit Player(SessionOptions options = {}) : options_(std::move(options)), session_(options_, clock_, counters_) {}

  Player& send(const Command& command) {
    std::string bytes;
    encode(bytes, command);
    return feed(bytes);
  }
  Player& macros(char command, std::initializer_list<std::string_view> pairs) {
    const std::string raw = StringList::join(pairs);
    return send(Macros{command, StringList(raw)});
  }
  Player& negotiate(std::uint32_t steps = 0x1FFFFF, std::uint32_t actions = 0x1FF, std::uint32_t version = 6) {
    send(Negotiate{version, actions, steps, {}});
    out_.clear();
    return *this;
  }
  Player& mail(std::string_view from = "<alice@corp.example>", std::initializer_list<std::string_view> arguments = {}) {
    const std::string raw = StringList::join(arguments);
    return send(MailFrom{from, StringList(raw)});
  }
  Player& rcpt(std::string_view to = "<bob@example.net>", std::initializer_list<std::string_view> arguments = {}) {
    const std::string raw = StringList::join(arguments);
    return send(RcptTo{to, StringList(raw)});
  }
  Player& header(std::string_view name, std::string_view value) { return send(Header{name, value}); }
  Player& body(std::string_view bytes) { return send(Body{bytes}); }
  Player& end(std::string_view bytes = {}) { return send(EndOfMessage{bytes}); }
  Player& feed(std::string_view bytes) {
    last_ = session_.feed(bytes, out_);
    return *this;
  }

  // Takes the mail and answers with `answer`.
  Mail judge(const MtaAnswer& answer) {
    Session::Judging judging = session_.take();
    session_.answer(answer, judging.mail.envelope.recipients, out_);
    return std::move(judging.mail);
  }
  Mail judge(Kind kind = Kind::accept) {
    MtaAnswer answer;
    answer.kind = kind;
    return judge(answer);
  }

  Next next() const { return last_.next; }
  size_t used() const { return last_.used; }
  size_t wanted() const { return last_.wanted; }
  // Letters of the replies since the last call.
  std::string letters() {
    std::string letters;
    std::string_view rest = out_;
    for (Frame f = next_frame(rest); f.state == Frame::State::whole; f = next_frame(rest)) {
      letters.push_back(f.letter);
      rest.remove_prefix(f.size);
    }
    out_.clear();
    return letters;
  }
  std::string take_out() { return std::exchange(out_, {}); }
  Session& session() { return session_; }
  const Counters& counters() const { return counters_; }
  ManualClock& clock() { return clock_; }

 private:
  SessionOptions options_;
  ManualClock clock_{WallTime(std::chrono::milliseconds(1'800'000'000'000))};
  Counters counters_;
  Session session_;
  std::string out_;
  Session::Fed last_;
};

std::string text_of(const Mail& mail) {
  return std::string(mail.message->view().value());
}

struct OfferCase {
  std::string name;
  Negotiate offer;
  std::uint32_t version;
  std::uint32_t actions;
  std::uint32_t steps;
  bool chooses_macros;
};

TEST(Session, TakesOfAnOfferWhatItNeeds) {
  constexpr std::uint32_t kActions = actions::add_headers | actions::change_headers | actions::change_body |
                                     actions::remove_recipients | actions::choose_macros;
  constexpr std::uint32_t kSteps =
      0x1FFFFF & ~(steps::no_connect | steps::no_helo | steps::no_mail | steps::no_rcpt | steps::no_body |
                   steps::no_headers | steps::skip | steps::rejected_recipients);
  const std::vector<OfferCase> cases = {
      {"everything", {6, 0x1FF, 0x1FFFFF, {}}, 6, kActions, kSteps, true},
      {"a later version", {7, 0xFFFFFFFF, 0xFFFFFFFF, {}}, 6, kActions, kSteps, true},
      {"version 2", {2, 0x3F, 0x7F, {}}, 2, 0x1B, steps::no_end_of_headers, false},
      {"nothing", {4, 0, 0, {}}, 4, 0, 0, false},
      {"quarantine only", {6, actions::quarantine, steps::no_reply_header, {}}, 6, 0, steps::no_reply_header, false},
  };
  for (const OfferCase& c : cases) {
    SCOPED_TRACE(c.name);
    Player player;
    player.send(c.offer);
    EXPECT_EQ(player.next(), Next::read);
    const std::string out = player.take_out();
    const auto reply = decode_reply(next_frame(out));
    ASSERT_TRUE(reply);
    const Negotiate& agreed = std::get<Negotiate>(*reply);
    EXPECT_EQ(agreed.version, c.version);
    EXPECT_EQ(agreed.actions, c.actions);
    EXPECT_EQ(agreed.steps, c.steps);
    EXPECT_EQ(!agreed.macros.empty(), c.chooses_macros);
  }
}

TEST(Session, CollectsEnvelopeHeaderAndBodyByteForByte) {
  Player p;
  p.negotiate();
  p.macros('C', {"{daemon_name}", "mail.corp.example"});
  p.send(Connect{"client.example", Family::inet6, 40'000, "IPv6:2001:db8::1"});
  p.macros('H', {"{tls_version}", "TLSv1.3"}).send(Helo{"client"});
  p.macros('M', {"{auth_authen}", "alice", "{auth_type}", "PLAIN"});
  p.mail("<alice@Corp.Example>", {"SIZE=1234", "BODY=8BITMIME", "SMTPUTF8"});
  p.rcpt(
      "<B\xC3\xB6"
      "b@example.net>",
      {"NOTIFY=NEVER"});
  p.macros('R', {"i", "4XyZ"}).rcpt("carol@EXAMPLE.org");
  p.header("Subject", " t\xC3\xA4st\n\tfolded\r\n  twice").header("X-Empty", "").header("x-no-space", "v");
  p.body("first\r\n").body("second").end("third\r\n");
  EXPECT_EQ(p.letters(), "") << "no reply before the answer";
  ASSERT_EQ(p.next(), Next::judge);
  const Mail mail = p.judge();
  EXPECT_EQ(p.letters(), "c");

  const Envelope& e = mail.envelope;
  EXPECT_EQ(e.sender.raw, "<alice@Corp.Example>");
  EXPECT_EQ(e.sender.address.to_string(), "alice@corp.example");
  EXPECT_EQ(e.sender.parameters, (std::vector<std::string>{"SIZE=1234", "BODY=8BITMIME", "SMTPUTF8"}));
  ASSERT_EQ(e.recipients.size(), 2U);
  EXPECT_EQ(e.recipients[0].raw,
            "<B\xC3\xB6"
            "b@example.net>");
  EXPECT_EQ(e.recipients[0].parameters, std::vector<std::string>{"NOTIFY=NEVER"});
  EXPECT_EQ(e.recipients[1].raw, "carol@EXAMPLE.org");
  EXPECT_EQ(e.recipients[1].address.to_string(), "carol@example.org");
  EXPECT_EQ(e.queue_id, "4XyZ");
  EXPECT_EQ(e.authenticated, "alice");
  EXPECT_EQ(e.auth_type, "PLAIN");
  EXPECT_EQ(e.daemon_name, "mail.corp.example");
  EXPECT_EQ(e.tls_version, "TLSv1.3");
  EXPECT_EQ(e.client_name, "client.example");
  EXPECT_EQ(e.client_address, "2001:db8::1");
  EXPECT_EQ(e.helo, "client");
  EXPECT_FALSE(e.local_submission);
  EXPECT_EQ(e.received, p.clock().now());

  ASSERT_EQ(mail.headers.size(), 3U);
  EXPECT_EQ(mail.headers[0].value, " t\xC3\xA4st\n\tfolded\r\n  twice");
  EXPECT_EQ(mail.headers[1].value, "");
  const std::string head = "Subject: t\xC3\xA4st\r\n\tfolded\r\n  twice\r\nX-Empty:\r\nx-no-space:v\r\n\r\n";
  EXPECT_EQ(text_of(mail), head + "first\r\nsecondthird\r\n");
  EXPECT_EQ(mail.body_offset, head.size());
  EXPECT_FALSE(mail.oversize);
}

TEST(Session, PutsTheSpaceBackThatAnMtaTookAway) {
  Player p;
  p.negotiate(0x1FFFFF & ~steps::leading_space).mail().rcpt();
  p.header("A", "v").header("B", " v").header("C", "").header("D", "\n folded").end();
  const Mail mail = p.judge();
  EXPECT_EQ(text_of(mail), "A: v\r\nB: v\r\nC:\r\nD:\r\n folded\r\n\r\n");
  EXPECT_EQ(mail.headers[0].value, " v");
}

TEST(Session, NoLineBreakInAValueEndsTheHeader) {
  const std::vector<std::tuple<std::string, std::string, std::string>> cases = {
      {"folded", " a\n b", "A: a\r\n b\r\n"},
      {"folded by a tab", " a\r\n\tb", "A: a\r\n\tb\r\n"},
      {"not folded", " a\nBcc: x", "A: a\r\n Bcc: x\r\n"},
      {"an empty line", " a\n\nhidden", "A: a\r\n \r\n hidden\r\n"},
      {"a break at the end", " a\n", "A: a\r\n"},
      {"two breaks at the end", " a\r\n\r\n", "A: a\r\n \r\n"},
      {"nothing else", "\n", "A:\r\n"},
      {"a bare CR stays", " a\rb", "A: a\rb\r\n"},
  };
  for (const auto& [name, value, expected] : cases) {
    SCOPED_TRACE(name);
    Player p;
    p.negotiate().mail().rcpt().header("A", value).header("B", " c").body("body").end();
    const Mail mail = p.judge();
    EXPECT_EQ(text_of(mail), expected + "B: c\r\n\r\nbody");
    EXPECT_EQ(mail.body_offset, expected.size() + 8);
    EXPECT_EQ(mail.headers[0].value, value) << "kept as it came";
  }
}

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

// What MTAs of each version can offer, by Sendmail's mfdef.h: quarantine and headers changed came with 2; an unknown
// command with 3; DATA with 4; everything else with 6.
TEST(Session, ServesEveryVersionWithWhatItKnows) {
  struct Version {
    std::uint32_t number, actions, steps;
    bool answers_every_step, data, macros_chosen;
  };
  const std::vector<Version> versions = {
      {2, 0x3F, 0x7F, true, false, false}, {3, 0x3F, 0x1FF, true, false, false},    {4, 0x3F, 0x3FF, true, true, false},
      {5, 0x3F, 0x3FF, true, true, false}, {6, 0x1FF, 0x1FFFFF, false, true, true},
  };
  for (const Version& v : versions) {
    SCOPED_TRACE(v.number);
    Player p;
    p.send(Negotiate{v.number, v.actions, v.steps, {}});
    const std::string out = p.take_out();
    const auto reply = decode_reply(next_frame(out));
    ASSERT_TRUE(reply);
    const Negotiate& agreed = std::get<Negotiate>(*reply);
    EXPECT_EQ(agreed.version, v.number);
    EXPECT_EQ(agreed.actions & ~v.actions, 0U) << "nothing that was not offered";
    EXPECT_EQ(agreed.steps & ~v.steps, 0U);
    EXPECT_EQ(!agreed.macros.empty(), v.macros_chosen);
    p.macros('C', {"j", "mx", "{daemon_name}", "mx"}).send(Connect{"c", Family::inet, 1, "192.0.2.1"}).send(Helo{"h"});
    p.macros('M', {"i", "ID"}).mail().rcpt();
    if (v.data && (agreed.steps & steps::no_data) == 0) p.send(Data{});
    const bool space = (agreed.steps & steps::leading_space) != 0;
    p.header("A", space ? " b" : "b");
    if ((agreed.steps & steps::no_end_of_headers) == 0) p.send(EndOfHeaders{});
    p.body("x");
    // Version 3 and later may leave out only what is a step of theirs; headers need no reply from 0x80 on.
    std::string expected = "ccccc";
    if ((agreed.steps & steps::no_reply_header) != 0) expected.pop_back();
    if (v.answers_every_step) {
      expected += "c";
    } else {
      expected.clear();
    }
    EXPECT_EQ(p.letters(), expected);
    p.end();
    ASSERT_EQ(p.next(), Next::judge);
    const Mail mail = p.judge();
    EXPECT_EQ(text_of(mail), "A: b\r\n\r\nx");
    EXPECT_EQ(mail.envelope.queue_id, "ID");
    EXPECT_EQ(p.letters(), "c");
  }
}

TEST(Session, AnswersEveryStepWhenNoReplyIsNotOffered) {
  Player p;
  p.negotiate(0);
  p.send(Connect{"c", Family::inet, 1, "192.0.2.1"}).send(Helo{"h"}).mail().rcpt().send(Data{});
  p.header("A", "b").send(EndOfHeaders{}).body("x").send(UnknownCommand{"FOO"});
  EXPECT_EQ(p.letters(), "ccccccccc");
  p.macros('E', {"i", "1"}).end();
  ASSERT_EQ(p.next(), Next::judge);
  p.judge(Kind::discard);
  EXPECT_EQ(p.letters(), "d");
  p.send(Abort{});
  EXPECT_EQ(p.letters(), "") << "an abort is never answered";
}

struct ClientCase {
  std::string name;
  Connect connect;
  bool local;
  std::string address;
};

TEST(Session, KnowsLocalSubmissions) {
  const std::vector<ClientCase> cases = {
      {"network", {"c", Family::inet, 40'000, "192.0.2.1"}, false, "192.0.2.1"},
      {"loopback client", {"localhost", Family::inet, 40'000, "127.0.0.1"}, false, "127.0.0.1"},
      {"unknown family", {"localhost", Family::unknown, 0, ""}, true, ""},
      {"unix socket", {"localhost", Family::local, 0, "/run/x"}, true, ""},
      {"pretended by Postfix", {"localhost", Family::inet, 0, "127.0.0.1"}, true, ""},
      {"pretended, IPv6", {"localhost", Family::inet6, 0, "::1"}, true, ""},
      {"port zero elsewhere", {"c", Family::inet, 0, "192.0.2.1"}, false, "192.0.2.1"},
  };
  for (const ClientCase& c : cases) {
    SCOPED_TRACE(c.name);
    Player p;
    p.negotiate().send(c.connect).mail().rcpt().end();
    const Mail mail = p.judge();
    EXPECT_EQ(mail.envelope.local_submission, c.local);
    EXPECT_EQ(mail.envelope.client_address, c.address);
  }
  Player without;
  without.negotiate().macros('M', {"{client_addr}", "192.0.2.9"}).mail().rcpt().end();
  EXPECT_EQ(without.judge().envelope.client_address, "192.0.2.9");
}

TEST(Session, MacrosEndWithTheirMessage) {
  Player p;
  p.negotiate().macros('M', {"{auth_authen}", "alice", "i", "ONE"}).mail().rcpt().end();
  EXPECT_EQ(p.judge().envelope.authenticated, "alice");
  p.send(Abort{}).mail().rcpt().macros('E', {"i", "TWO"}).end();
  const Mail second = p.judge();
  EXPECT_EQ(second.envelope.authenticated, "");
  EXPECT_EQ(second.envelope.queue_id, "TWO");
  // A MAIL that replaces an unfinished one inherits nothing either.
  p.macros('M', {"{auth_authen}", "mallory"}).mail().mail("<carol@corp.example>").rcpt().end();
  const Mail third = p.judge();
  EXPECT_EQ(third.envelope.authenticated, "");
  EXPECT_EQ(third.envelope.sender.raw, "<carol@corp.example>");
}

TEST(Session, ConnectionFactsEndWithQuitNewConnection) {
  Player p;
  p.negotiate()
      .macros('C', {"{daemon_name}", "one"})
      .send(Connect{"one", Family::inet, 1, "192.0.2.1"})
      .send(Helo{"one"});
  p.send(QuitNewConnection{});
  EXPECT_EQ(p.next(), Next::read);
  p.mail().rcpt().end();
  const Envelope e = p.judge().envelope;
  EXPECT_EQ(e.client_name + e.client_address + e.helo + e.daemon_name, "");
}

TEST(Session, MinimalMessages) {
  Player p;
  p.negotiate().mail("<>").rcpt().end();
  Mail mail = p.judge();
  EXPECT_TRUE(mail.envelope.sender.address.is_null());
  EXPECT_EQ(text_of(mail), "\r\n") << "no header, no body";
  EXPECT_EQ(mail.body_offset, 2U);
  p.mail().rcpt().header("A", " b").end();
  EXPECT_EQ(text_of(p.judge()), "A: b\r\n\r\n");
  p.mail().rcpt().body("only body").end();
  EXPECT_EQ(text_of(p.judge()), "\r\nonly body");
}

TEST(Session, SkipsARecipientThatTheMtaRejected) {
  Player p;
  p.negotiate().mail().macros('R', {"{rcpt_mailer}", "error"}).rcpt("<no@example.net>");
  p.macros('R', {"{rcpt_mailer}", "smtp"}).rcpt("<yes@example.net>").rcpt("<also@example.net>").end();
  const Mail mail = p.judge();
  ASSERT_EQ(mail.envelope.recipients.size(), 2U);
  EXPECT_EQ(mail.envelope.recipients[0].raw, "<yes@example.net>");
}

TEST(Session, AbortAtEachStepLeavesNothingBehind) {
  using Steps = std::vector<std::function<void(Player&)>>;
  const Steps steps = {
      [](Player& p) {
        p.macros('M', {"{auth_authen}", "alice"});
      },
      [](Player& p) { p.mail("<old@corp.example>"); },
      [](Player& p) { p.rcpt("<old@example.net>"); },
      [](Player& p) { p.header("Old", " 1"); },
      [](Player& p) { p.send(EndOfHeaders{}); },
      [](Player& p) { p.body("old"); },
  };
  for (size_t count = 0; count <= steps.size(); count++) {
    SCOPED_TRACE(count);
    Player p;
    p.negotiate();
    for (size_t i = 0; i < count; i++) steps[i](p);
    p.send(Abort{});
    EXPECT_TRUE(p.session().idle());
    EXPECT_EQ(p.counters().in_flight.load(), 0U);
    EXPECT_EQ(p.counters().aborted.load(), count >= 2 ? 1U : 0U);
    p.mail().rcpt().header("New", " 2").body("new").end();
    ASSERT_EQ(p.next(), Next::judge);
    const Mail mail = p.judge();
    EXPECT_EQ(mail.envelope.authenticated, "");
    EXPECT_EQ(mail.envelope.recipients.size(), 1U);
    EXPECT_EQ(text_of(mail), "New: 2\r\n\r\nnew");
  }
}

TEST(Session, WhatIsOutOfOrderEndsTheSession) {
  const std::vector<std::pair<std::string, std::function<void(Player&)>>> cases = {
      {"a second negotiation",
       [](Player& p) {
         p.negotiate().send(Negotiate{6, 0, 0, {}});
       }},
      {"version 1",
       [](Player& p) {
         p.send(Negotiate{1, 0, 0, {}});
       }},
      {"MAIL before the negotiation", [](Player& p) { p.mail(); }},
      {"CONNECT before the negotiation",
       [](Player& p) {
         p.send(Connect{"c", Family::unknown, 0, ""});
       }},
      {"HELO before the negotiation", [](Player& p) { p.send(Helo{"c"}); }},
      {"macros before the negotiation", [](Player& p) { p.macros('M', {}); }},
      {"RCPT without MAIL", [](Player& p) { p.negotiate().rcpt(); }},
      {"DATA without MAIL", [](Player& p) { p.negotiate().send(Data{}); }},
      {"header without MAIL", [](Player& p) { p.negotiate().header("A", "b"); }},
      {"end of headers without MAIL", [](Player& p) { p.negotiate().send(EndOfHeaders{}); }},
      {"body without MAIL", [](Player& p) { p.negotiate().body("x"); }},
      {"end without MAIL", [](Player& p) { p.negotiate().end(); }},
      {"end without RCPT", [](Player& p) { p.negotiate().mail().end(); }},
      {"end with rejected recipients only",
       [](Player& p) {
         p.negotiate().mail().macros('R', {"{rcpt_mailer}", "error"}).rcpt().end();
       }},
      {"RCPT after a header", [](Player& p) { p.negotiate().mail().rcpt().header("A", "b").rcpt(); }},
      {"DATA after a header", [](Player& p) { p.negotiate().mail().rcpt().header("A", "b").send(Data{}); }},
      {"header after the body", [](Player& p) { p.negotiate().mail().rcpt().body("x").header("A", "b"); }},
      {"header after the end of headers",
       [](Player& p) { p.negotiate().mail().rcpt().send(EndOfHeaders{}).header("A", "b"); }},
      {"two ends of headers", [](Player& p) { p.negotiate().mail().rcpt().send(EndOfHeaders{}).send(EndOfHeaders{}); }},
      {"malformed", [](Player& p) { p.negotiate().mail().rcpt().feed(std::string_view("\0\0\0\1?", 5)); }},
      {"lying length", [](Player& p) { p.negotiate().mail().rcpt().feed("\x7F\x7F\x7F\x7F"); }},
  };
  for (const auto& [name, play] : cases) {
    SCOPED_TRACE(name);
    Player p;
    play(p);
    EXPECT_EQ(p.next(), Next::close);
    EXPECT_FALSE(p.session().error().empty());
    EXPECT_EQ(p.letters(), "") << "a violation is not answered";
    EXPECT_EQ(p.counters().protocol_errors.load(), 1U);
    EXPECT_EQ(p.counters().in_flight.load(), 0U);
  }
}

TEST(Session, QuitIsNoError) {
  Player p;
  p.negotiate().mail().send(Quit{});
  EXPECT_EQ(p.next(), Next::close);
  EXPECT_EQ(p.session().error(), "");
  EXPECT_EQ(p.counters().protocol_errors.load(), 0U);
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

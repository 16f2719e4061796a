#include <functional>

#include <gtest/gtest.h>

#include "milter/session_player.h"

namespace postern::milter {
namespace {

using Next = Session::Next;

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

}  // namespace
}  // namespace postern::milter

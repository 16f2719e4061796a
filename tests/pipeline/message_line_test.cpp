#include "pipeline/message_line.h"

#include "tests/response/a_mail.h"

namespace postern::pipeline {
namespace {

Envelope envelope() {
  Envelope out;
  out.queue_id = "4XyZ";
  out.sender = test::envelope_address("<anna@corp.example>");
  out.recipients = {test::envelope_address("<bob@out.example>"), test::envelope_address("<eve@social.example>")};
  return out;
}

TEST(MessageLineTest, MailThatPassesSaysLittle) {
  MessageLine line;
  line.way = "passed";
  line.size = 320;
  line.total = std::chrono::microseconds(1'999);
  EXPECT_EQ(message_line(envelope(), line), "4XyZ: from=<anna@corp.example> nrcpt=2 action=passed size=320 ms=1");
  Envelope nothing;
  EXPECT_EQ(message_line(nothing, line), "-: from=<> nrcpt=0 action=passed size=320 ms=1");
}

TEST(MessageLineTest, AllThatItCanSay) {
  MessageLine line;
  line.way = "quarantine";
  line.reference = "PN-7K2M9Q";
  Verdict verdict;
  verdict.findings = {test::a_finding("b.second", Action::quarantine), test::a_finding("a.first", Action::annotate),
                      test::a_finding("b.second", Action::quarantine)};
  verdict.findings[1].confidence = 90;
  verdict.recipients.resize(2);
  verdict.recipients[0].classes = {DestinationClass::outside, DestinationClass::partner};
  verdict.recipients[1].classes = {DestinationClass::outside, DestinationClass::public_list};
  verdict.unreadable.resize(2);
  tell_verdict(verdict, line);
  line.vouched.by = Voucher::login;
  line.sender.identity = {"ben", "corp.example"};
  line.sender.acting_as = {{"anna", "corp.example"}};
  line.sender.may_act = false;
  line.sender.forwarded = true;
  line.sender.automatic = true;
  line.footer = FooterOutcome::no_text;
  line.strip = StripOutcome::sent_apart;
  line.replayed = true;
  line.size = 1234;
  line.total = std::chrono::milliseconds(41);
  line.extract = std::chrono::microseconds(30'449);
  line.evaluate = std::chrono::microseconds(50);
  line.commit = std::chrono::microseconds(6'250);
  EXPECT_EQ(
      message_line(envelope(), line),
      "4XyZ: from=<anna@corp.example> nrcpt=2 action=quarantine rule=a.first,b.second conf=90 ref=PN-7K2M9Q "
      "class=outside,partner,public-list auth=login id=<ben@corp.example> as=not-allowed forward=yes auto=yes "
      "unread=2 footer=no-text strip=sent-apart retry=yes size=1234 ms=41 stages=extract:30.4,evaluate:0.1,commit:6.3");
}

TEST(MessageLineTest, NoContentGetsInAndNoFieldIsForged) {
  Verdict verdict;
  verdict.findings = {test::a_finding("a.rule", Action::quarantine)};
  Finding& finding = verdict.findings[0];
  for (std::string* text : {&finding.title, &finding.part_name, &finding.at, &finding.excerpt, &finding.detector,
                            &finding.module, &finding.clause, &finding.owner}) {
    *text = "CONTENT";
  }
  verdict.unreadable = {{PartPath({1}), "CONTENT.zip", Outcome::encrypted, "CONTENT"}};
  MessageLine line;
  line.way = "quarantine";
  tell_verdict(verdict, line);
  line.vouched.unknown = "CORP\\anna action=allow\nJun 1 postfix";
  Envelope hostile = envelope();
  hostile.queue_id = "4 X\r\nfrom=<x>";
  hostile.sender.address.local = "a>\n action=allow";
  hostile.sender.parameters = {"CONTENT"};
  hostile.helo = hostile.client_name = "CONTENT";
  const std::string out = message_line(hostile, line);
  EXPECT_EQ(out.find("CONTENT"), std::string::npos) << out;
  EXPECT_EQ(out.find('\n'), std::string::npos) << out;
  EXPECT_EQ(out.find(" action="), out.rfind(" action=")) << out;
  EXPECT_EQ(out.find(" from="), out.rfind(" from=")) << out;
  EXPECT_EQ(out.find('\r'), std::string::npos);
}

TEST(MessageLineTest, NamesSomeRulesAndCountsTheRest) {
  MessageLine line;
  line.way = "allow";
  for (int i = 0; i < 30; i++) line.rules.push_back("r" + std::to_string(i));
  EXPECT_THAT(message_line(envelope(), line), testing::HasSubstr(",r19,+10 "));
}

}  // namespace
}  // namespace postern::pipeline

#include "pipeline/mail_facts.h"

namespace postern::pipeline {
namespace {

std::vector<std::string> keys(const std::vector<Address>& addresses) {
  std::vector<std::string> out;
  for (const Address& address : addresses) out.push_back(address.to_string());
  return out;
}

TEST(AddressesIn, ReadsWhatMailProgramsRead) {
  struct Case {
    const char* name;
    const char* header;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"one", "Ann <ann@corp.example>", {"ann@corp.example"}},
      {"bare", "ann@corp.example", {"ann@corp.example"}},
      {"list", "Ann <ann@corp.example>, bob@x.example", {"ann@corp.example", "bob@x.example"}},
      {"an address as display name", "\"boss@corp.example\" <eve@x.example>", {"eve@x.example"}},
      {"unquoted address as display name", "boss@corp.example <eve@x.example>", {"eve@x.example"}},
      {"comma in quotes", "\"Adler, Ann\" <ann@corp.example>", {"ann@corp.example"}},
      {"escaped quote", "\"A \\\" <x@y.example>, B\" <ann@corp.example>", {"ann@corp.example"}},
      {"group", "Team: ann@corp.example, bob@x.example;", {"ann@corp.example", "bob@x.example"}},
      {"empty group", "undisclosed-recipients:;", {}},
      {"semicolons", "ann@corp.example; bob@x.example", {"ann@corp.example", "bob@x.example"}},
      {"comment", "ann@corp.example (Ann)", {"ann@corp.example"}},
      {"the same twice", "ann@corp.example, ANN@corp.example", {"ann@corp.example"}},
      {"unclosed bracket", "Ann <ann@corp.example", {"ann@corp.example"}},
      {"no address", "Ann", {}},
      {"empty", "", {}},
  };
  for (const Case& c : cases) EXPECT_EQ(keys(addresses_in(c.header)), c.want) << c.name;
}

ExtractedText mail_with(std::initializer_list<std::pair<const char*, const char*>> headers) {
  ExtractedText out;
  Part root;
  root.role = PartRole::message;
  out.parts.push_back(root);
  Part forwarded;
  forwarded.path = PartPath({1});
  forwarded.role = PartRole::forwarded;
  out.parts.push_back(forwarded);
  for (const auto& [name, value] : headers) {
    Segment segment;
    segment.place = std::string_view(name) == "Subject" ? Place::subject : Place::header;
    segment.at = name;
    segment.text = value;
    out.segments.push_back(segment);
  }
  Segment inner;
  inner.part = 1;
  inner.place = Place::header;
  inner.at = "From";
  inner.text = "eve@x.example";
  out.segments.push_back(inner);
  return out;
}

// What every recipient sees: all To and Cc fields together, not what is hidden in Bcc.
TEST(MailFactsTest, ShowWhatStandsInToAndCc) {
  struct Case {
    const char* name;
    std::initializer_list<std::pair<const char*, const char*>> headers;
    std::vector<std::string> want;
  };
  const Case cases[] = {
      {"both",
       {{"To", "a@x.example"}, {"Cc", "B <b@x.example>, c@x.example"}},
       {"a@x.example", "b@x.example", "c@x.example"}},
      {"hidden", {{"To", "a@x.example"}, {"Bcc", "b@x.example"}}, {"a@x.example"}},
      {"several fields",
       {{"To", "a@x.example"}, {"TO", "b@x.example"}, {"cc", "c@x.example"}},
       {"a@x.example", "b@x.example", "c@x.example"}},
      {"a group",
       {{"To", "Press: a@x.example, \"B, C\" <b@x.example>;, d@x.example"}},
       {"a@x.example", "b@x.example", "d@x.example"}},
      {"the same again", {{"To", "Ann <a@x.example>"}, {"Cc", "A@X.example"}}, {"a@x.example"}},
      {"folded", {{"To", "a@x.example,\r\n\tb@x.example"}}, {"a@x.example", "b@x.example"}},
      {"nobody", {{"To", "undisclosed-recipients:;"}}, {}},
      {"other fields", {{"Reply-To", "a@x.example"}}, {}},
      {"sent on",
       {{"To", "a@x.example"}, {"Resent-To", "b@x.example"}, {"Resent-Cc", "A@x.example, c@x.example"}},
       {"a@x.example", "b@x.example", "c@x.example"}},
  };
  for (const Case& c : cases) EXPECT_EQ(keys(mail_facts(mail_with(c.headers)).shown), c.want) << c.name;
}

TEST(MailFactsTest, ComeFromTheRootAlone) {
  const MailFacts facts = mail_facts(mail_with({{"From", "Ann <ann@corp.example>"},
                                                {"cc", "c@x.example, b@x.example"},
                                                {"To", "b@x.example"},
                                                {"Bcc", "d@x.example"},
                                                {"Subject", "Plan"},
                                                {"Message-Id", " <1@corp.example> "}}));
  EXPECT_EQ(keys(facts.from), (std::vector<std::string>{"ann@corp.example"}));
  EXPECT_EQ(keys(facts.recipients), (std::vector<std::string>{"b@x.example", "c@x.example", "d@x.example"}));
  EXPECT_EQ(facts.subject, "Plan");
  EXPECT_EQ(facts.message_id, "<1@corp.example>");
  EXPECT_FALSE(facts.automatic);
}

TEST(MailFactsTest, WhatNoPersonSentSaysSo) {
  struct Case {
    const char* name;
    const char* value;
    bool automatic;
  };
  for (const Case& c :
       {Case{"Auto-Submitted", "auto-replied; reason=x", true}, Case{"Auto-Submitted", " No ; x", false},
        Case{"auto-submitted", "auto-generated", true}, Case{"Auto-Submitted", "", false},
        Case{"Precedence", "bulk", true}, Case{"Precedence", " List ", true}, Case{"Precedence", "junk", true},
        Case{"Precedence", "first-class", false}, Case{"X-Auto-Response-Suppress", "OOF, AutoReply", true},
        Case{"X-Auto-Response-Suppress", "None", false}, Case{"List-Id", "<l.corp.example>", true},
        Case{"List-Unsubscribe", "<mailto:x@y.example>", true}, Case{"Listing", "x", false},
        Case{"Content-Type", "multipart/report; report-type=delivery-status", true},
        Case{"Content-Type", "Multipart/Report;\r\n report-type=disposition-notification", true},
        Case{"Content-Type", "multipart/mixed; x=report", false}, Case{"Subject", "Auto-Submitted: yes", false}}) {
    EXPECT_EQ(mail_facts(mail_with({{c.name, c.value}})).automatic, c.automatic) << c.name << ": " << c.value;
  }
  EXPECT_TRUE(mail_facts(mail_with({{"Auto-Submitted", "auto-replied"}, {"Auto-Submitted", "no"}})).automatic)
      << "a second field takes nothing back";
}

TEST(MailFactsTest, WhoSentItOnIsTheNewestOfEachKind) {
  const MailFacts facts = mail_facts(mail_with({{"Delivered-To", "a@corp.example"},
                                                {"Resent-Sender", "s@corp.example"},
                                                {"Resent-From", "Ann <b@corp.example>"},
                                                {"X-Sieve-Redirected-From", "c@corp.example"},
                                                {"X-Original-To", "d@corp.example"},
                                                {"Resent-From", "e@corp.example"},
                                                {"X-Sieve-Redirected-From", "f@corp.example"}}));
  EXPECT_EQ(keys(facts.resent_from), (std::vector<std::string>{"b@corp.example"}));
  EXPECT_EQ(keys(facts.redirected_from), (std::vector<std::string>{"c@corp.example"}));
  EXPECT_EQ(keys(facts.delivered_to), (std::vector<std::string>{"a@corp.example", "d@corp.example"}));
  EXPECT_EQ(keys(mail_facts(mail_with({{"Resent-Sender", "s@corp.example"}})).resent_from),
            (std::vector<std::string>{"s@corp.example"}));
}

}  // namespace
}  // namespace postern::pipeline

// Quoted text and notices: for whom they count, and what is believed of a mail that says it answers another.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

constexpr const char* kAlpha = "detectors: [{id: a, primary: {keywords: [alpha, confidential]}}]\n";

std::string in_content(const std::string& leaf) {
  return "      content: " + leaf + "\n";
}

class ConversationTest : public PolicyTest {
 protected:
  // Whether eve@elsewhere.example may get what `message` quotes.
  bool passes(const MessageBuilder& message) { return judge(message).recipients[0].action == Action::allow; }
};

TEST_F(ConversationTest, QuotedTextCountsForThoseWhoDoNotKnowIt) {
  load_rule(kAlpha, in_content("{detector: a}"));
  to({"eve@elsewhere.example", "new@elsewhere.example"});
  const auto message = MessageBuilder()
                           .subject("Re: plans")
                           .body("Thanks!\nOn Monday Eve <Eve@elsewhere.example> wrote:")
                           .body("> alpha", Place::quoted);
  Verdict verdict = judge(message);
  EXPECT_EQ(verdict.recipients[0].action, Action::allow);
  EXPECT_EQ(verdict.recipients[1].action, Action::quarantine);
  load_rule(kAlpha, in_content("{detector: a, quoted: always}"));
  EXPECT_EQ(judge(message).recipients[0].action, Action::quarantine);
  load_rule(kAlpha, in_content("{detector: a, quoted: never}"));
  EXPECT_EQ(judge(message).recipients[1].action, Action::allow);
}

struct QuoteCase {
  const char* name;
  const char* subject;
  const char* quoted;
  bool passes;
};

TEST_F(ConversationTest, TheMarksOfTheQuotedMailNameItsPeople) {
  load_rule(kAlpha, in_content("{detector: a}"));
  to({"eve@elsewhere.example"});
  constexpr const char* kAttributed = "On 3 May 2027 at 10:12, Eve <eve@elsewhere.example> wrote:\nalpha";
  const std::vector<QuoteCase> cases = {
      {"an attribution", "Re: s", kAttributed, true},
      {"in another language", "Antw: s", "Op ma 3 mei 2027 schreef Eve <eve@elsewhere.example>:\nalpha", true},
      {"in another script", "回复：s", kAttributed, true},
      {"wrapped", "AW: s", "Am 3. Mai 2027 um 10:12 schrieb Eve\n<eve@elsewhere.example>:\nalpha", true},
      {"a head", "RE: s", "From: Bob\nSent: 3 May 2027 10:12\nTo: Eve <eve@elsewhere.example>\nSubject: s\n\nalpha",
       true},
      {"a copy in a wrapped head", "RE: s",
       "From: Bob\nSent: 3 May 2027 10:12\nTo: Ada;\n Eve <eve@elsewhere.example>\nSubject: s\n\nalpha", true},
      {"no answer", "plans", kAttributed, false},
      {"no answer, with a colon later", "about the plans: alpha", kAttributed, false},
      {"somebody else's", "Re: s", "On 3 May 2027 at 10:12, Bob <bob@elsewhere.example> wrote:\nalpha", false},
      {"an address in the text", "Re: s", "Bob <bob@elsewhere.example> wrote:\nask eve@elsewhere.example about alpha",
       false},
      {"an address of which this is a piece", "Re: s", "On 3 May 2027, <steve@elsewhere.example> wrote:\nalpha", false},
      {"a contact in a signature", "Re: s",
       "Bob <bob@elsewhere.example> wrote:\nalpha\nTel: 2027 1012\nE-mail: eve@elsewhere.example\nWeb: x", false},
      {"no marks", "Re: s", "alpha\neve@elsewhere.example", false},
  };
  for (const QuoteCase& c : cases) {
    EXPECT_EQ(passes(MessageBuilder().subject(c.subject).body("Hello").body(c.quoted, Place::quoted)), c.passes)
        << c.name;
  }
}

TEST_F(ConversationTest, HeadersOfAnAnswerSpeakForNames) {
  load_rule(kAlpha, in_content("{detector: a}"));
  to({"eve@elsewhere.example"});
  const auto answer = [](const char* header, const char* field, const char* quoted) {
    return MessageBuilder()
        .subject("plans")
        .header(header, "<1@elsewhere.example>")
        .header("To", field)
        .body("Hello")
        .body(quoted, Place::quoted);
  };
  constexpr const char* kNamed = "Am 3.5.27 um 10:12 schrieb Eve Adams:\nalpha";
  EXPECT_TRUE(passes(answer("In-Reply-To", "\"Eve Adams\" <Eve@elsewhere.example>", kNamed)));
  EXPECT_TRUE(passes(answer("References", "Bob <b@x.example>, Eve Adams <eve@elsewhere.example>", kNamed)));
  EXPECT_TRUE(passes(answer("Thread-Index", "x", "On 3 May 2027 10:12, <eve@elsewhere.example> wrote:\nalpha")));
  EXPECT_FALSE(passes(answer("X-Other", "Eve Adams <eve@elsewhere.example>", kNamed))) << "no answer";
  EXPECT_FALSE(passes(answer("In-Reply-To", "Eve <eve@elsewhere.example>", kNamed))) << "a first name";
  EXPECT_FALSE(passes(answer("In-Reply-To", "Bob Brown <bob@x.example>, eve@elsewhere.example",
                             "Am 3.5.27 um 10:12 schrieb Bob Brown:\nalpha")))
      << "somebody else's name";
}

TEST_F(ConversationTest, ForwardedTextAndSignaturesCountForEverybody) {
  load_rule(kAlpha, in_content("{detector: a}"));
  to({"eve@elsewhere.example"});
  constexpr const char* kText = "On 3 May 2027 at 10:12, Eve <eve@elsewhere.example> wrote:\nalpha";
  for (const Place place : {Place::forwarded, Place::signature, Place::disclaimer, Place::body}) {
    EXPECT_FALSE(passes(MessageBuilder().subject("Re: s").body("Hello").body(kText, place))) << to_string(place);
  }
}

struct NoticeCase {
  const char* name;
  const char* text;
  Place place;
  bool passes;
};

TEST_F(ConversationTest, WordsOfSecrecyInNoticesSayNothing) {
  load_rule(kAlpha, in_content("{detector: a}"));
  to({"eve@elsewhere.example"});
  const std::vector<NoticeCase> cases = {
      {"a notice", "This e-mail and any attachments are confidential.", Place::disclaimer, true},
      {"in capitals, with invisible letters", "THIS E-MAIL IS CONFI\u00ADDENTIAL", Place::disclaimer, true},
      {"a codename in a notice", "This e-mail on alpha is confidential.", Place::disclaimer, false},
      {"a mark", "confidential", Place::body, false},
      {"a mark beside a signature", "confidential", Place::signature, false},
  };
  for (const NoticeCase& c : cases) {
    EXPECT_EQ(passes(MessageBuilder().body("Hello").body(c.text, c.place)), c.passes) << c.name;
  }
  load_rule(kAlpha, in_content("{detector: a, in: [disclaimer]}"));
  EXPECT_FALSE(passes(MessageBuilder().body("Hello").body(cases[0].text, Place::disclaimer))) << "asked for";
}

TEST_F(ConversationTest, WordsOfSecrecyInNoticesAreNoEvidence) {
  load_rule(
      "evidence: {secrecy: {keywords: [confidential, 'internal only']}}\n"
      "detectors:\n"
      "  - id: a\n"
      "    primary: {keywords: [alpha]}\n"
      "    confidence: [{level: 90, when: {at_least: 1, of: [secrecy], within: part}}, {level: 20}]\n",
      in_content("{detector: a}"));
  to({"eve@elsewhere.example"});
  constexpr const char* kNotice = "This e-mail and any attachments are confidential.";
  EXPECT_TRUE(passes(MessageBuilder().body("alpha").body(kNotice, Place::disclaimer)));
  EXPECT_FALSE(passes(MessageBuilder().body("alpha").body(kNotice, Place::body)));
  EXPECT_FALSE(passes(MessageBuilder().body("alpha").body("internal only", Place::disclaimer)));
  EXPECT_FALSE(passes(MessageBuilder().body("alpha").body(kNotice, Place::disclaimer).body("confidential")));
}

TEST_F(ConversationTest, SecondReadingsCountOnce) {
  to({"eve@elsewhere.example"});
  load_rule(kAlpha, in_content("{detector: a, distinct: false, min_count: 3}"));
  const auto message = [](const char* body, const char* across, const char* displayed) {
    MessageBuilder builder;
    builder.body(body).more(across, Place::quoted, "across quote marks");
    return builder.more(displayed, Place::body, "in the order of display");
  };
  EXPECT_TRUE(passes(message("alpha alpha", "alpha alpha", "alpha")));
  EXPECT_TRUE(passes(message("alpha", "alpha alpha", "alpha")));
  EXPECT_FALSE(passes(message("alpha", "alpha alpha alpha", "")));
  EXPECT_FALSE(passes(message("alpha alpha alpha", "", "")));
  EXPECT_FALSE(passes(message("alpha alpha", "alpha alpha confidential", "")));
}

}  // namespace
}  // namespace postern::policy

#include <nlohmann/json.hpp>

#include "evaluate_support.h"

namespace postern::policy {
namespace {

using testing_support::MessageBuilder;
using testing_support::PolicyTest;

constexpr const char* kDetectors =
    "evidence: {card-words: {keywords: [visa]}}\n"
    "detectors:\n"
    "  - id: card\n"
    "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
    "    confidence: [{level: 85, when: {at_least: 1, of: [card-words], within: 300}}]\n"
    "  - {id: name, primary: {keywords: [Nightjar]}}\n";

struct NearCase {
  const char* name;
  std::string body;
  std::string recipient;
  std::string nearest;
};

class ExplainTest : public PolicyTest {
 protected:
  void load_both() {
    load_rule(kDetectors, "      content: {all: [{detector: card}, {detector: name, min_count: 1}]}\n");
  }
};

TEST_F(ExplainTest, NamesWhatWasNearest) {
  load_both();
  const std::string card = "4929 1234 5678 9015";
  const std::vector<NearCase> cases = {
      {"keyword too far", "visa" + std::string(412, '.') + card + " Nightjar", "b@else.example",
       "detector card: 0 found; card-words 412 characters away, limit 300 characters"},
      {"no keyword", card + " Nightjar", "b@else.example", "detector card: 0 found; no card-words in the same part"},
      {"check failed", "visa 4929 1234 5678 9012 Nightjar", "b@else.example",
       "detector card: 0 found; the check (luhn) failed"},
      {"nothing of one", "visa " + card, "b@else.example", "detector name: 0 found"},
      {"colleague", "visa " + card + " Nightjar", "b@example.com", "the recipient is not among the rule's recipients"},
      {"holds", "visa " + card + " Nightjar", "b@else.example", ""},
  };
  for (const NearCase& c : cases) {
    to({c.recipient});
    Proof proof;
    proof.only_rule = "secret.r";
    judge(MessageBuilder().body(c.body), &proof);
    ASSERT_EQ(proof.rules.size(), 1U) << c.name;
    EXPECT_EQ(nearest_miss(proof.rules[0]), c.nearest) << c.name;
  }
}

// Whatever is printed of a mail: neither the value, nor its first letter, nor its length.
TEST_F(ExplainTest, SensitiveValuesAreConfirmedNowhere) {
  load_rule(
      "detectors:\n"
      "  - {id: name, sensitive: true, primary: {keywords: [Nightjar, 'Amber Falcon'], match: phrase}}\n"
      "  - {id: open, primary: {keywords: [Buzzard]}}\n",
      "      content: {any: [{detector: name}, {detector: open}]}\n      scope: message\n");
  to({"b@else.example"});
  struct Case {
    const char* name;
    MessageBuilder message;
  };
  const Case cases[] = {
      {"body", MessageBuilder().body("we ship Nightjar in May")},
      {"subject", MessageBuilder().subject("Nightjar").body("x")},
      {"two words", MessageBuilder().body("the Amber-Falcon flies")},
      {"file name", MessageBuilder().body("x").attachment("Nightjar plan.pdf", "x")},
      {"locator", MessageBuilder().body("x").attachment("a.pdf", "we ship Nightjar", Place::cell, "Nightjar!B7")},
      {"why a part was not read", MessageBuilder()
                                      .body("Nightjar")
                                      .attachment("b.zip", "x")
                                      .outcome(Outcome::encrypted, "Nightjar.txt is locked")},
      {"beside another find", MessageBuilder().body("Buzzard and Nightjar")},
      {"written spaced", MessageBuilder().body("N i g h t j a r ships")},
  };
  for (const Case& c : cases) {
    Proof proof;
    const Verdict verdict = judge(c.message, &proof);
    EXPECT_EQ(verdict.action, Action::quarantine) << c.name;
    std::string printed = explain_text({c.message.text, envelope_, verdict, proof}, ShowText::no) +
                          explain_json({c.message.text, envelope_, verdict, proof}, ShowText::no);
    for (const Finding& finding : verdict.findings) {
      printed += "\n" + finding.excerpt + "\n" + finding.part_name + "\n" + finding.at;
    }
    for (const UnreadablePart& part : verdict.unreadable) printed += "\n" + part.name + "\n" + part.why;
    for (const char* leak : {"Nightjar", "ightjar", "N\u2022", "N i g", "Amber", "Falcon", "A\u2022", "F\u2022",
                             "\u2022\u2022\u2022\u2022"}) {
      if (std::string_view(c.name) == "beside another find" && *leak == '\xE2') continue;  // Buzzard's own mask
      EXPECT_EQ(printed.find(leak), std::string::npos) << c.name << ": " << leak << " in " << printed;
    }
    EXPECT_NE(printed.find("\u2022\u2022\u2022"), std::string::npos) << c.name;
  }
}

TEST_F(ExplainTest, TruthOfClauses) {
  load_both();
  to({"b@else.example"});
  Proof proof;
  judge(MessageBuilder().body("4929 1234 5678 9015 Nightjar"), &proof);
  ASSERT_EQ(proof.rules.size(), 1U);
  const ClauseProof& all = proof.rules[0].content[0];
  EXPECT_EQ(all.truth, Truth::near);
  EXPECT_EQ(all.children[0].truth, Truth::near);
  EXPECT_EQ(all.children[1].truth, Truth::yes);
}

TEST_F(ExplainTest, ProofChangesNoVerdict) {
  load_both();
  const auto message = MessageBuilder().body("visa 4929 1234 5678 9015 Nightjar");
  Proof proof;
  const Verdict with = judge(message, &proof);
  const Verdict without = judge(message);
  EXPECT_EQ(with.action, without.action);
  EXPECT_EQ(with.findings.size(), without.findings.size());
}

TEST_F(ExplainTest, RendersWithoutTheValues) {
  load_both();
  const auto message = MessageBuilder()
                           .subject("hello")
                           .body("visa 4929 1234 5678 9015 Nightjar")
                           .attachment("a\nb.pdf", "x")
                           .attachment("Nightjar plan.pdf", "x");
  Proof proof;
  const Verdict verdict = judge(message, &proof);
  const std::string text = explain_text({message.text, envelope_, verdict, proof}, ShowText::no);
  for (const char* expected :
       {"parts\n", "recipients\n", "detectors\n", "card: 1 place, 1 counts",
        "+ card-words: 1 characters away, limit 300 characters", "[yes] secret.r: holds: quarantine",
        "verdict: quarantine", "scan: ", "a?b.pdf", "N\u2022\u2022"}) {
    EXPECT_NE(text.find(expected), std::string::npos) << expected << " in\n" << text;
  }
  EXPECT_EQ(text.find("4929"), std::string::npos) << text;
  EXPECT_EQ(text.find("Nightjar"), std::string::npos) << text;
  EXPECT_NE(explain_text({message.text, envelope_, verdict, proof}, ShowText::yes).find("4929 1234"),
            std::string::npos);

  const auto json = nlohmann::json::parse(explain_json({message.text, envelope_, verdict, proof}, ShowText::no));
  EXPECT_EQ(json["action"], "quarantine");
  EXPECT_EQ(json["rules"][0]["content"]["what"], "all");
  EXPECT_EQ(json["detectors"][0]["hits"][0]["evidence"][0]["distance"], 1);
  EXPECT_EQ(json["parts"].size(), 4U);
  EXPECT_EQ(json.dump().find("Nightjar"), std::string::npos) << json;
}

}  // namespace
}  // namespace postern::policy

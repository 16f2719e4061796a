// Proofs say what verdicts say, show texts without what is sensitive, and know what would have let a message pass.
#include <nlohmann/json.hpp>

#include "evaluate_support.h"
#include "policy/smallest_change.h"
#include "tests/policy/golden_report.h"

namespace postern::policy {
namespace {

using testing_support::MessageBuilder;
using testing_support::PolicyTest;

constexpr const char* kWords =
    "detectors:\n"
    "  - {id: a, primary: {keywords: [alpha]}}\n"
    "  - {id: b, primary: {keywords: [bravo]}}\n"
    "  - {id: hush, primary: {keywords: [Nightjar]}, sensitive: true}\n";

class ProofTest : public PolicyTest {
 protected:
  // The changes that would have let it pass, each as "step + step: action".
  std::vector<std::string> changes(const MessageBuilder& message) {
    Proof proof;
    const Verdict verdict = judge(message, &proof);
    std::vector<std::string> out;
    for (const PassingChange& change : smallest_changes(*policy_, message.text, envelope_, context_, verdict, proof)) {
      std::string text;
      for (const std::string& step : change.steps) text += (text.empty() ? "" : " + ") + step;
      out.push_back(text + ": " + std::string(to_string(change.action)));
    }
    return out;
  }
};

TEST_F(ProofTest, AgreesWithTheVerdictOnQuotedText) {
  const MessageBuilder quoted = MessageBuilder()
                                    .subject("Re: plans")
                                    .body("Thanks!\nOn Monday Eve <eve@elsewhere.example> wrote:")
                                    .body("> alpha", Place::quoted);
  const MessageBuilder written = MessageBuilder().subject("Re: plans").body("alpha");
  struct Case {
    const char* name;
    const char* content;
    const MessageBuilder& message;
    std::vector<std::string> to;
  };
  const Case cases[] = {
      {"in the conversation", "{detector: a}", quoted, {"eve@elsewhere.example"}},
      {"not in it", "{detector: a}", quoted, {"new@elsewhere.example"}},
      {"one of each", "{detector: a}", quoted, {"eve@elsewhere.example", "new@elsewhere.example"}},
      {"only a colleague is new", "{detector: a}", quoted, {"eve@elsewhere.example", "bob@example.com"}},
      {"always", "{detector: a, quoted: always}", quoted, {"eve@elsewhere.example"}},
      {"never", "{detector: a, quoted: never}", quoted, {"new@elsewhere.example"}},
      {"not, in the conversation", "{not: {detector: a}}", quoted, {"eve@elsewhere.example"}},
      {"not, not in it", "{not: {detector: a}}", quoted, {"new@elsewhere.example"}},
      {"not, one of each", "{not: {detector: a}}", quoted, {"eve@elsewhere.example", "new@elsewhere.example"}},
      {"written anew", "{detector: a}", written, {"eve@elsewhere.example"}},
  };
  std::vector<bool> answers;
  for (const Case& c : cases) {
    for (const char* scope : {"item", "message"}) {
      load_rule(kWords, std::string("      content: ") + c.content + "\n      scope: " + scope + "\n");
      to(c.to);
      Proof proof;
      proof.only_rule = "secret.r";
      const Verdict verdict = judge(c.message, &proof);
      ASSERT_EQ(proof.rules.size(), 1U) << c.name;
      const RuleProof& rule = proof.rules[0];
      EXPECT_EQ(rule.truth == Truth::yes, verdict.action == Action::quarantine) << c.name << " " << scope;
      for (size_t i = 0; i < c.to.size(); i++) {
        EXPECT_EQ(rule.truth == Truth::yes && rule.recipients[i].applies,
                  verdict.recipients[i].action == Action::quarantine)
            << c.name << " " << scope << " " << c.to[i] << ": " << rule.recipients[i].why;
      }
      answers.push_back(rule.truth == Truth::yes);
    }
  }
  EXPECT_TRUE(std::count(answers.begin(), answers.end(), true) > 4 &&
              std::count(answers.begin(), answers.end(), false) > 4);
}

TEST_F(ProofTest, ShowsTheTextWithMarksAndWithoutWhatIsSensitive) {
  load_rule(kWords, "      content: {any: [{detector: a}, {detector: hush}]}\n");
  const auto message =
      MessageBuilder().body("say alpha and Nightjar, or N\u0456ghtjar").attachment("x.pdf", "alphabet, no hit");
  to({"b@else.example"});
  Proof proof;
  const Verdict verdict = judge(message, &proof);
  const Explained explained{message.text, envelope_, verdict, proof};
  const std::string text = explain_text(explained, ShowText::yes);
  EXPECT_NE(text.find("say \u27e6alpha\u27e7 and \u27e6\u2022\u2022\u2022\u2022\u27e7, or "
                      "\u27e6\u2022\u2022\u2022\u2022\u27e7"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("alphabet, no hit"), std::string::npos) << text;
  EXPECT_EQ(text.find("ghtjar"), std::string::npos) << text;
  EXPECT_EQ(explain_text(explained, ShowText::no).find("alphabet"), std::string::npos);

  const auto json = nlohmann::json::parse(explain_json(explained, ShowText::yes));
  const auto& segment = json["parts"][1]["segments"][0];
  EXPECT_EQ(json.dump().find("ghtjar"), std::string::npos) << json;
  ASSERT_EQ(segment["marks"].size(), 3U) << segment;
  const std::string shown = segment["text"];
  const auto& mark = segment["marks"][0];
  EXPECT_EQ(shown.substr(mark["begin"], mark["end"].get<size_t>() - mark["begin"].get<size_t>()), "alpha");
  EXPECT_EQ(mark["detector"], "a");
  EXPECT_FALSE(nlohmann::json::parse(explain_json(explained, ShowText::no))["parts"][1].contains("segments"));
}

TEST_F(ProofTest, TheSmallestChange) {
  load_rule(kWords, "      content: {all: [{detector: a}, {detector: b}]}\n");
  to({"b@else.example"});
  using Changes = std::vector<std::string>;
  EXPECT_EQ(changes(MessageBuilder().body("alpha bravo")),
            (Changes{"without what a finds (1 place): allow", "without what b finds (1 place): allow"}));
  EXPECT_EQ(changes(MessageBuilder().body("hello").attachment("p.pdf", "alpha alpha bravo")),
            (Changes{"without what a finds (2 places): allow", "without what b finds (1 place): allow",
                     "without the attachment 2 (p.pdf): allow"}));
  EXPECT_EQ(changes(MessageBuilder().body("charlie")), Changes{});

  load_rule(kWords, "      content: {any: [{detector: a}, {detector: b}]}\n");
  EXPECT_EQ(changes(MessageBuilder().body("alpha bravo")),
            (Changes{"without what a finds (1 place) + without what b finds (1 place): allow"}));
  to({"b@else.example", "c@example.com"});
  EXPECT_EQ(changes(MessageBuilder().body("alpha")),
            (Changes{"without the recipient b@else.example: allow", "without what a finds (1 place): allow"}));

  load_rule(kWords, "      content: {detector: a}\n",
            "    unless: [{senders: [group:deal-team]}]\n    then: {action: quarantine}\n");
  to({"b@else.example"});
  context_.sender.identity_authenticated = false;
  EXPECT_EQ(changes(MessageBuilder().body("alpha")),
            (Changes{"from a sender who logged in and may write in this name: allow",
                     "without what a finds (1 place): allow"}));
}

TEST_F(ProofTest, NothingWouldHaveLetItPass) {
  load_rule(kWords, "      recipients: [class:outside]\n");
  to({"b@else.example"});
  const auto message = MessageBuilder().body("anything");
  EXPECT_TRUE(changes(message).empty());
  Proof proof;
  const Verdict verdict = judge(message, &proof);
  const std::vector<PassingChange> none;
  EXPECT_NE(explain_text({message.text, envelope_, verdict, proof, &none}, ShowText::no)
                .find("would have let it pass\n  nothing that was tried"),
            std::string::npos);
}

TEST_F(ProofTest, InEveryFormat) {
  load(
      "evidence: {card-words: {keywords: [visa]}}\n"
      "detectors:\n"
      "  - id: card\n"
      "    primary: {regex: '\\b(?:\\d[ -]?){12,18}\\d\\b', validate: luhn}\n"
      "    confidence: [{level: 85, when: {at_least: 1, of: [card-words], within: 300}}, {level: 40}]\n"
      "  - {id: codename, primary: {keywords: [Nightjar]}}\n"
      "  - {id: hush, primary: {keywords: [Wombat]}, sensitive: true}\n"
      "  - {id: marked, primary: {label: [Confidential]}}\n"
      "rules:\n"
      "  - {id: secret.codename, category: secret, mode: enforce, then: {action: quarantine},\n"
      "     when: {content: {all: [{detector: codename}, {not: {detector: marked}}]}}}\n"
      "  - {id: secret.card, category: secret, mode: enforce, then: {action: reject}, when: {content: {detector: "
      "card}}}\n"
      "  - {id: secret.hush, category: secret, then: {action: reject}, when: {content: {detector: hush}}}\n"
      "  - {id: secret.unread, category: secret, then: {action: reject}, when: {content: {outcome: [limit]}}}\n"
      "  - {id: secret.prices, category: secret, mode: enforce, then: {action: annotate, strip: attachment},\n"
      "     when: {content: {file: {name: ['*pricelist*']}}}}\n"
      "  - {id: secret.many, category: secret, then: {action: annotate},\n"
      "     when: {recipients: {any: [class:outside], visible_outside_at_least: 2}, content: {detector: codename}}}\n");
  to({"b@else.example", "c@example.com", "d@council.example"});
  const auto message = MessageBuilder()
                           .subject("A confidential plan")
                           .header("To", "b@else.example")
                           .body("look: UHJvamVjdCBOaWdodGphciBzaGlwcyBpbiBNYXksIHRlbGwgbm9ib2R5 and Wombat")
                           .attachment("prcelist.pdf", "4929 1234 5678 9015", Place::cell, "Sheet1!B7")
                           .attachment("Nightjar.zip", "x")
                           .outcome(Outcome::limit, "Nightjar.txt is 40 deep");
  Proof proof;
  const Verdict verdict = judge(message, &proof);
  ASSERT_EQ(proof.stages.size(), 2U);
  proof.stages = {{"extract", 1234}, {"scan", 56}, {"decide", 7}};
  const std::vector<PassingChange> changes =
      smallest_changes(*policy_, message.text, envelope_, context_, verdict, proof);
  Verdict shown = verdict;
  shown.policy_digest = "d1ge57";
  const Explained explained{message.text, envelope_, shown, proof, &changes};
  expect_golden("explain.txt", explain_text(explained, ShowText::no), dir_);
  expect_golden("explain-with-text.txt", explain_text(explained, ShowText::yes), dir_);
  expect_golden("explain.json", nlohmann::ordered_json::parse(explain_json(explained, ShowText::yes)).dump(1) + "\n",
                dir_);
}

}  // namespace
}  // namespace postern::policy

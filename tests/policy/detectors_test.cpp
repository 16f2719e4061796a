// What detectors find through the whole of evaluate(): checks, thresholds, what a view wrote.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class Detectors : public PolicyTest {};

TEST_F(Detectors, EachHasItsOwnThresholdOfEntropy) {
  load(
      "detectors:\n"
      "  - {id: any, primary: {regex: '[A-Za-z0-9/+-]{16,}', validate: entropy, min_entropy: 3}}\n"
      "  - {id: usual, primary: {regex: '[A-Za-z0-9/+-]{16,}', validate: entropy}}\n"
      "  - {id: high, primary: {regex: '[A-Za-z0-9/+-]{16,}', validate: entropy, min_entropy: 4.5}}\n"
      "rules:\n"
      "  - {id: secret.any, category: secret, when: {content: {detector: any}}, then: {action: annotate}}\n"
      "  - {id: secret.usual, category: secret, when: {content: {detector: usual}}, then: {action: annotate}}\n"
      "  - {id: secret.high, category: secret, when: {content: {detector: high}}, then: {action: annotate}}\n");
  struct EntropyCase {
    const char* text;
    size_t rules;
  };
  const EntropyCase cases[] = {
      {"key aaaaaaaaaaaaaaaaaaaaaaaa", 0},
      {"key your-api-key-goes-here", 1},
      {"key Zx9Kq2Lm8Pw4Rt6V", 2},
      {"key Zx9Kq2Lm8Pw4Rt6VbN3cD5fG7hJ1sAyUeIoT0", 3},
  };
  for (const EntropyCase& c : cases) {
    EXPECT_EQ(judge(MessageBuilder().body(c.text)).findings.size(), c.rules) << c.text;
  }
}

TEST_F(Detectors, ChecksSeveralOfOneRegex) {
  load(
      "detectors:\n"
      "  - {id: a, primary: {regex: '\\b\\d{9}\\b', validate: aba}}\n"
      "  - {id: b, primary: {regex: '\\b\\d{9}\\b', validate: id-il}}\n"
      "  - {id: c, primary: {regex: '\\b\\d{9}\\b', validate: tfn-au}}\n"
      "rules:\n"
      "  - {id: secret.a, category: secret, when: {content: {detector: a}}, then: {action: annotate}}\n"
      "  - {id: secret.b, category: secret, when: {content: {detector: b}}, then: {action: annotate}}\n"
      "  - {id: secret.c, category: secret, when: {content: {detector: c}}, then: {action: annotate}}\n");
  const auto rules = [&](const char* text) {
    std::string out;
    for (const Finding& finding : judge(MessageBuilder().body(text)).findings) out += finding.rule + " ";
    return out;
  };
  EXPECT_EQ(rules("111000025"), "secret.a ");
  EXPECT_EQ(rules("039337423"), "secret.b ");
  EXPECT_EQ(rules("123456782"), "secret.b secret.c ");
  EXPECT_EQ(rules("039337424"), "");
}

TEST_F(Detectors, ChecksWhatTheViewWrote) {
  load_rule("detectors:\n  - {id: d, primary: {regex: '\\b756\\.\\d{4}\\.\\d{4}\\.\\d\\d\\b', validate: ahv-ch}}\n",
            "      content: {detector: d}\n");
  EXPECT_EQ(action(MessageBuilder().body("AHV 756.9217.0769.85")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("AHV 756.92l7.O769.85")), Action::quarantine) << "letters for digits";
  EXPECT_EQ(action(MessageBuilder().body("AHV 756.9217.0769.86")), Action::allow);
}

TEST_F(Detectors, CardIsNotLookedForInsideAnAccountNumber) {
  load_rule("detectors:\n  - {id: d, primary: {regex: '\\b(?:\\d{4} ){3}\\d{4}\\b', validate: card}}\n",
            "      content: {detector: d}\n");
  EXPECT_EQ(action(MessageBuilder().body("Visa 4929 1234 5678 9015")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("to DE12 4929 1234 5678 9015 01")), Action::allow);
}

}  // namespace
}  // namespace postern::policy

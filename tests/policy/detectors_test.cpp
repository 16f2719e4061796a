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

TEST_F(Detectors, SourceCodeOfSoManyLines) {
  load(
      "detectors:\n"
      "  - {id: short, primary: {builtin: source-code, min_lines: 3}}\n"
      "  - {id: usual, primary: {builtin: source-code}}\n"
      "  - {id: long, primary: {builtin: source-code, min_lines: 20}}\n"
      "rules:\n"
      "  - {id: secret.short, category: secret, when: {content: {detector: short}}, then: {action: annotate}}\n"
      "  - {id: secret.usual, category: secret, when: {content: {detector: usual}}, then: {action: annotate}}\n"
      "  - {id: secret.long, category: secret, when: {content: {detector: long}}, then: {action: annotate}}\n");
  const auto rules = [&](int lines) {
    std::string code = "Hi Ann, here it is.\n\n";
    for (int i = 0; i < lines; i++) code += "  total += prices[" + std::to_string(i) + "] * rate(kind);\n";
    return judge(MessageBuilder().body(code + "\nBest regards\nBob")).findings.size();
  };
  EXPECT_EQ(rules(2), 0U);
  EXPECT_EQ(rules(4), 1U);
  EXPECT_EQ(rules(12), 2U);
  EXPECT_EQ(rules(25), 3U);
}

TEST_F(Detectors, SourceCodeIsToldByItsLines) {
  load_rule("detectors:\n  - {id: d, primary: {builtin: source-code, min_lines: 20}}\n",
            "      content: {detector: d}\n");
  Proof proof;
  judge(MessageBuilder().body("int a = one(x);\nint b = two(y);\nreturn a + b;\nint c = three(z);\n"), &proof);
  ASSERT_EQ(proof.rules.size(), 1U);
  ASSERT_EQ(proof.rules[0].content.size(), 1U);
  EXPECT_EQ(proof.rules[0].content[0].truth, Truth::near);
  EXPECT_NE(proof.rules[0].content[0].detail.find("4 lines in a row"), std::string::npos)
      << proof.rules[0].content[0].detail;
}

TEST_F(Detectors, TravelDocumentsOverTheirLines) {
  load_rule("detectors:\n  - {id: d, primary: {builtin: mrz}}\n", "      content: {detector: d}\n");
  const std::string first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
  const std::string second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";
  EXPECT_EQ(action(MessageBuilder().body("see\n" + first + "\n" + second + "\nthanks")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body(first + " " + second)), Action::quarantine) << "on one line";
  EXPECT_EQ(action(MessageBuilder().body(first + second)), Action::quarantine) << "without a line end";
  EXPECT_EQ(action(MessageBuilder().body("I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\n"
                                         "ERIKSSON<<ANNA<MARIA<<<<<<<<<<")),
            Action::quarantine)
      << "three lines";
  EXPECT_EQ(action(MessageBuilder().body(first + "\nL898902C37UTO7408122F1204159ZE184226B<<<<<10")), Action::allow);
  EXPECT_EQ(action(MessageBuilder().body("PLEASE<<<SEE<<<BELOW<<<<<<<<<<<<<<<<<<<<<<<<\n" + first)), Action::allow);
}

TEST_F(Detectors, TelephoneNumbers) {
  load_rule("detectors:\n  - {id: d, primary: {builtin: phone}}\n", "      content: {detector: d}\n");
  for (const char* text : {"call +44 20 7946 0018", "call +44 (0)20 7946 0018 today", "0049 30 23125-001",
                           "(+1 212) 555-0123", "tel:+12125550123"}) {
    EXPECT_EQ(action(MessageBuilder().body(text)), Action::quarantine) << text;
  }
  for (const char* text :
       {"020 7946 0018", "1 + 44 20 7946", "+44 20", "part 0049302312500199999", "2+4420794600181234567"}) {
    EXPECT_EQ(action(MessageBuilder().body(text)), Action::allow) << text;
  }
}

}  // namespace
}  // namespace postern::policy

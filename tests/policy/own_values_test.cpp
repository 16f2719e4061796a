// The company's own values in the forms that people write them in.
#include "policy/own_values.h"

#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

struct ValueCase {
  const char* detector;
  std::vector<const char*> ours;
  std::vector<const char*> others;
};

class OwnValuesTest : public PolicyTest {
 protected:
  void look_for(const std::string& detector) {
    load(
        "detectors:\n"
        "  - {id: phone, primary: {regex: '(?:\\+|\\b00|\\b|\\()\\d[\\d ()/.-]{6,20}\\d\\b'}}\n"
        "  - {id: account, primary: {regex: '\\b[A-Z]{2}\\d\\d[A-Z0-9 -]{10,30}\\b', validate: iban}}\n"
        "  - {id: vat, primary: {regex: '\\b(?:[A-Z]{2}[ -]?)?\\d{9}\\b'}}\n"
        "rules:\n"
        "  - {id: secret.r, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
        "{content: {detector: " +
        detector + "}}, then: {action: reject}}\n");
    write("policy.yaml",
          "apiVersion: postern/v1\n"
          "organisation: {name: Example, domains: [example.com], own_values: ['+44 20 7946 0018', '+1 212 555 0100', "
          "'GB82 WEST 1234 5698 7654 32', 'GB123456789']}\n"
          "groups: {press: [paul@example.com]}\n"
          "categories: {secret: {title: Secrets}}\n");
    Diagnostics diagnostics;
    policy_ = Policy::load({dir_, POSTERN_SOURCE_DIR "/policy/packs", context_.now}, diagnostics);
    ASSERT_NE(policy_, nullptr) << diagnostics.to_text();
  }
  Action action_on(const std::string& value) { return action(MessageBuilder().body("Call " + value + " now")); }
};

TEST_F(OwnValuesTest, AreNoHitInAnyForm) {
  const std::vector<ValueCase> cases = {
      {"phone",
       {"+44 20 7946 0018", "+442079460018", "0044 20 7946 0018", "44 20 7946 0018", "+44 (0)20 7946 0018",
        "+44 (20) 7946-0018", "020 7946 0018", "(020) 7946-0018", "020/7946 0018", "(0207) 946 0018", "20 7946 0018",
        "+1 212 555 0100", "(212) 555-0100", "1-212-555-0100", "212.555.0100"},
       {"+44 20 7946 0019", "020 7946 0019", "+49 20 7946 0018", "(021) 7946-0018", "+44 20 7946 00188"}},
      {"account",
       {"GB82WEST12345698765432", "GB82 WEST 1234 5698 7654 32", "GB82-WEST-1234-5698-7654-32"},
       {"GB33 BUKB 2020 1555 5555 55"}},
      {"vat", {"GB123456789", "GB 123456789", "123456789"}, {"GB123456788", "223456789"}},
  };
  for (const ValueCase& c : cases) {
    look_for(c.detector);
    for (const char* value : c.ours) EXPECT_EQ(action_on(value), Action::allow) << value;
    for (const char* value : c.others) EXPECT_EQ(action_on(value), Action::reject) << value;
  }
}

TEST(OwnValues, OnlyTelephonesAndVatNumbersHaveOtherForms) {
  for (const char* value : {"GB82 WEST 1234 5698 7654 32", "ABC-12", "020 7946 0018", "+44", "AB12", "information",
                            "+123456789012345678"}) {
    EXPECT_EQ(forms_of_own_value(value), std::vector<std::string>{value}) << value;
  }
}

}  // namespace
}  // namespace postern::policy

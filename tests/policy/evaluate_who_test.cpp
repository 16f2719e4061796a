// Who is behind a mail, as rules and exemptions ask for it: the identity and the mailboxes that it acts as.
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

constexpr std::string_view kAlpha = "detectors: [{id: a, primary: {keywords: [alpha]}}]\n";

struct WhoCase {
  const char* name;
  const char* identity;
  std::vector<const char*> acting_as;
  bool may_act;
  bool authenticated;
  Action want;
};

class EvaluateWhoTest : public PolicyTest {
 protected:
  void run(const std::vector<WhoCase>& cases) {
    for (const WhoCase& c : cases) {
      sender(c.identity);
      context_.sender.identity_authenticated = c.authenticated;
      context_.sender.may_act = c.may_act;
      context_.sender.acting_as.clear();
      for (const char* mailbox : c.acting_as) context_.sender.acting_as.push_back(*parse_address(mailbox));
      EXPECT_EQ(action(MessageBuilder().body("alpha")), c.want) << c.name;
    }
  }
};

TEST_F(EvaluateWhoTest, AnExemptionNeedsTheRightToActAsTheMailbox) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n",
            "    unless: [{senders: {any: [pay@example.com, paul@example.com], not: [intern@example.com]}}]\n"
            "    then: {action: quarantine}\n");
  run({{"the person", "paul@example.com", {}, true, true, Action::allow},
       {"the mailbox, by right", "anna@example.com", {"pay@example.com"}, true, true, Action::allow},
       {"the mailbox, without right", "anna@example.com", {"pay@example.com"}, false, true, Action::quarantine},
       {"the mailbox, not authenticated", "anna@example.com", {"pay@example.com"}, true, false, Action::quarantine},
       {"the person as somebody else", "paul@example.com", {"ceo@example.com"}, false, true, Action::quarantine},
       {"nobody of these", "anna@example.com", {"team@example.com"}, true, true, Action::quarantine},
       {"who is left out, by the mailbox", "intern@example.com", {"pay@example.com"}, true, true, Action::quarantine}});
}

TEST_F(EvaluateWhoTest, AProofTellsOfAnExemptionThatOnlyTheLoginLacks) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n",
            "    unless: [{senders: [pay@example.com]}]\n"
            "    then: {action: quarantine}\n");
  sender("pay@example.com");
  for (const bool authenticated : {false, true}) {
    context_.sender.identity_authenticated = authenticated;
    Proof proof;
    judge(MessageBuilder().body("alpha"), &proof);
    ASSERT_EQ(proof.rules.size(), 1U);
    const std::string& why = proof.rules[0].recipients[0].why;
    EXPECT_EQ(why.find("logged in") != std::string::npos, !authenticated) << why;
  }
}

TEST_F(EvaluateWhoTest, ARuleHoldsForWhoeverIsBehindTheMail) {
  load_rule(std::string(kAlpha), "      senders: [pay@example.com]\n      content: {detector: a}\n");
  run({{"the person", "pay@example.com", {}, true, true, Action::quarantine},
       {"the mailbox, by right", "anna@example.com", {"pay@example.com"}, true, true, Action::quarantine},
       {"the mailbox, without right", "anna@example.com", {"pay@example.com"}, false, true, Action::quarantine},
       {"the mailbox, not authenticated", "anna@example.com", {"pay@example.com"}, false, false, Action::quarantine},
       {"somebody else", "anna@example.com", {"team@example.com"}, true, true, Action::allow}});
}

TEST_F(EvaluateWhoTest, WhoIsLeftOutOfARuleNeedsTheRightToo) {
  load_rule(std::string(kAlpha), "      senders: {not: [pay@example.com]}\n      content: {detector: a}\n");
  run({{"the person", "pay@example.com", {}, true, true, Action::allow},
       {"the mailbox, by right", "anna@example.com", {"pay@example.com"}, true, true, Action::allow},
       {"the mailbox, without right", "anna@example.com", {"pay@example.com"}, false, true, Action::quarantine},
       {"not authenticated", "pay@example.com", {}, true, false, Action::quarantine}});
}

}  // namespace
}  // namespace postern::policy

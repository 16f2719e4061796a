// What a verdict takes from the header and from what is known of the recipients and the sender: the addresses shown to
// all, first contacts, the share of senders for whom a rule is enforced.
#include <algorithm>
#include <iterator>
#include <set>

#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class EvaluateContextTest : public PolicyTest {
 protected:
  void show(const std::vector<std::string>& addresses) {
    envelope_.shown.clear();
    for (const std::string& address : addresses) envelope_.shown.push_back(*parse_address(address));
  }
  RuleProof prove(const MessageBuilder& message) {
    Proof proof;
    proof.only_rule = "secret.r";
    judge(message, &proof);
    return proof.rules.empty() ? RuleProof{} : proof.rules[0];
  }
};

TEST_F(EvaluateContextTest, CountsTheOutsideAddressesThatTheHeaderShows) {
  load_rule("", "      recipients: {visible_outside_at_least: 3}\n");
  struct Case {
    const char* name;
    std::vector<std::string> shown;
    std::vector<std::string> to;
    Action want;
  };
  const Case cases[] = {
      {"as many as asked", {"a@x.example", "b@x.example", "c@y.example"}, {"a@x.example"}, Action::quarantine},
      {"one less", {"a@x.example", "b@x.example"}, {"a@x.example", "b@x.example"}, Action::allow},
      {"nobody, all are hidden", {}, {"a@x.example", "b@x.example", "c@y.example"}, Action::allow},
      {"our own do not count", {"a@x.example", "b@x.example", "d@example.com"}, {"a@x.example"}, Action::allow},
      {"protected ones do not count",
       {"a@x.example", "b@x.example", "c@council.example"},
       {"a@x.example"},
       Action::allow},
      {"shown, and no recipient of this copy",
       {"a@x.example", "b@x.example", "c@y.example"},
       {"z@z.example"},
       Action::quarantine},
      {"shown, the only recipient is ours",
       {"a@x.example", "b@x.example", "c@y.example"},
       {"d@example.com"},
       Action::allow},
      {"what is of nobody's list counts",
       {"a@gmail.com", "b@post.social.example", "c@partner.example"},
       {"a@gmail.com"},
       Action::quarantine},
  };
  for (const Case& c : cases) {
    show(c.shown);
    to(c.to);
    EXPECT_EQ(action(MessageBuilder().body("hello")), c.want) << c.name;
  }
}

TEST_F(EvaluateContextTest, AShownAddressIsOneConditionBesideTheContent) {
  load_rule("detectors: [{id: a, primary: {keywords: [alpha]}}]\n",
            "      recipients: {any: [class:personal], visible_outside_at_least: 2}\n      content: {detector: a}\n");
  to({"a@gmail.com"});
  show({"a@gmail.com", "b@gmail.com"});
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("beta")), Action::allow);
  to({"a@x.example"});
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::allow) << "of another class";
  to({"a@gmail.com"});
  show({"a@gmail.com"});
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::allow);
}

TEST_F(EvaluateContextTest, TheFindingAndTheProofTellTheCount) {
  load_rule("", "      recipients: {visible_outside_at_least: 3}\n");
  to({"a@x.example"});
  show({"a@x.example", "b@x.example", "c@y.example", "d@y.example"});
  const Verdict verdict = judge(MessageBuilder().body("hello"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].place, Place::header);
  EXPECT_EQ(verdict.findings[0].count, 4U);
  EXPECT_EQ(verdict.findings[0].excerpt, "") << "addresses are shown to nobody";

  struct Case {
    const char* name;
    std::vector<std::string> shown;
    Truth truth;
    const char* detail;
    const char* nearest;
  };
  const char* const what = "at least 3 outside addresses in To and Cc";
  const Case cases[] = {
      {"holds", {"a@x.example", "b@x.example", "c@y.example"}, Truth::yes, "3 there", ""},
      {"nearly",
       {"a@x.example", "b@x.example"},
       Truth::near,
       "2 there",
       "at least 3 outside addresses in To and Cc: 2 there"},
      {"not at all", {"d@example.com"}, Truth::no, "0 there", "at least 3 outside addresses in To and Cc: 0 there"},
  };
  for (const Case& c : cases) {
    show(c.shown);
    const RuleProof proof = prove(MessageBuilder().body("hello"));
    ASSERT_EQ(proof.header.size(), 1U) << c.name;
    EXPECT_EQ(proof.header[0].what, what) << c.name;
    EXPECT_EQ(proof.header[0].truth, c.truth) << c.name;
    EXPECT_EQ(proof.header[0].detail, c.detail) << c.name;
    EXPECT_EQ(proof.truth, c.truth == Truth::yes ? Truth::yes : Truth::near) << c.name;
    EXPECT_EQ(nearest_miss(proof), c.nearest) << c.name;
  }
}

TEST_F(EvaluateContextTest, TheProofIsTextAndJson) {
  load_rule("", "      recipients: {visible_outside_at_least: 3}\n");
  to({"a@x.example"});
  show({"a@x.example", "b@x.example"});
  Proof proof;
  const MessageBuilder message = MessageBuilder().body("hello");
  const Verdict verdict = judge(message, &proof);
  const Explained explained{message.text, envelope_, verdict, proof};
  EXPECT_NE(
      explain_text(explained, ShowText::no).find("    [near] at least 3 outside addresses in To and Cc: 2 there\n"),
      std::string::npos)
      << explain_text(explained, ShowText::no);
  EXPECT_NE(
      explain_json(explained, ShowText::no)
          .find(R"("header":{"what":"at least 3 outside addresses in To and Cc","truth":"near","detail":"2 there")"),
      std::string::npos)
      << explain_json(explained, ShowText::no);
}

TEST_F(EvaluateContextTest, AFirstContactIsOneOfWhomItIsKnown) {
  load_rule("", "      recipients: {first_contact: true}\n");
  to({"a@x.example", "b@y.example", "c@z.example", "d@example.com"});
  struct Case {
    const char* name;
    std::vector<Contact> contacts;
    std::vector<Action> want;
  };
  constexpr Action yes = Action::quarantine;
  constexpr Action no = Action::allow;
  const Case cases[] = {
      {"nobody says", {}, {no, no, no, no}},
      {"each by itself", {Contact::first, Contact::known, Contact::unknown}, {yes, no, no, no}},
      {"all", {Contact::first, Contact::first, Contact::first, Contact::first}, {yes, yes, yes, no}},
  };
  for (const Case& c : cases) {
    context_.contacts = c.contacts;
    const Verdict verdict = judge(MessageBuilder().body("hello"));
    for (size_t i = 0; i < c.want.size(); i++) EXPECT_EQ(verdict.recipients[i].action, c.want[i]) << c.name << " " << i;
  }
  context_.contacts = cases[1].contacts;
  const RuleProof proof = prove(MessageBuilder().body("hello"));
  ASSERT_EQ(proof.recipients.size(), 4U);
  EXPECT_EQ(proof.recipients[0].why, "class outside, other; first contact");
  EXPECT_EQ(proof.recipients[1].why, "no first contact: somebody of ours wrote to it before");
  EXPECT_EQ(proof.recipients[2].why, "perhaps a first contact: to whom ours wrote is not known");
  EXPECT_EQ(proof.recipients[3].why, "not among the rule's recipients");
}

TEST_F(EvaluateContextTest, FirstContactIsOneConditionBesideTheClass) {
  load_rule("", "      recipients: {any: [class:personal], first_contact: true}\n");
  context_.contacts = {Contact::first};
  to({"a@gmail.com"});
  EXPECT_EQ(action(MessageBuilder().body("hello")), Action::quarantine);
  to({"a@x.example"});
  EXPECT_EQ(action(MessageBuilder().body("hello")), Action::allow);
}

constexpr std::string_view kAlpha = "detectors: [{id: a, primary: {keywords: [alpha]}}]\n";

class CanaryTest : public EvaluateContextTest {
 protected:
  // Of 2000 senders those for whom the rule is enforced.
  std::set<int> enforced(const std::string& canary) {
    load_rule(std::string(kAlpha), "      content: {detector: a}\n",
              "    canary: " + canary + "\n    then: {action: quarantine}\n");
    std::set<int> out;
    for (int i = 0; i < 2000; i++) {
      sender("person" + std::to_string(i) + "@example.com");
      const Verdict verdict = judge(MessageBuilder().body("alpha"));
      EXPECT_EQ(verdict.findings.size(), 1U) << "the others are recorded";
      EXPECT_EQ(verdict.findings[0].mode == Mode::enforce, verdict.action == Action::quarantine);
      if (verdict.action == Action::quarantine) out.insert(i);
    }
    return out;
  }
};

TEST_F(CanaryTest, IsAStableShareOfTheSenders) {
  const std::set<int> ten = enforced("{percent: 10, seed: 7}");
  // 10 % of 2000 with a standard deviation of 13.
  EXPECT_GT(ten.size(), 140U);
  EXPECT_LT(ten.size(), 260U);
  EXPECT_EQ(enforced("{percent: 10, seed: 7}"), ten) << "the same people every time";
  const std::set<int> thirty = enforced("{percent: 30, seed: 7}");
  EXPECT_TRUE(std::includes(thirty.begin(), thirty.end(), ten.begin(), ten.end())) << "a larger share keeps them";
  const std::set<int> others = enforced("{percent: 10, seed: 8}");
  std::vector<int> both;
  std::set_intersection(ten.begin(), ten.end(), others.begin(), others.end(), std::back_inserter(both));
  EXPECT_LT(both.size(), 60U) << "another seed draws others";
  EXPECT_EQ(enforced("{percent: 0}").size(), 0U);
  EXPECT_EQ(enforced("{percent: 100}").size(), 2000U);
}

TEST_F(CanaryTest, DoesNotAskHowTheAddressIsWritten) {
  enforced("{percent: 50, seed: 7}");
  for (int i = 0; i < 20; i++) {
    const std::string name = "person" + std::to_string(i) + "@example.com";
    sender(name);
    const Action lower = action(MessageBuilder().body("alpha"));
    sender("P" + name.substr(1));
    EXPECT_EQ(action(MessageBuilder().body("alpha")), lower) << name;
  }
}

TEST_F(CanaryTest, TheProofSaysWhoIsInIt) {
  enforced("{percent: 10, seed: 7}");
  std::set<std::string> told;
  for (int i = 0; i < 200; i++) {
    sender("person" + std::to_string(i) + "@example.com");
    told.insert(prove(MessageBuilder().body("alpha")).mode);
  }
  EXPECT_EQ(told, (std::set<std::string>{"audit: the sender is not in the canary of 10 %",
                                         "enforce: the sender is in the canary of 10 %"}));
}

TEST_F(EvaluateContextTest, ARuleFallsBackWhenPeopleLetItsMailsGo) {
  load(std::string(kAlpha) +
       "rules:\n"
       "  - {id: secret.r, category: secret, severity: low, mode: enforce, when: {content: {detector: a}},\n"
       "     fallback: {overrides: 5%, min_senders: 10}, then: {action: quarantine}}\n");
  struct Case {
    const char* name;
    RuleRecord record;
    Mode want;
  };
  const Case cases[] = {
      {"nothing yet", {}, Mode::enforce},
      {"below the share", {20, 100, 5}, Mode::enforce},
      {"above it", {20, 100, 6}, Mode::audit},
      {"above it, of too few senders", {9, 100, 50}, Mode::enforce},
      {"of just as many", {10, 100, 50}, Mode::audit},
      {"held and not decided", {20, 0, 0}, Mode::enforce},
  };
  for (const Case& c : cases) {
    context_.records = {{"secret.r", c.record}, {"secret.other", {50, 100, 100}}};
    const Verdict verdict = judge(MessageBuilder().body("alpha"));
    ASSERT_EQ(verdict.findings.size(), 1U) << c.name;
    EXPECT_EQ(verdict.findings[0].mode, c.want) << c.name;
    EXPECT_EQ(verdict.action, c.want == Mode::audit ? Action::allow : Action::quarantine) << c.name;
  }
  context_.records = {{"secret.r", {20, 100, 6}}};
  EXPECT_EQ(prove(MessageBuilder().body("alpha")).mode,
            "audit: fallen back: 6 of 100 mails of 20 senders were let go, limit 5 % from 10 senders on");
  context_.tests = true;
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::quarantine) << "tests of rules do not ask";
}

TEST_F(EvaluateContextTest, TheProofNamesTheDates) {
  const std::string rule =
      "rules:\n  - {id: secret.r, title: R, category: secret, mode: enforce, when: {content: {detector: a}}, "
      "active: {from: '2026-05-01T00:00:00Z', until: launch}, unless: [{recipients: [bob@elsewhere.example], until: "
      "launch}], "
      "then: {action: quarantine}}\n";
  load(std::string(kAlpha) + rule, "dates: {launch: '2027-02-01T07:00:00Z'}\n");
  const RuleProof before = prove(MessageBuilder().body("alpha"));
  EXPECT_TRUE(before.active);
  EXPECT_EQ(before.dates, "from 2026-05-01T00:00:00Z until launch, 2027-02-01T07:00:00Z");
  EXPECT_EQ(before.recipients.at(0).why, "exempt by `unless` 1, until launch, 2027-02-01T07:00:00Z");
  context_.now = *parse_rfc3339("2027-03-01T00:00:00Z");
  EXPECT_EQ(prove(MessageBuilder().body("alpha")).why,
            "not active at this time: from 2026-05-01T00:00:00Z until launch, 2027-02-01T07:00:00Z");
}

TEST_F(EvaluateContextTest, ARuleThatAsksItsOwnerGoesOnAfterItsEnd) {
  const std::string then = "    then: {action: quarantine}\n    active: {until: '2027-01-01T00:00:00Z'";
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", then + "}\n");
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::allow);
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", then + ", on_end: ask_owner}\n");
  EXPECT_EQ(action(MessageBuilder().body("alpha")), Action::quarantine);
  EXPECT_EQ(prove(MessageBuilder().body("alpha")).dates, "until 2027-01-01T00:00:00Z, then until its owner decides");
}

TEST_F(EvaluateContextTest, ARouteIsInTheFindingAndTheProof) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", "    then: {action: annotate, route: encrypt}\n");
  const Verdict verdict = judge(MessageBuilder().body("alpha"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].route, "encrypt");
  EXPECT_EQ(prove(MessageBuilder().body("alpha")).why, "holds: annotate, route encrypt");
}

}  // namespace
}  // namespace postern::policy

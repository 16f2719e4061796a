// Packs that a policy uses, and what it changes in their rules.
#include <functional>

#include "policy/policy.h"
#include "policy/tests.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

using std::string;

constexpr std::string_view kPack =
    "apiVersion: postern/v1\nname: financial\nversion: 1.4.0\ntitle: Financial data\n"
    "groups: {payments: []}\ncategories: {financial: {title: Financial data}}\n";
constexpr std::string_view kPackRules = R"(apiVersion: postern/v1
detectors:
  - {id: words, primary: {keywords: [ledger]}}
rules:
  - id: financial.ledger
    title: Ledger
    category: financial
    mode: audit
    when: {recipients: [class:social], content: {detector: words}}
    unless: [{senders: [group:payments]}]
    then: {action: annotate, notify: [sender]}
    tests: {should_match: [{name: pack, to: [test@social], body: ledger}]}
  - id: financial.other
    category: financial
    when: {content: {detector: words}}
    then: {action: annotate}
  - id: financial.held
    category: financial
    when: {content: {detector: words}}
    then: {action: quarantine, review: [liaison], notify: [sender]}
)";

TEST(Loader, UsesPacksAndOverridesTheirRules) {
  PolicyFolder folder;
  folder.add("packs/financial/1/pack.yaml", kPack);
  folder.add("packs/financial/1/rules/a.yaml", kPackRules);
  folder.add("policy.yaml",
             string("use: [financial@1]\n") + string(kSmallPolicy) + R"(groups: {payments: [billing@example.com]}
override:
  financial.ledger:
    mode: enforce
    unless: [{recipients: [class:partner]}]
    then: {action: quarantine}
    tests: {should_match: [{name: ours, to: [test@social], file: tests/x.txt}]}
  financial.other: {enabled: false}
  financial.held: {then: {action: annotate}}
)");
  folder.add("tests/x.txt", "ledger");
  folder.add("rules/a.yaml",
             "apiVersion: postern/v1\n"
             "detectors:\n  - {id: words, primary: {keywords: [own]}}\n"
             "rules:\n  - id: secret.both\n    category: secret\n"
             "    when: {content: {any: [{detector: words}, {detector: financial/words}]}}\n"
             "    then: {action: annotate}\n");
  const Model model = load_clean(folder);
  ASSERT_EQ(model.packs.size(), 1U);
  EXPECT_EQ(model.packs[0].version, "1.4.0");
  ASSERT_EQ(model.rules.size(), 3U);
  const Rule& ledger = model.rules[0];
  EXPECT_EQ(ledger.pack, "financial@1");
  EXPECT_EQ(ledger.mode, Mode::enforce);
  EXPECT_EQ(ledger.unless.size(), 2U) << "an override's exemptions are added";
  EXPECT_EQ(ledger.then.action, Action::quarantine);
  EXPECT_EQ(ledger.then.notify, std::vector<Notified>{Notified::sender}) << "then is changed key by key";
  EXPECT_TRUE(model.find_rule("financial.held")->then.review.empty()) << "an action that holds nothing asks nobody";
  ASSERT_EQ(ledger.tests.size(), 2U);
  EXPECT_EQ(ledger.tests[1].file, folder.dir() + "/tests/x.txt");
  EXPECT_EQ(model.find_group("payments")->members.size(), 1U) << "the company's list takes the pack's place";
  const Content& both = *model.find_rule("secret.both")->content;
  EXPECT_EQ(model.detectors[both.children[0].detector.detector].id, "words");
  EXPECT_EQ(model.detectors[both.children[1].detector.detector].id, "financial/words");
}

// Each key of `override`: what it changes, and that all else of the rule stays.
TEST(Loader, OverridesEachKeyOfAPacksRule) {
  constexpr std::string_view kRule = R"(apiVersion: postern/v1
detectors:
  - {id: words, primary: {keywords: [ledger]}}
rules:
  - id: financial.ledger
    title: Ledger
    category: financial
    severity: low
    owner: pack@example.com
    review_by: 2027-01-31
    clause: the pack's
    mode: enforce
    canary: {percent: 10, seed: 7}
    fallback: {overrides: 5%}
    active: {until: '2030-01-01T00:00:00Z'}
    when: {recipients: [class:social], content: {detector: words}}
    unless: [{senders: [class:internal], recipients: [class:partner]}]
    then: {action: annotate, notify: [sender], training: theirs, route: encrypt}
    tests: {should_match: [{name: pack, to: [test@social], body: ledger}]}
)";
  struct Case {
    const char* change;
    std::function<void(Rule&)> expect;  // does to the rule as the pack wrote it what the change should do
  };
  const auto person = [](const string& address) { return std::optional(Party{address, std::nullopt, {}}); };
  const Case cases[] = {
      {"severity: medium", [](Rule& r) { r.severity = Severity::medium; }},
      {"owner: ours@example.com", [&](Rule& r) { r.owner = person("ours@example.com"); }},
      {"review_by: 2028-02-01", [](Rule& r) { r.review_by = *parse_rfc3339("2028-02-01T00:00:00Z"); }},
      {"clause: ours", [](Rule& r) { r.clause = "ours"; }},
      {"mode: audit", [](Rule& r) { r.mode = Mode::audit; }},
      {"canary: {percent: 50}",
       [](Rule& r) {
         r.canary = Canary{0.5, 0, {}};
       }},
      {"fallback: {overrides: 20%, min_senders: 3}",
       [](Rule& r) {
         r.fallback = Fallback{0.2, 3, {}};
       }},
      {"active: {from: '2026-01-01T00:00:00Z'}",
       [](Rule& r) {
         r.active = Active{};
         r.active.from = DateRef{*parse_rfc3339("2026-01-01T00:00:00Z"), "", {}};
       }},
      {"unless: [{recipients: [class:press]}]", [](Rule& r) { r.unless.push_back(r.unless.front()); }},
      {"then: {notify: [liaison]}", [](Rule& r) { r.then.notify = {Notified::liaison}; }},
      {"then: {training: ours}", [](Rule& r) { r.then.training = "ours"; }},
      {"then: {route: archive}", [](Rule& r) { r.then.route = "archive"; }},
      {"then: {action: allow}", [](Rule& r) { r.then.action = Action::allow; }},
      {"then: {action: quarantine, review: [owner]}",
       [](Rule& r) {
         r.then.action = Action::quarantine;
         r.then.review = {Approver::owner};
         r.then.route.clear();  // what is held takes no way
       }},
      {"tests: {should_not_match: [{name: ours, to: [test@social], body: x}]}",
       [](Rule& r) { r.tests.push_back(r.tests.front()); }},
  };
  // What the keys make of a rule, in one line.
  const auto told = [](const Rule& r) {
    string out = string(to_string(r.severity)) + " " + r.owner->text + " " + format_rfc3339(*r.review_by) + " " +
                 r.clause + " " + string(to_string(r.mode));
    out += " canary " + std::to_string(r.canary->share) + "/" + std::to_string(r.canary->seed);
    out += " fallback " + std::to_string(r.fallback->overrides) + "/" + std::to_string(r.fallback->min_senders);
    out += " from " + (r.active.from ? format_rfc3339(r.active.from->time) : "-");
    out += " until " + (r.active.until ? format_rfc3339(r.active.until->time) : "-");
    out += " " + std::to_string(r.unless.size()) + " exemptions, " + string(to_string(r.then.action)) + ", review";
    for (const Approver one : r.then.review) out += " " + string(to_string(one));
    out += ", notify";
    for (const Notified one : r.then.notify) out += " " + string(to_string(one));
    return out + ", training " + r.then.training + ", route " + r.then.route + ", " + std::to_string(r.tests.size()) +
           " tests, " + r.title;
  };
  const auto load = [&](const string& change) {
    PolicyFolder folder;
    folder.add("packs/financial/1/pack.yaml", kPack);
    folder.add("packs/financial/1/rules/a.yaml", kRule);
    folder.add("policy.yaml", "use: [financial@1]\n" + string(kSmallPolicy) +
                                  (change.empty() ? "" : "override:\n  financial.ledger:\n    " + change + "\n"));
    const Model model = load_clean(folder);
    return model.rules.empty() ? Rule() : model.rules[0];
  };
  const Rule original = load("");
  for (const Case& c : cases) {
    Rule want = original;
    c.expect(want);
    const Rule got = load(c.change);
    ASSERT_EQ(got.id, "financial.ledger") << c.change;
    EXPECT_EQ(told(got), told(want)) << c.change;
    EXPECT_NE(told(got), told(original)) << c.change;
    EXPECT_EQ(got.overridden, std::vector<string>{string(c.change).substr(0, string(c.change).find(':'))});
  }
  EXPECT_EQ(load("enabled: false").id, "");
  EXPECT_EQ(told(load("enabled: true")), told(original));
}

// A pack proves itself under the policy that uses it: what the company changes may break its rules' tests.
TEST(Packs, TestsRunUnderTheCompanysPolicy) {
  struct Case {
    const char* name;
    const char* company;  // more of policy.yaml
    std::vector<string> failed;
  };
  for (const Case& c : {Case{"as it is", "", {}},
                        Case{"an exemption that swallows it",
                             "override: {financial.ledger: {unless: [{senders: [class:internal]}]}}\n",
                             {"pack"}},
                        Case{"a test of ours that does not hold",
                             "override: {financial.ledger: {tests: {should_not_match: [{name: ours, to: [test@social], "
                             "body: our ledger}]}}}\n",
                             {"ours"}},
                        Case{"a rule that is left out", "override: {financial.ledger: {enabled: false}}\n", {}}}) {
    PolicyFolder folder;
    folder.add("packs/financial/1/pack.yaml", kPack);
    folder.add("packs/financial/1/rules/a.yaml", kPackRules);
    folder.add("policy.yaml", "use: [financial@1]\n" + string(kSmallPolicy) + c.company);
    Diagnostics diagnostics;
    const auto policy = Policy::load(folder.options(), diagnostics);
    ASSERT_NE(policy, nullptr) << c.name << diagnostics.to_text();
    TestOptions options;
    options.now = folder.options().now;
    const TestReport report = run_tests(*policy, options);
    std::vector<string> failed;
    for (const TestResult& result : report.results) {
      if (!result.passed) failed.push_back(result.test);
    }
    EXPECT_EQ(failed, c.failed) << c.name;
    EXPECT_EQ(report.results.empty(), std::string_view(c.name) == "a rule that is left out") << c.name;
  }
}

}  // namespace
}  // namespace postern::policy

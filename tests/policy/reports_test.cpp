// What the tools tell of many messages, word by word.
#include "policy/backtest.h"
#include "policy/diff.h"
#include "policy/first_day.h"
#include "tests/policy/golden_report.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

using std::string;

constexpr std::string_view kRules =
    "apiVersion: postern/v1\n"
    "detectors:\n"
    "  - {id: codename, primary: {keywords: [Nightjar, quokka], match: phrase}}\n"
    "  - {id: hush, sensitive: true, primary: {keywords: [Wombat]}}\n"
    "rules:\n"
    "  - id: secret.codename\n"
    "    title: A codename\n"
    "    category: secret\n"
    "    severity: high\n"
    "    mode: enforce\n"
    "    when:\n"
    "      recipients: [class:social]\n"
    "      content: {all: [{detector: codename, min_count: 1, in: [subject, body]}, {not: {detector: hush}}]}\n"
    "    then: {action: quarantine}\n"
    "  - id: secret.locked\n"
    "    title: Locked\n"
    "    category: secret\n"
    "    severity: low\n"
    "    mode: audit\n"
    "    when: {content: {outcome: [encrypted]}}\n"
    "    then: {action: reject}\n";

Loaded load(PolicyFolder& folder, std::string_view policy, std::string_view rules) {
  folder.add("policy.yaml", policy);
  folder.add("rules/a.yaml", rules);
  Diagnostics diagnostics;
  Loaded out = load_files(folder.options(), diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.to_text();
  return out;
}

BacktestMail mail(const string& name, const string& sender, DestinationClass cls, Action action, Action if_enforced,
                  std::vector<BacktestMail::Hit> hits) {
  BacktestMail out;
  out.name = name;
  out.sender = sender;
  out.recipients = {{{DestinationClass::outside, cls}, action, if_enforced}};
  out.hits = std::move(hits);
  return out;
}

BacktestReport a_report(const Model& model) {
  Backtest backtest(model, "d1ge57");
  backtest.add(mail("a.mbox#1", "sender-1", DestinationClass::social, Action::quarantine, Action::quarantine,
                    {{"secret.codename", true}}));
  BacktestMail locked = mail("a.mbox#2", "sender-2", DestinationClass::partner, Action::allow, Action::reject,
                             {{"secret.locked", false}});
  locked.unread = {{"application/zip", Outcome::encrypted}, {"application/zip", Outcome::encrypted}};
  backtest.add(locked);
  for (int i = 3; i < 10; i++) {
    backtest.add(
        mail("a.mbox#" + std::to_string(i), "sender-1", DestinationClass::other, Action::allow, Action::allow, {}));
  }
  BacktestMail passing;
  passing.fate = BacktestMail::Fate::passing;
  backtest.add(passing);
  BacktestMail failed;
  failed.name = "b/cur/<1>\x1b[2J";
  failed.fate = BacktestMail::Fate::failed;
  failed.why = "no recipient: the mail has no To, Cc or Bcc";
  backtest.add(failed);
  BacktestReport report = backtest.report();
  report.most_stopped = 10;
  return report;
}

TEST(BacktestReport, InEveryFormat) {
  PolicyFolder folder;
  const Loaded loaded = load(folder, kSmallPolicy, kRules);
  const BacktestReport report = a_report(loaded.model);
  expect_golden("backtest.txt", to_text(report), folder.root());
  expect_golden("backtest.json", to_json(report), folder.root());
  expect_golden("backtest.junit.xml", to_junit(report), folder.root());
  Diagnostics diagnostics;
  add_findings(report, folder.dir() + "/policy.yaml", diagnostics);
  expect_golden("backtest.sarif", diagnostics.to_sarif("0"), folder.root());
  expect_golden("backtest.diagnostics.txt", diagnostics.to_text(), folder.root());
}

TEST(BacktestReport, TheGate) {
  PolicyFolder folder;
  const Loaded loaded = load(folder, kSmallPolicy, kRules);
  BacktestReport report = a_report(loaded.model);
  struct Case {
    double most;
    bool as_enforced;
    bool too_many;
  };
  // One of nine judged messages is held, two are stopped when all rules are enforced.
  for (const Case& c :
       {Case{11.0, false, true}, Case{11.2, false, false}, Case{22.0, true, true}, Case{22.3, true, false}}) {
    report.most_stopped = c.most;
    report.as_enforced = c.as_enforced;
    EXPECT_EQ(report.too_many_stopped(), c.too_many) << c.most;
  }
}

// A policy's first day: a rule that is loud, a paragraph, an automatic sender, a domain, what was not read.
FirstDayReport a_first_day(const Model& model) {
  FirstDay day(model, "d1ge57");
  for (int i = 1; i <= 20; i++) {
    FirstDayMail one;
    const bool loud = i <= 5;
    one.mail =
        mail("sent.mbox#" + std::to_string(i), "sender-" + std::to_string(i % 3), DestinationClass::other,
             loud ? Action::quarantine : Action::allow, loud ? Action::quarantine : Action::allow,
             loud ? std::vector<BacktestMail::Hit>{{"secret.codename", true}} : std::vector<BacktestMail::Hit>{});
    if (i > 15) one.mail.unread = {{"image/png", Outcome::partial}};
    if (i > 15) one.not_ocred = 1;
    if (i > 17) one.automatic = "shop@example.com";
    one.domains = {i > 10 ? "new.example" : "<old>.example"};
    if (i < 7) one.paragraphs = {77};
    day.add(one);
  }
  FirstDayMail failed;
  failed.mail.name = "b/cur/<1>\x1b[2J";
  failed.mail.fate = BacktestMail::Fate::failed;
  failed.mail.why = "no recipient: the mail has no To, Cc or Bcc";
  day.add(failed);
  FirstDayReport report = day.report();
  for (auto& paragraph : report.paragraphs) paragraph.text = "This message is for you.\nAnd for nobody <else>.";
  return report;
}

TEST(FirstDayReport, InEveryFormat) {
  PolicyFolder folder;
  const Loaded loaded = load(folder, kSmallPolicy, kRules);
  const FirstDayReport report = a_first_day(loaded.model);
  const FirstDayPatches patches = patches_of(report, loaded.model);
  expect_golden("first-day.txt", to_text(report, patches), folder.root());
  expect_golden("first-day.json", to_json(report, patches), folder.root());
  expect_golden("first-day.junit.xml", to_junit(report), folder.root());
  Diagnostics diagnostics;
  add_findings(report, folder.dir() + "/policy.yaml", diagnostics);
  expect_golden("first-day.sarif", diagnostics.to_sarif("0"), folder.root());
}

TEST(PolicyDiff, SaysWhatChangesInMeaning) {
  PolicyFolder a;
  PolicyFolder b;
  const Loaded before = load(a, kSmallPolicy, kRules);
  string rules(kRules);
  const auto replace = [&rules](std::string_view from, std::string_view to) {
    const size_t at = rules.find(from);
    ASSERT_NE(at, string::npos) << from;
    rules.replace(at, from.size(), to);
  };
  replace("[Nightjar, quokka]", "[quokka, Falcon, Kestrel]");
  replace("[Wombat]", "[Wombat, Dingo]");
  replace("severity: high\n    mode: enforce", "severity: high\n    mode: audit");
  replace("recipients: [class:social]", "recipients: [class:social, group:press]");
  replace("min_count: 1, in", "min_count: 2, in");
  replace("    then: {action: quarantine}\n",
          "    unless: [{senders: [group:press], recipients: [a@partner.example]}]\n    then: {action: justify}\n");
  replace("secret.locked", "secret.sealed");
  const Loaded after = load(
      b, string(kSmallPolicy) + "groups: {press: [press@example.com]}\ndestinations: {partner: [partner.example]}\n",
      rules);
  MailDiff mail;
  mail.messages = 30;
  mail.judged = 29;
  mail.failures = {{"x.mbox#30", "no recipient"}};
  mail.add({"x.mbox#1", "sender-1", {"secret.codename"}, {}, Action::allow, Action::justify});
  for (int i = 2; i < 25; i++) {
    mail.add({"x.mbox#" + std::to_string(i), "sender-2", {}, {"secret.codename"}, Action::quarantine, Action::allow});
  }
  mail.add({"x.mbox#25", "sender-1", {}, {}, Action::allow, Action::allow});
  mail.add({"x.mbox#26", "sender-1", {}, {}, Action::quarantine, Action::justify});
  const auto changes = diff(before.model, after.model);
  expect_golden("diff.txt", to_text(changes, &mail), a.root());
  expect_golden("diff.json", to_json(changes, &mail), a.root());
  expect_golden("diff-without-mail.json", to_json(changes, nullptr), a.root());
  expect_golden("diff.junit.xml", to_junit(changes, &mail), a.root());
  Diagnostics notes;
  add_findings(changes, &mail, "policy/policy.yaml", notes);
  expect_golden("diff.sarif", notes.to_sarif("0"), a.root());
  EXPECT_NE(to_junit({}, nullptr).find("<testcase classname=\"diff\" name=\"the policies mean the same\"/>"),
            string::npos);
}

TEST(PolicyDiff, TheSameInAnotherOrderIsNoChange) {
  PolicyFolder a;
  PolicyFolder b;
  const Loaded before = load(a, kSmallPolicy, kRules);
  string rules(kRules);
  rules.replace(rules.find("[Nightjar, quokka]"), 18, "['quokka', \"Nightjar\"]");
  rules.replace(rules.find("    title: A codename\n    category: secret\n"), 42,
                "    category: secret   # as before\n    title: 'A codename'\n");
  const Loaded after = load(b, "# other words\n" + string(kSmallPolicy), rules);
  EXPECT_EQ(to_text(diff(before.model, after.model), nullptr), "the policies mean the same\n");
}

}  // namespace
}  // namespace postern::policy

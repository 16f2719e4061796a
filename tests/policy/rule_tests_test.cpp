// The runner of the rules' own tests, on a policy whose tests are partly wrong on purpose.
#include <map>

#include <nlohmann/json.hpp>

#include "policy/tests.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

using std::string;

constexpr std::string_view kRules = R"(apiVersion: postern/v1
evidence:
  secrecy: {keywords: [confidential]}
detectors:
  - id: codenames
    primary: {keywords: [Nightjar], case: exact}
  - id: near
    primary: {keywords: [formula]}
    confidence: [{level: 80, when: {of: [secrecy], within: 30}}]
rules:
  - id: secret.codename
    category: secret
    mode: audit
    active: {until: '2027-02-01T00:00:00Z'}
    when: {recipients: [class:social], content: {detector: codenames, in: [subject, body, attachment]}}
    then: {action: quarantine}
    tests:
      should_match:
        - {name: body, to: [test@social], body: 'Nightjar ships in May'}
        - {name: subject, to: [test@social], subject: 'Nightjar'}
        - {name: two recipients, to: [test@internal, test@social], body: 'Nightjar', expect: {action: quarantine, count: 1, place: body}}
        - {name: a file, to: [test@social], file: tests/plan.txt, expect: {place: page}}
        - {name: wrong action, to: [test@social], body: 'Nightjar', expect: {action: reject}}
        - {name: wrong place, to: [test@social], body: 'Nightjar', expect: {place: comment}}
        - {name: wrong count, to: [test@social], body: 'Nightjar', expect: {count: 2}}
        - {name: wrong confidence, to: [test@social], body: 'Nightjar', expect: {confidence: 90}}
        - {name: not there, to: [test@social], body: 'a nightjar sang'}
        - {name: broken file, to: [test@social], file: tests/broken.txt}
      should_not_match:
        - {name: the bird, to: [test@social], body: 'a nightjar sang'}
        - {name: colleague, to: [test@internal], body: 'Nightjar'}
        - {name: after the date, to: [test@social], at: '2027-02-02T00:00:00Z', body: 'Nightjar'}
        - {name: wrong, to: [test@social], body: 'Nightjar <&> ships'}
  - id: secret.near
    category: secret
    mode: enforce
    when: {content: {detector: near}}
    then: {action: justify}
    tests:
      should_match:
        - {name: close, to: [a@b.example], body: 'confidential formula'}
        - {name: too far, to: [a@b.example], body: 'confidential words and many other words stand before the formula'}
      should_not_match:
        - {name: alone, to: [a@b.example], body: 'a formula'}
)";

ExtractedText document(const string& text) {
  ExtractedText out;
  Part root;
  root.role = PartRole::message;
  root.type = "application/pdf";
  out.parts.push_back(root);
  out.segments.push_back({0, Place::page, "p. 1", text});
  return out;
}

class RuleTests : public ::testing::Test {
 protected:
  RuleTests() {
    folder_.add("policy.yaml", kSmallPolicy);
    folder_.add("rules/a.yaml", kRules);
    folder_.add("tests/plan.txt", "x");
    folder_.add("tests/broken.txt", "x");
    Diagnostics diagnostics;
    policy_ = Policy::load(folder_.options(), diagnostics);
    EXPECT_NE(policy_, nullptr) << diagnostics.to_text();
    options_.now = *parse_rfc3339("2027-06-01T00:00:00Z");  // after the rule's end
    options_.read = [this](const string& path) -> Result<ExtractedText> {
      reads_[path]++;
      if (path.ends_with("broken.txt")) return fail(ErrorKind::corrupt, "no such format");
      return document("Nightjar in a file");
    };
  }

  PolicyFolder folder_;
  std::shared_ptr<const Policy> policy_;
  TestOptions options_;
  std::map<string, int> reads_;
};

TEST_F(RuleTests, RunAllAndSayWhy) {
  ASSERT_NE(policy_, nullptr);
  const TestReport report = run_tests(*policy_, options_);
  std::map<string, string> failures;
  for (const TestResult& result : report.results) {
    if (!result.passed) failures[result.test] = result.why;
  }
  EXPECT_THAT(failures,
              ::testing::ElementsAre(::testing::Pair("broken file", "the file cannot be read: no such format"),
                                     ::testing::Pair("not there", "the rule does not find it"),
                                     ::testing::Pair("too far", "the rule does not find it"),
                                     ::testing::Pair("wrong", "the rule finds something that it must let pass"),
                                     ::testing::Pair("wrong action", "the action is quarantine, not reject"),
                                     ::testing::Pair("wrong confidence", "the confidence is 75, not 90"),
                                     ::testing::Pair("wrong count", "the count is 1, not 2"),
                                     ::testing::Pair("wrong place", "it was found in body, not in comment")));
  EXPECT_EQ(report.passed, 9U);
  EXPECT_EQ(report.failed, 8U);
  EXPECT_EQ(report.results.size(), 17U);
}

TEST_F(RuleTests, EndWhenTheyAreAskedTo) {
  ASSERT_NE(policy_, nullptr);
  int asked = 0;
  options_.go_on = [&] { return ++asked <= 3; };
  const TestReport report = run_tests(*policy_, options_);
  EXPECT_TRUE(report.ended_early);
  EXPECT_EQ(report.results.size(), 3U);
  EXPECT_EQ(report.passed + report.failed, 3U);
  EXPECT_EQ(asked, 4);
  options_.go_on = nullptr;
  EXPECT_FALSE(run_tests(*policy_, options_).ended_early);
}

TEST_F(RuleTests, AMissSaysWhatWasNearest) {
  ASSERT_NE(policy_, nullptr);
  options_.rule = "secret.near";
  const TestReport report = run_tests(*policy_, options_);
  ASSERT_EQ(report.results.size(), 3U) << "only the rule that was asked for";
  EXPECT_EQ(report.results[1].test, "too far");
  EXPECT_THAT(report.results[1].nearest,
              ::testing::AllOf(::testing::HasSubstr("characters"), ::testing::HasSubstr("30")));
}

TEST_F(RuleTests, NeverShowsMoreThanAMaskedExcerpt) {
  ASSERT_NE(policy_, nullptr);
  const TestReport report = run_tests(*policy_, options_);
  EXPECT_EQ(to_text(report).find("with confidence 75: Nightjar"), string::npos);
}

TEST_F(RuleTests, FilesAreReadOnceAndNeedAReader) {
  ASSERT_NE(policy_, nullptr);
  run_tests(*policy_, options_);
  EXPECT_EQ(reads_.size(), 2U);
  for (const auto& [path, count] : reads_) EXPECT_EQ(count, 1) << path;
  options_.read = nullptr;
  const TestReport report = run_tests(*policy_, options_);
  EXPECT_EQ(report.failed, 9U) << "the test with the good file fails as well";
}

TEST_F(RuleTests, Formats) {
  ASSERT_NE(policy_, nullptr);
  const TestReport report = run_tests(*policy_, options_);
  EXPECT_THAT(to_text(report), ::testing::EndsWith("9 passed, 8 failed\n"));
  EXPECT_THAT(to_text(report), ::testing::HasSubstr("rules/a.yaml:"));
  const auto json = nlohmann::json::parse(to_json(report));
  EXPECT_EQ(json.at("tests").size(), 17U);
  EXPECT_EQ(json.at("failed"), 8);
  EXPECT_EQ(json.at("tests").at(0).at("expected"), "match");
  const string junit = to_junit(report);
  EXPECT_THAT(junit, ::testing::HasSubstr("<testsuite name=\"secret.codename\" tests=\"14\" failures=\"7\">"));
  EXPECT_THAT(junit, ::testing::HasSubstr("<testsuite name=\"secret.near\" tests=\"3\" failures=\"1\">"));
  EXPECT_EQ(junit.find("<&>"), string::npos) << "text is escaped";
}

TEST(RuleTestsOfStrips, SayWhatIsTakenOffAndForWhom) {
  PolicyFolder folder;
  folder.add("policy.yaml", kSmallPolicy);
  folder.add("tests/plan.txt", "Nightjar");
  folder.add("rules/a.yaml", R"(apiVersion: postern/v1
detectors:
  - {id: codenames, primary: {keywords: [Nightjar]}}
rules:
  - id: secret.codename
    category: secret
    when: {content: {detector: codenames}}
    then: {action: allow, strip: attachment}
    tests:
      should_match:
        - {name: in a file, to: [test@other, test@internal, a@x.example], file: tests/plan.txt, expect: {strip: attachment}}
        - {name: in the body, to: [test@other], body: Nightjar, expect: {strip: attachment}}
)");
  Diagnostics diagnostics;
  const auto policy = Policy::load(folder.options(), diagnostics);
  ASSERT_NE(policy, nullptr) << diagnostics.to_text();
  TestOptions options;
  options.now = *parse_rfc3339("2027-06-01T00:00:00Z");
  options.read = [](const string&) {
    ExtractedText out;
    out.parts.emplace_back();
    out.segments.push_back({0, Place::body, "", "Nightjar"});
    return out;
  };
  const TestReport report = run_tests(*policy, options);
  ASSERT_EQ(report.results.size(), 2U);
  EXPECT_TRUE(report.results[0].passed) << report.results[0].why;
  EXPECT_EQ(report.results[1].why, "no attachment is taken off");
  EXPECT_THAT(to_text(report),
              ::testing::HasSubstr("secret.codename, in a file: takes off 2 (plan.txt) for test@other a@x.example\n"));
  const auto taken = nlohmann::json::parse(to_json(report)).at("tests").at(0).at("taken_off");
  EXPECT_EQ(taken.dump(), R"x([{"part":"2 (plan.txt)","recipients":["test@other","a@x.example"]}])x");
}

TEST(RuleTestsOfAddresses, SayHowManyTheHeaderShows) {
  PolicyFolder folder;
  folder.add("policy.yaml", kSmallPolicy);
  folder.add("rules/a.yaml", R"(apiVersion: postern/v1
rules:
  - id: secret.open
    category: secret
    when: {recipients: {visible_outside_at_least: 3}}
    then: {action: justify}
    tests:
      should_match:
        - {name: many, to: [test@other], body: hello, visible_outside: 20, expect: {count: 20, place: header}}
        - {name: those of to, to: [a@x.example, b@x.example, c@x.example, test@internal], body: hello}
        - {name: too few, to: [test@other], body: hello, visible_outside: 2}
      should_not_match:
        - {name: hidden, to: [a@x.example, b@x.example, c@x.example], body: hello, visible_outside: 0}
        - {name: colleagues, to: [a@x.example, b@x.example, test@internal], body: hello}
        - {name: protected, to: [a@x.example, b@x.example, test@protected], body: hello}
)");
  Diagnostics diagnostics;
  const auto policy = Policy::load(folder.options(), diagnostics);
  ASSERT_NE(policy, nullptr) << diagnostics.to_text();
  TestOptions options;
  options.now = *parse_rfc3339("2027-06-01T00:00:00Z");
  for (const TestResult& result : run_tests(*policy, options).results) {
    EXPECT_EQ(result.passed, result.test != "too few") << result.test << ": " << result.why;
    if (!result.passed) {
      EXPECT_EQ(result.nearest, "at least 3 outside addresses in To and Cc: 2 there");
    }
  }
}

// What its owner would answer is not known to a test: the dates count as written.
TEST(RuleTestsOfDates, EndARuleThatWouldAskItsOwner) {
  PolicyFolder folder;
  folder.add("policy.yaml", kSmallPolicy);
  const auto rule = [](std::string_view id, std::string_view until) {
    return "  - id: secret." + string(id) +
           "\n    category: secret\n    owner: ida@example.com\n    active: {until: '" + string(until) +
           "T00:00:00Z', on_end: ask_owner}\n"
           "    when: {recipients: [class:social], content: {detector: codenames}}\n"
           "    then: {action: quarantine}\n"
           "    tests:\n"
           "      should_match:\n"
           "        - {name: before, to: [test@social], body: Nightjar}\n"
           "        - {name: in vain, to: [test@social], at: '2029-01-01T00:00:00Z', body: Nightjar}\n"
           "      should_not_match:\n"
           "        - {name: after the date, to: [test@social], at: '2029-01-01T00:00:00Z', body: Nightjar}\n";
  };
  folder.add("rules/a.yaml",
             "apiVersion: postern/v1\n"
             "detectors: [{id: codenames, primary: {keywords: [Nightjar]}}]\n"
             "rules:\n" +
                 rule("over", "2027-01-01") + rule("open", "2028-01-01"));
  Diagnostics diagnostics;
  const auto policy = Policy::load(folder.options(), diagnostics);
  ASSERT_NE(policy, nullptr) << diagnostics.to_text();
  TestOptions options;
  options.now = *parse_rfc3339("2027-06-01T00:00:00Z");
  const TestReport report = run_tests(*policy, options);
  ASSERT_EQ(report.results.size(), 6U);
  for (const TestResult& result : report.results) {
    EXPECT_EQ(result.passed, result.test != "in vain") << result.test << ": " << result.why;
  }
}

TEST(RuleTestsOfAddresses, SayWhetherItIsAFirstContact) {
  PolicyFolder folder;
  folder.add("policy.yaml", kSmallPolicy);
  folder.add("rules/a.yaml", R"(apiVersion: postern/v1
rules:
  - id: secret.first
    category: secret
    when: {recipients: {any: [class:personal], first_contact: true}}
    then: {action: annotate}
    tests:
      should_match:
        - {name: first, to: [test@personal], body: hello, first_contact: true}
        - {name: known, to: [test@personal], body: hello}
      should_not_match:
        - {name: written to before, to: [test@personal], body: hello, first_contact: false}
        - {name: of another class, to: [test@partner], body: hello, first_contact: true}
)");
  Diagnostics diagnostics;
  const auto policy = Policy::load(folder.options(), diagnostics);
  ASSERT_NE(policy, nullptr) << diagnostics.to_text();
  TestOptions options;
  options.now = *parse_rfc3339("2027-06-01T00:00:00Z");
  for (const TestResult& result : run_tests(*policy, options).results) {
    EXPECT_EQ(result.passed, result.test != "known") << result.test << ": " << result.why;
    if (!result.passed) {
      EXPECT_EQ(result.nearest, "the recipient is no first contact: somebody of ours wrote to it before");
    }
  }
}

TEST(RuleTestMessage, HangsTheFileBelowTheMail) {
  RuleTest test;
  test.subject = "s";
  test.body = "b";
  test.file = "/x/plan.pdf";
  ExtractedText file = document("text");
  Part inner;
  inner.path = PartPath({1});
  inner.role = PartRole::body;
  file.parts.push_back(inner);
  const ExtractedText mail = message_of(test, &file);
  ASSERT_EQ(mail.parts.size(), 4U);
  EXPECT_EQ(mail.parts[2].path.to_string(), "2");
  EXPECT_EQ(mail.parts[2].name, "plan.pdf");
  EXPECT_EQ(mail.parts[3].path.to_string(), "2/1");
  EXPECT_EQ(mail.parts[3].role, PartRole::attachment);
  EXPECT_THAT(items_of(mail), ::testing::ElementsAre(0, 0, 1, 1));
  EXPECT_EQ(mail.segments.back().part, 2U);
}

}  // namespace
}  // namespace postern::policy

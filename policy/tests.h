// The rules' own tests: every rule proves itself by messages that it must find and messages that it must let
// pass.
//
// A test is judged by the whole policy, as mail would be, with Context::tests set: rules in audit mode and canaries
// count as enforced, `test@CLASS` is an address of that class. Without `at:` it runs at a time at which its
// rule is active; without `from:` the sender is test@internal. A test looks only at what its own rule
// found. Running never stops at a failure, and a failure says what was nearest.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "message/extracted_text.h"
#include "policy/policy.h"

namespace postern::policy {

// Reads a test's file into text; policy/ links no extractors. Called once a file.
using ReadTestFile = std::function<Result<ExtractedText>(const std::string& path)>;

struct TestOptions {
  WallTime now;       // for rules without dates
  ReadTestFile read;  // empty: tests with a file fail and say so
  std::string rule;   // only this rule; empty: all
  // Asked before each test; false ends the run. Empty: all are run.
  std::function<bool()> go_on;
};

struct TestResult {
  std::string rule;
  std::string test;
  RuleTest::Expectation expectation = RuleTest::Expectation::match;
  bool passed = false;
  std::string why;      // of a failure, one sentence
  std::string nearest;  // of a failure, what was nearest to coming out right; may be empty
  struct TakenOff {
    std::string part;  // as strip_label() has it
    std::vector<std::string> recipients;
  };
  std::vector<TakenOff> taken_off;  // what the rule wants off the message, and for whom
  SourceMark mark;
};

struct TestReport {
  std::vector<TestResult> results;  // in the order of the policy
  size_t passed = 0;
  size_t failed = 0;
  bool ended_early = false;  // by go_on()
};

TestReport run_tests(const Policy& policy, const TestOptions& options);

// Failures as diagnostics under P050, for text and SARIF.
void add_failures(const TestReport& report, Diagnostics& diagnostics);
// Failures with their source lines, what tests have taken off, then "12 passed, 1 failed".
std::string to_text(const TestReport& report, bool colour = false);
// {"tests": [{"rule","test","expected","passed","why","nearest","file","line"}], "passed", "failed"}; with
// "taken_off": [{"part","recipients"}] where the rule takes something off.
std::string to_json(const TestReport& report);
// JUnit XML: a suite a rule, a case a test.
std::string to_junit(const TestReport& report);

// What is wrong with a policy as JUnit XML: a suite "policy", a failure a diagnostic, one case that passes without any.
std::string to_junit(const Diagnostics& diagnostics);

// The message that a test describes: the mail with its subject and body, and `file` as its attachment (may be null).
ExtractedText message_of(const RuleTest& test, const ExtractedText* file);

}  // namespace postern::policy

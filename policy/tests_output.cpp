#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "policy/codes.h"
#include "policy/tests.h"

namespace postern::policy {

namespace {

using std::string;

constexpr std::string_view kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

std::string_view to_string(DiagnosticSeverity severity) {
  switch (severity) {
    case DiagnosticSeverity::error:
      return "error";
    case DiagnosticSeverity::warning:
      return "warning";
    case DiagnosticSeverity::note:
      break;
  }
  return "note";
}

std::string_view expected(const TestResult& result) {
  return result.expectation == RuleTest::Expectation::match ? "match" : "no match";
}

// Control characters, which XML 1.0 2.2 does not allow, are blanks.
string xml(std::string_view text) {
  string allowed(text), out;
  std::replace_if(
      allowed.begin(), allowed.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n'; }, ' ');
  append_xml(out, allowed);
  return out;
}

}  // namespace

void add_failures(const TestReport& report, Diagnostics& diagnostics) {
  for (const TestResult& result : report.results) {
    if (result.passed) continue;
    diagnostics.error(string(codes::kTestFailed), result.mark,
                      "test '" + result.test + "' of " + result.rule + ": " + result.why,
                      result.nearest.empty() ? "" : "nearest: " + result.nearest);
  }
}

string to_text(const TestReport& report, bool colour) {
  Diagnostics diagnostics;
  add_failures(report, diagnostics);
  string taken;
  for (const TestResult& result : report.results) {
    for (const TestResult::TakenOff& one : result.taken_off) {
      taken += result.rule + ", " + result.test + ": takes off " + one.part + " for";
      for (const string& recipient : one.recipients) taken += " " + recipient;
      taken += "\n";
    }
  }
  return diagnostics.to_text(colour) + taken + std::to_string(report.passed) + " passed, " +
         std::to_string(report.failed) + " failed\n";
}

string to_json(const TestReport& report) {
  nlohmann::ordered_json tests = nlohmann::ordered_json::array();
  for (const TestResult& result : report.results) {
    nlohmann::ordered_json row;
    row["rule"] = result.rule;
    row["test"] = result.test;
    row["expected"] = expected(result);
    row["passed"] = result.passed;
    row["why"] = result.why;
    row["nearest"] = result.nearest;
    row["file"] = result.mark.file ? result.mark.file->path : "";
    row["line"] = result.mark.line;
    for (const TestResult::TakenOff& one : result.taken_off) {
      row["taken_off"].push_back({{"part", one.part}, {"recipients", one.recipients}});
    }
    tests.push_back(std::move(row));
  }
  nlohmann::ordered_json out;
  out["tests"] = std::move(tests);
  out["passed"] = report.passed;
  out["failed"] = report.failed;
  return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

string to_junit(const Diagnostics& diagnostics) {
  const size_t failed = diagnostics.all().size();
  const string counts =
      " tests=\"" + std::to_string(std::max<size_t>(failed, 1)) + "\" failures=\"" + std::to_string(failed) + "\"";
  string out = string(kXmlHead) + "<testsuites" + counts + ">\n  <testsuite name=\"policy\"" + counts + ">\n";
  if (failed == 0) out += "    <testcase classname=\"policy\" name=\"lint\"/>\n";
  for (const Diagnostic& one : diagnostics.all()) {
    const string file = one.mark.file ? one.mark.file->path : "policy";
    const string line = std::to_string(one.mark.line);
    out += "    <testcase classname=\"" + xml(file) + "\" name=\"" + xml(one.code) + " at " + line + ":" +
           std::to_string(one.mark.column) + "\" file=\"" + xml(file) + "\" line=\"" + line +
           "\">\n      <failure type=\"" + string(to_string(one.severity)) + "\" message=\"" + xml(one.text) + "\">" +
           xml(one.hint) + "</failure>\n    </testcase>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

string to_junit(const TestReport& report) {
  string out = string(kXmlHead) + "<testsuites tests=\"" + std::to_string(report.results.size()) + "\" failures=\"" +
               std::to_string(report.failed) + "\">\n";
  for (size_t begin = 0; begin < report.results.size();) {
    const string& rule = report.results[begin].rule;
    size_t end = begin;
    size_t failed = 0;
    for (; end < report.results.size() && report.results[end].rule == rule; end++) {
      if (!report.results[end].passed) failed++;
    }
    out += "  <testsuite name=\"" + xml(rule) + "\" tests=\"" + std::to_string(end - begin) + "\" failures=\"" +
           std::to_string(failed) + "\">\n";
    for (; begin < end; begin++) {
      const TestResult& result = report.results[begin];
      out += "    <testcase classname=\"" + xml(rule) + "\" name=\"" + xml(result.test) + "\"";
      if (result.mark.file) {
        out += " file=\"" + xml(result.mark.file->path) + "\" line=\"" + std::to_string(result.mark.line) + "\"";
      }
      if (result.passed) {
        out += "/>\n";
        continue;
      }
      out += ">\n      <failure message=\"" + xml(result.why) + "\">" + xml(result.nearest) +
             "</failure>\n    </testcase>\n";
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace postern::policy

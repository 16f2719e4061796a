#include "policy/report_text.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/escape.h"

namespace postern::policy {

namespace {

size_t code_points(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::string TextTable::to_text() const {
  std::vector<size_t> widths;
  widths.reserve(columns_.size());
  for (size_t i = 0; i < columns_.size(); i++) {
    size_t width = code_points(columns_[i].title);
    for (const auto& row : rows_) width = std::max(width, code_points(row[i]));
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](const auto& cell) {
    std::string text;
    for (size_t i = 0; i < columns_.size(); i++) {
      const std::string& one = cell(i);
      const std::string blanks(widths[i] - code_points(one), ' ');
      text += "  " + (columns_[i].align == Align::right ? blanks + one : one + blanks);
    }
    text.resize(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line([&](size_t i) -> const std::string& { return columns_[i].title; });
  for (const auto& row : rows_) {
    line([&](size_t i) -> const std::string& { return row[i]; });
  }
  return out;
}

std::string one_decimal(double value) {
  if (value > 0 && value < 0.05) return "<0.1";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  return one_decimal(100.0 * static_cast<double>(part) / static_cast<double>(whole)) + " %";
}

std::string counted(std::uint64_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string junit_suite(std::string_view suite, const std::vector<JunitCase>& cases) {
  const auto number = [&cases](std::string JunitCase::*what) {
    return std::to_string(
        std::count_if(cases.begin(), cases.end(), [what](const JunitCase& one) { return !(one.*what).empty(); }));
  };
  const std::string counts = " tests=\"" + std::to_string(cases.size()) + "\" failures=\"" +
                             number(&JunitCase::failure) + "\" skipped=\"" + number(&JunitCase::skipped) + "\"";
  std::string out = std::string(kXmlHead) + "<testsuites" + counts + ">\n  <testsuite name=\"" + xml_text(suite) +
                    "\"" + counts + ">\n";
  for (const JunitCase& one : cases) {
    out += "    <testcase classname=\"" + xml_text(one.group) + "\" name=\"" + xml_text(one.name) + "\"";
    std::string inside;
    if (!one.failure.empty()) inside += "      <failure message=\"" + xml_text(one.failure) + "\"/>\n";
    if (!one.skipped.empty()) inside += "      <skipped message=\"" + xml_text(one.skipped) + "\"/>\n";
    if (!one.out.empty()) inside += "      <system-out>" + xml_text(one.out) + "</system-out>\n";
    out += inside.empty() ? "/>\n" : ">\n" + inside + "    </testcase>\n";
  }
  return out + "  </testsuite>\n</testsuites>\n";
}

std::string xml_text(std::string_view text) {
  std::string allowed(text);
  std::replace_if(
      allowed.begin(), allowed.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n'; }, ' ');
  std::string out;
  append_xml(out, allowed);
  return out;
}

}  // namespace postern::policy

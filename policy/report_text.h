// What the reports of the policy tools share: tables for people, shares, XML. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

// Columns as wide as their widest cell, two blanks between; cells of numbers stand to the right.
class TextTable {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  // Each line behind two blanks, without blanks at its end.
  std::string to_text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// "12.5", one decimal; "<0.1" for what is more than nothing.
std::string one_decimal(double value);
// "12.5 %" of `whole`, "-" when there is none.
std::string percent_of(std::uint64_t part, std::uint64_t whole);
// "1 message", "2 messages".
std::string counted(std::uint64_t number, std::string_view noun);

// One suite of JUnit's XML. A case fails when `failure` is not empty, is skipped when `skipped` is not; `out` is what
// it has to tell.
struct JunitCase {
  std::string group;  // "first-day.rules"
  std::string name;
  std::string failure = {};
  std::string skipped = {};
  std::string out = {};
};
std::string junit_suite(std::string_view suite, const std::vector<JunitCase>& cases);

// As it may stand in an element or attribute: what XML 1.0 2.2 does not allow is blank.
std::string xml_text(std::string_view text);
inline constexpr std::string_view kXmlHead = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace postern::policy

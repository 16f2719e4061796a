#include "policy/columns.h"

#include <algorithm>

namespace postern::policy {

namespace {

struct Cells {
  char separator = 0;  // 0: no row of a table
  std::uint32_t count = 0;
  bool operator==(const Cells&) const = default;
};

Cells cells_of(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return {'\t', 0};  // rows of sheets end where their last value does
  for (const char separator : {';', ','}) {
    const auto count = static_cast<std::uint32_t>(std::count(line.begin(), line.end(), separator));
    if (count > 0) return {separator, count};
  }
  return {};
}

bool is_heading(std::string_view row) {
  const auto digits = std::count_if(row.begin(), row.end(), [](char c) { return c >= '0' && c <= '9'; });
  const auto letters = std::count_if(row.begin(), row.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
  return letters > digits;
}

}  // namespace

void Columns::read(std::string_view text) {
  tables_.clear();
  Cells last;
  for (size_t at = 0; at < text.size();) {
    const size_t found = text.find('\n', at);
    const size_t end = found == std::string_view::npos ? text.size() : found;
    const std::string_view line = text.substr(at, end - at);
    const Cells cells = cells_of(line);
    if (cells.separator != 0 && cells == last) {
      tables_.back().end = static_cast<std::uint32_t>(end);
      tables_.back().rows++;
    } else if (cells.separator != 0) {
      tables_.push_back({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end),
                         static_cast<std::uint32_t>(end), 1, cells.separator});
    }
    last = cells;
    at = end + 1;
  }
  std::erase_if(tables_, [&](const Table& table) {
    // Two lines of prose may have as many commas.
    const std::uint32_t fewest = table.separator == '\t' ? 2 : 3;
    return table.rows < fewest || !is_heading(text.substr(table.begin, table.first_end - table.begin));
  });
}

ByteRange Columns::heading_of(std::string_view text, std::uint32_t at) const {
  const auto table = std::lower_bound(tables_.begin(), tables_.end(), at,
                                      [](const Table& one, std::uint32_t wanted) { return one.end < wanted; });
  if (table == tables_.end() || at <= table->first_end) return {};
  // Rows of sheets are shorter; each hit looks back by itself.
  constexpr size_t kLongestRow = 16 << 10;
  const size_t line = text.rfind('\n', at - 1) + 1;
  if (at - line > kLongestRow) return {};
  const auto column = std::count(text.begin() + static_cast<std::ptrdiff_t>(line),
                                 text.begin() + static_cast<std::ptrdiff_t>(at), table->separator);
  std::uint32_t begin = table->begin;
  for (std::ptrdiff_t i = 0; i < column; i++) {
    begin = static_cast<std::uint32_t>(text.find(table->separator, begin)) + 1;
    if (begin == 0 || begin > table->first_end || begin - table->begin > kLongestRow) return {};
  }
  const auto end = static_cast<std::uint32_t>(std::min<size_t>(text.find(table->separator, begin), table->first_end));
  return {begin, end};
}

}  // namespace postern::policy

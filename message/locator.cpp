#include "message/locator.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace postern {

namespace {

struct Cell {
  std::uint64_t row = 0;
  std::uint64_t column = 0;
};

// "A1"; row 0 when it is none.
Cell read_cell(std::string_view text) {
  Cell out;
  size_t letters = 0;
  while (letters < text.size() && letters < 3 && text[letters] >= 'A' && text[letters] <= 'Z') {
    out.column = out.column * 26 + static_cast<std::uint64_t>(text[letters++] - 'A' + 1);
  }
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + letters, end, out.row);
  if (letters == 0 || parsed.ec != std::errc() || parsed.ptr != end) return {};
  return out;
}

std::string write_cell(Cell cell) {
  std::string out;
  for (std::uint64_t column = cell.column; column > 0; column = (column - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (column - 1) % 26));
  }
  return out + std::to_string(cell.row);
}

}  // namespace

std::string locate(const Segment& segment, size_t offset) {
  constexpr std::string_view kLine = "line ";
  const std::string_view at = segment.at;
  const std::string_view before = std::string_view(segment.text).substr(0, std::min(offset, segment.text.size()));
  const auto lines = static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));

  if (at.starts_with(kLine)) {
    std::uint64_t first = 0;
    const auto parsed = std::from_chars(at.data() + kLine.size(), at.data() + at.size(), first);
    if (parsed.ec == std::errc() && parsed.ptr == at.data() + at.size()) return "line " + std::to_string(first + lines);
    return segment.at;
  }
  const size_t sheet = at.rfind('!');
  if (sheet == std::string_view::npos) return segment.at;
  const size_t colon = at.find(':', sheet);
  if (colon == std::string_view::npos) return segment.at;
  Cell cell = read_cell(at.substr(sheet + 1, colon - sheet - 1));
  if (cell.row == 0) return segment.at;
  const size_t row_begin = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  cell.row += lines;
  cell.column += static_cast<std::uint64_t>(
      std::count(before.begin() + static_cast<std::ptrdiff_t>(row_begin), before.end(), '\t'));
  return std::string(at.substr(0, sheet + 1)) + write_cell(cell);
}

}  // namespace postern

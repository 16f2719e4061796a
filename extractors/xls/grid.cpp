#include "extractors/xls/grid.h"

#include <algorithm>

namespace postern::extract::xls {

namespace {

constexpr std::uint32_t kMostGap = 32;  // empty cells or rows written out
constexpr size_t kBlockBytes = 16 << 10;

}  // namespace

std::string cell_name(std::uint32_t row, std::uint32_t column) {
  std::string out;
  for (std::uint32_t c = column + 1; c > 0; c = (c - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (c - 1) % 26));
  }
  return out + std::to_string(row + 1);
}

void CellGrid::put(std::uint32_t row, std::uint32_t column, std::string_view text) {
  const bool same_row = row == row_ && column > column_ && column - column_ <= kMostGap;
  const bool later_row = row > row_ && row - row_ <= kMostGap && column >= first_column_ &&
                         column - first_column_ <= kMostGap && text_.size() < kBlockBytes;
  if (text_.empty() || (!same_row && !later_row)) {
    flush();
    first_row_ = row_ = row;
    first_column_ = column_ = column <= kMostGap ? 0 : column;
  }
  if (row > row_) {
    text_.append(row - row_, '\n');
    row_ = row;
    column_ = first_column_;
  }
  text_.append(column - column_, '\t');
  column_ = column;
  widest_ = std::max(widest_, column);
  const size_t from = text_.size();
  text_ += text;
  std::replace_if(
      text_.begin() + static_cast<std::ptrdiff_t>(from), text_.end(),
      [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
}

void CellGrid::flush() {
  if (!text_.empty()) {
    reading_.emit(place_, sheet_ + "!" + cell_name(first_row_, first_column_) + ":" + cell_name(row_, widest_), text_);
  }
  text_.clear();
  widest_ = 0;
}

}  // namespace postern::extract::xls

#include "extractors/ooxml/grid.h"

#include <algorithm>

namespace postern::extract::ooxml {

CellRef parse_cell(std::string_view text) {
  CellRef out;
  size_t i = 0;
  const auto dollar = [&] {
    if (i < text.size() && text[i] == '$') i++;
  };
  dollar();
  for (; i < text.size() && out.column <= kMaxColumn; i++) {
    const char c = text[i];
    if (c >= 'A' && c <= 'Z') {
      out.column = out.column * 26 + static_cast<std::uint32_t>(c - 'A' + 1);
    } else if (c >= 'a' && c <= 'z') {
      out.column = out.column * 26 + static_cast<std::uint32_t>(c - 'a' + 1);
    } else {
      break;
    }
  }
  dollar();
  for (; i < text.size() && out.row <= kMaxRow; i++) {
    if (text[i] < '0' || text[i] > '9') return {};
    out.row = out.row * 10 + static_cast<std::uint32_t>(text[i] - '0');
  }
  if (out.column == 0 || out.column > kMaxColumn || out.row > kMaxRow) return {};
  return out;
}

std::string format_cell(CellRef cell) {
  std::string out;
  for (std::uint32_t column = cell.column; column > 0; column = (column - 1) / 26) {
    out.insert(out.begin(), static_cast<char>('A' + (column - 1) % 26));
  }
  return out + std::to_string(cell.row);
}

std::string quote_sheet(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  if (plain && !name.empty()) return std::string(name);
  std::string out = "'";
  for (const char c : name) out.append(c == '\'' ? 2 : 1, c);
  return out + "'";
}

void Grid::put(CellRef cell, std::string_view text) {
  cell.row = std::max(cell.row, 1U);
  cell.column = std::max(cell.column, 1U);
  const bool fits =
      !text_.empty() && cell.column >= first_.column &&
      ((cell.row == last_.row && cell.column > last_.column && cell.column - last_.column <= kMaxGridGap) ||
       (cell.row > last_.row && cell.row - last_.row <= kMaxGridGap && cell.column - first_.column <= kMaxGridGap &&
        text_.size() < kGridBlockBytes));
  if (!fits) {
    flush();
    // A block begins at its row's first column when that is near, so that the rows below fit in.
    first_ = {cell.row, cell.column <= kMaxGridGap ? 1 : cell.column};
    last_ = first_;
  }
  if (cell.row > last_.row) {
    text_.append(cell.row - last_.row, '\n');
    last_ = {cell.row, first_.column};
  }
  text_.append(cell.column - last_.column, '\t');
  last_.column = cell.column;
  widest_ = std::max(widest_, cell.column);
  text_ += text;
  std::replace_if(
      text_.end() - static_cast<std::ptrdiff_t>(text.size()), text_.end(),
      [](char c) { return c == '\t' || c == '\n'; }, ' ');
}

void Grid::flush() {
  if (text_.empty()) return;
  const CellRef end{last_.row, widest_};
  out_.emit(place_, sheet_ + "!" + format_cell(first_) + ":" + format_cell(end), text_);
  text_.clear();
  widest_ = 0;
}

}  // namespace postern::extract::ooxml

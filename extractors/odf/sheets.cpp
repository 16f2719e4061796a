#include "extractors/odf/sheets.h"

#include <algorithm>
#include <charconv>

namespace postern::extract::odf {

namespace {

std::uint32_t repeat_of(std::string_view value, std::uint32_t most) {
  std::uint32_t n = 1;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
  if (error == std::errc::result_out_of_range) return most;
  return error == std::errc() ? std::clamp<std::uint32_t>(n, 1, most) : 1;
}

bool is_hidden(const XmlAttributes& attributes) {
  const std::string_view visibility = attributes.raw("visibility");
  return visibility == "collapse" || visibility == "filter";
}

// "of:=SUM([.A1:.A3])" without the name of its language.
std::string_view formula_text(std::string_view formula) {
  const size_t equals = formula.find('=');
  const size_t colon = formula.find(':');
  if (colon != std::string_view::npos && colon < equals) formula.remove_prefix(colon + 1);
  if (formula.starts_with('=')) formula.remove_prefix(1);
  return formula;
}

}  // namespace

Sheet::Sheet(Emitter& out, ooxml::ComputedCells& computed, const std::string& name, bool hidden)
    : out_(out),
      computed_(computed),
      hidden_sheet_(hidden),
      name_(ooxml::quote_sheet(name)),
      shown_(out, hidden ? Place::hidden_sheet : Place::cell, name_),
      hidden_(out, hidden ? Place::hidden_sheet : Place::hidden_row, name_),
      stored_(out, hidden ? Place::hidden_sheet : Place::cell, name_),
      stored_hidden_(out, hidden ? Place::hidden_sheet : Place::hidden_row, name_) {
  computed_.begin_sheet(name_);
}

void Sheet::column(const XmlAttributes& attributes) {
  const std::uint32_t n = repeat_of(attributes.raw("number-columns-repeated"), ooxml::kMaxColumn);
  if (is_hidden(attributes)) {
    if (!hidden_columns_.empty() && hidden_columns_.back().last == columns_) {
      hidden_columns_.back().last = columns_ + n;
    } else if (columns_ < ooxml::kMaxColumn) {
      hidden_columns_.push_back({columns_ + 1, columns_ + n});
    }
  }
  columns_ = std::min(columns_ + n, ooxml::kMaxColumn);
}

bool Sheet::column_hidden(std::uint32_t column) const {
  const auto after = std::upper_bound(hidden_columns_.begin(), hidden_columns_.end(), column,
                                      [](std::uint32_t value, const Range& range) { return value < range.first; });
  return after != hidden_columns_.begin() && column <= std::prev(after)->last;
}

void Sheet::begin_row(const XmlAttributes& attributes) {
  row_repeated_ = repeat_of(attributes.raw("number-rows-repeated"), ooxml::kMaxRow);
  row_hidden_ = is_hidden(attributes);
  next_.column = 1;
  row_.clear();
}

void Sheet::begin_cell(const XmlAttributes& attributes) {
  repeated_ = repeat_of(attributes.raw("number-columns-repeated"), ooxml::kMaxColumn);
  stored_value_.clear();
  formula_.clear();
  is_boolean_ = is_number_ = false;
  // "value" of one kind or another; OpenOffice.org 1 has the same names in another namespace.
  for (const std::string_view name : {"string-value", "date-value", "value", "boolean-value"}) {
    if (!attributes.has(name)) continue;
    is_boolean_ = name == "boolean-value";
    is_number_ = name == "value";
    stored_value_ = attributes.get(name);
    break;
  }
  if (attributes.has("formula")) {
    formula_ = formula_text(attributes.get("formula"));
    formulas_.append(ooxml::format_cell(next_)).append(": =").append(formula_).append(1, '\n');
    if (formulas_.size() >= ooxml::kGridBlockBytes) {
      out_.emit(Place::formula, name_, formulas_);
      formulas_.clear();
    }
  }
}

void Sheet::end_cell(std::string shown) {
  while (!shown.empty() && (shown.back() == '\n' || shown.back() == ' ')) shown.pop_back();
  const std::string& value = stored_value_.empty() ? shown : stored_value_;
  const auto as = is_number_ ? ooxml::ComputedCells::As::number : ooxml::ComputedCells::As::text;
  if (!formula_.empty()) {
    const Place hidden = hidden_sheet_ ? Place::hidden_sheet : Place::hidden_row;
    const bool unseen = hidden_sheet_ || row_hidden_ || column_hidden(next_.column);
    computed_.formula(next_, formula_, value, unseen ? hidden : Place::cell);
  }
  for (std::uint32_t i = 0; i < std::min(repeated_, kMaxRepeated); i++) {
    computed_.value({next_.row, next_.column + i}, value, as);
  }
  if (shown.empty()) shown.swap(stored_value_);
  if (!shown.empty() && next_.column <= ooxml::kMaxColumn) {
    if (is_boolean_ || shown.find(stored_value_) != std::string::npos) stored_value_.clear();
    const std::uint32_t copies = shown.size() > kMaxRepeatedBytes ? 1 : repeated_;
    row_.push_back({next_.column, copies, std::move(shown), std::move(stored_value_)});
  }
  stored_value_.clear();
  next_.column = std::min(next_.column + repeated_, ooxml::kMaxColumn + 1);
}

void Sheet::end_row() {
  size_t bytes = 0;
  for (const Cell& cell : row_) bytes += cell.shown.size();
  const std::uint32_t copies = bytes > kMaxRepeatedBytes ? 1 : kMaxRepeated;
  const std::uint32_t rows = row_.empty() ? 0 : std::min(row_repeated_, copies);
  for (std::uint32_t r = 0; r < rows && next_.row + r <= ooxml::kMaxRow; r++) {
    for (const Cell& cell : row_) {
      const std::uint32_t last = std::min(cell.column + std::min(cell.repeated, kMaxRepeated) - 1, ooxml::kMaxColumn);
      for (std::uint32_t column = cell.column; column <= last; column++) {
        const ooxml::CellRef at{next_.row + r, column};
        const bool hidden = row_hidden_ || column_hidden(column);
        (hidden ? hidden_ : shown_).put(at, cell.shown);
        if (!cell.stored.empty()) (hidden ? stored_hidden_ : stored_).put(at, cell.stored);
      }
    }
  }
  next_.row = std::min(next_.row + row_repeated_, ooxml::kMaxRow);
  row_.clear();
}

void Sheet::finish() {
  end_row();
  shown_.finish();
  hidden_.finish();
  stored_.finish();
  stored_hidden_.finish();
  out_.emit(Place::formula, name_, formulas_);
  formulas_.clear();
}

}  // namespace postern::extract::odf

#include "extractors/ooxml/computed_cells.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace postern::extract::ooxml {

namespace {

constexpr size_t kMostSheets = 10'000;
constexpr size_t kMostNames = 2'000;

std::uint64_t key_of(std::uint32_t sheet, CellRef cell) {
  constexpr unsigned kColumnBits = 15, kRowBits = 21;  // kMaxColumn and kMaxRow themselves included
  return (std::uint64_t{sheet} << kRowBits | cell.row) << kColumnBits | cell.column;
}

CellRef cell_of(std::uint64_t key) {
  return {static_cast<std::uint32_t>(key >> 15 & 0x1FFFFF), static_cast<std::uint32_t>(key & 0x7FFF)};
}

std::uint32_t sheet_of(std::uint64_t key) {
  return static_cast<std::uint32_t>(key >> 36);
}

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string without_quotes(std::string_view title) {
  if (title.size() < 2 || !title.starts_with('\'') || !title.ends_with('\'')) return std::string(title);
  std::string out;
  for (size_t i = 1; i + 1 < title.size(); i++) {
    out += title[i];
    if (title[i] == '\'' && title[i + 1] == '\'' && i + 2 < title.size()) i++;
  }
  return out;
}

// Programs write 0 for a result that they did not work out. A result that is a text, or that formulas which make texts
// are said to have, may be another than the one that is shown.
bool needs_work(std::string_view formula, std::string_view kept) {
  if (kept.empty() || kept == "0") return true;
  const bool is_number = kept.find_first_not_of("0123456789.-+eE") == std::string_view::npos;
  return !is_number || formula.find_first_of("&\"") != std::string_view::npos;
}

bool says_the_same(const CellValue& result, std::string_view kept) {
  if (result.as_text() == kept) return true;
  double a = 0, b = 0;
  if (result.kind != CellValue::Kind::number || !result.as_number(a)) return false;
  constexpr double kNear = 1e-9;
  return CellValue::of(std::string(kept)).as_number(b) && std::abs(a - b) <= kNear * std::max(std::abs(a), 1.0);
}

}  // namespace

void ComputedCells::begin_sheet(std::string_view title) {
  last_kept_ = false;
  sheet_ = static_cast<std::uint32_t>(std::min(titles_.size(), kMostSheets));
  if (titles_.size() > kMostSheets) return;
  titles_.emplace_back(title);
  sheets_.try_emplace(in_small_letters(without_quotes(title)), sheet_);
}

void ComputedCells::value(CellRef cell, std::string_view text, As as) {
  if (text.empty() || text.size() > kMostValueBytes) return;
  if (values_.size() >= kMostComputedValues || bytes_.size() + text.size() > kMostComputedBytes) {
    cut_ = true;
    return;
  }
  values_.push_back(
      {key_of(sheet_, cell), static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint16_t>(text.size()), as});
  bytes_ += text;
}

void ComputedCells::formula(CellRef cell, std::string_view formula, std::string_view kept, Place place,
                            const NumberFormat* format) {
  last_kept_ = false;
  if (!needs_work(formula, kept) || place == Place::macro) return;
  if (formulas_.size() >= kMostComputedFormulas || formula_bytes_ + formula.size() > kMostComputedFormulaBytes) {
    cut_ = true;
    return;
  }
  formula_bytes_ += formula.size();
  formulas_.push_back({key_of(sheet_, cell), std::string(formula), std::string(kept), place, format,
                       Formula::State::waiting, CellValue()});
  last_kept_ = true;
}

void ComputedCells::kept(std::string_view text) {
  if (last_kept_ && text.size() <= kMostValueBytes) formulas_.back().kept = text;
}

void ComputedCells::name(std::string_view name, std::string_view formula) {
  if (names_.size() < kMostNames && formula.size() <= kMostValueBytes) names_[in_small_letters(name)] = formula;
}

std::string ComputedCells::named(std::string_view name) {
  const auto found = names_.find(in_small_letters(name));
  return found == names_.end() ? std::string() : found->second;
}

CellValue ComputedCells::cell(std::string_view sheet, CellRef at) {
  std::uint32_t number = sheet_;
  if (!sheet.empty()) {
    const auto found = sheets_.find(in_small_letters(sheet));
    if (found == sheets_.end()) return CellValue::error();
    number = found->second;
  }
  const std::uint64_t key = key_of(number, at);
  const auto before = [](const auto& each, std::uint64_t wanted) { return each.key < wanted; };
  if (const auto formula = std::lower_bound(formulas_.begin(), formulas_.end(), key, before);
      formula != formulas_.end() && formula->key == key) {
    CellValue result = work_out(*formula);
    // What cannot be told here may stand in the file.
    if (!result.is_error() || formula->kept.empty()) return result;
  }
  const auto value = std::lower_bound(values_.begin(), values_.end(), key, before);
  if (value == values_.end() || value->key != key) return {};
  CellValue out = CellValue::of(bytes_.substr(value->begin, value->size));
  double stored = 0;
  return value->as == As::number && out.as_number(stored) ? CellValue::of(stored) : out;
}

CellValue ComputedCells::work_out(Formula& formula) {
  if (formula.state == Formula::State::running) return CellValue::error();  // a circle
  if (formula.state == Formula::State::waiting) {
    formula.state = Formula::State::running;
    const std::uint32_t outer = sheet_;
    sheet_ = sheet_of(formula.key);
    formula.result = evaluate_formula(formula.text, cell_of(formula.key), *this, work_);
    sheet_ = outer;
    formula.state = Formula::State::done;
  }
  return formula.result;
}

bool ComputedCells::finish(Emitter& out) {
  const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
  if (!formulas_.empty()) {
    std::stable_sort(values_.begin(), values_.end(), by_key);
    std::stable_sort(formulas_.begin(), formulas_.end(), by_key);
  }
  std::map<Place, Grid> grids;
  std::uint32_t sheet = 0;
  const auto end_sheet = [&] {
    for (auto& [place, grid] : grids) grid.finish();
    grids.clear();
  };
  for (Formula& formula : formulas_) {
    if (sheet_of(formula.key) != sheet) end_sheet();
    sheet = sheet_of(formula.key);
    const CellValue result = work_out(formula);
    double number = 0;
    std::string shown;
    if (result.kind == CellValue::Kind::number && formula.format != nullptr && result.as_number(number)) {
      shown = formula.format->show(number, false);
    }
    if (shown.empty()) shown = result.as_text();
    if (shown.empty() || says_the_same(result, formula.kept)) continue;
    const std::string title = sheet < titles_.size() ? titles_[sheet] : std::string();
    Grid& grid = grids.try_emplace(formula.place, out, formula.place, title + ", computed").first->second;
    grid.put(cell_of(formula.key), shown);
  }
  end_sheet();
  const bool cut = !formulas_.empty() && (cut_ || work_.spent());
  *this = ComputedCells();
  return cut;
}

}  // namespace postern::extract::ooxml

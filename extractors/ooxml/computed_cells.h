// ComputedCells: the cells of a workbook as its formulas see them, and what those formulas show whose result the file
// does not keep, or keeps as something else.
//
// Readers tell every value and every formula as they come; at the end the formulas are worked out (formula_value.h) and
// what they show is given in blocks of cells as Grid makes them, under "SHEET, computed!B2:C9". A result that says what
// the file says is not given again.
//
// Kept are kMostComputedValues values of kMostComputedBytes and kMostComputedFormulas formulas; the rest is not worked
// out, and finish() says so. What stands in the file is read all the same. Nothing is worked out without a formula that
// needs it, so that other workbooks pay for a list of their values only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/emitter.h"
#include "extractors/ooxml/formula_value.h"
#include "extractors/ooxml/grid.h"
#include "extractors/ooxml/number_format.h"

namespace postern::extract::ooxml {

inline constexpr size_t kMostComputedValues = 200'000;
inline constexpr size_t kMostComputedBytes = 4 << 20;
inline constexpr size_t kMostComputedFormulas = 20'000;
inline constexpr size_t kMostComputedFormulaBytes = 2 << 20;

class ComputedCells final : private FormulaCells {
 public:
  // What follows stands on this sheet. `title` as the file has it, or in quotes.
  void begin_sheet(std::string_view title);
  enum class As { text, number };
  void value(CellRef cell, std::string_view text, As as);
  // `kept` is the result in the file, "" for none; `place` where the cell is shown. `format` may be null, and must
  // outlive this.
  void formula(CellRef cell, std::string_view formula, std::string_view kept, Place place,
               const NumberFormat* format = nullptr);
  // The result of the last formula, where it comes behind it.
  void kept(std::string_view text);
  void name(std::string_view name, std::string_view formula);
  // Works out and gives them. True when a limit left something out. Nothing is kept.
  bool finish(Emitter& out);

 private:
  struct Value {
    std::uint64_t key;  // sheet, row, column
    std::uint32_t begin;
    std::uint16_t size;  // at most kMostValueBytes
    As as;
  };
  struct Formula {
    std::uint64_t key;
    std::string text, kept;
    Place place;
    const NumberFormat* format;
    enum class State { waiting, running, done } state;
    CellValue result;
  };

  CellValue cell(std::string_view sheet, CellRef at) override;
  std::string named(std::string_view name) override;
  CellValue work_out(Formula& formula);

  std::vector<std::string> titles_;
  std::map<std::string, std::uint32_t, std::less<>> sheets_;  // small letters
  std::map<std::string, std::string, std::less<>> names_;     // the same
  std::uint32_t sheet_ = 0;                                   // that is told, or that a formula is worked out on
  std::vector<Value> values_;
  std::string bytes_;
  std::vector<Formula> formulas_;
  size_t formula_bytes_ = 0;
  bool last_kept_ = false;  // the last formula told is the last of formulas_
  bool cut_ = false;
  FormulaWork work_;
};

}  // namespace postern::extract::ooxml

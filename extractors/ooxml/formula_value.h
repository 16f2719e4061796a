// What a formula shows, for cells whose file keeps no result: programs write sheets so and leave the sum to whoever
// opens them, and then A1 & A2 is a word that stands nowhere in the file.
//
// Understood (ECMA-376 part 1, 18.17; OpenFormula for [.A1], [.A1:.B2] and `;`): numbers, texts, TRUE and FALSE,
// + - * / ^ & % and comparisons, parentheses, references and areas of this sheet and others, defined names, and the
// functions of formula_functions.cpp, which are those that make texts and the plainest of the rest. A formula with
// anything else (lookups, arrays, dates of today) has no value here.
//
// Bounded: one FormulaWork for all formulas of a workbook. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/ooxml/grid.h"

namespace postern::extract::ooxml {

inline constexpr size_t kMostFormulaSteps = 1'000'000;  // operands looked at, of one workbook
inline constexpr size_t kMostFormulaBytes = 8 << 20;    // texts put together, of one workbook
inline constexpr size_t kMostValueBytes = 32'767;       // of one text, as in a cell of Excel
inline constexpr unsigned kMostFormulaDepth = 100;      // parentheses, calls and references in each other
inline constexpr std::uint32_t kMostAreaCells = 4'096;  // of one area

struct CellValue {
  enum class Kind { empty, number, text, truth, error };
  Kind kind = Kind::empty;
  double number = 0;  // of a truth: 0 or 1
  std::string text;

  static CellValue of(double number);
  static CellValue of(std::string text);
  static CellValue truth(bool is);
  static CellValue error();
  bool is_error() const { return kind == Kind::error; }
  // As `&` joins it: "" of none, "TRUE", 15 digits of a number.
  std::string as_text() const;
  // False when it is no number and no text that is one.
  bool as_number(double& out) const;
};

struct FormulaWork {
  size_t steps = 0;
  size_t bytes = 0;
  unsigned depth = 0;
  bool spent() const { return steps > kMostFormulaSteps || bytes > kMostFormulaBytes; }
};

// Where references lead.
class FormulaCells {
 public:
  // An empty sheet is the one that the formula stands on; names come without quotes.
  virtual CellValue cell(std::string_view sheet, CellRef at) = 0;
  // The formula that a defined name stands for; "" when there is none.
  virtual std::string named(std::string_view name) = 0;

 protected:
  ~FormulaCells() = default;
};

// An argument of a function: a value, or the cells of an area, row by row.
struct FormulaOperand {
  CellValue value;
  std::vector<CellValue> area;
  std::uint32_t columns = 0;  // of the area; 0: a value
};

// `formula` with or without "=", `at` its cell. An error when it cannot be told.
CellValue evaluate_formula(std::string_view formula, CellRef at, FormulaCells& cells, FormulaWork& work);

// formula_functions.cpp: the value of NAME(...), `name` in capitals; an error for a function that is not known.
CellValue call_function(std::string_view name, const std::vector<FormulaOperand>& arguments, CellRef at,
                        FormulaWork& work);

}  // namespace postern::extract::ooxml

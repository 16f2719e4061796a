// Formulas of sheets: the first byte chooses the cell, the rest is the formula.
#include "extractors/ooxml/formula_value.h"
#include "tests/fuzz/walk.h"

namespace {

using postern::extract::ooxml::CellRef;
using postern::extract::ooxml::CellValue;

class Cells final : public postern::extract::ooxml::FormulaCells {
 public:
  CellValue cell(std::string_view sheet, CellRef at) override {
    if (!sheet.empty()) return CellValue::error();
    return at.row % 2 == 0 ? CellValue::of(static_cast<double>(at.row)) : CellValue::of(std::string("night\xC3\xA9"));
  }
  std::string named(std::string_view name) override { return name == "Loop" ? "Loop&A1" : ""; }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  if (size == 0) return 0;
  Cells cells;
  postern::extract::ooxml::FormulaWork work;
  const CellValue value =
      evaluate_formula({reinterpret_cast<const char*>(data) + 1, size - 1}, {data[0], 1}, cells, work);
  if (value.as_text().size() > postern::extract::ooxml::kMostValueBytes) __builtin_trap();
  return 0;
}

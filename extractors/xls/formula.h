// Formulas of binary workbooks as text ([MS-XLS] 2.5.198): the tokens, in reverse Polish order, back to how they are
// written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::xls {

struct FormulaContext {
  unsigned biff = 8;
  unsigned code_page = 1252;
  const std::vector<std::string>* sheets = nullptr;  // quoted, by the index that references to other sheets use
  const std::vector<std::string>* names = nullptr;   // defined names, in their order
};

inline constexpr size_t kMostFormulaText = 16 << 10;  // Excel takes 8,192 characters

// Of tokens that are unknown or damaged, what came before, its operands side by side.
std::string formula_text(std::string_view tokens, const FormulaContext& context);

}  // namespace postern::extract::xls

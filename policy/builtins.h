// Built-in detectors, `builtin: NAME`.
//
// Those that a pattern and a validator describe are that: the loader puts them in the place of the name. Source code is
// told by the program (policy/source_code.h).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "policy/model_detectors.h"

namespace postern::policy {

inline constexpr std::string_view kSourceCode = "source-code";
// Lines in a row without `min_lines`.
inline constexpr std::uint32_t kDefaultCodeLines = 10;

std::span<const std::string_view> builtin_words();

struct BuiltinExpression {
  std::string_view regex;
  Validator validate;
};
// Nothing for what is no pattern.
std::optional<BuiltinExpression> builtin_expression(std::string_view name);

}  // namespace postern::policy

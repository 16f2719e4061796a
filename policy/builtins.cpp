#include "policy/builtins.h"

#include <algorithm>
#include <array>

namespace postern::policy {

namespace {

constexpr std::array<std::string_view, 3> kNames = {"mrz", "phone", kSourceCode};

// Two lines of 36 or 44 characters or three of 30, as ICAO 9303 has them, with or without the line ends between.
constexpr std::string_view kZone =
    "(?<![A-Z0-9<])[ACIPV][A-Z<][A-Z][A-Z<]{2}[A-Z0-9<]{25,39}\\s{0,3}[A-Z0-9<]{30,44}(?:\\s{0,3}[A-Z0-9<]{30})?(?![A-"
    "Z0-9<])";
// + or 00, a country code, and digits in the groups that people write.
constexpr std::string_view kPhone =
    "(?<![\\w+])(?:\\(?\\+|00)\\x20?[1-9](?:\\x20?\\(0\\))?(?:[\\x20().\\/-]{0,3}\\d){6,14}(?![\\w])";

}  // namespace

std::span<const std::string_view> builtin_words() {
  return kNames;
}

std::optional<BuiltinExpression> builtin_expression(std::string_view name) {
  if (name == "mrz") return BuiltinExpression{kZone, Validator::mrz};
  if (name == "phone") return BuiltinExpression{kPhone, Validator::phone};
  return std::nullopt;
}

}  // namespace postern::policy

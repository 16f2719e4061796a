#include "extractors/html/siblings.h"

#include <charconv>
#include <string>

namespace postern::extract {

namespace {

constexpr int kMostStep = 1'000'000;

// "2n+1", "odd", "-n + 3", "4" (CSS Syntax 3, 6).
bool parse_steps(std::string_view text, int& step, int& first) {
  std::string tight;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') tight += c;
  }
  if (tight == "odd" || tight == "even") {
    step = 2;
    first = tight == "odd" ? 1 : 0;
    return true;
  }
  const auto number = [](std::string_view digits, int& out) {
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size() && out > -kMostStep && out < kMostStep;
  };
  const size_t n = tight.find('n');
  step = 0;
  if (n == std::string::npos) return number(tight, first);
  const std::string_view before = std::string_view(tight).substr(0, n), behind = std::string_view(tight).substr(n + 1);
  first = 0;
  step = before == "-" ? -1 : 1;
  if (!before.empty() && before != "-" && before != "+" && !number(before, step)) return false;
  return behind.empty() || number(behind, first);
}

}  // namespace

std::optional<StructuralTest> StructuralTest::parse(std::string_view name, std::string_view argument) {
  StructuralTest out;
  constexpr std::string_view kOfType = "-of-type", kChild = "-child";
  if (name.ends_with(kOfType)) {
    out.of_type_ = true;
    name.remove_suffix(kOfType.size());
  } else if (name.ends_with(kChild)) {
    name.remove_suffix(kChild.size());
  } else {
    return std::nullopt;
  }
  out.from_end_ = name == "last" || name == "nth-last";
  out.only_ = name == "only";
  if (name == "nth" || name == "nth-last") {
    if (!parse_steps(argument, out.step_, out.first_)) return std::nullopt;
  } else if ((name != "first" && name != "last" && name != "only") || !argument.empty()) {
    return std::nullopt;
  }
  return out;
}

bool StructuralTest::holds(const SiblingPlace& place) const {
  const std::uint32_t first = of_type_ ? place.type_index : place.index;
  const std::uint32_t last = of_type_ ? place.type_from_end : place.from_end;
  if (only_) return (first == 1 && last == 1) != negated_;
  const int away = static_cast<int>(from_end_ ? last : first) - first_;
  const bool fits = step_ == 0 ? away == 0 : away % step_ == 0 && away / step_ >= 0;
  return fits != negated_;
}

}  // namespace postern::extract

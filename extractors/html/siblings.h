// Where elements stand among their siblings, which structural pseudo-classes ask for (Selectors Level 4, 14.3
// and 14.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::extract {

// All count from 1; 0 where nobody counted.
struct SiblingPlace {
  std::uint32_t index = 0, from_end = 0;            // among all elements
  std::uint32_t type_index = 0, type_from_end = 0;  // among those of the same tag
};

// ":nth-child(2n+1)" and its like.
class StructuralTest {
 public:
  // `name` without its colon, `argument` without its brackets, both in lower case; nothing for other pseudo-classes.
  static std::optional<StructuralTest> parse(std::string_view name, std::string_view argument);

  bool holds(const SiblingPlace& place) const;
  void negate() { negated_ = !negated_; }

 private:
  bool of_type_ = false, from_end_ = false, only_ = false, negated_ = false;
  int step_ = 0, first_ = 1;  // An+B
};

}  // namespace postern::extract

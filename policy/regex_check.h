// Whether PCRE2 takes a regular expression, and whether it finds anything but text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

struct RegexProblem {
  std::string text;          // PCRE2's own sentence
  size_t offset = 0;         // byte of the pattern at which it gave up
  bool empty_match = false;  // compiles, and matches the empty text
};

// Compiles with UTF and UCP, as the engine does; nothing when all is well. Safe from several threads.
std::optional<RegexProblem> check_regex(std::string_view pattern);

}  // namespace postern::policy

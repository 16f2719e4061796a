// UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, at most U+10FFFF.
//
// NUL is a character like others here. All functions are pure and fast on ASCII.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// Length of the longest prefix of `bytes` that is valid.
size_t valid_utf8_prefix(std::string_view bytes);

inline bool is_utf8(std::string_view bytes) {
  return valid_utf8_prefix(bytes) == bytes.size();
}

// `bytes` with every ill-formed sequence replaced by U+FFFD, one for each maximal subpart (Unicode 15, 3.9).
std::string to_utf8(std::string_view bytes);

// The largest cut <= `at` that splits no character of valid UTF-8.
size_t character_cut(std::string_view utf8, size_t at);

}  // namespace postern::extract

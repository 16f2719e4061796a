// Names of charsets, and what the readings of a text (charset.h) need beside its conversions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

inline constexpr std::string_view kUtf8 = "UTF-8";
inline constexpr std::string_view kWindows1252 = "windows-1252";

// windows-1252 as browsers have it: the five unassigned bytes are controls (WHATWG Encoding, index windows-1252).
std::string from_windows_1252(std::string_view bytes);

// Damaged sequences of a conversion: U+FFFD in it.
size_t count_replacements(std::string_view utf8);

}  // namespace postern::extract

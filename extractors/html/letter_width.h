// How wide text is, about: in the letters of a sans serif of 16 pixels. No font is asked; it decides only which of two
// texts that stand at places given in pixels comes first.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::extract {

inline constexpr float kLineHeight = 20;

enum class Letters : std::uint8_t { proportional, monospaced };

float text_width(std::string_view utf8, Letters letters = Letters::proportional);

}  // namespace postern::extract

// Colours of CSS (CSS Color 4, 4 to 7; HTML 2.4.6).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::extract {

using Colour = std::array<std::uint8_t, 3>;

// Names, "#abc" to "#aabbccdd", rgb() and hsl() in their old and new forms, all in lower case.
std::optional<Colour> parse_colour(std::string_view text);
// That of an attribute, where digits do without their '#'.
std::optional<Colour> parse_attribute_colour(std::string_view text);
// Whether nothing of a colour is seen: `transparent`, and those with an alpha of about 0.
bool is_transparent(std::string_view text);
// True when text in one colour cannot be told from its ground.
bool hard_to_see(const Colour& text, const Colour& ground);

}  // namespace postern::extract

// Text of a PDF as poppler gives it, made readable UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::pdf {

// Ligatures become their letters (U+FB00 to U+FB06), soft hyphens vanish with the line end behind them,
// as do the direction marks that poppler puts around right-to-left text; form feeds and NULs are dropped.
// Lone surrogates become U+FFFD.
std::string to_text(std::basic_string_view<unsigned short> utf16);

// The same for UTF-8.
std::string readable(std::string_view utf8);

// Whether the words of a page are mostly letters by themselves: text drawn in another order than it is read in, or
// at an angle, or spaced out.
bool is_scattered(std::string_view text);

// Letters by themselves joined to words: "C O N F" and lines of one letter each (text at an angle, such as a
// watermark). Two blanks or a line of more end a word. "" when there are no such runs.
std::string joined_letters(std::string_view text);

}  // namespace postern::extract::pdf

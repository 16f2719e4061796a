// The text of style sheets: strings and escapes in it (CSS Syntax 3, 4.3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// "\41 mber" without its escapes (4.3.7).
std::string without_escapes(std::string_view text);

// Where the string that begins at `open` with its quote ends: at its other quote, at a line end that is not escaped, or
// at the end of the text.
size_t string_end(std::string_view css, size_t open);

// The first `wanted`, which is no quote and no backslash, from `from` on that stands in no string and is not escaped;
// the size of the text when there is none.
size_t find_outside_strings(std::string_view css, char wanted, size_t from);

// What a style sheet says to people: comments and quoted strings (generated content).
std::string text_of_css(std::string_view css);

}  // namespace postern::extract

// Text of a PDF as poppler gives it (UTF-16), made readable UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::pdf {

// Ligatures become their letters (U+FB00 to U+FB06), soft hyphens vanish with the line end behind them,
// as do the direction marks that poppler puts around right-to-left text; form feeds and NULs are dropped.
// Lone surrogates become U+FFFD.
std::string to_text(std::basic_string_view<unsigned short> utf16);

}  // namespace postern::extract::pdf

// Fonts: what their table of names says - family, maker, copyright, licence, a sample text.
//
// OpenType 1.9 ("name", "ttcf") and WOFF 1.0 5 (tables packed by zlib). Each text once, in `property`. What the letters
// look like is no text: the fact `no-text-format` says so. Own, bounds-checked. Outcome: `limit` past kMostFontNames
// records or kMostFontBytes of stored text, `malformed` when the table leads past the end or a font has two, with the
// first read as far as it goes. WOFF 2 and PostScript fonts have no reader.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 4> kFontTypes = {"font/ttf", "font/otf", "font/collection", "font/woff"};
inline constexpr size_t kMostFontNames = 10'000;
inline constexpr size_t kMostFontBytes = size_t{4} << 20;

std::shared_ptr<Extractor> make_font_extractor();

}  // namespace postern::extract

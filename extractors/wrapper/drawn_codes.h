// QR codes that are drawn with characters: `qrencode -t UTF8`, -t ASCII, -t ANSI, and squares of emoji. A telephone
// reads them from the screen as it reads a picture (ISO/IEC 18004).
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// Drawings that are handed out of one text, and what one may measure in lines and columns: a code of version 40 has 177
// modules a side.
inline constexpr size_t kMostDrawings = 20;
inline constexpr size_t kMostDrawnLines = 220;
inline constexpr size_t kMostDrawnColumns = 440;

// Whether one of the signs stands in the text that every drawing has somewhere. Cheap.
bool may_hold_drawn_code(std::string_view text);

// Hands out each drawing with the marks of a QR code in it as a child, a picture in grey; false when there were more
// than kMostDrawings.
bool give_drawn_codes(std::string_view text, Sink& sink);
Ending drawn_codes_limit();

}  // namespace postern::extract

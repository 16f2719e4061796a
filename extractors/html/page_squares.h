// QR codes that a page or a drawing draws with squares: shapes of SVG (SVG 1.1, 9), cells of a table, shadows of a box.
//
// Goes over the tags once, without a tree: what style sheets say of them, and shapes of curves, are not looked at.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr size_t kMostSquareDrawings = 100;  // of one page that have dark squares enough for a code

// `html` is a page or an SVG file in UTF-8. Cheap where neither <svg nor <td nor box-shadow stands often in it. False
// when there were more drawings than kMostSquareDrawings.
bool give_page_squares(std::string_view html, Sink& sink);

}  // namespace postern::extract

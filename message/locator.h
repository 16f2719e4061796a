// Locators of single matches, from the locator of the segment they stand in.
//
// Readers give large segments, so that evidence stays near and text stays cheap;
// what people need is the one place. A segment's locator says how to count:
//
//  - "Sheet2!A1:G200": a block of cells, the first cell of the range plus one row
//    for each line feed and one column for each tab since the last line feed;
//  - "line 12": the first line of the segment, plus the line feeds before the match;
//  - anything else ("p. 4", "slide 3", "Sheet2!B7", a header's name) is as near as it gets.
#pragma once

#include <cstddef>
#include <string>

#include "message/extracted_text.h"

namespace postern {

// The locator of the byte at `offset` of the segment's text; offsets past the end count as the end.
std::string locate(const Segment& segment, size_t offset);

}  // namespace postern

// Second readings: segments that tell text of their part once more, as another eye or program sees it.
//
// Readers name them by their locators ("across quote marks", "read as KOI8-R"), and everything that counts what
// stands in a part must know them: what a part says twice was written once.
#pragma once

#include <string_view>

namespace postern {

// Whether a segment with this locator repeats text that its part tells elsewhere as well.
bool is_second_reading(std::string_view at);

}  // namespace postern

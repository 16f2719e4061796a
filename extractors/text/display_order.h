// Text in the order in which its letters stand on the screen, where the sender changes it (UAX 9).
//
// U+202E makes a reader see "noclaF rebmA" as "Amber Falcon". What people write in Hebrew or Arabic needs none of it.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

// The lines that hold U+202E, and those without a letter of such scripts that hold U+202B or U+2067, which put the runs
// of Latin text in them in another order, as they are displayed from left to right, without controls; empty when none
// does. Of a line longer than kLongestDisplayed, which no screen shows as one, stretches of that length that begin with
// a control.
std::string in_display_order(std::string_view utf8);

inline constexpr size_t kLongestDisplayed = 64 << 10;

}  // namespace postern::extract

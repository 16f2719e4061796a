// Strings of binary data that nobody describes in full: the values and captions of form controls.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

// Runs of letters, a line each: of four or more in code page 1252, and of three or more in UTF-16LE.
std::string loose_strings(std::string_view bytes);

}  // namespace postern::extract

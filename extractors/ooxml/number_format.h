// Number formats that only place digits (ECMA-376 part 1, 18.8.30): how spreadsheets keep national identity
// numbers, telephone and account numbers, whose leading zeros and dashes the stored number lacks.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::ooxml {

// The section of a format code for positive numbers when all it does is place digits among literals
// ("000\\-00\\-0000", "\"No. \"0"); else "". Sections with decimals, thousands, exponents or dates are no such.
std::string_view digit_section(std::string_view code);

// An integer, as stored, shown by such a section; "" when it is no integer of at most kMostShownDigits digits.
std::string show_digits(std::string_view section, std::string_view stored);
inline constexpr size_t kMostShownDigits = 18;  // a cell keeps 15

// Undoes the escapes of characters that XML cannot hold (ST_Xstring, 22.9.2.19): "_x0041_" is "A".
void unescape_xstring(std::string& text, size_t from);

}  // namespace postern::extract::ooxml

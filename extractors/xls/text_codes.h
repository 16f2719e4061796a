// Small codes inside the texts of a workbook.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extractors/xls/records.h"

namespace postern::extract::xls {

// A header or footer without its codes (&L, &"Arial,Bold", &12); sections a line each.
std::string plain_header(std::string_view text);
// "#DIV/0!" and its like (2.5.10).
std::string_view error_text(unsigned code);
// A built-in name is kept as one character: "Print_Area".
std::string builtin_name(std::string_view label);
// A path with the control characters of 2.5.277 written out.
std::string external_path(std::string_view encoded);
// Addresses, paths, places and captions of a hyperlink record (2.4.140, [MS-OSHARED] 2.3.7.1).
std::vector<std::string> link_targets(std::string_view record);
// The runs of UTF-16 letters in a record of a connection, a line each.
std::string strings_in(const Record& record);
std::string trimmed(std::string text);
std::string quote_sheet(std::string_view name);

}  // namespace postern::extract::xls

// String tables of Word ([MS-DOC] 2.2.4 STTB) and strings with a length in front (2.2.3 Xst).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::doc {

// At most as many strings as the bytes can hold. `code_page` is for the narrow tables of old versions.
std::vector<std::string> read_string_table(std::string_view bytes, std::uint32_t code_page);

// Strings one behind the other: wide ones, or narrow ones with a byte in front.
std::vector<std::string> read_strings(std::string_view bytes, bool wide, std::uint32_t code_page);

}  // namespace postern::extract::doc

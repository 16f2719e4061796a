// Windows and Macintosh code pages, as binary office formats name the charset of their byte strings.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

// `bytes` in code page `page` to UTF-8; pages that are not known are read as 1252. 1200 is UTF-16LE.
std::string codepage_to_utf8(std::string_view bytes, unsigned page);

}  // namespace postern::extract

// The compression of VBA projects ([MS-OVBA] 2.4.1), a small LZ77.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::vba {

// What a compressed container unpacks to, at most `most` bytes. Of a damaged one, what came before the damage.
std::string decompress(std::string_view container, size_t most);

}  // namespace postern::extract::vba

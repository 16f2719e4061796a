// What stands behind the end of a format that says where it ends.
//
// Viewers stop there and show nothing wrong, so a picture with a zip glued to it
// passes for a picture while archive programs open the zip. Never fails: bytes
// whose structure cannot be followed have nothing appended.
#pragma once

#include <string_view>

namespace postern::extract {

// Bytes behind the end of a PNG, GIF, JPEG, BMP, RIFF file (WebP, WAV, AVI) or PDF; for other types a zip at the
// end, and in programs and scripts a 7z, RAR or cabinet archive (of scripts also gzip) anywhere, as self-extractors
// have it. Empty when there are none, or fewer than could say something.
std::string_view appended_data(std::string_view bytes, std::string_view mime);

// The zip that ends the bytes, its front found by its directory (APPNOTE 4.3.16); empty when none does.
std::string_view zip_behind(std::string_view bytes);

// Shorter tails are line ends, checksums and padding.
inline constexpr size_t kLeastAppended = 8;

}  // namespace postern::extract

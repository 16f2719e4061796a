// Readers of the wrappers that Macintosh programs put around files: BinHex 4.0, MacBinary, AppleSingle, AppleDouble.
//
// RFC 1741 (BinHex), RFC 1740 (AppleSingle, AppleDouble). The data fork becomes a child, the resource fork another
// one when there is any; the name is theirs, a comment is text. Own, bounds-checked. Outcome: `malformed` when a
// length leads past the end or a checksum of BinHex fails, with what can be read read.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kBinHexType = "application/mac-binhex40";
inline constexpr std::string_view kMacBinaryType = "application/x-macbinary";
inline constexpr std::string_view kAppleFileType = "application/applefile";

// A text that holds a file in BinHex: the sentence that every program writes in front, near the beginning.
bool is_binhex(std::string_view text);
// The checksum of the header fits (MacBinary II and III).
bool is_macbinary(std::string_view bytes);

std::shared_ptr<Extractor> make_binhex_extractor();
std::shared_ptr<Extractor> make_macbinary_extractor();
std::shared_ptr<Extractor> make_applefile_extractor();

}  // namespace postern::extract

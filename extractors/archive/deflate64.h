// Deflate64 (zip method 9): Deflate (RFC 1951) with a window of 64 KiB, copies of up to 65,538 bytes and two more
// distance codes.
#pragma once

#include <memory>

#include "extractors/archive/zip_decoder.h"

namespace postern::extract {

std::unique_ptr<ZipDecoder> make_deflate64_decoder();

}  // namespace postern::extract

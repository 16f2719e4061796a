// Decoders of the packing methods of PKZIP before 1993 (APPNOTE 5.1 to 5.3): shrink (1), reduce (2 to 5), implode (6).
//
// None of them marks its end: what ends them is the unpacked size that the header states. Each holds a table or window
// of some KiB.
#pragma once

#include <memory>

#include "extractors/archive/zip_decoder.h"

namespace postern::extract {

// `entry.method` is one of 1 to 6.
std::unique_ptr<ZipDecoder> make_old_decoder(const ZipEntry& entry);

}  // namespace postern::extract

// Compressed RTF of mails ([MS-OXRTFCP]): an LZ77 variant over a window that begins with words of RTF.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

struct UnpackedRtf {
  std::string rtf;
  bool damaged = false;  // what was read until then is in `rtf`
};

// The bytes of the property PidTagRtfCompressed, unpacked up to `most` bytes.
UnpackedRtf unpack_rtf(std::string_view packed, std::uint64_t most);

}  // namespace postern::extract

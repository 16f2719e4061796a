// Bar codes in grey pixels, by ZXing.
#pragma once

#include <string>
#include <vector>

#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

struct Code {
  std::string kind;  // "QRCode", "EAN-13"
  std::string text;  // UTF-8
};

// Each once. Nothing when the picture is too small for any.
std::vector<Code> read_codes(Pix& grey);

}  // namespace postern::extract::pixels

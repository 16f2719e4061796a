// Letters in grey pixels, by Tesseract.
#pragma once

#include <string>

#include "extractors/extractor.h"
#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

struct Letters {
  enum class End { read, no_data, out_of_time };
  End end = End::read;
  std::string text;  // UTF-8, a line a line
};

// Reads until `sink` is stopped or kMostOcrTime is over; then what was read of the picture in another direction is
// given.
Letters read_letters(Pix& grey, const std::string& languages, const Sink& sink);

}  // namespace postern::extract::pixels

// How a telephone was held: pictures are stored as the sensor saw them, and programs turn them by what Exif says.
#pragma once

#include <string_view>

#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

// Exif's orientation of a JPEG, PNG or WebP, 1 to 8; 1 when it says none. Other kinds are turned by their libraries:
// TIFF by leptonica, HEIF by libheif, for which Exif does not count.
unsigned orientation_of(std::string_view bytes, std::string_view mime);
// The picture as it is shown. Null only when memory is short.
Picture upright(Picture picture, unsigned orientation);

}  // namespace postern::extract::pixels

// HEIF with HEVC or AV1 inside (HEIC, AVIF) to grey pixels, by libheif: leptonica does not know them.
#pragma once

#include <optional>
#include <string_view>

#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

bool is_heif(std::string_view mime);
// As size_of_page() and decode() of decode.h. Pages are the pictures that the file shows, the main one first: those of
// a burst, not thumbnails, masks or the tiles that a picture is put together from. They come upright, as the file says
// how to turn them.
std::optional<Size> size_of_heif(std::string_view bytes, unsigned page);
Picture decode_heif(std::string_view bytes, unsigned page);

}  // namespace postern::extract::pixels

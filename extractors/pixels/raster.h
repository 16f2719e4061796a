// Pictures that no library here decodes, to grey pixels: Photoshop, TGA, PCX.
//
//   Photoshop  the picture of all layers, 1, 8 or 16 bits; grey, palette, RGB, CMYK   Adobe, Photoshop File Formats
//   TGA        with palette, grey, in colours, packed by runs or not                  Truevision TGA 2.0
//   PCX        one plane or four of a bit, one or three of a byte                     ZSoft PCX
//   icons      each size of it, a PNG or a bitmap
//
// Own, bounds-checked: data that break off leave the rest white.
#pragma once

#include <optional>
#include <string_view>

#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

bool is_raster(std::string_view mime);
// As size_of_page() and decode() of decode.h. The second page of a TGA that says it begins at the bottom is the same
// from the top: so ImageMagick writes and reads it. Nothing for kinds of these that are not known.
std::optional<Size> size_of_raster(std::string_view bytes, std::string_view mime, unsigned page);
Picture decode_raster(std::string_view bytes, std::string_view mime, unsigned page);
// The same of one picture of an icon.
std::optional<Size> size_of_icon(std::string_view bytes, unsigned page);
Picture decode_icon(std::string_view bytes, unsigned page);

}  // namespace postern::extract::pixels

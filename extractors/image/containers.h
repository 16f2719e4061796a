// Where the kinds of pictures keep what is said about them: their segments, chunks, extensions and boxes.
//
//   JPEG       comments, APP1 (Exif, XMP and its extension), APP13 (Photoshop)       ITU-T T.81 B.1, XMP part 3
//   PNG        tEXt, zTXt, iTXt, eXIf, raw profiles of ImageMagick                    PNG 11.3.3
//   GIF        comments, plain text, XMP                                              GIF89a 24 to 26
//   WebP       EXIF, XMP                                                              RIFF
//   TIFF       its own tags, page by page
//   Photoshop  its resources; the text of text layers, names of layers
//   others     Exif and XMP, wherever their marks stand: HEIC, AVIF, JPEG 2000, DjVu
//
// Each reads what it can of damaged files; a text that cannot be unpacked makes the picture `malformed`.
#pragma once

#include <string_view>

#include "extractors/image/metadata.h"

namespace postern::extract::image {

void read_jpeg(std::string_view bytes, Metadata& out);
void read_png(std::string_view bytes, Metadata& out);
void read_gif(std::string_view bytes, Metadata& out);
void read_webp(std::string_view bytes, Metadata& out);
void read_photoshop(std::string_view bytes, Metadata& out);
void read_by_marks(std::string_view bytes, Metadata& out);

}  // namespace postern::extract::image

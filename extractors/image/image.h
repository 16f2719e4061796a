// Pictures: what they say in words.
//
// Of every kind the metadata is read (metadata.h, containers.h): Exif, XMP, IPTC, comments, texts of the format itself,
// layers of Photoshop. What is drawn as pixels is another reader's (pixels/pixels.h): bar codes always, letters when
// that is wanted; else the part carries the fact `not-ocred`.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 19> kPictureTypes = {
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/tiff",
    "image/webp",
    "image/bmp",
    "image/vnd.adobe.photoshop",
    "image/heic",
    "image/heif",
    "image/avif",
    "image/jp2",
    "image/vnd.djvu",
    "image/vnd.microsoft.icon",
    "image/x-tga",
    "image/x-pcx",
    "image/x-portable-bitmap",
    "image/x-portable-graymap",
    "image/x-portable-greymap",
    "image/x-portable-pixmap",
};

// `pixels` null: pixels stay unread.
std::shared_ptr<Extractor> make_picture_extractor(std::shared_ptr<Extractor> pixels);

}  // namespace postern::extract

#include "extractors/pixels/upright.h"

#include <utility>

#include <allheaders.h>

#include "extractors/image/fields.h"

namespace postern::extract::pixels {

namespace {

using namespace std::string_view_literals;
using image::be16;
using image::be32;
using image::field;
using image::Order;
using image::slice;

constexpr unsigned kUpright = 1;
constexpr std::string_view kExifMark = "Exif\0\0"sv;

// The Exif data of a file, from the byte order on; "" when it has none.

// ITU-T T.81 B.1: segments in front of the first scan.
std::string_view exif_of_jpeg(std::string_view bytes) {
  constexpr unsigned kScan = 0xDA, kApp1 = 0xE1;
  size_t at = 2;
  while (at + 4 <= bytes.size() && bytes[at] == '\xFF') {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xFF) {  // filling
      at++;
      continue;
    }
    if (marker == kScan) return {};
    const size_t size = be16(bytes, at + 2);
    if (size < 2) return {};
    const std::string_view data = slice(bytes, at + 4, size - 2);
    if (marker == kApp1 && data.starts_with(kExifMark)) return data.substr(kExifMark.size());
    at += 2 + size;
  }
  return {};
}

// PNG 5.3: size, name, data, check sum.
std::string_view exif_of_png(std::string_view bytes) {
  for (std::uint64_t at = 8; at + 8 <= bytes.size(); at += be32(bytes, at) + 12ULL) {
    if (slice(bytes, at + 4, 4) == "eXIf") return slice(bytes, at + 8, be32(bytes, at));
  }
  return {};
}

// RIFF: name, size, data, filled up to two bytes.
std::string_view exif_of_webp(std::string_view bytes) {
  for (std::uint64_t at = 12; at + 8 <= bytes.size();) {
    const std::uint64_t size = field(bytes, at + 4, 4, Order::little);
    if (slice(bytes, at, 4) == "EXIF") {
      const std::string_view data = slice(bytes, at + 8, size);
      return data.starts_with(kExifMark) ? data.substr(kExifMark.size()) : data;
    }
    at += 8 + size + size % 2;
  }
  return {};
}

}  // namespace

unsigned orientation_of(std::string_view bytes, std::string_view mime) {
  const std::string_view exif = mime == "image/jpeg"   ? exif_of_jpeg(bytes)
                                : mime == "image/png"  ? exif_of_png(bytes)
                                : mime == "image/webp" ? exif_of_webp(bytes)
                                                       : ""sv;
  // TIFF 6.0, section 2: the first directory, entries of twelve bytes; Orientation is a short.
  if (!exif.starts_with("II*\0"sv) && !exif.starts_with("MM\0*"sv)) return kUpright;
  constexpr std::uint64_t kOrientation = 0x0112, kShort = 3;
  const Order order = exif.starts_with('M') ? Order::big : Order::little;
  const std::uint64_t directory = field(exif, 4, 4, order);
  const std::uint64_t entries = field(exif, directory, 2, order);
  for (std::uint64_t i = 0; i < entries; i++) {
    const std::uint64_t at = directory + 2 + i * 12;
    if (at + 12 > exif.size()) break;
    if (field(exif, at, 2, order) != kOrientation || field(exif, at + 2, 2, order) != kShort) continue;
    const auto said = static_cast<unsigned>(field(exif, at + 8, 2, order));
    return said >= 1 && said <= 8 ? said : kUpright;
  }
  return kUpright;
}

Picture upright(Picture picture, unsigned orientation) {
  constexpr l_int32 kClockwise = 1, kBack = -1;
  Pix* const stored = picture.get();
  switch (orientation) {
    case 2:
      return Picture(pixFlipLR(nullptr, stored));
    case 3:
      return Picture(pixRotate180(nullptr, stored));
    case 4:
      return Picture(pixFlipTB(nullptr, stored));
    case 5:
    case 6:
      picture.reset(pixRotate90(stored, kClockwise));
      return orientation == 6 || !picture ? std::move(picture) : Picture(pixFlipLR(nullptr, picture.get()));
    case 7:
    case 8:
      picture.reset(pixRotate90(stored, kBack));
      return orientation == 8 || !picture ? std::move(picture) : Picture(pixFlipLR(nullptr, picture.get()));
    default:
      return picture;
  }
}

}  // namespace postern::extract::pixels

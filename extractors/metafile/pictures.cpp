#include "extractors/metafile/pictures.h"

#include <algorithm>
#include <bit>
#include <optional>

#include "extractors/archive/bytes.h"

namespace postern::extract {

namespace {

constexpr size_t kFileHeader = 14;   // of a BMP
constexpr size_t kCoreHeader = 12;   // BITMAPCOREHEADER
constexpr size_t kInfoHeader = 40;   // BITMAPINFOHEADER
constexpr std::uint32_t kMasks = 3;  // compression: three masks behind a header of 40 bytes
constexpr std::uint32_t kJpeg = 4;
constexpr std::uint32_t kPng = 5;

void put(std::string& out, std::uint32_t value, unsigned width) {
  for (unsigned i = 0; i < width; i++) out += static_cast<char>(value >> 8 * i & 0xFF);
}

struct Dib {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t compression = 0;
  size_t pixels_at = 0;  // when they follow the colours
};

std::optional<Dib> read_header(std::string_view header) {
  if (header.size() < kCoreHeader) return std::nullopt;
  Dib out;
  const size_t size = le32(header, 0);
  if (size == kCoreHeader) {
    out.width = le16(header, 4);
    out.height = le16(header, 6);
    const unsigned bits = le16(header, 10);
    out.pixels_at = size + (bits <= 8 ? size_t{3} << bits : 0);
    return out;
  }
  if (size < kInfoHeader || size > header.size()) return std::nullopt;
  out.width = le32(header, 4);
  const auto height = std::bit_cast<std::int32_t>(le32(header, 8));  // negative: from the top down
  out.height = height < 0 ? 0U - static_cast<std::uint32_t>(height) : static_cast<std::uint32_t>(height);
  const unsigned bits = le16(header, 14);
  out.compression = le32(header, 16);
  size_t colours = std::min<size_t>(le32(header, 32), 256);
  if (colours == 0 && bits != 0 && bits <= 8) colours = size_t{1} << bits;
  out.pixels_at = size + 4 * colours + (out.compression == kMasks && size == kInfoHeader ? 12 : 0);
  return out;
}

}  // namespace

bool Pictures::shows_letters(std::uint32_t width, std::uint32_t height) {
  constexpr std::uint32_t kStrip = 64;
  const auto [shorter, longer] = std::minmax(width, height);
  if (shorter < kLeastSide && longer >= kStrip) left_some_ = true;
  return shorter >= kLeastSide && longer >= 2 * kLeastSide;
}

void Pictures::add_dib(std::string_view header, std::string_view pixels) {
  if (header.empty() || pixels.empty()) return;
  const auto dib = read_header(header);
  if (!dib) return leave_one();
  if (dib->compression == kJpeg || dib->compression == kPng) return keep(std::string(pixels));
  if (!shows_letters(dib->width, dib->height)) return;
  std::string file = "BM";
  put(file, static_cast<std::uint32_t>(kFileHeader + header.size() + pixels.size()), 4);
  put(file, 0, 4);
  put(file, static_cast<std::uint32_t>(kFileHeader + header.size()), 4);
  file += header;
  file += pixels;
  keep(std::move(file));
}

void Pictures::add_packed_dib(std::string_view dib) {
  if (dib.size() < kCoreHeader) return;  // an area
  const auto header = read_header(dib);
  if (!header || header->pixels_at >= dib.size()) return leave_one();
  add_dib(dib.substr(0, header->pixels_at), dib.substr(header->pixels_at));
}

void Pictures::add_plus_image(std::string_view object) {
  constexpr std::uint32_t kBitmap = 1;
  constexpr std::uint32_t kMetafile = 2;
  constexpr size_t kMetafileAt = 16;  // version, type, type of metafile, size
  constexpr size_t kPixelsAt = 28;    // version, type, width, height, stride, format, type of bitmap
  const std::uint32_t type = le32(object, 4);
  if (type == kMetafile && object.size() > kMetafileAt) {
    return keep(std::string(object.substr(kMetafileAt, le32(object, 12))));
  }
  if (type != kBitmap || object.size() <= kPixelsAt) return leave_one();
  const std::string_view pixels = object.substr(kPixelsAt);
  if (le32(object, 24) != 0) return keep(std::string(pixels));  // a file as it was
  const std::uint32_t width = le32(object, 8);
  const std::uint32_t height = le32(object, 12);
  const std::uint32_t stride = le32(object, 16);
  const unsigned bits = le32(object, 20) >> 8 & 0xFF;  // of a PixelFormat ([MS-EMFPLUS] 2.1.1.25)
  if (!shows_letters(width, height)) return;
  // Lines of a BMP fill whole groups of four bytes.
  const std::uint64_t line = (std::uint64_t{width} * bits + 31) / 32 * 4;
  if ((bits != 24 && bits != 32) || stride != line || height > 0x7FFFFFFF) return leave_one();
  std::string header;
  put(header, kInfoHeader, 4);
  put(header, width, 4);
  put(header, 0U - height, 4);
  put(header, 1, 2);
  put(header, bits, 2);
  header.resize(kInfoHeader, '\0');
  add_dib(header, pixels);
}

void Pictures::keep(std::string file) {
  if (std::find(kept_.begin(), kept_.end(), file) != kept_.end()) return;
  if (kept_.size() < kMost) {
    kept_.push_back(std::move(file));
  } else {
    leave_one();
  }
}

}  // namespace postern::extract

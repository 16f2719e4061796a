#include "extractors/pixels/raster.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include <allheaders.h>

#include "extractors/image/fields.h"
#include "extractors/pixels/pixels.h"

namespace postern::extract::pixels {

namespace {

using image::be16;
using image::be32;
using image::slice;

constexpr std::string_view kPhotoshop = "image/vnd.adobe.photoshop", kTga = "image/x-tga", kPcx = "image/x-pcx";
constexpr unsigned kWhite = 255;
constexpr std::uint64_t kMostRowBytes = 160'000'000;  // of a picture of Photoshop, unpacked

unsigned byte(std::string_view bytes, std::uint64_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : kWhite;
}

// As bright as the eye takes colours.
unsigned grey_of(unsigned red, unsigned green, unsigned blue) {
  return (red * 299 + green * 587 + blue * 114) / 1000;
}

Picture canvas(const Size& size) {
  Picture out(pixCreate(static_cast<l_int32>(size.width), static_cast<l_int32>(size.height), 8));
  if (out) pixSetAllArbitrary(out.get(), kWhite);
  return out;
}

void set(Pix& pix, std::uint64_t x, std::uint64_t y, unsigned grey) {
  SET_DATA_BYTE(pixGetData(&pix) + y * static_cast<std::uint64_t>(pixGetWpl(&pix)), x, static_cast<l_uint8>(grey));
}

// PackBits: a byte says how many follow as they are, or how often the next stands there. Appends at most `most`.
void unpack_bits(std::string_view packed, size_t most, std::string& out) {
  const size_t end = out.size() + most;
  for (size_t at = 0; at < packed.size() && out.size() < end;) {
    const auto count = static_cast<unsigned char>(packed[at++]);
    if (count < 128) {
      out += slice(packed, at, std::min<size_t>(count + 1U, end - out.size()));
      at += count + 1U;
    } else if (count > 128) {
      if (at >= packed.size()) return;
      out.append(std::min<size_t>(257U - count, end - out.size()), packed[at++]);
    }
  }
}

struct Photoshop {
  Size size;
  unsigned channels = 0, depth = 0, mode = 0;
  bool large = false;
  std::string_view palette;  // reds, greens, blues
  std::string_view data;     // from the kind of packing on
};

std::optional<Photoshop> photoshop(std::string_view bytes) {
  constexpr size_t kHead = 26;
  if (!bytes.starts_with("8BPS") || bytes.size() < kHead) return std::nullopt;
  Photoshop out;
  out.large = be16(bytes, 4) == 2;
  out.channels = be16(bytes, 12);
  out.size = {be32(bytes, 18), be32(bytes, 14)};
  out.depth = be16(bytes, 22);
  out.mode = be16(bytes, 24);
  if (out.depth != 1 && out.depth != 8 && out.depth != 16) return std::nullopt;
  std::uint64_t at = kHead;
  out.palette = slice(bytes, at + 4, be32(bytes, at));
  at += 4 + std::uint64_t{be32(bytes, at)};
  at += 4 + std::uint64_t{be32(bytes, at)};
  at += out.large ? 8 + image::field(bytes, at, 8, image::Order::big) : 4 + std::uint64_t{be32(bytes, at)};
  out.data = slice(bytes, at, bytes.size());
  return out.data.size() > 2 ? std::optional(out) : std::nullopt;
}

Picture decode_photoshop(std::string_view bytes) {
  const auto file = photoshop(bytes);
  if (!file || file->channels == 0) return nullptr;
  enum : unsigned { kBitmap = 0, kIndexed = 2, kRgb = 3, kCmyk = 4 };
  const unsigned wanted = file->mode == kRgb ? 3 : file->mode == kCmyk ? 4 : 1;
  if (file->channels < wanted || file->size.pixels() > kMostPixels) return nullptr;
  const std::uint64_t height = file->size.height, width = file->size.width;
  const size_t row_bytes = file->depth == 1 ? (width + 7) / 8 : width * file->depth / 8;
  const unsigned packing = be16(file->data, 0);
  if (packing > 1 || row_bytes * height * wanted > kMostRowBytes) return nullptr;
  // Channel by channel, row by row; packed rows have their lengths in front.
  std::string rows;
  std::uint64_t at = 2;
  if (packing == 0) {
    rows = slice(file->data, at, row_bytes * height * wanted);
  } else {
    const unsigned length_bytes = file->large ? 4 : 2;
    std::uint64_t lengths = at;
    at += height * file->channels * length_bytes;
    for (std::uint64_t row = 0; row < height * wanted; row++, lengths += length_bytes) {
      const std::uint64_t length = image::field(file->data, lengths, length_bytes, image::Order::big);
      unpack_bits(slice(file->data, at, length), row_bytes, rows);
      rows.resize((row + 1) * row_bytes, '\xFF');
      at += length;
    }
  }
  Picture out = canvas(file->size);
  if (!out) return nullptr;
  const size_t step = file->depth == 16 ? 2 : 1;
  for (std::uint64_t y = 0; y < height; y++) {
    for (std::uint64_t x = 0; x < width; x++) {
      const auto channel = [&](std::uint64_t number) {
        return byte(rows, (number * height + y) * row_bytes + x * step);
      };
      unsigned grey = 0;
      if (file->depth == 1) {
        grey = (byte(rows, y * row_bytes + x / 8) >> (7 - x % 8) & 1U) != 0 ? 0 : kWhite;
      } else if (file->mode == kIndexed) {
        const unsigned index = channel(0);
        grey = grey_of(byte(file->palette, index), byte(file->palette, 256 + index), byte(file->palette, 512 + index));
      } else if (file->mode == kRgb) {
        grey = grey_of(channel(0), channel(1), channel(2));
      } else if (file->mode == kCmyk) {  // stored as what the ink leaves
        grey = grey_of(channel(0), channel(1), channel(2)) * channel(3) / kWhite;
      } else {
        grey = channel(0);
      }
      set(*out, x, y, grey);
    }
  }
  return out;
}

// Grey of a colour as TGA stores it: palette index and grey are one byte.
unsigned tga_grey(std::string_view bytes, std::uint64_t at, unsigned bits) {
  if (bits == 8) return byte(bytes, at);
  if (bits == 15 || bits == 16) {
    const unsigned value = le16(bytes, at);
    constexpr unsigned kFive = 0x1F;
    return grey_of((value >> 10 & kFive) * 8, (value >> 5 & kFive) * 8, (value & kFive) * 8);
  }
  return grey_of(byte(bytes, at + 2), byte(bytes, at + 1), byte(bytes, at));
}

bool begins_on_top(std::string_view tga) {
  return (byte(tga, 17) & 0x20U) != 0;
}

std::optional<Size> size_of_tga(std::string_view bytes) {
  constexpr size_t kHead = 18;
  if (bytes.size() < kHead) return std::nullopt;
  const unsigned kind = byte(bytes, 2), bits = byte(bytes, 16);
  const bool known = (kind >= 1 && kind <= 3) || (kind >= 9 && kind <= 11);
  if (!known || (bits != 8 && bits != 15 && bits != 16 && bits != 24 && bits != 32)) return std::nullopt;
  return Size{le16(bytes, 12), le16(bytes, 14)};
}

Picture decode_tga(std::string_view bytes, unsigned page) {
  const auto size = size_of_tga(bytes);
  if (!size || size->pixels() > kMostPixels) return nullptr;
  const unsigned kind = byte(bytes, 2), bits = byte(bytes, 16), palette_bits = byte(bytes, 7);
  const unsigned pixel_bytes = (bits + 7) / 8, colour_bytes = (palette_bits + 7) / 8;
  const bool mapped = (kind & 7U) == 1, packed = kind > 8, down = begins_on_top(bytes) || page > 0;
  std::uint64_t at = 18 + byte(bytes, 0);
  const std::uint64_t palette = at;
  const unsigned first = le16(bytes, 3);
  if (byte(bytes, 1) == 1) at += std::uint64_t{le16(bytes, 5)} * colour_bytes;
  const auto grey_at = [&](std::uint64_t place) {
    if (!mapped) return tga_grey(bytes, place, bits);
    const unsigned index = byte(bytes, place);
    return index < first ? 0 : tga_grey(bytes, palette + std::uint64_t{index - first} * colour_bytes, palette_bits);
  };
  Picture out = canvas(*size);
  if (!out) return nullptr;
  std::uint64_t left = 0;  // pixels of the run
  bool same = false;
  for (std::uint64_t i = 0; i < size->pixels() && at < bytes.size(); i++) {
    if (packed && left == 0) {
      const unsigned run = byte(bytes, at++);
      left = (run & 0x7FU) + 1;
      same = (run & 0x80U) != 0;
    }
    const std::uint64_t y = i / size->width;
    set(*out, i % size->width, down ? y : size->height - 1 - y, grey_at(at));
    if (packed) left--;
    if (!packed || !same || left == 0) at += pixel_bytes;
  }
  return out;
}

std::optional<Size> size_of_pcx(std::string_view bytes) {
  constexpr size_t kHead = 128;
  if (bytes.size() < kHead || bytes[0] != '\x0A' || le16(bytes, 8) < le16(bytes, 4) ||
      le16(bytes, 10) < le16(bytes, 6)) {
    return std::nullopt;
  }
  return Size{le16(bytes, 8) - le16(bytes, 4) + 1U, le16(bytes, 10) - le16(bytes, 6) + 1U};
}

Picture decode_pcx(std::string_view bytes) {
  constexpr size_t kHead = 128, kPalette = 769;
  const auto size = size_of_pcx(bytes);
  if (!size || size->pixels() > kMostPixels) return nullptr;
  const unsigned bits = byte(bytes, 3), planes = byte(bytes, 65);
  const size_t plane_bytes = le16(bytes, 66);
  if (planes > 4) return nullptr;
  const bool known = (bits == 8 && (planes == 1 || planes >= 3)) || (bits == 1 && planes >= 1);
  if (!known || plane_bytes * 8 / bits < size->width) return nullptr;
  // 256 colours stand at the end, behind a byte of their own.
  std::string_view palette;
  if (bits == 8 && planes == 1 && bytes.size() >= kHead + kPalette && bytes[bytes.size() - kPalette] == '\x0C') {
    palette = bytes.substr(bytes.size() - kPalette + 1);
  }
  const std::string_view few = bytes.substr(16, 48);
  Picture out = canvas(*size);
  if (!out) return nullptr;
  size_t at = kHead;
  std::string row;
  const size_t row_bytes = plane_bytes * planes;
  for (unsigned y = 0; y < size->height && at < bytes.size(); y++) {
    while (row.size() < row_bytes && at < bytes.size()) {
      const auto value = static_cast<unsigned char>(bytes[at++]);
      if (value < 0xC0) {
        row += static_cast<char>(value);
      } else if (at < bytes.size()) {
        row.append(value & 0x3FU, bytes[at++]);
      }
    }
    for (unsigned x = 0; x < size->width; x++) {
      unsigned grey = 0;
      if (bits == 1) {
        unsigned index = 0;
        for (unsigned plane = 0; plane < planes; plane++) {
          index |= (byte(row, plane * plane_bytes + x / 8) >> (7 - x % 8) & 1U) << plane;
        }
        grey = planes == 1 ? index * kWhite
                           : grey_of(byte(few, index * 3), byte(few, index * 3 + 1), byte(few, index * 3 + 2));
      } else if (planes >= 3) {  // a fourth says how transparent it is
        grey = grey_of(byte(row, x), byte(row, plane_bytes + x), byte(row, 2 * plane_bytes + x));
      } else {
        const size_t index = std::size_t{byte(row, x)} * 3;
        grey = palette.empty() ? byte(row, x)
                               : grey_of(byte(palette, index), byte(palette, index + 1), byte(palette, index + 2));
      }
      set(*out, x, y, grey);
    }
    row.erase(0, row_bytes);  // runs may go on in the next
  }
  return out;
}

// A directory of pictures of one or several sizes; each is a PNG, or a bitmap without its file header and with a mask,
// which its height counts.
std::string icon_picture(std::string_view bytes, unsigned page) {
  constexpr size_t kHead = 6, kEntry = 16, kInfo = 40, kFileHeader = 14;
  std::string out;
  const std::string_view entry = slice(bytes, kHead + std::uint64_t{page} * kEntry, kEntry);
  if (page >= le16(bytes, 4) || entry.size() < kEntry) return out;
  const std::string_view picture = slice(bytes, le32(entry, 12), le32(entry, 8));
  if (picture.starts_with("\x89PNG")) return out = picture;
  if (picture.size() < kInfo || le32(picture, 0) != kInfo) return out;
  const unsigned bits = le16(picture, 14);
  const std::uint32_t colours = bits > 8 ? 0 : le32(picture, 32) != 0 ? le32(picture, 32) : 1U << bits;
  const auto put = [&](std::uint32_t value) {
    for (unsigned i = 0; i < 4; i++) out += static_cast<char>(value >> i * 8 & 0xFF);
  };
  const std::uint64_t begin = kInfo + std::uint64_t{std::min(colours, 256U)} * 4;
  const std::uint64_t height = le32(picture, 8) / 2;
  const std::uint64_t size = begin + (std::uint64_t{le32(picture, 4)} * bits + 31) / 32 * 4 * height;
  if (size > picture.size()) return out;
  out = "BM";
  put(static_cast<std::uint32_t>(kFileHeader + size));
  put(0);
  put(static_cast<std::uint32_t>(kFileHeader + begin));
  out += picture.substr(0, 8);
  put(static_cast<std::uint32_t>(height));
  out += picture.substr(12, 8);
  put(0);  // bytes of its pixels, which count the mask
  return out += picture.substr(24, size - 24);
}

}  // namespace

std::optional<Size> size_of_icon(std::string_view bytes, unsigned page) {
  const std::string one = icon_picture(bytes, page);
  if (one.empty()) return std::nullopt;
  return size_of_page(one, one.starts_with("BM") ? "image/bmp" : "image/png", 0);
}

Picture decode_icon(std::string_view bytes, unsigned page) {
  const std::string one = icon_picture(bytes, page);
  return one.empty() ? nullptr : to_grey(decode_still(one));
}

bool is_raster(std::string_view mime) {
  return mime == kPhotoshop || mime == kTga || mime == kPcx;
}

std::optional<Size> size_of_raster(std::string_view bytes, std::string_view mime, unsigned page) {
  if (mime == kTga && page == 1 && !begins_on_top(bytes)) return size_of_tga(bytes);
  if (page > 0) return std::nullopt;
  if (mime == kTga) return size_of_tga(bytes);
  if (mime == kPcx) return size_of_pcx(bytes);
  const auto file = photoshop(bytes);
  return file && file->size.pixels() > 0 ? std::optional(file->size) : std::nullopt;
}

Picture decode_raster(std::string_view bytes, std::string_view mime, unsigned page) {
  if (mime == kTga) return decode_tga(bytes, page);
  return mime == kPcx ? decode_pcx(bytes) : decode_photoshop(bytes);
}

}  // namespace postern::extract::pixels

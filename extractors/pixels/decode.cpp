#include "extractors/pixels/decode.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>

#include <allheaders.h>

#include "extractors/image/fields.h"
#include "extractors/pixels/gif_blocks.h"
#include "extractors/pixels/heif.h"
#include "extractors/pixels/pixels.h"
#include "extractors/pixels/raster.h"
#include "extractors/pixels/upright.h"

namespace postern::extract::pixels {

namespace {

using image::slice;

constexpr std::string_view kJpeg = "image/jpeg";
constexpr std::string_view kIcon = "image/vnd.microsoft.icon";

constexpr std::array<std::string_view, 11> kKinds = {
    "image/png",
    kJpeg,
    "image/gif",
    "image/tiff",
    "image/webp",
    "image/bmp",
    "image/jp2",
    "image/x-portable-bitmap",
    "image/x-portable-greymap",
    "image/x-portable-pixmap",
    kGreyType,
};

const l_uint8* raw(std::string_view bytes) {
  return reinterpret_cast<const l_uint8*>(bytes.data());
}

// One frame of a GIF with everything that it needs: the library would unpack all frames at once.
struct Frame {
  std::string_view head;   // header, colours, extensions in front of the frame are left out
  std::string_view image;  // from its descriptor to the end of its data
};

// GIF89a 20: a descriptor of ten bytes, colours, the size of codes, sub-blocks.
std::optional<Frame> gif_frame(std::string_view bytes, unsigned number) {
  constexpr size_t kHeader = 13, kDescriptor = 10;
  size_t at = kHeader + gif_colours(bytes, 10);
  const std::string_view head = slice(bytes, 0, at);
  while (at < bytes.size()) {
    const size_t begin = at;
    if (bytes[at] == ',') {
      at += kDescriptor + gif_colours(bytes, at + 9) + 1;
      skip_sub_blocks(bytes, at);
      if (number-- == 0) return Frame{head, slice(bytes, begin, at - begin)};
    } else if (bytes[at] == '!') {
      at += 2;
      skip_sub_blocks(bytes, at);
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

// Up to the header's line end.
struct Grey {
  Size size;
  std::string_view pixels;
};

std::optional<Grey> grey(std::string_view bytes) {
  const size_t end = bytes.find('\n');
  if (!bytes.starts_with("P5 ") || end == std::string_view::npos) return std::nullopt;
  Grey out;
  const char* stop = bytes.data() + end;
  const auto width = std::from_chars(bytes.data() + 3, stop, out.size.width);
  if (width.ptr == stop) return std::nullopt;
  std::from_chars(width.ptr + 1, stop, out.size.height);
  out.pixels = bytes.substr(end + 1);
  if (out.pixels.size() < std::uint64_t{out.size.width} * out.size.height) return std::nullopt;
  return out;
}

Picture from_grey(std::string_view bytes) {
  const auto own = grey(bytes);
  if (!own) return nullptr;
  Picture out(pixCreateNoInit(static_cast<l_int32>(own->size.width), static_cast<l_int32>(own->size.height), 8));
  if (!out) return nullptr;
  const auto stride = static_cast<size_t>(pixGetWpl(out.get())) * 4;
  auto* to = reinterpret_cast<char*>(pixGetData(out.get()));
  for (size_t row = 0; row < own->size.height; row++) {
    own->pixels.copy(to + row * stride, own->size.width, row * own->size.width);
  }
  pixEndianByteSwap(out.get());
  return out;
}

// libjpeg leaves out what only a larger picture would show, which takes neither the memory nor the time of it; of a
// progressive one it keeps all coefficients, three bytes a pixel, for which a large one's reader has no room.
int jpeg_reduction(const Size& size) {
  constexpr int kMost = 8;
  int by = 1;
  if (size.pixels() > kMostJpegPixels) return by;
  while (by < kMost && size.pixels() / static_cast<unsigned>(by * by) > kMostPixels) by *= 2;
  return by;
}

Picture read_jpeg(std::string_view bytes) {
  constexpr l_int32 kInColours = 0, kNoHint = 0;
  const auto size = size_of_page(bytes, kJpeg, 0);
  const int reduction = size ? jpeg_reduction(*size) : 1;
  return Picture(pixReadMemJpeg(raw(bytes), bytes.size(), kInColours, reduction, nullptr, kNoHint));
}

// Of one colour, or nearly.
bool is_plain(Pix& picture) {
  constexpr l_int32 kNoColours = 0;
  constexpr int kAlike = 8;
  const Picture grey(pixConvertTo8(&picture, kNoColours));
  const auto range = grey ? range_of(*grey) : std::nullopt;
  return range && range->second - range->first < kAlike;
}

// A grey PNG without its transparent shade (PNG 11.3.2.1), for which the library calls all of it transparent and keeps
// no pixel.
struct ShadedPng {
  std::string without;
  unsigned shade = 0;  // of eight bits
};

std::optional<ShadedPng> shaded_png(std::string_view png) {
  constexpr size_t kSignature = 8, kChunk = 12, kBitsAt = 24, kColourTypeAt = 25;
  if (!png.starts_with("\x89PNG") || png.size() <= kColourTypeAt || png[kColourTypeAt] != '\0') return std::nullopt;
  const auto bits = static_cast<unsigned char>(png[kBitsAt]);
  for (size_t at = kSignature; at + kChunk <= png.size();) {
    const std::string_view name = png.substr(at + 4, 4);
    const std::uint64_t size = kChunk + std::uint64_t{image::be32(png, at)};
    if (name == "IDAT") break;
    if (name == "tRNS") {
      ShadedPng out;
      out.without.append(png.substr(0, at)).append(slice(png, at + size, png.size()));
      const unsigned stored = image::be16(png, at + 8), most = bits >= 1 && bits < 8 ? (1U << bits) - 1 : 255;
      out.shade = bits == 16 ? stored >> 8 : std::min(stored, most) * 255 / most;
      return out;
    }
    at += size;
  }
  return std::nullopt;
}

Picture read_any(std::string_view bytes) {
  const auto shaded = shaded_png(bytes);
  if (!shaded) return Picture(pixReadMem(raw(bytes), bytes.size()));
  const Picture grey(pixReadMem(raw(shaded->without), shaded->without.size()));
  Picture out(grey ? pixConvertTo32(grey.get()) : nullptr);
  if (!out) return nullptr;
  constexpr l_uint32 kOpaque = 0xFF, kEachColour = 0x01010100;
  pixSetSpp(out.get(), 4);
  l_uint32* const words = pixGetData(out.get());
  const auto count = std::ptrdiff_t{pixGetWpl(out.get())} * pixGetHeight(out.get());
  for (std::ptrdiff_t i = 0; i < count; i++) {
    words[i] = words[i] / 256 == shaded->shade * kEachColour / 256 ? words[i] & ~kOpaque : words[i] | kOpaque;
  }
  return out;
}

Picture read_page(std::string_view bytes, std::string_view mime, unsigned page) {
  if (mime == "image/tiff") return Picture(pixReadMemTiff(raw(bytes), bytes.size(), static_cast<l_int32>(page)));
  if (mime == kJpeg) return read_jpeg(bytes);
  if (mime != "image/gif") return read_any(bytes);
  const auto frame = gif_frame(bytes, page);
  if (!frame) return nullptr;
  // The frame alone on a canvas of its own size.
  std::string one(frame->head);
  for (size_t i = 0; i < 4; i++) one[6 + i] = frame->image[5 + i];
  one += frame->image;
  for (size_t i = 1; i <= 4; i++) one[frame->head.size() + i] = '\0';
  one += ';';
  return Picture(pixReadMem(raw(one), one.size()));
}

}  // namespace

void PixRelease::operator()(Pix* pix) const {
  pixDestroy(&pix);
}

std::optional<std::pair<int, int>> range_of(Pix& grey) {
  l_int32 darkest = 0, lightest = 0;
  if (pixGetExtremeValue(&grey, 1, L_SELECT_MIN, nullptr, nullptr, nullptr, &darkest) != 0 ||
      pixGetExtremeValue(&grey, 1, L_SELECT_MAX, nullptr, nullptr, nullptr, &lightest) != 0) {
    return std::nullopt;
  }
  return std::pair(int{darkest}, int{lightest});
}

bool can_decode(std::string_view mime) {
  return is_heif(mime) || is_raster(mime) || mime == kIcon ||
         std::find(kKinds.begin(), kKinds.end(), mime) != kKinds.end();
}

std::optional<Size> size_of_page(std::string_view bytes, std::string_view mime, unsigned page) {
  setMsgSeverity(L_SEVERITY_NONE);
  if (is_heif(mime)) return size_of_heif(bytes, page);
  if (is_raster(mime)) return size_of_raster(bytes, mime, page);
  if (mime == kIcon) return size_of_icon(bytes, page);
  if (mime == "image/gif") {
    const auto frame = gif_frame(bytes, page);
    if (!frame || frame->image.size() < 10) return std::nullopt;
    return Size{le16(frame->image, 5), le16(frame->image, 7)};
  }
  if (mime == "image/bmp") {
    const auto height = static_cast<std::int32_t>(le32(bytes, 22));
    if (page > 0 || bytes.size() < 26) return std::nullopt;
    if (le32(bytes, 14) == 12) return Size{le16(bytes, 18), le16(bytes, 20)};
    return Size{le32(bytes, 18), static_cast<unsigned>(height < 0 ? -std::int64_t{height} : height)};
  }
  if (mime == kGreyType) {
    if (const auto own = grey(bytes)) return page > 0 ? std::nullopt : std::optional(own->size);
  }
  l_int32 format = 0, width = 0, height = 0, bits = 0, samples = 0, resolution = 0, mapped = 0;
  int failed = 1;
  if (mime == "image/tiff") {
    failed = readHeaderMemTiff(raw(bytes), bytes.size(), static_cast<l_int32>(page), &width, &height, &bits, &samples,
                               &resolution, &mapped, &format);
  } else if (page == 0) {
    failed = pixReadHeaderMem(raw(bytes), bytes.size(), &format, &width, &height, &bits, &samples, &mapped);
  }
  if (failed != 0 || width <= 0 || height <= 0) return std::nullopt;
  return Size{static_cast<unsigned>(width), static_cast<unsigned>(height)};
}

Size decoded_size(const Size& size, std::string_view mime) {
  const auto by = static_cast<unsigned>(mime == kJpeg ? jpeg_reduction(size) : 1);
  return {(size.width + by - 1) / by, (size.height + by - 1) / by};
}

Picture decode_still(std::string_view bytes) {
  setMsgSeverity(L_SEVERITY_NONE);
  return read_any(bytes);
}

Picture to_grey(Picture picture) {
  if (!picture) return nullptr;
  if (pixGetSpp(picture.get()) == 4) {
    constexpr l_uint32 kWhite = 0xFFFFFF00;
    Picture shown(pixAlphaBlendUniform(picture.get(), kWhite));
    if (!shown) return nullptr;
    // White on nothing, which a dark background shows: what is drawn is where it is not transparent.
    picture.reset(is_plain(*shown) ? pixGetRGBComponent(picture.get(), L_ALPHA_CHANNEL) : shown.release());
    if (!picture) return nullptr;
  }
  // The library takes the second of two colours for black, whatever the palette of a picture of one bit says.
  if (pixGetColormap(picture.get()) != nullptr) {
    picture.reset(pixRemoveColormap(picture.get(), REMOVE_CMAP_TO_GRAYSCALE));
    if (!picture) return nullptr;
  }
  constexpr l_int32 kNoColours = 0;
  picture.reset(pixConvertTo8(picture.get(), kNoColours));
  return picture;
}

Picture decode(std::string_view bytes, std::string_view mime, unsigned page) {
  setMsgSeverity(L_SEVERITY_NONE);
  if (mime == kGreyType && grey(bytes)) return from_grey(bytes);
  if (is_heif(mime)) return decode_heif(bytes, page);
  if (is_raster(mime)) return decode_raster(bytes, mime, page);
  if (mime == kIcon) return decode_icon(bytes, page);
  Picture picture = to_grey(read_page(bytes, mime, page));
  return picture ? upright(std::move(picture), orientation_of(bytes, mime)) : nullptr;
}

}  // namespace postern::extract::pixels

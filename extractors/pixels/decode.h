// Pictures to grey pixels by leptonica, which has the libraries of most kinds behind one call, and libheif.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

struct Pix;

namespace postern::extract::pixels {

struct PixRelease {
  void operator()(Pix* pix) const;
};
using Picture = std::unique_ptr<Pix, PixRelease>;

struct Size {
  unsigned width = 0;
  unsigned height = 0;

  std::uint64_t pixels() const { return std::uint64_t{width} * height; }
};

// Whether the kind is one of those that decode() knows.
bool can_decode(std::string_view mime);
// What the header of a page promises, without decoding it; nothing when there is no such page. Pages count from 0; only
// TIFF, GIF and HEIF have more than one. The size is the one before the picture is turned upright.
std::optional<Size> size_of_page(std::string_view bytes, std::string_view mime, unsigned page);
// What decode() makes of a page of `size`: smaller by two, four or eight in both directions where it is a JPEG of more
// than kMostPixels and at most kMostJpegPixels.
Size decoded_size(const Size& size, std::string_view mime);
// The darkest and the lightest value of a picture of eight bits a pixel.
std::optional<std::pair<int, int>> range_of(Pix& grey);
// A picture of one page as the file has its colours, for to_grey(); null when it cannot be decoded.
Picture decode_still(std::string_view bytes);
// Eight bits a pixel, transparent ones white; of null, null.
Picture to_grey(Picture picture);
// Eight bits a pixel, upright, transparent ones white; null when it cannot be decoded.
Picture decode(std::string_view bytes, std::string_view mime, unsigned page);

}  // namespace postern::extract::pixels

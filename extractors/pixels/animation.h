// Pictures that move: GIF with several frames, APNG, animated WebP.
//
//   GIF    frames behind each other, each with an extension that says how it is drawn      GIF89a 20, 23
//   APNG   fcTL and fdAT chunks beside those of a still PNG                                PNG 3, 11.3.6
//   WebP   ANMF chunks, each with a picture of its own                                     WebP container, "Animation"
//
// A frame changes a part of the canvas; what people see is the canvas. It is drawn here as programs do, over nothing
// (transparent), without minding the time that a frame stays. Own walk over the containers; the frames' pixels are
// decoded by the caller's function, from a still picture that is put together for each.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

// Of a canvas that is drawn: three copies of it are held, four bytes a pixel.
inline constexpr std::uint64_t kMostCanvasPixels = 12'000'000;

struct Frame {
  enum class Then : std::uint8_t { stays, is_cleared, is_taken_back };
  std::uint64_t x = 0, y = 0;
  Size size;
  Then then = Then::stays;  // what becomes of its place before the next frame is drawn
  bool over = true;         // drawn over what is there; else in its place, transparent pixels too
  int transparent = -1;     // GIF: the colour that shows what is behind
  std::string still;        // the frame as a picture of its own
};

class Animation {
 public:
  // Nothing for pictures with less than two frames, and for canvases of more than kMostCanvasPixels. At most kMostPages
  // frames and the first beyond them are told.
  static std::optional<Animation> of(std::string_view bytes, std::string_view mime);

  const Size& canvas() const { return canvas_; }
  size_t frames() const { return frames_.size(); }

  // Draws the next frame with `decode`, which makes pixels of a still picture (colours as they are), and gives a copy
  // of the canvas with transparency; null when the frame cannot be decoded, whose place then stays as it was.
  Picture next(const std::function<Picture(const std::string& still)>& decode);

 private:
  void read_gif(std::string_view bytes);
  void read_png(std::string_view bytes);
  void read_webp(std::string_view bytes);
  void add(Frame frame);
  void draw(Pix& pixels, const Frame& frame);
  void settle(const Frame& frame);

  Size canvas_;
  std::vector<Frame> frames_;
  size_t next_ = 0;
  Picture drawn_, before_;  // `before_`: as the canvas was before a frame that is taken back
};

}  // namespace postern::extract::pixels

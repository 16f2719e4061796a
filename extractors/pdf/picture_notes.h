// The pictures that pages draw, noted while the text of a page is read and decoded afterwards (ISO 32000-1 8.9):
// pictures of their own, inline ones and stencils, also inside forms, annotations and masks.
//
// Each is noted once in a document, for the page that draws it first. Poppler decodes them, whatever their filters and
// colour spaces are. Uses poppler's own interface, as page_reader.h does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

class GfxImageColorMap;
class GfxState;
class Object;
class Stream;
class XRef;

namespace postern::extract::pdf {

inline constexpr size_t kMaxPictures = 1'000;                  // of one document; a catalogue of parts has hundreds
inline constexpr std::uint64_t kSmallestPicture = 64;          // pixels; an EAN-8 of one row has 67
inline constexpr std::uint64_t kMaxJpxPixels = 12'000'000;     // of JPEG 2000: its library takes 16 bytes for each
inline constexpr std::uint64_t kMaxInlinePicture = 1'000'000;  // pixels; inline ones should have 4 KB

// Samples as they stand in a picture or in its mask. `colors` null: one bit, painted where it is 0.
struct Samples {
  int width = 0;
  int height = 0;
  std::shared_ptr<GfxImageColorMap> colors;
  bool invert = false;

  std::uint64_t pixels() const { return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height); }
};

struct NotedPicture {
  int page = 0;
  size_t number = 0;  // among those of its page that are not too small, from 1
  Samples base;
  Samples mask;            // of width 0 when there is none
  double stretched = 1;    // how much higher than wide its pixels are drawn
  bool light = false;      // a stencil of a light colour
  bool jpeg_2000 = false;  // see kMaxJpxPixels
  int object = 0;          // 0: inline, decoded already
  int generation = 0;
  std::string pixels;  // of an inline one, rows without gaps
};

class PictureNotes {
 public:
  void begin_page(int number);
  // What a page draws. `ref` is null for inline pictures, whose bytes in the stream are consumed.
  void picture(const GfxState& state, const Object* ref, Stream& stream, Samples base, Samples mask = {});
  void stencil(GfxState& state, const Object* ref, Stream& stream, Samples base);

  const std::vector<NotedPicture>& all() const { return all_; }
  bool full() const { return full_; }        // there are more than kMaxPictures
  bool skipped() const { return skipped_; }  // of the inline ones, larger than kMaxInlinePicture

 private:
  void note(const GfxState& state, const Object* ref, Stream& stream, NotedPicture picture);
  bool is_new(const Object& ref);

  int page_ = 0;
  size_t on_page_ = 0;
  std::unordered_set<std::uint64_t> objects_, on_this_page_;
  std::unordered_set<size_t> inline_;
  std::vector<NotedPicture> all_;
  bool full_ = false, skipped_ = false;
};

enum class Wanted : std::uint8_t { codes, letters };

// Eight bits a pixel on white, as a source of kGreyType (pixels/pixels.h) with a border, which codes need; those of two
// tones and few pixels are enlarged.
struct GreyPicture {
  bool decoded = false;    // false: it cannot be, or `stopped` said so
  bool two_tones = false;  // at most
  std::string bytes;       // "" when only codes are wanted and it can hold none (tones.h)
};
GreyPicture decode_picture(const NotedPicture& picture, XRef& objects, Wanted wanted,
                           const std::function<bool()>& stopped);

}  // namespace postern::extract::pdf

#include "extractors/pixels/pixels.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include <allheaders.h>

#include "extractors/ole/reading.h"
#include "extractors/pixels/animation.h"
#include "extractors/pixels/codes.h"
#include "extractors/pixels/decode.h"
#include "extractors/pixels/heif.h"
#ifdef POSTERN_OCR
#include "extractors/pixels/letters.h"
#endif

namespace postern::extract {

namespace {

#ifdef POSTERN_OCR
constexpr bool kOcr = true;
#else
constexpr bool kOcr = false;
#endif

class PixelReader {
 public:
  PixelReader(const Source& source, Sink& sink) : source_(source), sink_(sink), reading_(sink) {}

  Ending run() {
    if (!pixels::can_decode(source_.type.mime) || (!kOcr && is_dear())) {
      sink_.fact("not-ocred");
      return complete();
    }
    if (auto moving = pixels::Animation::of(source_.bytes, source_.type.mime)) return run(*moving);
    unsigned page = 0;
    for (; page < kMostPages && !over_ && !reading_.stopped(); page++) {
      const auto size = pixels::size_of_page(source_.bytes, source_.type.mime, page);
      if (!size) break;
      read(*size, page);
    }
    if (page == 0) not_decoded();
    if (page == kMostPages && pixels::size_of_page(source_.bytes, source_.type.mime, page)) too_many();
    if (!kOcr || left_out_) sink_.fact("not-ocred");
    return reading_.ending();
  }

 private:
  // Each frame as it is seen: of the first and the last all letters, of the others those in the part that changed. What
  // several frames say is given once.
  Ending run(pixels::Animation& moving) {
    const size_t count = std::min<size_t>(moving.frames(), kMostPages);
    pixels::Picture last;
    for (unsigned page = 0; page < count && !over_ && !reading_.stopped(); page++) {
      if (!charge(moving.canvas().pixels())) break;
      pixels::Picture grey = pixels::to_grey(moving.next([](const std::string& still) {
        const auto size = pixels::size_of_page(still, "", 0);
        return size && size->pixels() <= kMostPixels ? pixels::decode_still(still) : nullptr;
      }));
      if (!grey) {
        not_decoded();
        continue;
      }
      const auto changed = last ? changed_part(*last, *grey) : everything(*grey);
      const bool is_last = page + 1 == count;
      if (is_last || changed.width > 0) {
        look(*grey, is_last ? everything(*grey) : changed, "p. " + std::to_string(page + 1));
      }
      last = std::move(grey);
    }
    if (moving.frames() > kMostPages) too_many();
    if (!kOcr || left_out_) sink_.fact("not-ocred");
    return reading_.ending();
  }

  struct Part {
    l_int32 x = 0, y = 0, width = 0, height = 0;
  };
  static Part everything(Pix& grey) { return {0, 0, pixGetWidth(&grey), pixGetHeight(&grey)}; }
  // With what is around it, so that no letter at its border is cut; empty when both are the same.
  static Part changed_part(Pix& before, Pix& after) {
    constexpr l_int32 kAround = 16;
    const Part all = everything(after);
    l_int32 left = all.width, right = -1, top = all.height, bottom = -1;
    for (l_int32 y = 0; y < all.height; y++) {
      const l_uint32* one = pixGetData(&before) + std::ptrdiff_t{y} * pixGetWpl(&before);
      const l_uint32* other = pixGetData(&after) + std::ptrdiff_t{y} * pixGetWpl(&after);
      for (l_int32 x = 0; x < all.width; x += 4) {  // a word holds four pixels
        if (one[x / 4] == other[x / 4]) continue;
        left = std::min(left, x);
        right = std::max(right, std::min(x + 4, all.width));
        top = std::min(top, y);
        bottom = y + 1;
      }
    }
    if (right < 0) return {};
    left = std::max(left - kAround, 0);
    top = std::max(top - kAround, 0);
    return {left, top, std::min(right + kAround, all.width) - left, std::min(bottom + kAround, all.height) - top};
  }

  bool charge(std::uint64_t pixels) {
    pixels_ += pixels;
    if (pixels_ <= kMostPixelsInAll) return true;
    reading_.reached("pixels of all its pages reached the limit (" + std::to_string(kMostPixelsInAll) + ")");
    left_out_ = over_ = true;
    return false;
  }

  void too_many() {
    reading_.reached("pages of the picture reached the limit (" + std::to_string(kMostPages) + ")");
    left_out_ = true;
  }

  // HEIF takes a second for 12 megapixels. A message full of them is not to end `timeout` for the sake of codes: past
  // half of the time that its reading may take no further one is decoded. On the wall, which is never less than what
  // was computed.
  bool is_dear() const {
    const Limits& limits = sink_.budget().limits();
    const auto gone = limits.max_time - sink_.budget().time_left();
    return pixels::is_heif(source_.type.mime) && gone > std::min(limits.max_time, limits.max_cpu) / 2;
  }

  void read(const pixels::Size& size, unsigned page) {
    const std::uint64_t count = size.pixels();
    if (pixels::decoded_size(size, source_.type.mime).pixels() > kMostPixels) return too_large(count);
    if (!charge(count)) return;
    const pixels::Picture grey = pixels::decode(source_.bytes, source_.type.mime, page);
    if (!grey) return count > kMostPixels ? too_large(count) : not_decoded();
    look(*grey, everything(*grey), locator(page));
  }

  // Codes are looked for everywhere, letters in a part.
  void look(Pix& grey, [[maybe_unused]] const Part& part, const std::string& at) {
    for (const pixels::Code& code : pixels::read_codes(grey)) {
      if (!said_.insert(code.kind + code.text).second) continue;
      reading_.emit(Place::barcode, at.empty() ? code.kind : at + ", " + code.kind, code.text);
    }
#ifdef POSTERN_OCR
    const char* told = std::getenv(kOcrLanguages);
    const std::string languages = told == nullptr ? "eng" : told;
    BOX* box = boxCreate(part.x, part.y, part.width, part.height);
    const pixels::Picture cut(pixClipRectangle(&grey, box, nullptr));
    boxDestroy(&box);
    if (!cut) return not_decoded();
    const pixels::Letters letters = pixels::read_letters(*cut, languages, sink_);
    if (said_.insert(letters.text).second) reading_.emit(Place::image_text, at, letters.text);
    if (letters.end == pixels::Letters::End::no_data) {
      reading_.incomplete("its letters are not read: Tesseract has no data for the language " + languages);
    } else if (letters.end == pixels::Letters::End::out_of_time && !reading_.stopped()) {
      reading_.reached("CPU time for reading the letters of a picture reached the limit (" +
                       std::to_string(kMostOcrTime.count()) + " ms)");
    }
    left_out_ = left_out_ || letters.end != pixels::Letters::End::read;
#endif
  }

  void too_large(std::uint64_t count) {
    left_out_ = true;
    // Telephones take HEIF of 48 megapixels and more.
    if (!kOcr && pixels::is_heif(source_.type.mime)) return;
    reading_.reached("pixels of the picture, " + std::to_string(count) + ", reached the limit (" +
                     std::to_string(kMostPixels) + ")");
  }

  void not_decoded() {
    if (kOcr) reading_.incomplete("its pixels cannot be decoded");
    left_out_ = true;
  }

  std::string locator(unsigned page) const {
    if (source_.type.mime == kGreyType) return std::string(source_.name);
    const bool several = page > 0 || pixels::size_of_page(source_.bytes, source_.type.mime, 1).has_value();
    return several ? "p. " + std::to_string(page + 1) : "";
  }

  const Source& source_;
  Sink& sink_;
  ole::Reading reading_;
  std::uint64_t pixels_ = 0;
  std::set<std::string> said_;  // codes and letters that were given
  bool left_out_ = false;       // something of it was not decoded or not read
  bool over_ = false;
};

class PixelExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return PixelReader(source, sink).run(); }
};

}  // namespace

std::shared_ptr<Extractor> make_pixel_extractor() {
  return std::make_shared<PixelExtractor>();
}

}  // namespace postern::extract

#include "extractors/pixels/pixels.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "extractors/ole/reading.h"
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
    unsigned page = 0;
    for (; page < kMostPages && !over_ && !reading_.stopped(); page++) {
      const auto size = pixels::size_of_page(source_.bytes, source_.type.mime, page);
      if (!size) break;
      read(*size, page);
    }
    if (page == 0) not_decoded();
    if (page == kMostPages && pixels::size_of_page(source_.bytes, source_.type.mime, page)) {
      reading_.reached("pages of the picture reached the limit (" + std::to_string(kMostPages) + ")");
      left_out_ = true;
    }
    if (!kOcr || left_out_) sink_.fact("not-ocred");
    return reading_.ending();
  }

 private:
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
    pixels_ += count;
    if (pixels_ > kMostPixelsInAll) {
      reading_.reached("pixels of all its pages reached the limit (" + std::to_string(kMostPixelsInAll) + ")");
      left_out_ = over_ = true;
      return;
    }
    const pixels::Picture grey = pixels::decode(source_.bytes, source_.type.mime, page);
    if (!grey) return count > kMostPixels ? too_large(count) : not_decoded();
    const std::string at = locator(page);
    for (const pixels::Code& code : pixels::read_codes(*grey)) {
      reading_.emit(Place::barcode, at.empty() ? code.kind : at + ", " + code.kind, code.text);
    }
#ifdef POSTERN_OCR
    const char* told = std::getenv(kOcrLanguages);
    const std::string languages = told == nullptr ? "eng" : told;
    const pixels::Letters letters = pixels::read_letters(*grey, languages, sink_);
    reading_.emit(Place::image_text, at, letters.text);
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
  bool left_out_ = false;  // something of it was not decoded or not read
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

#include "extractors/pixels/letters.h"

#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>

#include <allheaders.h>
#include <tesseract/baseapi.h>
#include <tesseract/ocrclass.h>

#include "extractors/pixels/pixels.h"
#include "extractors/pixels/turns.h"

namespace postern::extract::pixels {

namespace {

constexpr int kLeastConfidence = 20;         // percent over all words; below it there are no letters, only patterns
constexpr int kSure = 75;                    // of pages that lie on their side Tesseract makes words as well, 20 to 60
constexpr unsigned kPixelsALetter = 20'000;  // a page of a scan has ten times as many letters
constexpr std::uint64_t kSmall = 300'000;    // pixels of a picture that is tried in every direction, 50 ms each
constexpr l_int32 kSmallestSide = 8;         // no letter is smaller
constexpr l_int32 kFineWidth = 1600;         // narrower pictures are of screens, whose letters are made larger
constexpr int kResolution = 300;             // what the data was trained with

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

// Asked by Tesseract between two lines.
struct Watch {
  const Sink& sink;
  const std::chrono::nanoseconds end = cpu_time() + kMostOcrTime;

  static bool is_over(void* watch, int /*words*/) {
    const auto& self = *static_cast<const Watch*>(watch);
    return self.sink.stopped() || cpu_time() > self.end;
  }
};

// Tesseract with its data, kept for the next picture: loading takes 50 ms.
class Reader {
 public:
  tesseract::TessBaseAPI* get(const std::string& languages) {
    if (api_) return api_.get();
    auto api = std::make_unique<tesseract::TessBaseAPI>();
    if (api->Init(nullptr, languages.c_str(), tesseract::OEM_LSTM_ONLY) != 0) return nullptr;
    api->SetPageSegMode(tesseract::PSM_AUTO);
    api_ = std::move(api);
    return api_.get();
  }
  // After an exception nobody knows in which state it is.
  void forget() { static_cast<void>(api_.release()); }

 private:
  std::unique_ptr<tesseract::TessBaseAPI> api_;
};

Picture enlarged(Pix& grey) {
  const l_int32 width = pixGetWidth(&grey);
  const l_float32 factor = width < kFineWidth / 2 ? 3.0F : 2.0F;
  return Picture(width < kFineWidth && pixGetHeight(&grey) < 2 * kFineWidth ? pixScaleGrayLI(&grey, factor, factor)
                                                                            : pixClone(&grey));
}

// What was read of a picture as it stands.
struct Attempt {
  Letters::End end = Letters::End::read;
  std::string text;
  int confidence = 0;  // percent

  // Letters and how sure they are: of a tilted page Tesseract may be sure of the number at its foot and see no more.
  std::int64_t weight() const { return std::int64_t{confidence} * static_cast<std::int64_t>(text.size()); }
  bool is_sure(std::uint64_t pixels) const { return confidence >= kSure && text.size() >= pixels / kPixelsALetter; }
};

// May throw what the library throws.
Attempt attempt(tesseract::TessBaseAPI& api, Pix& grey, Watch& watch) {
  api.SetImage(&grey);
  api.SetSourceResolution(kResolution);
  tesseract::ETEXT_DESC monitor;
  monitor.cancel = Watch::is_over;
  monitor.cancel_this = &watch;
  Attempt out;
  if (api.Recognize(&monitor) != 0) {
    out.end = Letters::End::out_of_time;
  } else {
    out.confidence = api.MeanTextConf();
    const std::unique_ptr<char[]> text(api.GetUTF8Text());
    if (text && out.confidence >= kLeastConfidence) out.text = text.get();
  }
  api.Clear();
  return out;
}

}  // namespace

Letters read_letters(Pix& grey, const std::string& languages, const Sink& sink) {
  if (pixGetWidth(&grey) < kSmallestSide || pixGetHeight(&grey) < kSmallestSide) return {};
  static Reader& reader = *new Reader;  // never destroyed: by then the library would have taken down what it uses
  tesseract::TessBaseAPI* api = reader.get(languages);
  if (api == nullptr) return {Letters::End::no_data, ""};
  try {
    const Picture pixels = enlarged(grey);
    if (!pixels) return {};
    const Size size{static_cast<unsigned>(pixGetWidth(&grey)), static_cast<unsigned>(pixGetHeight(&grey))};
    Watch watch{sink};
    Attempt best = attempt(*api, *pixels, watch);
    Turns turns(*pixels, size.pixels() <= kSmall);
    while (best.end == Letters::End::read && !best.is_sure(size.pixels())) {
      const Picture turned = turns.next();
      if (!turned) break;
      Attempt other = attempt(*api, *turned, watch);
      if (other.end == Letters::End::out_of_time) {
        best.end = other.end;  // what was read before stays
        break;
      }
      if (other.weight() > best.weight()) best = std::move(other);
    }
    return {best.end, std::move(best.text)};
  } catch (...) {
    reader.forget();
    throw;
  }
}

}  // namespace postern::extract::pixels

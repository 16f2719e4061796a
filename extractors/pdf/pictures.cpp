#include "extractors/pdf/pictures.h"

#include <algorithm>
#include <ctime>
#include <string>
#include <utility>

#include "base/clock.h"
#include "extractors/pdf/picture_notes.h"
#include "extractors/pdf_allowance.h"
#include "extractors/pixels/pixels.h"

namespace postern::extract::pdf {

namespace {

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::chrono::nanoseconds allowance(Ocr ocr, size_t bytes) {
  if (ocr == Ocr::on) return kMaxLettersCpu;
  return std::min<std::chrono::nanoseconds>(
      kMaxPictureCpu, kFreePictureCpu + kPictureCpuOfByte * static_cast<std::chrono::nanoseconds::rep>(bytes));
}

bool holds(const std::vector<int>& pages, int page) {
  return std::binary_search(pages.begin(), pages.end(), page);
}

class PictureReader {
 public:
  PictureReader(size_t pdf_bytes, Extractor& pixels, Ocr ocr, Sink& sink)
      : pixels_(pixels), ocr_(ocr), sink_(sink), end_(cpu_time() + allowance(ocr, pdf_bytes)) {}

  // True when nothing more can be read.
  bool over() const { return out_.outcome == Outcome::unsupported || sink_.stopped() || late(); }

  // False when it was broken off. `revision` is an earlier one, or "".
  bool read(PageReader& reader, const NotedPicture& picture, const std::string& revision) {
    const std::uint64_t most = picture.jpeg_2000 ? kMaxJpxPixels : kMostPixels;
    if (picture.base.pixels() > most || picture.mask.pixels() > kMostPixels) {
      leave_out({Outcome::limit, "pixels of a picture, " + std::to_string(picture.base.pixels()) +
                                     ", reached the limit (" + std::to_string(most) + ")"});
      return true;
    }
    GreyPicture grey =
        reader.decode_picture(picture, ocr_ == Ocr::on ? Wanted::letters : Wanted::codes, [this] { return over(); });
    if (over()) return false;
    if (!grey.decoded) {
      leave_out({Outcome::partial, "a picture on its page " + std::to_string(picture.page) + " cannot be decoded"});
      return true;
    }
    const int larger = std::max(picture.base.width, picture.base.height);
    const int smaller = std::min(picture.base.width, picture.base.height);
    if ((larger < kIconSide || smaller < kLeastSide) && !grey.two_tones) return true;
    if (ocr_ == Ocr::off) sink_.fact("not-ocred");
    if (grey.bytes.empty()) return true;
    const std::string name = revision + (revision.empty() ? "p. " : ", p. ") + std::to_string(picture.page) +
                             ", image " + std::to_string(picture.number);
    Source source;
    source.bytes = grey.bytes;
    source.name = name;
    source.type.mime = kGreyType;
    keep_first(pixels_.extract(source, sink_));
    return true;
  }

  // Pictures that were not read, whatever the reason.
  void leave_out(Ending why) {
    sink_.fact("not-ocred");
    if (ocr_ == Ocr::on) keep_first(std::move(why));
  }

  bool late() const { return cpu_time() > end_; }

  Ending ending() {
    // A reader that cannot be loaded.
    if (out_.outcome == Outcome::unsupported) {
      sink_.fact("not-ocred");
      out_.outcome = Outcome::partial;
    }
    return out_;
  }

 private:
  void keep_first(Ending ending) {
    if (out_.outcome == Outcome::complete) out_ = std::move(ending);
  }

  Extractor& pixels_;
  const Ocr ocr_;
  Sink& sink_;
  const std::chrono::nanoseconds end_;
  Ending out_;
};

}  // namespace

Ending read_pictures(PageReader& reader, const PicturePages& pages, const std::vector<OldPictures>& old,
                     size_t pdf_bytes, Extractor& pixels, Ocr ocr, Sink& sink) {
  PictureReader pictures(pdf_bytes, pixels, ocr, sink);
  std::vector<const NotedPicture*> first, last;
  for (const NotedPicture& picture : reader.pictures().all()) {
    if (!holds(pages.drawn_whole, picture.page))
      (holds(pages.layered, picture.page) ? last : first).push_back(&picture);
  }
  const auto read = [&](const std::vector<const NotedPicture*>& some) {
    return std::all_of(some.begin(), some.end(), [&](const NotedPicture* picture) {
      return !pictures.over() && pictures.read(reader, *picture, "");
    });
  };
  const auto read_old = [&pictures](const OldPictures& from) {
    return std::all_of(from.which.begin(), from.which.end(), [&](size_t i) {
      return !pictures.over() && pictures.read(*from.reader, from.reader->pictures().all()[i], from.revision);
    });
  };
  if (!read(first) || !std::all_of(old.begin(), old.end(), read_old)) {
    if (pictures.late()) {
      pictures.leave_out(
          {Outcome::limit, "CPU time for its pictures reached the limit (" + format_duration(kMaxLettersCpu) + ")"});
    }
  } else if (!read(last)) {
    sink.fact("not-ocred");  // the text over them was read
  }
  if (reader.pictures().skipped()) {
    pictures.leave_out({Outcome::limit, "pixels of a picture inside the text of its page reached the limit (" +
                                            std::to_string(kMaxInlinePicture) + ")"});
  }
  if (reader.pictures().full()) {
    pictures.leave_out({Outcome::limit, "pictures reached the limit (" + std::to_string(kMaxPictures) + ")"});
  }
  return pictures.ending();
}

}  // namespace postern::extract::pdf

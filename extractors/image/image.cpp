#include "extractors/image/image.h"

#include <utility>

#include "extractors/image/containers.h"

namespace postern::extract {

namespace {

class PictureExtractor final : public Extractor {
 public:
  explicit PictureExtractor(std::shared_ptr<Extractor> pixels) : pixels_(std::move(pixels)) {}

  Ending extract(const Source& source, Sink& sink) override {
    ole::Reading reading(sink);
    image::Metadata metadata(reading);
    const std::string& type = source.type.mime;
    if (type == "image/png") {
      read_png(source.bytes, metadata);
    } else if (type == "image/jpeg") {
      read_jpeg(source.bytes, metadata);
    } else if (type == "image/gif") {
      read_gif(source.bytes, metadata);
    } else if (type == "image/tiff") {
      metadata.exif(source.bytes);
    } else if (type == "image/webp") {
      read_webp(source.bytes, metadata);
    } else if (type == "image/vnd.adobe.photoshop") {
      read_photoshop(source.bytes, metadata);
    } else {
      read_by_marks(source.bytes, metadata);
    }
    const Ending said = reading.ending();
    Ending drawn = complete();
    if (pixels_ && !sink.stopped()) drawn = pixels_->extract(source, sink);
    // A reader that cannot be loaded, or none.
    if (!pixels_ || drawn.outcome == Outcome::unsupported) sink.fact("not-ocred");
    return said.outcome == Outcome::complete ? drawn : said;
  }

 private:
  const std::shared_ptr<Extractor> pixels_;
};

}  // namespace

std::shared_ptr<Extractor> make_picture_extractor(std::shared_ptr<Extractor> pixels) {
  return std::make_shared<PictureExtractor>(std::move(pixels));
}

}  // namespace postern::extract

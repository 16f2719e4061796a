#include "extractors/image/image.h"

#include "extractors/image/containers.h"

namespace postern::extract {

namespace {

class PictureExtractor final : public Extractor {
 public:
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
    sink.fact("not-ocred");
    return reading.ending();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_picture_extractor() {
  return std::make_shared<PictureExtractor>();
}

}  // namespace postern::extract

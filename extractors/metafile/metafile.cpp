#include "extractors/metafile/metafile.h"

#include <string>

#include "extractors/metafile/emf.h"
#include "extractors/metafile/wmf.h"

namespace postern::extract {

namespace {

std::string without_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n') out += c;
  }
  return out;
}

class MetafileExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    MetafileText found = source.type.mime == "image/emf" ? read_emf(source.bytes, sink) : read_wmf(source.bytes, sink);
    LimitHit hit = sink.text(Place::property, "", found.description);
    if (hit == LimitHit::none) hit = sink.text(Place::image_text, "", found.drawn);
    // Both are mostly the same picture twice, for programs that know EMF+ and for those that do not.
    const bool differs = without_space(found.drawn).find(without_space(found.drawn_plus)) == std::string::npos;
    if (hit == LimitHit::none && differs) hit = sink.text(Place::image_text, "EMF+", found.drawn_plus);
    if (!found.enhanced.empty() && hit == LimitHit::none) {
      Child child;
      child.name = "enhanced metafile";
      sink.child(child, found.enhanced);
    }
    for (const std::string& format : found.formats) {
      if (hit != LimitHit::none || sink.stopped()) break;
      Child child;
      child.name = "the picture in another format";
      sink.child(child, format);
    }
    size_t number = 0;
    for (const std::string& picture : found.pictures.take()) {
      if (hit != LimitHit::none || sink.stopped()) break;
      Child child;
      child.name = "picture " + std::to_string(++number);
      sink.child(child, picture);
    }
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());

    if (const LimitHit time = sink.budget().check_time(); time != LimitHit::none)
      return limit_ending(time, sink.budget().limits());
    if (found.pictures.left_some()) sink.fact("not-ocred");
    if (!found.whole) return {Outcome::malformed, "the picture breaks off"};
    if (found.glyph_strings > 0) {
      sink.fact("unmapped-glyphs");
      return {Outcome::partial, std::to_string(found.glyph_strings) + " strings are drawn by numbers of glyphs"};
    }
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_metafile_extractor() {
  return std::make_shared<MetafileExtractor>();
}

}  // namespace postern::extract

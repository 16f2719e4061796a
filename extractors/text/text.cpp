#include "extractors/text/text.h"

#include <string>

#include "extractors/text/charset.h"
#include "extractors/text/mail_body.h"

namespace postern::extract {
namespace {

class TextExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const TextReadings readings = read_text(source.bytes, source.charset);
    if (readings.mislabelled) sink.fact("charset-mismatch");
    const bool is_mail_body = source.role == PartRole::body;
    LimitHit hit =
        is_mail_body ? tell_body(readings.main, source.format, "", sink) : tell_whole(readings.main, "", sink);
    if (hit == LimitHit::none && readings.other) {
      sink.fact("second-reading");
      const std::string at = "read as " + readings.other->charset();
      hit = is_mail_body ? tell_body(*readings.other, source.format, at, sink) : tell_whole(*readings.other, at, sink);
    }
    return hit == LimitHit::none ? complete() : limit_ending(hit, sink.budget().limits());
  }

 private:
  static LimitHit tell_whole(const TextReading& reading, std::string_view at, Sink& sink) {
    std::string buffer;
    return sink.text(Place::body, at, tidy_lines(reading.text(), buffer));
  }

  static LimitHit tell_body(const TextReading& reading, TextFormat format, std::string_view at, Sink& sink) {
    std::string buffer;
    const MailBody parts = split_mail_body(tidy_lines(reading.text(), buffer), format);
    LimitHit hit = sink.text(Place::body, at, parts.body);
    if (hit == LimitHit::none) hit = sink.text(Place::quoted, at, parts.quoted);
    if (hit == LimitHit::none) hit = sink.text(Place::forwarded, at, parts.forwarded);
    if (hit == LimitHit::none) hit = sink.text(Place::signature, at, parts.signature);
    return hit;
  }
};

}  // namespace

std::string_view tidy_lines(std::string_view text, std::string& buffer) {
  if (text.find_first_of(std::string_view("\r\0", 2)) == std::string_view::npos) return text;
  buffer.clear();
  buffer.reserve(text.size());
  for (size_t i = 0; i < text.size(); i++) {
    const char c = text[i];
    if (c == '\0') continue;
    if (c != '\r') {
      buffer += c;
    } else if (i + 1 >= text.size() || text[i + 1] != '\n') {
      buffer += '\n';
    }
  }
  return buffer;
}

std::shared_ptr<Extractor> make_text_extractor() {
  return std::make_shared<TextExtractor>();
}

}  // namespace postern::extract

#include "extractors/mail/mail.h"

#include "extractors/mail/mime_reader.h"

namespace postern::extract {
namespace {

class MailExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return MimeReader(sink).read_mail(source.bytes); }
};

class MultipartExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return MimeReader(sink).read_node(source.bytes); }
};

}  // namespace

std::shared_ptr<Extractor> make_mail_extractor() {
  return std::make_shared<MailExtractor>();
}
std::shared_ptr<Extractor> make_multipart_extractor() {
  return std::make_shared<MultipartExtractor>();
}

}  // namespace postern::extract

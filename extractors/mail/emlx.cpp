#include "extractors/mail/emlx.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace postern::extract {

namespace {

class EmlxExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const size_t front = emlx_front(source.bytes);
    const std::string_view rest = source.bytes.substr(front);
    std::uint64_t size = 0;
    std::from_chars(source.bytes.data(), source.bytes.data() + front, size);
    const size_t mail_size = static_cast<size_t>(std::min<std::uint64_t>(size, rest.size()));
    Child mail;
    mail.declared_type = mail.read_as = "message/rfc822";
    sink.child(mail, rest.substr(0, mail_size));
    if (const std::string_view list = rest.substr(mail_size); !list.empty()) {
      Child properties;
      properties.name = "properties";
      sink.child(properties, list);
    }
    if (size > rest.size()) return {Outcome::malformed, "the mail is shorter than its first line says"};
    return complete();
  }
};

}  // namespace

size_t emlx_front(std::string_view bytes) {
  constexpr size_t kMostDigits = 12, kMostBlanks = 16;
  const std::string_view window = bytes.substr(0, kMostDigits + kMostBlanks + 2);
  const size_t digits = std::min(window.find_first_not_of("0123456789"), window.size());
  if (digits == 0 || digits > kMostDigits) return 0;
  const size_t end = window.find_first_not_of(" \t\r", digits);
  return end != std::string_view::npos && window[end] == '\n' ? end + 1 : 0;
}

std::shared_ptr<Extractor> make_emlx_extractor() {
  return std::make_shared<EmlxExtractor>();
}

}  // namespace postern::extract

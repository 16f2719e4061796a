#include "extractors/mail/mbox.h"

namespace postern::extract {

namespace {

constexpr std::string_view kBegin = "From ";

// The line behind that at the start of `bytes` is a header field, or none follows. A sentence may begin with "From ".
bool header_follows(std::string_view bytes) {
  constexpr size_t kLongestName = 76;
  const size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return true;
  const std::string_view line = bytes.substr(end + 1, kLongestName + 1);
  if (line.empty()) return true;
  const size_t name = line.find_first_of(": \t\r\n");
  return name != std::string_view::npos && name > 0 && line[name] == ':';
}

// Where the next mail begins at or behind `from`, an empty line in front of it.
size_t next_beginning(std::string_view bytes, size_t from) {
  for (size_t at = bytes.find("\nFrom ", from); at != std::string_view::npos; at = bytes.find("\nFrom ", at + 1)) {
    std::string_view before = bytes.substr(0, at);
    if (before.ends_with('\r')) before.remove_suffix(1);
    if ((before.empty() || before.ends_with('\n')) && header_follows(bytes.substr(at + 1))) return at + 1;
  }
  return bytes.size();
}

class MboxExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    std::string_view rest = source.bytes;
    while (!rest.empty() && !sink.stopped()) {
      const size_t end = next_beginning(rest, kBegin.size());
      Child child;
      child.declared_type = "message/rfc822";
      child.read_as = "message/rfc822";
      sink.child(child, rest.substr(0, end));
      rest.remove_prefix(end);
    }
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_mbox_extractor() {
  return std::make_shared<MboxExtractor>();
}

}  // namespace postern::extract

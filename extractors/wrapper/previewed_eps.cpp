#include "extractors/wrapper/previewed_eps.h"

#include <array>
#include <cstdint>

#include "extractors/byte_order.h"

namespace postern::extract {

namespace {

constexpr size_t kHead = 30;

struct Section {
  size_t at;  // of its offset in the head
  std::string_view name;
};
constexpr std::array kSections = {Section{4, "drawing.ps"}, Section{12, "preview.wmf"}, Section{20, "preview.tif"}};

class PreviewedEpsExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const std::string_view bytes = source.bytes;
    bool whole = bytes.size() >= kHead;
    for (const Section& section : kSections) {
      if (bytes.size() < section.at + 8 || sink.stopped()) break;
      const std::uint64_t begin = little(bytes, section.at, 4), size = little(bytes, section.at + 4, 4);
      if (size == 0) continue;
      if (begin + size > bytes.size()) whole = false;
      if (begin >= bytes.size()) continue;
      Child child;
      child.name = section.name;
      sink.child(child, bytes.substr(begin, size));
    }
    if (!whole) return {Outcome::malformed, "a part of it leads past the end of the file"};
    return complete();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_previewed_eps_extractor() {
  return std::make_shared<PreviewedEpsExtractor>();
}

}  // namespace postern::extract

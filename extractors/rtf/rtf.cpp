#include "extractors/rtf/rtf.h"

#include "extractors/rtf/encapsulated_html.h"
#include "extractors/rtf/reader.h"

namespace postern::extract {

namespace {

class RtfExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Teller teller(sink);
    rtf::Reader(teller).read(source.bytes);
    if (const auto page = teller.stopped() ? std::nullopt : html_of_rtf(source.bytes)) {
      Child child;
      child.declared_type = "text/html";
      child.read_as = "text/html";
      child.charset = "utf-8";
      teller.child(child, *page);
    }
    return teller.ending();
  }
};

}  // namespace

std::shared_ptr<Extractor> make_rtf_extractor() {
  return std::make_shared<RtfExtractor>();
}

}  // namespace postern::extract

#include "extractors/office_xml/office_xml.h"

#include "extractors/office_xml/flat_package.h"
#include "extractors/office_xml/spreadsheet_ml.h"
#include "extractors/office_xml/word_ml.h"

namespace postern::extract {

namespace {

using office_xml::read_flat_package;
using office_xml::read_spreadsheet_ml;
using office_xml::read_word_ml;

class OfficeXmlExtractor final : public Extractor {
 public:
  using Read = Ending (*)(std::string_view bytes, Sink& sink);
  explicit OfficeXmlExtractor(Read read) : read_(read) {}
  Ending extract(const Source& source, Sink& sink) override { return read_(source.bytes, sink); }

 private:
  const Read read_;
};

}  // namespace

std::shared_ptr<Extractor> make_word_ml_extractor() {
  return std::make_shared<OfficeXmlExtractor>(&read_word_ml);
}

std::shared_ptr<Extractor> make_spreadsheet_ml_extractor() {
  return std::make_shared<OfficeXmlExtractor>(&read_spreadsheet_ml);
}

std::shared_ptr<Extractor> make_flat_package_extractor() {
  return std::make_shared<OfficeXmlExtractor>(&read_flat_package);
}

}  // namespace postern::extract

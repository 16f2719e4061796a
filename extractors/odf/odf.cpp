#include "extractors/odf/odf.h"

#include "extractors/mail/transfer.h"
#include "extractors/odf/content.h"
#include "extractors/odf/document.h"
#include "extractors/odf/names.h"

namespace postern::extract {

namespace odf {

namespace {

class FlatDocument final : public ContentOwner {
 public:
  FlatDocument(const Source& source, Sink& sink) : source_(source), sink_(sink) {}

  Ending read() {
    XmlMemory memory(source_.bytes);
    XmlDecoder decoder(memory);
    XmlScanner<Content> scanner(decoder, vocabulary());
    Styles styles;
    Content content(*this, styles, Kind::unknown, "");
    const XmlEnd end = scanner.run(content);
    content.finish();
    if (scanner.document_type().find('[') != std::string::npos) {
      emit(Place::hidden_text, "document type", scanner.document_type());
      damaged_ = true;
    }
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (damaged_ || scanner.unknown_entities())
      return {Outcome::malformed, "its XML uses entities, which no office program writes"};
    if (end == XmlEnd::malformed) return {Outcome::malformed, "its XML is not well-formed"};
    return complete();
  }

  void emit(Place place, std::string_view at, std::string_view text) override {
    if (hit_ != LimitHit::none || text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
    hit_ = sink_.text(place, at, text);
  }
  bool stopped() const override { return hit_ != LimitHit::none; }
  void inline_file(std::string_view base64) override {
    if (stopped()) return;
    const std::string bytes = decode_base64(base64).bytes;
    sink_.child(Child{}, bytes);
  }
  void found_macros() override { sink_.fact("macros"); }
  void left_formulas_out() override { sink_.fact("formulas-not-computed"); }

 private:
  const Source& source_;
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  bool damaged_ = false;
};

class OdfExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return Document(source, sink).read(); }
};

class FlatOdfExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return FlatDocument(source, sink).read(); }
};

}  // namespace

}  // namespace odf

std::shared_ptr<Extractor> make_odf_extractor() {
  return std::make_shared<odf::OdfExtractor>();
}

std::shared_ptr<Extractor> make_flat_odf_extractor() {
  return std::make_shared<odf::FlatOdfExtractor>();
}

const std::vector<std::string_view>& odf_types() {
  static const std::vector<std::string_view> types = {
      "application/vnd.oasis.opendocument.text",
      "application/vnd.oasis.opendocument.text-template",
      "application/vnd.oasis.opendocument.text-master",
      "application/vnd.oasis.opendocument.text-master-template",
      "application/vnd.oasis.opendocument.text-web",
      "application/vnd.oasis.opendocument.spreadsheet",
      "application/vnd.oasis.opendocument.spreadsheet-template",
      "application/vnd.oasis.opendocument.presentation",
      "application/vnd.oasis.opendocument.presentation-template",
      "application/vnd.oasis.opendocument.graphics",
      "application/vnd.oasis.opendocument.graphics-template",
      "application/vnd.oasis.opendocument.chart",
      "application/vnd.oasis.opendocument.chart-template",
      "application/vnd.oasis.opendocument.formula",
      "application/vnd.oasis.opendocument.formula-template",
      "application/vnd.oasis.opendocument.image",
      "application/vnd.oasis.opendocument.base",
      "application/vnd.oasis.opendocument.database",
      "application/vnd.sun.xml.writer",
      "application/vnd.sun.xml.writer.template",
      "application/vnd.sun.xml.writer.global",
      "application/vnd.sun.xml.calc",
      "application/vnd.sun.xml.calc.template",
      "application/vnd.sun.xml.impress",
      "application/vnd.sun.xml.impress.template",
      "application/vnd.sun.xml.draw",
      "application/vnd.sun.xml.draw.template",
      "application/vnd.sun.xml.math",
  };
  return types;
}

}  // namespace postern::extract

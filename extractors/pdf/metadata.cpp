#include "extractors/pdf/metadata.h"

#include <memory>
#include <string>
#include <vector>

#include <poppler-toc.h>

#include "extractors/pdf/embedded_names.h"
#include "extractors/pdf/pdf.h"
#include "extractors/pdf/text.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::pdf {

namespace {

// All character data of XMP, a line an element; attributes too, where properties stand in short form.
class XmpText {
 public:
  void start(XmlTag, const XmlAttributes& attributes, std::string_view) {
    for (const XmlAttributes::Attribute& attribute : attributes) {
      if (!attribute.name.starts_with("xmlns") && !attribute.name.starts_with("rdf:") && !attribute.value.empty()) {
        text_ += decode_xml(attribute.value) + "\n";
      }
    }
  }
  void end(XmlTag) {
    if (text_.size() > line_) text_ += '\n';
    line_ = text_.size();
  }
  void text(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) text_ += text;
  }
  bool stopped() const { return false; }
  const std::string& result() const { return text_; }

 private:
  std::string text_;
  size_t line_ = 0;
};

void add_items(const poppler::toc_item& item, unsigned depth, size_t& count, std::string& out) {
  if (depth > kMaxBookmarkDepth) return;
  for (const poppler::toc_item* child : item.children()) {
    if (++count > kMaxPdfBookmarks) return;
    out += to_text(child->title());
    out += '\n';
    add_items(*child, depth + 1, count, out);
  }
}

}  // namespace

LimitHit read_properties(const poppler::document& document, Sink& sink) {
  size_t count = 0;
  for (const std::string& key : document.info_keys()) {
    if (++count > kMaxPdfProperties) break;
    // Dates are stored as "D:20240101...": text like the others.
    const LimitHit hit = sink.text(Place::property, key, to_text(document.info_key(key)));
    if (hit != LimitHit::none) return hit;
  }
  const auto xmp = document.metadata().to_utf8();
  if (xmp.empty()) return LimitHit::none;
  static const XmlVocabulary no_names({}, {});
  XmlMemory memory(std::string_view(xmp.data(), xmp.size()));
  XmlDecoder decoder(memory);
  XmlScanner<XmpText> scanner(decoder, no_names);
  XmpText text;
  scanner.run(text);
  return sink.text(Place::property, "XMP", text.result());
}

LimitHit read_bookmarks(poppler::document& document, Sink& sink) {
  const std::unique_ptr<poppler::toc> toc(document.create_toc());
  if (!toc || toc->root() == nullptr) return LimitHit::none;
  std::string lines;
  size_t count = 0;
  add_items(*toc->root(), 0, count, lines);
  return sink.text(Place::bookmark, "", lines);
}

LimitHit read_file_names(std::string_view pdf, Sink& sink) {
  // Where the file is too damaged for qpdf, the names that poppler gives are told all the same.
  const std::vector<std::string> names = embedded_names(pdf, kMaxPdfProperties);
  for (const std::string& name : names) {
    if (const LimitHit hit = sink.text(Place::file_name, "", name); hit != LimitHit::none) return hit;
  }
  return LimitHit::none;
}

}  // namespace postern::extract::pdf

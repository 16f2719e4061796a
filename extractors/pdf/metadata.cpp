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

std::string reached(std::string_view what, size_t limit) {
  return std::string(what) + " reached the limit (" + std::to_string(limit) + ")";
}

class Bookmarks {
 public:
  void add(const poppler::toc_item& item, unsigned depth) {
    const std::vector<poppler::toc_item*> children = item.children();
    if (depth > kMaxBookmarkDepth && !children.empty()) {
      left_out_ = reached("bookmarks inside bookmarks", kMaxBookmarkDepth);
      return;
    }
    for (const poppler::toc_item* child : children) {
      if (count_ == kMaxPdfBookmarks) {
        left_out_ = reached("bookmarks", kMaxPdfBookmarks);
        return;
      }
      count_++;
      lines_ += to_text(child->title());
      lines_ += '\n';
      add(*child, depth + 1);
    }
  }

  const std::string& lines() const { return lines_; }
  const std::string& left_out() const { return left_out_; }

 private:
  std::string lines_, left_out_;
  size_t count_ = 0;
};

}  // namespace

LimitHit read_properties(const poppler::document& document, Sink& sink, std::string& left_out) {
  size_t count = 0;
  for (const std::string& key : document.info_keys()) {
    if (++count > kMaxPdfProperties) {
      left_out = reached("properties", kMaxPdfProperties);
      break;
    }
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

LimitHit read_bookmarks(poppler::document& document, Sink& sink, std::string& left_out) {
  const std::unique_ptr<poppler::toc> toc(document.create_toc());
  if (!toc || toc->root() == nullptr) return LimitHit::none;
  Bookmarks bookmarks;
  bookmarks.add(*toc->root(), 0);
  if (!bookmarks.left_out().empty()) left_out = bookmarks.left_out();
  return sink.text(Place::bookmark, "", bookmarks.lines());
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

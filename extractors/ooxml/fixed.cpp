// Fixed documents: XPS and OpenXPS (ECMA-388). A sequence lists documents, these list pages, and pages hold runs of
// glyphs with the text that they stand for.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "extractors/ooxml/document.h"

namespace postern::extract::ooxml {

namespace {

double to_number(std::string_view text, double otherwise) {
  double out = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return std::isfinite(out) ? out : otherwise;
}

// The sources that a sequence or a document lists.
class SourceList {
 public:
  explicit SourceList(Document& document) : document_(document) {}
  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = name.substr(name.find(':') + 1);  // npos + 1 is 0
    if (local == "DocumentReference" || local == "PageContent") sources.push_back(attributes.get("Source"));
    // Targets of links have names.
    if (local == "LinkTarget") document_.emit(Place::bookmark, "", attributes.get("Name"));
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }

  std::vector<std::string> sources;

 private:
  Document& document_;
};

// Runs on one line are joined, with a space where there is a gap between them.
class PageReader {
 public:
  PageReader(Document& document, std::string at) : document_(document), at_(std::move(at)) {}

  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = name.substr(name.find(':') + 1);
    for (const XmlAttributes::Attribute& attribute : attributes) {
      if (attribute.name == "FixedPage.NavigateUri") {
        links_ += decode_xml(attribute.value) + "\n";
      } else if (attribute.name == "AutomationProperties.Name" || attribute.name == "AutomationProperties.HelpText") {
        alternatives_ += decode_xml(attribute.value) + "\n";
      }
    }
    if (local == "Glyphs") glyphs(attributes);
    draws_ = draws_ || local == "Path";
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }
  void finish() {
    if (!text_.empty()) text_ += '\n';
    // Some programs draw letters as outlines.
    if (text_.empty() && draws_) document_.fact("not-ocred");
    document_.emit(Place::page, at_, text_);
    document_.emit(Place::link, at_, links_);
    document_.emit(Place::alt_text, at_, alternatives_);
  }

 private:
  // ECMA-388 12.1: advances stand behind the first comma of each index, in hundredths of the font's size.
  static double width(std::string_view indices, size_t characters, double size) {
    constexpr double kUsual = 0.5;  // of the size, of a letter whose advance is the font's own
    double out = 0;
    size_t count = 0;
    while (!indices.empty()) {
      const std::string_view index = indices.substr(0, indices.find(';'));
      const size_t comma = index.find(',');
      const double advance = comma == std::string_view::npos ? -1 : to_number(index.substr(comma + 1), -1);
      out += advance >= 0 ? advance / 100 * size : kUsual * size;
      count++;
      indices.remove_prefix(std::min(index.size() + 1, indices.size()));
    }
    return count >= characters ? out : out + static_cast<double>(characters - count) * kUsual * size;
  }

  void glyphs(const XmlAttributes& attributes) {
    std::string run = attributes.get("UnicodeString");
    if (run.starts_with("{}")) run.erase(0, 2);  // an escape for a leading brace
    if (run.empty()) {
      if (attributes.has("Indices")) document_.incomplete("some of its glyphs do not say what text they stand for");
      return;
    }
    const double x = to_number(attributes.raw("OriginX"), 0), y = to_number(attributes.raw("OriginY"), 0);
    const double size = to_number(attributes.raw("FontRenderingEmSize"), 10);
    constexpr double kLine = 0.5, kGap = 0.2;  // of the font's size
    if (!text_.empty()) {
      const bool same_line = std::abs(y - y_) < kLine * std::max(size, size_);
      if (!same_line) {
        text_ += '\n';
      } else if (text_.back() != ' ' && run.front() != ' ' && (x - end_ > kGap * size || x < begin_)) {
        text_ += ' ';
      }
    }
    text_ += run;
    const auto characters = static_cast<size_t>(
        std::count_if(run.begin(), run.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
    begin_ = x;
    end_ = x + width(attributes.raw("Indices"), characters, size);
    y_ = y;
    size_ = size;
  }

  Document& document_;
  const std::string at_;
  std::string text_;
  std::string links_;
  std::string alternatives_;
  bool draws_ = false;  // lines, areas or pictures
  double begin_ = 0, end_ = 0, y_ = 0, size_ = 0;
};

std::vector<std::string> sources_of(Document& document, const std::string& part) {
  if (!document.first_visit(part)) return {};
  SourceList list(document);
  document.scan(part, list);
  for (std::string& source : list.sources) source = Package::resolve(part, source);
  return std::move(list.sources);
}

// Fonts have no text; pictures may.
void follow_resources(Document& document, const std::string& part) {
  for (const Relationship& relationship : document.relationships(part)) {
    if (document.stopped()) return;
    const std::string& target = relationship.target;
    if (target.ends_with(".odttf") || target.ends_with(".ttf") || target.ends_with(".otf")) {
      document.package().mark_used(target);
    } else if (!document.follow_common(relationship, "") && document.first_visit(target)) {
      document.child(target);
    }
  }
}

}  // namespace

void read_fixed_sequence(Document& document, const std::string& main) {
  size_t number = 0;
  for (const std::string& fixed : sources_of(document, main)) {
    for (const std::string& page : sources_of(document, fixed)) {
      if (document.stopped()) return;
      number++;
      if (!document.first_visit(page)) continue;
      PageReader reader(document, "p. " + std::to_string(number));
      if (!document.scan(page, reader)) document.incomplete("a page is missing");
      reader.finish();
      follow_resources(document, page);
    }
    follow_resources(document, fixed);
  }
  follow_resources(document, main);
}

}  // namespace postern::extract::ooxml

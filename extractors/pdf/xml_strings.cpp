#include "extractors/pdf/xml_strings.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "extractors/xml/xml_scanner.h"

namespace postern::extract::pdf {

namespace {

constexpr std::array<std::string_view, 7> kInline = {"a", "b", "font", "i", "span", "sub", "sup"};

std::string_view local_name(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

class Handler {
 public:
  explicit Handler(XmlValues values) : values_(values) {}

  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = local_name(name);
    Element element;
    element.in_line = std::find(kInline.begin(), kInline.end(), local) != kInline.end();
    element.script = local == "script";
    if (element.script) scripts_++;
    if (!element.in_line) end_line();
    open_.push_back(element);
    if (values_ != XmlValues::attributes_too) return;
    for (const XmlAttributes::Attribute& attribute : attributes) {
      const std::string_view key = attribute.name;
      if (key.starts_with("xmlns") || key.starts_with("rdf:") || attribute.value.empty()) continue;
      out_.text += decode_xml(attribute.value);
      end_line();
    }
  }

  void end(XmlTag) {
    if (open_.empty()) return;
    const Element element = open_.back();
    open_.pop_back();
    if (!element.in_line) end_line();
    if (!element.script) return;
    scripts_--;
    out_.script += '\n';
  }

  void text(std::string_view text) {
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (blank && (text.find('\n') != std::string_view::npos || out_.text.empty() || out_.text.back() == '\n')) return;
    (scripts_ > 0 ? out_.script : out_.text) += text;
  }

  bool stopped() const { return false; }
  XmlStrings take() { return std::move(out_); }

 private:
  void end_line() {
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += '\n';
  }

  struct Element {
    bool in_line = false;  // it ends no line
    bool script = false;
  };

  const XmlValues values_;
  XmlStrings out_;
  std::vector<Element> open_;
  size_t scripts_ = 0;
};

}  // namespace

XmlStrings read_xml_strings(std::string_view xml, XmlValues values) {
  static const XmlVocabulary no_names({}, {});
  XmlMemory memory(xml);
  XmlDecoder decoder(memory);
  XmlScanner<Handler> scanner(decoder, no_names);
  Handler handler(values);
  scanner.run(handler);
  return handler.take();
}

}  // namespace postern::extract::pdf

#include "extractors/pdf/xml_strings.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "extractors/xml/xml_scanner.h"

namespace postern::extract::pdf {

namespace {

constexpr size_t kMaxFiles = 1'000;  // of one form
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
    element.data = local == "data" || (!open_.empty() && open_.back().data);
    if (values_ == XmlValues::forms && attributes.raw("contentType").starts_with("image/") &&
        out_.files.size() < kMaxFiles) {
      element.file = true;
      files_++;
      out_.files.push_back({attributes.get("contentType"), ""});
    }
    open_.push_back(element);
    if (values_ == XmlValues::elements) return;
    for (const XmlAttributes::Attribute& attribute : attributes) {
      if (attribute.value.empty() || !is_value(local, attribute.name)) continue;
      out_.text += decode_xml(attribute.value);
      end_line();
    }
  }

  void end(XmlTag) {
    if (open_.empty()) return;
    const Element element = open_.back();
    open_.pop_back();
    if (!element.in_line) end_line();
    if (element.file) files_--;
    if (!element.script) return;
    scripts_--;
    out_.script += '\n';
  }

  void text(std::string_view text) {
    if (files_ > 0) {
      out_.files.back().base64 += text;
      return;
    }
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (blank && (text.find('\n') != std::string_view::npos || out_.text.empty() || out_.text.back() == '\n')) return;
    (scripts_ > 0 ? out_.script : out_.text) += text;
  }

  bool stopped() const { return false; }
  XmlStrings take() { return std::move(out_); }

 private:
  bool is_value(std::string_view element, std::string_view key) const {
    if (key.starts_with("xmlns") || key.starts_with("rdf:")) return false;
    if (values_ == XmlValues::attributes_too) return true;
    if (open_.back().data) return !key.starts_with("xfa:");
    if (key == "name") return element == "field" || element == "exclGroup";
    return key == "target" || key == "href";
  }

  void end_line() {
    if (!out_.text.empty() && out_.text.back() != '\n') out_.text += '\n';
  }

  struct Element {
    bool in_line = false;  // it ends no line
    bool script = false;
    bool data = false;  // of a form: what it was filled with
    bool file = false;
  };

  const XmlValues values_;
  XmlStrings out_;
  std::vector<Element> open_;
  size_t scripts_ = 0;
  size_t files_ = 0;  // open ones
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

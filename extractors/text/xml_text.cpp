#include "extractors/text/xml_text.h"

#include <algorithm>
#include <array>
#include <vector>

#include "extractors/text/xml_entities.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// Elements that cut a word in pieces without ending it; the rest end a line when text stood in them.
constexpr std::array kRuns = {"t"sv,         "r"sv,         "span"sv, "tspan"sv, "text-run"sv,      "b"sv,
                              "i"sv,         "u"sv,         "s"sv,    "em"sv,    "strong"sv,        "font"sv,
                              "a"sv,         "hyperlink"sv, "sub"sv,  "sup"sv,   "strikethrough"sv, "emphasis"sv,
                              "instrText"sv, "delText"sv};

class JoinedText {
 public:
  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    for (const XmlAttributes::Attribute& attribute : attributes) {
      if (attribute.value.find('&') == std::string_view::npos) continue;
      attributes_ += decode_xml(attribute.value);
      attributes_ += '\n';
    }
    const size_t colon = name.find(':');
    const std::string_view local = name.substr(colon == std::string_view::npos ? 0 : colon + 1);
    runs_.push_back(std::find(kRuns.begin(), kRuns.end(), local) != kRuns.end());
  }
  void end(XmlTag) {
    const bool is_run = !runs_.empty() && runs_.back();
    if (!runs_.empty()) runs_.pop_back();
    if (is_run || !line_open_) return;
    out_ += '\n';
    line_open_ = false;
  }
  void text(std::string_view text) {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";  // of byte order, in front of the document
    if (runs_.empty() && text.starts_with(kMark)) text.remove_prefix(kMark.size());
    // White space with line ends is layout between elements.
    const bool blank = text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (blank && text.find('\n') != std::string_view::npos) return;
    out_ += text;
    line_open_ = line_open_ || !blank;
  }
  bool stopped() const { return false; }
  XmlText take() { return {std::move(out_), std::move(attributes_), false}; }

 private:
  std::string out_;
  std::string attributes_;
  std::vector<bool> runs_;
  bool line_open_ = false;
};

}  // namespace

XmlText text_of_xml(std::string_view bytes) {
  const ResolvedXml resolved = resolve_entities(bytes);
  static const XmlVocabulary no_names({}, {});
  XmlMemory memory(resolved.changed ? std::string_view(resolved.bytes) : bytes);
  XmlDecoder decoder(memory);
  XmlScanner<JoinedText> scanner(decoder, no_names);
  JoinedText text;
  scanner.run(text);
  XmlText out = text.take();
  out.cut = resolved.cut;
  return out;
}

}  // namespace postern::extract

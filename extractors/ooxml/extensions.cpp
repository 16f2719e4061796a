#include "extractors/ooxml/extensions.h"

#include <algorithm>

namespace postern::extract::ooxml {

namespace {

constexpr size_t kFlushBytes = 256 << 10;
constexpr std::string_view kBlanks = " \t\r\n";
constexpr size_t kMaxPrefixes = 64;  // looked at for each attribute

bool is_letter(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// Settings of the programs' own extensions: a word, a number, "{8A69D2C1-...}".
bool reads_as_words(std::string_view value) {
  const size_t blank = value.find(' ');
  if (blank == std::string_view::npos) {
    return std::any_of(value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  }
  return std::any_of(value.begin(), value.end(), is_letter);
}

}  // namespace

bool is_setting(std::string_view text) {
  constexpr size_t kLongestNumber = 12;  // of a length, an angle or a colour; longer ones may be anybody's
  if (text.starts_with('{') && text.ends_with('}')) return text.find(' ') == std::string_view::npos;
  return text.size() <= kLongestNumber && text.find_first_not_of("0123456789+-.") == std::string_view::npos;
}

void Extensions::look_at(XmlTag tag, const XmlAttributes& attributes) {
  if (is_unknown(tag)) begin_element(tag, attributes);
  if (attributes.declares_namespaces()) learn(attributes);
  if (foreign_prefixes_.empty() || tag == foreign_any) return;
  for (const XmlAttributes::Attribute& attribute : attributes) {
    const std::string_view prefix = attribute.name.substr(0, attribute.name.find(':') + 1);  // "" without one
    if (prefix.empty() || attribute.value.empty()) continue;
    if (std::binary_search(foreign_prefixes_.begin(), foreign_prefixes_.end(), prefix)) add_attribute(attribute.value);
  }
}

void Extensions::begin_element(XmlTag tag, const XmlAttributes& attributes) {
  end_line();  // of the element around it
  const bool is_foreign = tag == foreign_any;
  open_.push_back({depth_, is_foreign});
  innermost_ = depth_;
  for (const XmlAttributes::Attribute& attribute : attributes) {
    if (attribute.name.starts_with("xmlns") || attribute.value.empty()) continue;
    const bool is_text = reads_as_words(attribute.value) && !attribute.name.ends_with("font");
    if (is_foreign || is_text) add_attribute(attribute.value);
  }
}

void Extensions::end_element() {
  end_line();
  open_.pop_back();
  innermost_ = open_.empty() ? kNone : open_.back().depth;
}

void Extensions::end_line() {
  const size_t first = text_.find_first_not_of(kBlanks);
  if (first != std::string::npos) {
    const std::string_view line = std::string_view(text_).substr(first, text_.find_last_not_of(kBlanks) + 1 - first);
    if (open_.back().foreign || !is_setting(line)) lines_.append(line).append(1, '\n');
  }
  text_.clear();
  if (lines_.size() >= kFlushBytes) finish();
}

void Extensions::add_attribute(std::string_view raw) {
  attributes_.append(decode_xml(raw)).append(1, '\n');
  if (attributes_.size() >= kFlushBytes) finish();
}

// Which prefixes are those of namespaces that nobody knows. Where they end does not matter.
void Extensions::learn(const XmlAttributes& attributes) {
  constexpr std::string_view kDeclaration = "xmlns:";
  for (const XmlAttributes::Attribute& attribute : attributes) {
    if (!attribute.name.starts_with(kDeclaration) || foreign_prefixes_.size() >= kMaxPrefixes) continue;
    if (vocabulary().prefix_of(decode_xml(attribute.value)) != "foreign") continue;
    std::string prefix(attribute.name.substr(kDeclaration.size()));
    prefix += ':';
    const auto place = std::lower_bound(foreign_prefixes_.begin(), foreign_prefixes_.end(), prefix);
    if (place == foreign_prefixes_.end() || *place != prefix) foreign_prefixes_.insert(place, std::move(prefix));
    watches_ = true;
  }
}

void Extensions::finish() {
  out_.emit(Place::custom_xml, at_, lines_);
  lines_.clear();
  out_.emit(Place::attribute, at_, attributes_);
  attributes_.clear();
}

}  // namespace postern::extract::ooxml

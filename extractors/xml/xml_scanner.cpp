#include "extractors/xml/xml_scanner.h"

#include <algorithm>

#include "extractors/xml/character_references.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string_view local_of(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The value of "#x41" or "#65"; 0 when it is none.
char32_t character_reference(std::string_view digits) {
  const bool hex = !digits.empty() && (digits[0] == 'x' || digits[0] == 'X');
  if (hex) digits.remove_prefix(1);
  if (digits.empty() || digits.size() > 8) return 0;
  char32_t value = 0;
  for (const char c : digits) {
    char32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<char32_t>(c - '0');
    } else if (hex && c >= 'a' && c <= 'f') {
      digit = static_cast<char32_t>(c - 'a' + 10);
    } else if (hex && c >= 'A' && c <= 'F') {
      digit = static_cast<char32_t>(c - 'A' + 10);
    } else {
      return 0;
    }
    value = value * (hex ? 16 : 10) + digit;
    if (value > 0x10FFFF) return 0;
  }
  return value;
}

}  // namespace

size_t decode_xml_reference(std::string_view raw, std::string& out, bool& known) {
  // Entity names of document types vanish whole, those of HTML stand for their letters, declared or not.
  constexpr size_t kLongestName = 64;
  const size_t semicolon = raw.substr(0, kLongestName).find(';');
  if (semicolon == std::string_view::npos || semicolon < 2) return 0;
  const std::string_view name = raw.substr(1, semicolon - 1);
  known = true;
  if (name[0] == '#') {
    const char32_t value = character_reference(name.substr(1));
    if (value == 0) return 0;
    append_utf8(out, value);
  } else if (name == "amp") {
    out.push_back('&');
  } else if (name == "lt") {
    out.push_back('<');
  } else if (name == "gt") {
    out.push_back('>');
  } else if (name == "quot") {
    out.push_back('"');
  } else if (name == "apos") {
    out.push_back('\'');
  } else if (name.find_first_of(" \t\n<&\"'") != std::string_view::npos) {
    return 0;
  } else {
    append_named_character(name, out);
    known = false;
  }
  return semicolon + 1;
}

std::string decode_xml(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  while (!raw.empty()) {
    const size_t amp = std::min(raw.find('&'), raw.size());
    out.append(raw.substr(0, amp));
    raw.remove_prefix(amp);
    if (raw.empty()) break;
    bool known = true;
    const size_t size = decode_xml_reference(raw, out, known);
    if (size == 0) out.push_back('&');
    raw.remove_prefix(std::max<size_t>(size, 1));
  }
  return out;
}

std::string_view XmlAttributes::raw(std::string_view local) const {
  std::string_view prefixed;
  for (const Attribute& attribute : *this) {
    if (attribute.name.size() < local.size() || !attribute.name.ends_with(local)) continue;
    if (attribute.name.size() == local.size()) return attribute.value;
    if (attribute.name[attribute.name.size() - local.size() - 1] == ':') prefixed = attribute.value;
  }
  return prefixed;
}

std::string_view XmlAttributes::raw_prefixed(std::string_view local) const {
  for (const Attribute& attribute : *this) {
    if (attribute.name.size() > local.size() && attribute.name.ends_with(local) &&
        attribute.name[attribute.name.size() - local.size() - 1] == ':') {
      return attribute.value;
    }
  }
  return {};
}

XmlReaderBase::XmlReaderBase(XmlInput& input, const XmlVocabulary& vocabulary)
    : input_(input),
      vocabulary_(vocabulary),
      buffer_(std::make_unique_for_overwrite<char[]>(kXmlBuffer + kPad)),
      cur_(buffer_.get()),
      end_(cur_) {
  constexpr size_t kUsualAttributes = 16;
  attributes_.list_.reserve(kUsualAttributes);
}

// Moves what is left to the front and reads on. False at the end, or when one token outgrows kMaxXmlToken.
bool XmlReaderBase::refill() {
  const auto left = static_cast<size_t>(end_ - cur_);
  if (at_end_) return false;
  if (left == capacity_) {
    if (capacity_ >= kMaxXmlToken) return false;
    auto larger = std::make_unique_for_overwrite<char[]>(capacity_ * 2 + kPad);
    std::memcpy(larger.get(), cur_, left);
    buffer_ = std::move(larger);
    capacity_ *= 2;
  } else {
    std::memmove(buffer_.get(), cur_, left);
  }
  char* const begin = buffer_.get();
  cur_ = begin;
  // Filled to the brim: a long token is looked at anew after each refill, so few large ones are wanted.
  size_t got = 0;
  while (left + got < capacity_) {
    const size_t more = input_.read(begin + left + got, capacity_ - left - got);
    if (more == 0) break;
    got += more;
  }
  end_ = cur_ + left + got;
  std::memset(begin + left + got, 0, kPad);
  if (got == 0) at_end_ = true;
  // At the end what is left is looked at once more: text may stand behind the last tag.
  return got > 0 || (left > 0 && *cur_ != '<');
}

XmlReaderBase::Key XmlReaderBase::long_key(const char* name, size_t size) {
  Key key;
  key.size = size;
  key.a = 0xCBF29CE484222325;  // FNV-1a, forwards and backwards
  key.b = key.a;
  for (size_t i = 0; i < size; i++) {
    key.a = (key.a ^ static_cast<unsigned char>(name[i])) * 0x100000001B3;
    key.b = (key.b ^ static_cast<unsigned char>(name[size - 1 - i])) * 0x100000001B3;
  }
  return key;
}

XmlTag XmlReaderBase::resolve_slowly(std::string_view name) const {
  const size_t colon = name.find(':');
  const std::string_view prefix = colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
  for (auto binding = bindings_.rbegin(); binding != bindings_.rend(); ++binding) {
    if (binding->prefix == prefix) return vocabulary_.find(binding->meaning, local_of(name));
  }
  // A prefix that nobody declared: what it conventionally means is the best guess.
  return prefix.empty() ? kUnknownTag : vocabulary_.find(prefix, local_of(name));
}

void XmlReaderBase::bind(const XmlAttributes& attributes) {
  for (const XmlAttributes::Attribute& attribute : attributes) {
    if (!attribute.name.starts_with("xmlns")) continue;
    std::string_view prefix = attribute.name.substr(5);
    if (!prefix.empty() && prefix[0] != ':') continue;
    if (!prefix.empty()) prefix.remove_prefix(1);
    bindings_.push_back({std::string(prefix), vocabulary_.prefix_of(decode_xml(attribute.value)), frames_.size()});
  }
  epoch_++;
}

void XmlReaderBase::unbind() {
  while (!bindings_.empty() && bindings_.back().depth >= frames_.size()) bindings_.pop_back();
  epoch_++;
}

// From behind the element's name to behind its '>'.
XmlReaderBase::Step XmlReaderBase::parse_attributes(const char*& at, bool& self_closing) {
  const char* p = at;
  while (true) {
    while (p < end_ && is_space(*p)) p++;
    if (p >= end_) return Step::more;
    if (*p == '>') break;
    if (*p == '/') {
      if (p + 1 >= end_) return Step::more;
      if (p[1] == '>') {
        self_closing = true;
        p++;
        break;
      }
      malformed_ = true;
      p++;
      continue;
    }
    const char* name = p;
    p = skip_until(kEndsAttribute, p);
    const char* name_end = p;
    while (p < end_ && is_space(*p)) p++;
    if (p >= end_) return Step::more;
    if (*p != '=') {  // an attribute without a value
      malformed_ = true;
      if (p == name) p++;
      continue;
    }
    p++;
    while (p < end_ && is_space(*p)) p++;
    if (p >= end_) return Step::more;
    if (*p != '"' && *p != '\'') {
      malformed_ = true;
      continue;
    }
    const char quote = *p++;
    const auto* close = static_cast<const char*>(std::memchr(p, quote, static_cast<size_t>(end_ - p)));
    if (close == nullptr) return Step::more;
    if (attributes_.list_.size() < kMaxXmlAttributes) {
      attributes_.list_.push_back({{name, static_cast<size_t>(name_end - name)}, {p, static_cast<size_t>(close - p)}});
    }
    if (name_end - name >= 5 && std::memcmp(name, "xmlns", 5) == 0) attributes_.declares_ = true;
    p = close + 1;
  }
  at = p + 1;
  return Step::done;
}

// Comments, processing instructions, CDATA sections, the document type: `at` is behind "<" .
XmlReaderBase::Step XmlReaderBase::skip_markup(const char* at, std::string_view& cdata) {
  constexpr std::string_view kCdata = "![CDATA[";
  constexpr std::string_view kDocumentType = "!DOCTYPE";
  const std::string_view rest(at, static_cast<size_t>(end_ - at));
  if (*at == '?') return skip_past(at + 1, "?>");
  if (rest.starts_with("!--")) return skip_past(at + 3, "-->");
  if (rest.starts_with(kCdata)) {
    const size_t close = rest.find("]]>", kCdata.size());
    if (close == std::string_view::npos) return Step::more;
    cdata = rest.substr(kCdata.size(), close - kCdata.size());
    cur_ = at + close + 3;
    return Step::done;
  }
  if (rest.starts_with(kDocumentType)) return skip_document_type(at + kDocumentType.size());
  if (rest.size() < kDocumentType.size() && !at_end_) return Step::more;
  malformed_ = true;
  return skip_past(at, ">");
}

XmlReaderBase::Step XmlReaderBase::skip_past(const char* from, std::string_view close) {
  if (from > end_) return Step::more;
  const std::string_view rest(from, static_cast<size_t>(end_ - from));
  const size_t at = rest.find(close);
  if (at == std::string_view::npos) return Step::more;
  cur_ = from + at + close.size();
  return Step::done;
}

// XML 1.0 2.8: an internal subset in brackets may hold quoted '>' and ']'.
XmlReaderBase::Step XmlReaderBase::skip_document_type(const char* at) {
  const char* begin = at;
  bool in_subset = false;
  while (at < end_) {
    if (*at == '"' || *at == '\'') {
      const auto* close = static_cast<const char*>(std::memchr(at + 1, *at, static_cast<size_t>(end_ - at - 1)));
      if (close == nullptr) return Step::more;
      at = close;
    } else if (*at == '[') {
      in_subset = true;
    } else if (*at == ']') {
      in_subset = false;
    } else if (*at == '>' && !in_subset) {
      document_type_.append(begin, std::min(static_cast<size_t>(at - begin), kMaxDocumentType));
      cur_ = at + 1;
      return Step::done;
    }
    at++;
  }
  return Step::more;
}

}  // namespace postern::extract

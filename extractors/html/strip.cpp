#include "extractors/html/strip.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "extractors/xml/character_references.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {
namespace {

// A numeric reference behind "&#"; returns the characters taken, 0 when it is none.
size_t take_number(std::string_view text, std::uint32_t& code) {
  const bool hex = text.starts_with('x') || text.starts_with('X');
  size_t at = hex ? 1 : 0;
  const size_t start = at;
  code = 0;
  for (; at < text.size(); at++) {
    const char c = text[at];
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    } else {
      break;
    }
    code = std::min<std::uint32_t>(code * (hex ? 16 : 10) + digit, 0x110000);
  }
  if (at == start) return 0;
  return at < text.size() && text[at] == ';' ? at + 1 : at;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// A named reference behind "&"; returns the characters taken, 0 when it is none and the '&' stands for itself.
size_t take_name(std::string_view text, Reading reading, std::string& out) {
  constexpr size_t kLongestName = 32;  // "CounterClockwiseContourIntegral"
  size_t end = 0;
  while (end < text.size() && end < kLongestName && is_letter_or_digit(text[end])) end++;
  const bool closed = end < text.size() && text[end] == ';';
  if (closed && append_named_character(text.substr(0, end), out)) return end + 1;
  const size_t size = unterminated_name(text.substr(0, end));
  // In an address "&copy=1" is a parameter.
  const bool goes_on = size < end || (size < text.size() && text[size] == '=');
  if (size == 0 || (reading == Reading::attribute && goes_on)) {
    out += '&';
    return 0;
  }
  append_named_character(text.substr(0, size), out);
  return size;
}

bool is_name_start(std::string_view html, size_t at) {
  if (at >= html.size()) return false;
  const char c = html[at];
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '/' || c == '!' || c == '?';
}

bool is_inline(std::string_view name) {
  static constexpr std::array<std::string_view, 24> kInline = {
      "a",   "b",      "i",    "u",  "em",  "strong", "span", "font",  "small", "big", "s",   "sub",
      "sup", "strike", "code", "tt", "wbr", "abbr",   "mark", "label", "q",     "ins", "del", "bdo"};
  return std::find(kInline.begin(), kInline.end(), name) != kInline.end();
}

}  // namespace

std::string decode_references(std::string_view text, Reading reading) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t ampersand = text.find('&');
    out += text.substr(0, ampersand);
    if (ampersand == std::string_view::npos) break;
    text.remove_prefix(ampersand + 1);
    if (text.starts_with('#')) {
      std::uint32_t code = 0;
      const size_t taken = take_number(text.substr(1), code);
      if (taken > 0) {
        append_utf8(out, code == 0 ? 0xFFFD : code);
        text.remove_prefix(taken + 1);
        continue;
      }
    }
    text.remove_prefix(take_name(text, reading, out));
  }
  return out;
}

StrippedHtml strip_html(std::string_view html) {
  StrippedHtml out;
  size_t at = 0;
  while (at < html.size()) {
    const size_t tag = html.find('<', at);
    out.text += decode_references(html.substr(at, tag == std::string_view::npos ? tag : tag - at));
    if (tag == std::string_view::npos) break;
    at = tag + 1;
    if (!is_name_start(html, at)) {
      out.text += '<';
      continue;
    }
    if (html.compare(at, 3, "!--") == 0) {
      // The content of a comment is read like the rest: it may be meant to be seen by some programs.
      at += 3;
      out.text += '\n';
      continue;
    }
    const size_t name_start = html[at] == '/' ? at + 1 : at;
    size_t name_end = name_start;
    while (name_end < html.size() && html[name_end] != '>' && html[name_end] != '/' &&
           static_cast<unsigned char>(html[name_end]) > ' ')
      name_end++;
    constexpr size_t kLongestInline = 6;
    std::string name(html.substr(name_start, std::min(name_end - name_start, kLongestInline + 1)));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    at = name_end;
    while (at < html.size() && html[at] != '>') {
      if (html[at] == '"' || html[at] == '\'') {
        const size_t end = html.find(html[at], at + 1);
        if (end == std::string_view::npos) break;  // an open quote: what follows is read as text
        out.attributes += decode_references(html.substr(at + 1, end - at - 1), Reading::attribute);
        out.attributes += '\n';
        at = end + 1;
      } else if (html[at] == '=' && at + 1 < html.size() && html[at + 1] != '"' && html[at + 1] != '\'') {
        size_t end = at + 1;
        while (end < html.size() && html[end] != '>' && static_cast<unsigned char>(html[end]) > ' ') end++;
        out.attributes += decode_references(html.substr(at + 1, end - at - 1), Reading::attribute);
        out.attributes += '\n';
        at = end;
      } else {
        at++;
      }
    }
    if (at < html.size() && html[at] == '>') at++;
    if (!is_inline(name) && !out.text.empty() && out.text.back() != '\n') out.text += '\n';
  }
  return out;
}

}  // namespace postern::extract

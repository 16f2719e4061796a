#include "base/escape.h"

#include <algorithm>

namespace postern {

namespace {

// Bytes of the unsafe character that begins at `i`, 0 when there is none.
size_t unsafe_length(std::string_view text, size_t i) {
  const auto at = [&](size_t n) { return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0; };
  if (at(0) < 0x20 || at(0) == 0x7F) return 1;
  if (at(0) == 0xC2) return at(1) >= 0x80 && at(1) <= 0x9F ? 2 : 0;
  if (at(0) == 0xD8) return at(1) == 0x9C ? 2 : 0;
  if (at(0) != 0xE2) return 0;
  const bool separates = at(1) == 0x80 && (at(2) == 0xA8 || at(2) == 0xA9);
  const bool overrides = at(1) == 0x80 && ((at(2) >= 0xAA && at(2) <= 0xAE) || at(2) == 0x8E || at(2) == 0x8F);
  const bool isolates = at(1) == 0x81 && at(2) >= 0xA6 && at(2) <= 0xA9;
  return separates || overrides || isolates ? 3 : 0;
}

// Bytes from `i` on that are printable ASCII and not in `also`: nearly all of what is logged.
size_t plain_length(std::string_view text, size_t i, std::string_view also) {
  size_t end = i;
  while (end < text.size() && text[end] >= 0x20 && text[end] < 0x7F && also.find(text[end]) == also.npos) end++;
  return end - i;
}

}  // namespace

std::string escape_unsafe(std::string_view text, std::string_view also) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (const size_t plain = plain_length(text, i, also); plain > 0) {
      out += text.substr(i, plain);
      i += plain;
      continue;
    }
    const size_t length = std::max<size_t>(unsafe_length(text, i), also.find(text[i]) != std::string_view::npos);
    if (length == 0) {
      out.push_back(text[i++]);
      continue;
    }
    for (const size_t end = i + length; i < end; i++) {
      const auto byte = static_cast<unsigned char>(text[i]);
      out += "\\x";
      out.push_back(kDigits[byte >> 4]);
      out.push_back(kDigits[byte & 15]);
    }
  }
  return out;
}

void append_xml(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace postern

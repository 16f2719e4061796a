#include "extractors/pdf/text.h"

#include <array>

#include "extractors/xml/code_point.h"

namespace postern::extract::pdf {

namespace {

constexpr std::array<std::string_view, 7> kLigatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
constexpr char32_t kFirstLigature = 0xFB00;
constexpr char32_t kSoftHyphen = 0xAD;

bool is_direction_mark(char32_t c) {
  return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

}  // namespace

std::string to_text(std::basic_string_view<unsigned short> utf16) {
  std::string out;
  out.reserve(utf16.size() + utf16.size() / 8);
  for (size_t i = 0; i < utf16.size(); i++) {
    char32_t c = utf16[i];
    if (c < 0x80) {
      if (c != 0 && c != '\f') out.push_back(static_cast<char>(c));
      continue;
    }
    const bool high = c >= 0xD800 && c < 0xDC00;
    if (high && i + 1 < utf16.size() && utf16[i + 1] >= 0xDC00 && utf16[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (char32_t{utf16[++i]} - 0xDC00);
    }
    if (c == kSoftHyphen) {
      if (i + 1 < utf16.size() && utf16[i + 1] == '\n') i++;
    } else if (c >= kFirstLigature && c < kFirstLigature + kLigatures.size()) {
      out += kLigatures[c - kFirstLigature];
    } else if (!is_direction_mark(c)) {
      append_utf8(out, c);
    }
  }
  return out;
}

}  // namespace postern::extract::pdf

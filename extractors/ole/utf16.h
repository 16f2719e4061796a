// UTF-16 as the binary office formats keep text, to UTF-8. Lone surrogates become U+FFFD, an odd last byte is dropped.
#pragma once

#include <string>
#include <string_view>

#include "extractors/archive/bytes.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {

inline std::string utf16le_to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() / 2);
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    const char32_t unit = le16(bytes, i);
    if (unit < 0xD800 || unit > 0xDFFF) {
      append_utf8(out, unit);
      continue;
    }
    const char32_t low = unit < 0xDC00 && i + 3 < bytes.size() ? le16(bytes, i + 2) : 0;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
      i += 2;
    } else {
      append_utf8(out, 0xFFFD);
    }
  }
  return out;
}

// `bytes` up to the first NUL character.
inline std::string_view until_nul16(std::string_view bytes) {
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    if (bytes[i] == '\0' && bytes[i + 1] == '\0') return bytes.substr(0, i);
  }
  return bytes.substr(0, bytes.size() & ~size_t{1});
}

}  // namespace postern::extract

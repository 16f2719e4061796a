// Fields of a bounded view in either byte order. What lies past the end reads as zero or as an empty view.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extractors/archive/bytes.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::image {

enum class Order : std::uint8_t { little, big };

inline std::uint64_t field(std::string_view bytes, std::uint64_t at, unsigned width, Order order) {
  if (order == Order::little) return le_at(bytes, at, width);
  if (at > bytes.size() || bytes.size() - at < width) return 0;
  std::uint64_t out = 0;
  for (unsigned i = 0; i < width; i++) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}
inline std::uint16_t be16(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint16_t>(field(bytes, at, 2, Order::big));
}
inline std::uint32_t be32(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint32_t>(field(bytes, at, 4, Order::big));
}

// The part of `size` bytes at `at` that is there.
inline std::string_view slice(std::string_view bytes, std::uint64_t at, std::uint64_t size) {
  return at >= bytes.size() ? std::string_view() : bytes.substr(at, size);
}

// UTF-16 to UTF-8, up to the first NUL; halves of pairs become U+FFFD.
inline std::string utf16(std::string_view bytes, Order order) {
  std::string out;
  out.reserve(bytes.size() / 2);
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const auto unit = static_cast<char32_t>(field(bytes, at, 2, order));
    if (unit == 0) break;
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    const auto low = high ? static_cast<char32_t>(field(bytes, at + 2, 2, order)) : 0;
    if (low >= 0xDC00 && low <= 0xDFFF) {
      append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
      at += 2;
    } else {
      append_utf8(out, unit);
    }
  }
  return out;
}

}  // namespace postern::extract::image

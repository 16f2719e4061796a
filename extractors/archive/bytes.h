// Little-endian fields of a bounded view. Reading past the end gives zero; callers check sizes first
// where zero would mean something.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::extract {

inline std::uint64_t le_at(std::string_view bytes, std::uint64_t at, unsigned width) {
  if (at > bytes.size() || bytes.size() - at < width) return 0;
  std::uint64_t out = 0;
  for (unsigned i = width; i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}
inline std::uint16_t le16(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint16_t>(le_at(bytes, at, 2));
}
inline std::uint32_t le32(std::string_view bytes, std::uint64_t at) {
  return static_cast<std::uint32_t>(le_at(bytes, at, 4));
}
inline std::uint64_t le64(std::string_view bytes, std::uint64_t at) {
  return le_at(bytes, at, 8);
}

}  // namespace postern::extract

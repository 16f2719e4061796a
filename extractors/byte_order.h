// Fields of a bounded view in either byte order. The caller has checked that they are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::extract {

inline std::uint64_t byte_at(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}
inline std::uint64_t little(std::string_view bytes, size_t at, size_t size) {
  std::uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | byte_at(bytes, at + i);
  return value;
}
inline std::uint64_t big(std::string_view bytes, size_t at, size_t size) {
  std::uint64_t value = 0;
  for (size_t i = 0; i < size; i++) value = value << 8 | byte_at(bytes, at + i);
  return value;
}

}  // namespace postern::extract

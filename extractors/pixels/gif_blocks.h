// Where the blocks of a GIF end (GIF89a 15, 18 to 24).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::extract::pixels {

// Bytes of the table of colours that the flags at `at` announce.
inline std::uint64_t gif_colours(std::string_view bytes, size_t at) {
  const auto flags = at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
  return (flags & 0x80U) != 0 ? std::uint64_t{3} << ((flags & 7U) + 1) : 0;
}

// Moves `at` behind the empty block that ends a chain.
inline void skip_sub_blocks(std::string_view bytes, size_t& at) {
  while (at < bytes.size()) {
    const auto size = static_cast<size_t>(static_cast<unsigned char>(bytes[at]));
    at += 1 + size;
    if (size == 0) return;
  }
}

}  // namespace postern::extract::pixels

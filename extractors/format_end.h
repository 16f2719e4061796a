// Where a file of some format ends, by its own fields: one reader an end, for viewers stop there.
//
// Pure, bounds-checked, never fails: bytes whose structure cannot be followed have no end.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::extract {

inline constexpr size_t kNoEnd = std::string_view::npos;

// The offset behind the last byte that belongs to the file; it may lie past the end of `bytes` when they are cut off.
// kNoEnd for formats that do not say where they end.
size_t format_end(std::string_view bytes, std::string_view mime);

// Those of pictures.
size_t picture_end(std::string_view bytes, std::string_view mime);

}  // namespace postern::extract

// How much may come out of packed bytes: the one place that decides about extract.max_ratio.
//
// Whoever unpacks stops at one byte more than this, which shows that there is more: Budget::check_ratio() refuses it.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace postern {

// The most bytes that `packed` bytes of one container may become, what is free of the ratio included.
std::uint64_t most_unpacked(std::uint64_t packed, const Limits& limits);

// The most bytes of parts, and of text, that a message of `message` bytes may become: the ratio once more, over what is
// free of it. Nested archives make much of little without one of them reaching the ratio by itself, and looking through
// text costs more than unpacking it.
inline constexpr std::uint64_t kMessageRatioFree = 160ULL << 20;  // six white pages as bitmaps
inline constexpr std::uint64_t kTextRatioFree = 12ULL << 20;      // four books
std::uint64_t most_in_all(std::uint64_t message, const Limits& limits);
std::uint64_t most_text(std::uint64_t message, const Limits& limits);

}  // namespace postern

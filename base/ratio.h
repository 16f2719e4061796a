// How much may come out of packed bytes: the one place that decides about extract.max_ratio.
//
// Whoever unpacks stops at one byte more than this, which shows that there is more: Budget::check_ratio() refuses it.
#pragma once

#include <cstdint>

#include "base/limits.h"

namespace postern {

// The most bytes that `packed` bytes of one container may become, what is free of the ratio included.
std::uint64_t most_unpacked(std::uint64_t packed, const Limits& limits);

}  // namespace postern

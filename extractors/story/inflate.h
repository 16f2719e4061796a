// Inflate: zlib data inside office files and sealed mail, unpacked within the budget.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "extractors/extractor.h"

namespace postern::extract {

// Unpacks into `buffer` and returns a view of it, for a child's Produce. Data that ends early or is damaged gives what
// came; nothing at all is `malformed`. Stops at the budget's bounds as Produce says.
tl::expected<std::string_view, Ending> inflate_child(std::string_view packed, const Budget& budget,
                                                     std::string& buffer);

enum class Deflated : std::uint8_t { zlib, raw };  // RFC 1950, RFC 1951

// Appends what unpacks to `out`, until it has `most` bytes or somewhat more. False when the data are damaged, cut off
// or go on behind that. Throws std::bad_alloc only.
bool inflate_up_to(std::string_view packed, Deflated form, std::uint64_t most, std::string& out);

}  // namespace postern::extract

// Inflate: zlib data inside old office files, unpacked within the budget.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "extractors/extractor.h"

namespace postern::extract {

// Unpacks into `buffer` and returns a view of it, for a child's Produce. Data that ends early or is damaged gives what
// came; nothing at all is `malformed`. Stops at the budget's bounds as Produce says.
tl::expected<std::string_view, Ending> inflate_child(std::string_view packed, const Budget& budget,
                                                     std::string& buffer);

}  // namespace postern::extract

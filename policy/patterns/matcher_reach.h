// How far before its end a match of a pattern without bound can begin.
//
// `keep\s(?:\w+\s){1,4}quiet` has no width, but a match of it has at most five characters that are no part of a word:
// the sixth before its end is before its beginning. So what repeats without bound says which bytes do not count, and
// of the others a match has no more than the pattern has room for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/patterns/matcher_tree.h"

namespace postern::policy {

struct Reach {
  ByteSet free;              // bytes that a match may have any number of
  std::uint32_t others = 0;  // most of all others in a match

  // The first place where a match that ends at `end` can begin; `least` when that is not behind it.
  std::uint32_t begin_of(std::string_view text, std::uint32_t end, std::uint32_t least) const;
};

// Of a simplified pattern (matcher_superset.h) or a beginning of one. Nothing when every byte may come any number of
// times, or what stands there is not understood.
std::optional<Reach> reach_of(std::string_view pattern, bool dotall);

}  // namespace postern::policy

// A beginning by which a pattern without any word is located.
//
// Numbers have nothing that is rare in text and could be looked for first: Hyperscan follows all of a pattern at each
// place, which costs little for a small one and much for one of hundreds of states. The first characters, each of its
// own set, are cheap to see and rare enough, and PCRE2 reads on from there: thirty kinds of cards that begin
// `4\d{3}[ -]?\d{4}...` are located by `4\d{3}`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

// Of a simplified pattern (matcher_superset.h). Nothing for one that is small or has words, or whose beginning is too
// frequent.
std::optional<std::string> beginning_of(std::string_view pattern, bool dotall);

}  // namespace postern::policy

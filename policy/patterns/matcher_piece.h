// A piece by which a pattern without any word is located.
//
// Numbers have nothing that is rare in text and could be looked for first: Hyperscan follows all of a pattern at each
// place, which costs little for a small one and much for one of hundreds of states. A few characters, each of its own
// set, are cheap to see and rare enough, and PCRE2 reads on from there: thirty kinds of cards that begin
// `4\d{3}[ -]?\d{4}...` are located by `4\d{3}`, and those that stand in lines of their own, `(?:^|\n)[ >]*4\d{3}...`,
// as well: from where the piece ends PCRE2 reads back as far as what stands before it may reach (matcher_reach.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

struct RarePiece {
  std::string text;
  std::string up_to_it;  // the pattern up to the end of the piece, which says how far before that a match begins
  bool inside = false;   // something stands before it
};

// Of a simplified pattern (matcher_superset.h). Nothing for one that is small or has words, or one of whose ways to
// match has nothing that is rare.
std::optional<RarePiece> rare_piece_of(std::string_view pattern, bool dotall);

}  // namespace postern::policy

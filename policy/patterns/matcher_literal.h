// The literal by which one pattern of very many is located.
//
// Hyperscan compiles a literal in microseconds and a pattern with counted repeats in a millisecond or more, the more of
// them the longer each: most of the time that 10,000 patterns take. Of very many patterns only a literal is therefore
// located, that every match has at one place, and PCRE2 looks at what stands around it.
// `(?i)\bsale\s+of\s+wendor(?: ltd)?\b` is located by `wendor`.
//
// The literal is the one that fewest patterns share, so that nobody pays for the `project` with which forty
// begin; of those the rarest, by how rare its characters are in text. What has none that is rare enough
// is located whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace postern::policy {

// A run of literal characters in a simplified pattern (matcher_superset.h), at its top level.
struct LiteralRun {
  std::string_view text;  // as written there: \- and [aA] are one character each
  size_t end = 0;         // where it ends in the pattern
  unsigned rarity = 0;    // bits: stands once in 2^rarity characters of text, roughly
};

// Rarer than that is worth a look of PCRE2: once in a megabyte.
inline constexpr unsigned kLeastRarity = 20;
// Patterns that one literal may locate: each place where it stands costs a look for each of them.
inline constexpr size_t kMostSharing = 16;

// None for a pattern with alternatives at its top level.
std::vector<LiteralRun> literal_runs(std::string_view pattern);

// The end of the class or escape that begins at `at` of a simplified pattern; `at` itself for anything else.
size_t end_of_atom(std::string_view pattern, size_t at);

// How many patterns have each literal.
class LiteralUses {
 public:
  // `pattern` outlives this.
  void add(std::string_view pattern);
  // The best literal of a pattern that was added.
  std::optional<LiteralRun> best_of(std::string_view pattern) const;

 private:
  std::unordered_map<std::string_view, size_t> uses_;
};

}  // namespace postern::policy

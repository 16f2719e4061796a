// The inside of PatternSet and PatternScratch; included by matcher*.cpp only.
#pragma once

#include "policy/patterns/matcher.h"
#include "policy/patterns/matcher_reach.h"

namespace postern::policy {

// Where a match of `pattern` may begin: offsets low to high, both included.
struct Window {
  PatternIndex pattern;
  std::uint32_t low;
  std::uint32_t high;
};

struct PatternScratch::State {
  // The window that a pattern wrote last, when `epoch` is that of this scan.
  struct Last {
    std::uint64_t epoch = 0;
    std::uint32_t window = 0;
    std::uint32_t count = 0;
  };
  HsScratch scratch;
  PcreScratch pcre;
  PatternBudget budget;
  std::vector<Window> windows;
  std::vector<Last> last;
  std::uint64_t epoch = 0;
};

struct PatternSet::Compiled {
  struct Pattern {
    LazyPcre code;
    Locating locating = Locating::exact;
    std::uint32_t narrowest = 0;         // bytes
    std::uint32_t widest = 0xffff'ffff;  // bytes; the largest value: no bound
    std::optional<Reach> reach;          // where that says more

    // Where a match that ends at `end` can begin at the earliest; `least` when that is not behind it.
    std::uint32_t earliest(std::string_view text, std::uint32_t end, std::uint32_t least) const;
  };
  struct Scan {
    const Compiled& set;
    std::string_view text;
    PatternScratch::State& state;
  };

  static int on_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void* context);
  void decide(std::span<const Window> windows, std::string_view text, std::span<const ByteRange> pieces,
              PatternScratch::State& state, PatternSink& sink) const;

  std::vector<Pattern> patterns;
  std::vector<PatternIndex> always;
  HsDatabase database;
};

}  // namespace postern::policy

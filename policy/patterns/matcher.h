// Matcher: all patterns of a policy in one pass over the text.
//
// Hyperscan locates: one database of simplified patterns (matcher_superset.h) reports every place where a
// pattern may end. PCRE2 decides: around those places, and only there, the pattern
// itself is matched. The result is what PCRE2 alone finds from the beginning to the end of each
// piece: the leftmost match, then the next that does not overlap it; empty matches are none.
//
//   Why that is exact. If PCRE2 matches [s, e), the simplified pattern matches it as well, so e is
//   reported, and s lies within [e - widest, e - narrowest], the widths Hyperscan states for it. Where it states
//   none, or a large one, what the pattern is made of says how far before e a match begins (matcher_reach.h). So all
//   matches begin inside the union of those windows, and PCRE2 is asked for the leftmost match that
//   begins in each, with everything around visible to its assertions.
//
// The same holds where only a beginning of the simplified pattern is located: of very many patterns what ends with a
// literal (matcher_literal.h), of numbers their first digits (matcher_piece.h).
//
// A pattern is compiled by PCRE2 when it is first located (pcre.h): most of very many patterns never are.
//
// A pattern that cannot be simplified or compiled there is matched by PCRE2 over the whole text (`always`).
//
// What a pattern may cost in a message is bounded (pattern_budget.h).
//
// A PatternSet is immutable and safe from several threads; each thread brings its own PatternScratch, which
// grows to what the text needs and then allocates nothing more.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hs.h>

#include "base/result.h"
#include "policy/patterns/pattern_budget.h"
#include "policy/patterns/pcre.h"
#include "policy/views.h"

namespace postern::policy {

class ImageReader;
class ImageWriter;

// Windows that one pattern may have in one text; past that they grow together, which costs time and changes nothing.
inline constexpr std::uint32_t kMaxWindows = 1 << 14;

struct HsFree {
  void operator()(hs_database_t* p) const { hs_free_database(p); }
  void operator()(hs_scratch_t* p) const { hs_free_scratch(p); }
};
using HsDatabase = std::unique_ptr<hs_database_t, HsFree>;
using HsScratch = std::unique_ptr<hs_scratch_t, HsFree>;

// So few patterns compile soon enough as they are, and whole they are located more exactly.
inline constexpr size_t kFewPatterns = 200;

// How a pattern is located.
enum class Locating {
  exact,      // the simplified pattern in Hyperscan
  literal,    // a literal of it (matcher_literal.h)
  piece,      // a few characters of it (matcher_piece.h)
  prefilter,  // a still weaker one (HS_FLAG_PREFILTER)
  always,     // not at all: PCRE2 reads everything
};

// Why Locating::always, as far as it shows before all patterns are compiled together.
enum class Unlocated {
  not_understood,      // superset_of() has nothing for it
  nothing_of_its_own,  // what is left without lookarounds and back references may be empty
  too_large,           // Hyperscan refuses it
};
std::optional<Unlocated> why_not_located(std::string_view pattern);

// One thread's memory. `prepare` (of a set) must have been called before a scan with that set.
class PatternScratch {
 public:
  PatternScratch();
  ~PatternScratch();
  PatternScratch(PatternScratch&&) noexcept;
  PatternScratch& operator=(PatternScratch&&) noexcept;

  // What is scanned from here on is another message.
  void new_message();
  PatternBudget& budget();

 private:
  friend class PatternSet;
  struct State;
  std::unique_ptr<State> state_;
};

// Gets what was found; a piece is one stretch of text that no match leaves.
class PatternSink {
 public:
  virtual ~PatternSink() = default;
  // Asked before a pattern that may stand in the text is decided. False: leave it out.
  virtual bool wants(PatternIndex pattern) = 0;
  // `match` in offsets of the text. False: no more of this pattern in this text.
  virtual bool found(PatternIndex pattern, ByteRange match) = 0;
  // PCRE2 reached a limit in this piece, or had no memory, or the pattern's time for the message was spent: what the
  // pattern would find from there on is not known.
  virtual void gave_up(PatternIndex pattern, ByteRange piece) = 0;
};

class PatternSet {
 public:
  // `patterns` in the order of their indices. An error names the pattern by its index and says why.
  struct CompileError {
    PatternIndex pattern = 0;
    std::string message;
  };
  // Up to `few` patterns are located whole, more by their literals.
  static tl::expected<PatternSet, CompileError> compile(std::span<const std::string> patterns,
                                                        size_t few = kFewPatterns);

  // For an image (policy/image_codec.h). `patterns` are those that the set was compiled from, which the image does not
  // repeat; nothing when it is not of so many or not of this version of Hyperscan.
  void store(ImageWriter& out) const;
  static std::optional<PatternSet> restore(std::span<const std::string> patterns, ImageReader& in);

  PatternSet(PatternSet&&) noexcept;
  PatternSet& operator=(PatternSet&&) noexcept;
  ~PatternSet();

  size_t size() const;
  Locating locating(PatternIndex pattern) const;

  Result<void> prepare(PatternScratch& scratch) const;
  // `text` is valid UTF-8, cut into `pieces` (rising, apart by at least one '\n').
  // Matches come pattern by pattern, rising in each.
  void scan(std::string_view text, std::span<const ByteRange> pieces, PatternScratch& scratch, PatternSink& sink) const;

  // The same for some patterns in text that is no view: everything is read by PCRE2, since what a simplified pattern
  // finds holds for views only.
  void scan_any(std::span<const PatternIndex> patterns, std::string_view text, PatternScratch& scratch,
                PatternSink& sink) const;

  // Null when no pattern is located by Hyperscan.
  const hs_database_t* database() const;

 private:
  struct Compiled;
  explicit PatternSet(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace postern::policy

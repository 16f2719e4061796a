// Word matcher: all keywords and dictionaries of a policy in one pass over the folded view.
//
// Every entry is cut into words at white space (phrases also at '-', '_', '.' and '/') and located by the one
// of its words that the policy uses least; entries that share that word share one literal in Hyperscan. Where there are
// tens of thousands of such words, those that have a stretch in common share that.
// At each place where the literal stands the other words are compared to the left and right:
//
//   word       white space between the words, word boundaries at both ends
//   phrase     white space, marks that join words or nothing between them (word_gaps.h), word boundaries at both ends
//   substring  white space between the words, anything at the ends
//
// Lists with `inflected` match with an ending behind the last word too (patterns/inflection.h); found is the whole
// word. Boundaries are those of word_continues() (policy/views_unicode.h), and for entries of kLeastInIdentifier
// letters those inside identifiers (NightjarPlan, nightjar2027) too. `case: exact` compares the words once more in what
// was folded. An entry has several forms (word_forms.h): as it looks, without its accents, from behind, a
// company's in rot13.
//
// A word of kLeastApart letters is found with marks or markup between its letters, too: it is located by its first half
// and by its second, so that one place at which it is cut hides it from neither; a company's longer ones by three parts
// as well where it has few, for two places. Blanks cut names, which begin with a capital here as there, and words of
// kLeastLong letters. Halves are short: a company's own words have them as far as they stay rare in text (some 190
// words of six letters), longest first, and those of packs as far as they stay very rare.
//
// A WordSet is immutable and safe from several threads; each brings its own WordScratch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "policy/model.h"
#include "policy/patterns/matcher.h"
#include "policy/views.h"

namespace postern::policy {

// Shorter words stand inside identifiers by chance.
inline constexpr size_t kLeastInIdentifier = 5;
// Shorter ones are made of syllables that are words.
inline constexpr size_t kLeastApart = 6;
inline constexpr size_t kLeastLong = 10;

// Whose a list is: a company's own words have halves before those of the packs that it uses. `program` is for words
// that tell where something may be encoded: they are found as they are written.
enum class ListOf : std::uint8_t { company, pack, program };

// How a word was found in the text that was looked at.
enum class WordFind : std::uint8_t { as_written, joined, reversed, rot13 };

class WordSink {
 public:
  virtual ~WordSink() = default;
  // `match` in offsets of the reader view.
  virtual void found(std::uint32_t list, std::uint32_t entry, ByteRange match, WordFind how) = 0;
};

// One thread's memory; prepared for a set before the first scan with it.
class WordScratch {
 private:
  friend class WordSet;
  HsScratch scratch_;
};

// The folded view itself, or a derived view (policy/views.h) folded: what is found in that is news only where it was
// rewritten, and has its boundaries in the reader view.
enum class WordView : std::uint8_t { folded, derived };

// What a scan looks at.
struct WordText {
  WordView view;
  std::string_view text;
  std::span<const ByteRange> pieces;       // in offsets of `text`
  std::string_view reader;                 // the reader view
  std::string_view cased;                  // what `text` was folded from, by the first of `maps` when there is one
  std::span<const OffsetMap* const> maps;  // from `text` to `reader`, in this order
};

class WordSet {
 public:
  // One list a pattern; the entry numbers reported are those of the list. `from` says of each list whose it is: those
  // it does not reach are the company's.
  static Result<WordSet> compile(std::span<const WordPattern> lists, const std::vector<ListOf>& from = {});

  // As those of PatternSet.
  void store(ImageWriter& out) const;
  static std::optional<WordSet> restore(std::span<const WordPattern> lists, ImageReader& in);

  WordSet(WordSet&&) noexcept;
  WordSet& operator=(WordSet&&) noexcept;
  ~WordSet();

  bool empty() const;
  Result<void> prepare(WordScratch& scratch) const;
  // Every place of every entry; overlapping ones of one entry too, in no order.
  void scan(const WordText& text, WordScratch& scratch, WordSink& sink) const;

  const hs_database_t* database() const;

 private:
  struct Compiled;
  explicit WordSet(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace postern::policy

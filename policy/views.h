// Views: the text as a reader sees it, and as an evader would write it.
//
// Rules never look at the bytes of a segment but at views of it. Every view is
// valid UTF-8 and has a map back to what it was made from:
//
//   original -> reader   Unicode NFKC (UAX 15), invisible and bidirectional controls and other control
//                        characters removed, strokes and frames written as combining marks too, decimal digits of
//                        all scripts as ASCII digits, white-on-black letters as letters, all spaces as ' ', line ends
//                        as '\n'. Case, line breaks and tabs stay.
//   reader   -> folded   full case folding (Unicode 3.13, CaseFolding.txt C+F), all dashes and centred dots as '-'
//   reader   -> latin    in words that mix ASCII letters with others, letters that look like one
//                        ASCII letter are written as that (UTS 39 4); ASCII stays as it is
//   reader   -> skeleton as latin, also in words made of look-alikes only, and without the accents of words that have
//                        several or impossible ones; for words, never for patterns
//   reader   -> slanted  as latin, the letters that look like two ASCII letters as the other one ("т" as m, not as t)
//   reader   -> numerals in numbers, letters that look like a digit are written as that ("9Ol5")
//   reader   -> letters  in words, digits that look like a letter are written as that ("N1ghtj4r"): 1 as i,
//                        and once more as l
//   reader   -> spaced   letters and digits that stand one by one, always with the same between them, are joined
//                        ("N-i-g-h-t", a letter a cell)
//   reader   -> scattered  letters that stand one by one with different things between them are joined
//   reader   -> debris   tags and other markup inside words and numbers is left out ("Night<b>jar")
//   reader   -> codes    in codes of capitals, digits and hyphens, blanks and line ends beside the hyphens are left out
//   reader   -> leet     in words, digits and signs that are written for a letter are written as that ("N!gh7j@r"), |
//   and
//                        1 as i, and once more as l; where a policy asks for it
//   reader   -> unwrapped  words that a hyphen and a line end, or the end of a short line, cuts are joined
//
// All later offsets (hits, distances, excerpts) are byte offsets into the reader
// view of one segment; the other views map to it, and it maps to the original.
//
// make_reader() and make_folded() cost one pass over memory for ASCII text. make_surveyed() says as well which of the
// derived views have anything to show; the others are never made. Everything here is safe from several threads.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/view_mask.h"

namespace postern::policy {

struct ByteRange {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const ByteRange&) const = default;
};

// From offsets in a view to offsets in what the view was made from; run-length coded. Texts are below 4 GiB.
class OffsetMap {
 public:
  void clear();
  // The next `bytes` of the source went into the view unchanged.
  void copied(size_t bytes);
  // The next `source_bytes` became `view_bytes` as one whole: a range that touches them maps to all of
  // them. No view bytes: they were removed.
  void replaced(size_t view_bytes, size_t source_bytes);

  bool is_identity() const { return runs_.empty() || (runs_.size() == 1 && !runs_[0].unit && runs_[0].source == 0); }
  // Not empty ranges of the view. Removed text inside the range is part of the answer, beside it is not.
  ByteRange to_source(ByteRange view) const;
  // The other way: what the range of the source became; empty where all of it was removed.
  ByteRange to_view(ByteRange source) const;
  size_t runs() const { return runs_.size(); }
  // The `run`-th piece of the view and what it was made from: byte by byte, or as one whole.
  struct Piece {
    ByteRange view;
    ByteRange source;
    bool copied;
  };
  Piece piece(size_t run) const;
  // clear(), and the memory goes too when it is more than `bytes`.
  void give_back_over(size_t bytes);

 private:
  struct Run {
    std::uint32_t view;
    std::uint32_t source;
    std::uint32_t unit;  // source bytes of a run that maps as a whole; 0: byte by byte
  };
  const Run& run_at(std::uint32_t view) const;
  enum class Edge { begin, end };
  std::uint32_t view_of(std::uint32_t source, Edge edge) const;

  std::vector<Run> runs_;
  std::uint32_t view_end_ = 0;
  std::uint32_t source_end_ = 0;
  enum class Last { none, copied, other } last_ = Last::none;
};

// A sequence of combining marks longer than this is cut (UAX 15 13, Stream-Safe Text, allows 30): the cost
// of ordering them grows with the square of the length.
inline constexpr size_t kMaxCombining = 64;

bool is_ascii(std::string_view text);

// Appends the reader view of `text` to `out`. `map` may be null; otherwise it gets what was appended (it
// is not cleared first). Bytes that are no UTF-8 become U+FFFD.
void make_reader(std::string_view text, std::string& out, OffsetMap* map);

// Appends the folded view of a reader view.
void make_folded(std::string_view reader, std::string& out, OffsetMap* map);

// What looks at a derived view. Words look at it folded.
enum class Reads : std::uint8_t { patterns = 1, words = 2, both = 3 };

// A view made from the reader view where its Survey says that it is worth it.
enum class DerivedName : std::uint8_t {
  latin,
  skeleton,
  slanted,
  numerals,
  letters,
  letters_l,
  spaced,
  scattered,
  unwrapped,
  debris,
  leet,
  leet_l,
  codes,
  joined,
  reversed,
};
constexpr ViewMask view_bit(DerivedName view) {
  return static_cast<ViewMask>(1U << static_cast<unsigned>(view));
}
struct DerivedView {
  DerivedName id;
  std::string_view name;  // "latin", in proofs
  Reads reads;
  // Appends to `out`; false when nothing came out differently, and then `out` means nothing.
  bool (*make)(std::string_view reader, std::string& out, OffsetMap& map);
};

// The bit of text that is read decoded (policy/decode.h), in whatever view; no DerivedName.
inline constexpr ViewMask kDecodedView = 1U << 15;

// In the order of DerivedName, up to the last that is made: `joined` and `reversed` are found in all views by how words
// are looked for (patterns/matcher_words.h).
std::span<const DerivedView> derived_views();
// "latin", in proofs and switches.
std::string_view to_string(DerivedName view);

// Those that `reader` looks at.
ViewMask views_read_by(Reads reader);

// What policies switch: `views: {spaced: off}`.
struct ViewSwitch {
  std::string_view name;
  ViewMask views;
  bool on;  // unless a policy says otherwise
};
std::span<const ViewSwitch> view_switches();
// Of a policy that switches none.
ViewMask default_views();

// What one look at a text says about its views.
struct Survey {
  bool plain = false;  // the reader view is the text itself, and ASCII; said by make_surveyed() only
  bool ascii = false;
  // A bit a DerivedName. Without it the view shows nothing new. With it latin, skeleton, slanted and codes
  // may, the others do.
  ViewMask worth = 0;
  bool encoded = false;       // text may stand in it that is encoded (policy/decode.h); without it none does
  bool rot13 = false;         // a paragraph may be in it
  bool number_words = false;  // digits may be spelled; never said by the survey (policy/scan.cpp)
  size_t continuations = 0;   // bytes of the reader view that begin no code point

  bool worth_making(DerivedName view) const { return (worth >> static_cast<unsigned>(view) & 1U) != 0; }
};

struct CodeSign;  // policy/decode.h

// make_reader() without a map, and what the view appended has to show: in one pass where the text is plain, which
// most are. Views that are not in `wanted` are left out. Where encoded text may begin is added to `signs`, in offsets
// of `out`.
Survey make_surveyed(std::string_view text, ViewMask wanted, std::string& out, std::vector<CodeSign>& signs);
// Of a reader view that is there already.
Survey survey_reader(std::string_view reader, ViewMask wanted, std::vector<CodeSign>& signs);

// The folded reader view of a word of the policy.
std::string folded_word(std::string_view word);
// A reader view with every letter that looks like an ASCII letter written as that.
std::string alike_word(std::string_view reader);
// The same in place.
void write_alike(std::string& reader);

// Code points in valid UTF-8.
size_t count_code_points(std::string_view utf8);

// Builds the tables (some milliseconds), which the first use would do otherwise.
void warm_views();

}  // namespace postern::policy

// What a Workspace (policy/scan.h) remembers while a message is read. Internal to scan*.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decode.h"
#include "policy/scan.h"
#include "policy/scan_seams.h"
#include "policy/views.h"

namespace postern::policy {

// How far a text has been counted.
struct Counted {
  std::uint32_t chars = 0;
  std::uint32_t words = 0;
  std::uint32_t lines = 0;
};
inline Counted operator+(const Counted& a, const Counted& b) {
  return {a.chars + b.chars, a.words + b.words, a.lines + b.lines};
}

// Counts code points (and words and lines when asked for) of a text, in one pass.
class Ruler {
 public:
  Ruler(std::string_view text, bool ascii, PositionNeeds needs) : text_(text), ascii_(ascii), needs_(needs) {}

  // From the beginning to `at`, which rises from call to call.
  Counted upto(size_t at);

 private:
  void count_words(std::string_view passed);

  std::string_view text_;
  bool ascii_;
  PositionNeeds needs_;
  size_t at_ = 0;
  bool in_word_ = false;
  Counted so_far_;
};

// A stretch of a block that no match leaves: a segment, or what an encoded stretch says.
struct Piece {
  std::uint32_t segment;
  std::uint32_t part;
  std::string_view text;  // of the segment
  Survey survey;          // of the reader view
  bool as_is;             // the reader view is the text itself; asked only where the policy has raw sources
};

inline constexpr std::uint32_t kNoStretch = 0xffff'ffff;

// A hit while its block is being read: offsets are those of the block.
struct RawHit {
  SourceIndex source = 0;
  std::uint32_t entry = 0;
  ByteRange range;
  std::uint64_t value = 0;
  std::uint64_t checks = 0;
  std::uint8_t view = 0;
  std::uint8_t entropy = 0;
  std::array<Encoding, kMaxDecodeDepth> encodings{};
  ByteRange encoded;
  // Where its position counts from: itself, or the beginning of its stretch.
  std::uint32_t anchor = 0;
  // Of encoded text, in the first level: positions there are counted on from the anchor.
  std::uint32_t stretch = kNoStretch;
  ByteRange inner;
  Counted inner_begin;
  Counted inner_end;
};

struct Block {
  std::string reader;             // of all pieces, apart by '\n'
  std::vector<ByteRange> ranges;  // of each in `reader`
  std::vector<Piece> pieces;
  std::vector<CodeSign> signs;  // where encoded text may begin in `reader`

  void clear();
  size_t piece_at(std::uint32_t offset) const;
  // A hit of this block in offsets of its segment, with its distances from the beginning of the part.
  Hit placed(const RawHit& raw, size_t piece, const Counted& begin, const Counted& end) const;
  Ruler ruler(size_t piece, PositionNeeds needs) const { return {text_of(piece), pieces[piece].survey.ascii, needs}; }
  std::string_view text_of(size_t piece) const {
    return std::string_view(reader).substr(ranges[piece].begin, ranges[piece].end - ranges[piece].begin);
  }
};

// What the block above says where it is encoded; a piece a stretch.
struct Level {
  Decoded decoded;
  OffsetMap normal;  // from block.reader to decoded.text()
  Block block;

  // Makes the block of `decoded`, which was found in `above`.
  void take_pieces(const Block& above, ViewMask wanted, std::string& scratch);
  // Where a range in one of its pieces stands in the block above.
  ByteRange above(size_t piece, ByteRange range) const;
  // A stretch that goes on around its escapes says something new only where one of them is, or beside it; `source` is
  // the reader view of the block above.
  bool is_news(const ByteRange& range, std::string_view source) const;
  void give_back_over(size_t bytes);
};

// Tells where a hit at `range` of the last of `levels` stands in each of them.
void tell_decoded(std::span<const Level> levels, const Hit& hit, ByteRange range, DecodedSink& sink);

// What is over `bytes` goes, with what stands in it.
void give_back_over(size_t bytes, std::string& text);

// Where a match in the original text stands in the reader view that `map` made of it; what that leaves out stands where
// its neighbour does.
ByteRange shown(const OffsetMap& map, std::string_view reader, ByteRange match);

// The positions of what stands in encoded text, from the beginning of its stretch in `block`.
void count_inside(std::vector<RawHit>& raw, const Block& block, PositionNeeds needs);

// Value and checks of what a pattern found: `match` in `text`, as the view wrote it.
void evaluate_value(const CompiledPolicy& policy, std::string_view text, const ByteRange& match, std::string& buffer,
                    RawHit& hit);

// Whether words that are digits stand so close together that they may be a number.
class DigitWords {
 public:
  // Of one more, which stands behind the last or in another text; `entry` is that of CompiledPolicy::code_words.
  // Letters that are spelled are three different words, for the names of people are among them.
  bool are_close(std::uint32_t at, std::uint32_t entry) {
    if (entry >= kFirstLetterWord && std::find(entries_.begin(), entries_.end(), entry) != entries_.end()) return false;
    entries_ = {entries_[1], entry};
    const std::uint32_t first = before_[0];
    before_ = {before_[1], at};
    return first < at && at - first <= kMostApart;
  }

 private:
  static constexpr std::uint32_t kMostApart = 72;
  std::array<std::uint32_t, 2> before_ = {0xffff'ffff, 0xffff'ffff};
  std::array<std::uint32_t, 2> entries_ = {0xffff'ffff, 0xffff'ffff};
};

struct Workspace::State {
  PatternScratch patterns;
  WordScratch words;
  Block block;
  std::string folded;
  OffsetMap folded_map;
  std::vector<ByteRange> folded_ranges;
  std::string derived;
  OffsetMap derived_map;
  std::string canonical;
  std::vector<RawHit> raw;
  // Encoded text in the block, in that text, and so on; the last is never read but for whether there is any.
  std::array<Level, kMaxDecodeDepth + 1> levels;
  size_t levels_used = 0;  // since memory was given back
  DigitWords digit_words;
  Seams seams;
  // The message.
  std::vector<Counted> counted;        // by part
  std::vector<std::uint32_t> hits_of;  // by source; zero between messages
  std::vector<SourceIndex> touched;

  void give_back_over(size_t bytes);
};

}  // namespace postern::policy

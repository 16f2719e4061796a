// Which blocks of a text are worth a closer look: arithmetic on the masks of eight blocks at a time
// (policy/views_masks.h).
//
// Nearly all blocks of ordinary text are not, so this is what the survey of a text costs. Internal to views*.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "policy/views_derived.h"
#include "policy/views_masks.h"

namespace postern::policy {

inline constexpr size_t kGlanceBlocks = 8;

// A run of letters and digits that may be encoded text.
inline constexpr unsigned kLongRun = 11;

// More than two blocks have bytes.
inline constexpr std::uint64_t kNoRot13 = 1024;

// What is looked for: all ones where it is.
struct GlanceFor {
  std::uint64_t singles = 0;  // letters that stand one by one
  std::uint64_t digits = 0;   // beside letters
  std::uint64_t signs = 0;    // of markup and escapes
  std::uint64_t numbers = 0;  // three in a block
  std::uint64_t runs = 0;     // long ones with a digit or a capital letter inside
  std::uint64_t cuts = 0;     // ends of lines that may cut a word
  std::uint64_t uuencode = 0;
  std::uint64_t codes = 0;         // blanks and line ends beside hyphens between capitals and digits
  std::uint64_t rot13 = kNoRot13;  // so many of its letters in a block
};

// Letters of rot13 that a sentence across two blocks has besides.
inline constexpr std::uint64_t kMoreRot13 = 5;

using Worth = std::array<std::uint64_t, kGlanceBlocks>;

// Sets `worth[i]` to something for each of the blocks from row `first` on in which something may be found.
void glance(const MaskRows& rows, size_t first, const GlanceFor& what, Worth& worth);

// ---- Masks of one block, from it and the one before ----

// `mask` moved to positions `by` later, with what the block before hands over; 0 < by < 64.
constexpr std::uint64_t later(std::uint64_t mask, std::uint64_t before, unsigned by) {
  return (mask << by) | (before >> (64 - by));
}

// Positions behind an ASCII letter or digit that has no other at either side.
constexpr std::uint64_t alone_before(std::uint64_t word, std::uint64_t before) {
  return later(word, before, 1) & ~later(word, before, 2) & ~word;
}

// Of these the ones with another up to three bytes further back.
constexpr std::uint64_t two_alone(std::uint64_t word, std::uint64_t before) {
  const std::uint64_t alone = alone_before(word, before);
  // But for its first two bits, which are not asked for.
  const std::uint64_t last = alone_before(before, 0);
  return alone & (later(alone, last, 2) | later(alone, last, 3) | later(alone, last, 4));
}

// The positions of `mask` and up to kLongRun - 1 behind each.
constexpr std::uint64_t within_run(std::uint64_t mask, std::uint64_t before) {
  static_assert(kLongRun == 11);
  for (const unsigned by : {1U, 2U, 4U, 3U}) {
    mask |= later(mask, before, by);
    before |= before << by;
  }
  return mask;
}

// Where runs of kLongRun and more letters and digits end.
constexpr std::uint64_t long_runs(std::uint64_t word, std::uint64_t before) {
  static_assert(kLongRun == 11);
  const std::uint64_t two = word & later(word, before, 1);
  const std::uint64_t two_before = before & before << 1;
  const std::uint64_t four = two & later(two, two_before, 2);
  const std::uint64_t four_before = two_before & two_before << 2;
  const std::uint64_t eight = four & later(four, four_before, 4);
  const std::uint64_t eight_before = four_before & four_before << 4;
  return eight & later(eight, eight_before, 3);
}

// Small letters behind a capital or digit that is not the first of its word: "QW1i". Text has few, base64 one in a few
// letters.
constexpr std::uint64_t mixed_inside(const ByteMasks& now, const ByteMasks& before) {
  const std::uint64_t inside = now.tall & later(now.word, before.word, 1);
  const std::uint64_t inside_before = before.tall & before.word << 1;
  return now.word & ~now.tall & later(inside, inside_before, 1);
}

// Digits with a letter or a byte beyond ASCII in front, and such a byte behind a digit.
constexpr std::uint64_t beside_digits(std::uint64_t digit, std::uint64_t digit_before, std::uint64_t other,
                                      std::uint64_t other_before) {
  return (later(digit, digit_before, 1) & other) | (digit & later(other, other_before, 1));
}

// Behind a hyphen between capitals or digits that has up to three blanks or marks at one of its sides or both, or a
// line end behind it; and behind a line end between digits, where this block or the one before has a hyphen.
constexpr std::uint64_t loose_codes(const ByteMasks& now, const ByteMasks& before) {
  const std::uint64_t other = later(~now.word, ~before.word, 1);
  const std::uint64_t others = other & later(other, ~before.word << 1, 1);
  const std::uint64_t three = others & later(other, ~before.word << 1, 2);
  const std::uint64_t tall_two = later(now.tall, before.tall, 2);
  const std::uint64_t near =
      (other & tall_two) | (others & later(now.tall, before.tall, 3)) | (three & later(now.tall, before.tall, 4));
  const std::uint64_t near_before = before.tall << 2 | before.tall << 3 | before.tall << 4;
  const std::uint64_t loose = now.hyphen & near;
  const std::uint64_t loose_before = before.hyphen & near_before;
  const std::uint64_t any = loose | (now.hyphen & later(now.tall, before.tall, 1));
  const std::uint64_t any_before = loose_before | (before.hyphen & before.tall << 1);
  const std::uint64_t behind = later(loose, loose_before, 1) | (other & later(any, any_before, 2)) |
                               (others & later(any, any_before, 3)) | (three & later(any, any_before, 4));
  const std::uint64_t line = now.newline & later(now.hyphen, before.hyphen, 1) & tall_two;
  const std::uint64_t broken = now.digit & later(now.newline, before.newline, 1) & later(now.digit, before.digit, 2);
  const std::uint64_t hyphens = now.hyphen | before.hyphen;
  return (now.tall & behind) | line | (hyphens != 0 ? broken : 0);
}

// Digits behind a capital and one sign: "PXQ_4471_KD", and hyphens there, beside which an underscore may stand.
constexpr std::uint64_t other_codes(const ByteMasks& now, const ByteMasks& before) {
  return now.digit & later(~now.word, ~before.word, 1) & later(now.tall & ~now.digit, before.tall & ~before.digit, 2);
}

// The bits from the second on: four groups of base64 have two in one of two blocks.
constexpr std::uint64_t second_bit_on(std::uint64_t mask) {
  return mask & (mask - 1);
}

// The bits from the third on: a list of five numbers has three in one of two blocks.
constexpr std::uint64_t third_bit_on(std::uint64_t mask) {
  mask &= mask - 1;
  return mask & (mask - 1);
}

// The positions up to kShortLine behind each newline.
constexpr std::uint64_t behind_newline(std::uint64_t newline, std::uint64_t before) {
  static_assert(kShortLine == 40);
  std::uint64_t behind = newline << 1;
  for (const unsigned by : {1U, 2U, 4U, 8U, 16U, 8U}) behind |= behind << by;
  // Those of the block before, by how far they reach into this one.
  std::uint64_t over = before >> (kMaskBytes - kShortLine);
  for (const unsigned by : {1U, 2U, 4U, 8U, 16U, 8U}) over |= over >> by;
  return behind | over;
}

// The ends of lines that are not empty.
constexpr std::uint64_t line_ends(std::uint64_t newline, std::uint64_t before) {
  return newline & ~later(newline, before, 1);
}

// The positions up to eight behind each of `mask`.
constexpr std::uint64_t shortly_behind(std::uint64_t mask, std::uint64_t before) {
  std::uint64_t behind = later(mask, before, 1);
  before <<= 1;
  for (const unsigned by : {1U, 2U, 4U}) {
    behind |= later(behind, before, by);
    before |= before << by;
  }
  return behind;
}

// Of `ends` those of lines that may be of uuencode, which has no small letters. Shorter lines may be, whatever they
// are.
constexpr std::uint64_t uuencode_ends(std::uint64_t ends, std::uint64_t newline, std::uint64_t newline_before,
                                      std::uint64_t small, std::uint64_t small_before) {
  return ends & (~shortly_behind(small, small_before) | shortly_behind(newline, newline_before));
}

// And of lines that may cut a word: short ones, and those that end in a hyphen or beyond ASCII.
constexpr std::uint64_t cut_ends(std::uint64_t ends, std::uint64_t newline, std::uint64_t newline_before,
                                 std::uint64_t word, std::uint64_t word_before) {
  return ends & (~later(word, word_before, 1) | behind_newline(newline, newline_before));
}

}  // namespace postern::policy

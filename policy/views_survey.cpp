// Which derived views of a text have anything to show.
#include <algorithm>
#include <array>

#include "policy/views.h"
#include "policy/views_derived.h"
#include "policy/views_masks.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Masks made at one go, for two KiB of text.
constexpr size_t kBlocksAtOnce = 32;

constexpr std::uint8_t bit(DerivedName view) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(view));
}

constexpr std::uint8_t kForPatterns = bit(DerivedName::latin) | bit(DerivedName::numerals) | bit(DerivedName::spaced);
constexpr std::uint8_t kForWords = bit(DerivedName::skeleton) | bit(DerivedName::letters) |
                                   bit(DerivedName::letters_l) | bit(DerivedName::spaced) | bit(DerivedName::unwrapped);

// `mask` moved to positions `by` later, with what the block before hands over; 0 < by < 64.
std::uint64_t later(std::uint64_t mask, std::uint64_t before, unsigned by) {
  return (mask << by) | (before >> (64 - by));
}

template <typename Visit>
void each_bit(std::uint64_t mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<size_t>(__builtin_ctzll(mask)));
}

// The next code point begins at `at`; false at the end.
bool is_word_at(std::string_view text, size_t at) {
  return at < text.size() && is_word_char(next_code_point(text, at));
}
bool is_word_before(std::string_view text, size_t at) {
  return at > 0 && is_word_char(previous_code_point(text, at));
}

enum class Mode { original, reader };

class Surveyor {
 public:
  Surveyor(std::string_view text, Reads wanted, Mode mode) : text_(text), mode_(mode) {
    if (wanted != Reads::words) open_ |= kForPatterns;
    if (wanted != Reads::patterns) open_ |= kForWords;
  }

  Survey run() {
    std::array<ByteMasks, kBlocksAtOnce> masks;
    const size_t blocks = text_.size() / kMaskBytes;
    for (size_t done = 0; done < blocks;) {
      const size_t some = std::min(kBlocksAtOnce, blocks - done);
      classify(text_.data() + done * kMaskBytes, std::span(masks).first(some));
      for (size_t i = 0; i < some; i++) {
        if (!block(masks[i], (done + i) * kMaskBytes)) return {};
      }
      done += some;
    }
    // What ends with the text shows at the byte behind it, so there is always a rest.
    if (!block(classify_rest(text_.substr(blocks * kMaskBytes)), blocks * kMaskBytes)) return {};
    return {odd_ == 0, odd_ == 0, found_};
  }

 private:
  bool block(const ByteMasks& now, size_t at) {
    odd_ |= now.odd;
    if (odd_ != 0 && mode_ == Mode::original) return false;
    const std::uint64_t alone = alone_before(now.word);
    if ((open_ & bit(DerivedName::spaced)) != 0) look_for_spaced(alone, at);
    if ((now.digit | before_.digit >> 63) != 0) look_at_digits(now, at);
    if (now.newline != 0 && (open_ & bit(DerivedName::unwrapped)) != 0) look_at_lines(now.newline, at);
    if (now.odd != 0) look_beyond_ascii(now.odd, at);
    alone_ = alone;
    before_ = now;
    return true;
  }

  void found(DerivedName view) {
    found_ |= bit(view);
    open_ &= static_cast<std::uint8_t>(~bit(view));
  }
  bool looks_for(DerivedName view) const { return (open_ & bit(view)) != 0; }

  // ---- Letters that stand one by one ----

  // Positions behind an ASCII letter or digit that has no other at either side.
  std::uint64_t alone_before(std::uint64_t word) const {
    return later(word, before_.word, 1) & ~later(word, before_.word, 2) & ~word;
  }

  // Four at equal steps of up to kMostGap bytes between them; rarely are there two.
  void look_for_spaced(std::uint64_t alone, size_t at) {
    const std::uint64_t two = alone & (later(alone, alone_, 2) | later(alone, alone_, 3) | later(alone, alone_, 4));
    if (two == 0) return;
    std::uint64_t four = 0;
    for (const unsigned step : {2U, 3U, 4U}) {
      four |= alone & later(alone, alone_, step) & later(alone, alone_, 2 * step) & later(alone, alone_, 3 * step);
    }
    each_bit(four, [&](size_t i) { check_spaced(at + i); });
  }

  // Whether a run of four singles stands within kReach of `at`.
  void check_spaced(size_t at) {
    // Four of up to four bytes with three gaps of up to three characters, and who stands at both sides.
    constexpr size_t kReach = 4 * 4 + 3 * 3 * 4 + 2 * 4;
    if (!looks_for(DerivedName::spaced)) return;
    size_t begin = at > kReach ? at - kReach : 0;
    size_t end = std::min(at + kReach, text_.size());
    // Whole characters, and no letter out of a word that would look alone.
    while (begin > 0 && (static_cast<unsigned char>(text_[begin]) & 0xc0) == 0x80) begin--;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) end++;
    if (is_word_at(text_, begin) && is_word_before(text_, begin)) previous_code_point(text_, begin);
    if (is_word_before(text_, end) && is_word_at(text_, end)) next_code_point(text_, end);
    if (any_spaced(text_.substr(begin, end - begin))) found(DerivedName::spaced);
  }

  // A character beyond ASCII that may be one of such a run, or stand between two.
  bool may_be_spaced(size_t at, size_t next, bool word) const {
    size_t begin = at;
    if (!word) {
      // Between two: the one before it is a letter alone.
      for (size_t gap = 1; gap <= 3; gap++) {
        if (begin == 0) return false;
        previous_code_point(text_, begin);
        if (is_word_at(text_, begin)) return !is_word_before(text_, begin);
      }
      return false;
    }
    return !is_word_at(text_, next) && !is_word_before(text_, at);
  }

  // ---- Digits ----

  void look_at_digits(const ByteMasks& now, size_t at) {
    const std::uint64_t letter = now.word & ~now.digit;
    const std::uint64_t letter_before = before_.word & ~before_.digit;
    if (looks_for(DerivedName::letters) || looks_for(DerivedName::letters_l)) {
      const std::uint64_t inside = later(letter, letter_before, 2) & later(now.digit, before_.digit, 1) & now.word;
      each_bit(inside, [&](size_t i) { check_letters(at + i); });
    }
    if (looks_for(DerivedName::numerals)) {
      const std::uint64_t other = letter | now.odd;
      const std::uint64_t other_before = letter_before | before_.odd;
      const std::uint64_t behind = later(now.digit, before_.digit, 1) & other;
      const std::uint64_t in_front = now.digit & later(other, other_before, 1);
      // In their order, as words are remembered by where the last one ends.
      each_bit(behind | in_front, [&](size_t i) {
        if ((behind >> i & 1) != 0) check_numeral(at + i, at + i);
        if ((in_front >> i & 1) != 0) check_numeral(at + i, at + i - 1);
      });
    }
  }

  // The word with the byte at `at`, unless `checked` says that it was looked at; `checked` moves to its end.
  std::string_view word_at(size_t at, size_t& checked) const {
    if (at < checked) return {};
    size_t begin = at;
    for (size_t before = at; before > 0 && is_word_char(previous_code_point(text_, before));) begin = before;
    size_t end = at;
    for (size_t next = at; next < text_.size() && is_word_char(next_code_point(text_, next));) end = next;
    checked = end;
    return text_.substr(begin, end - begin);
  }

  void check_letters(size_t at) {
    const std::string_view word = word_at(at, letters_checked_);
    if (!is_word_with_digits(word)) return;
    found(DerivedName::letters);
    if (word.find('1') != std::string_view::npos) found(DerivedName::letters_l);
  }

  // `at` begins a character of the word; `other` is the byte beside the digit.
  void check_numeral(size_t at, size_t other) {
    const char c = text_[other];
    const bool may_be = c == 'O' || c == 'o' || c == 'I' || c == 'l' || static_cast<unsigned char>(c) >= 0x80;
    if (may_be && looks_for(DerivedName::numerals) && is_numeral(word_at(at, numerals_checked_)))
      found(DerivedName::numerals);
  }

  // ---- Lines ----

  void look_at_lines(std::uint64_t newlines, size_t at) {
    each_bit(newlines, [&](size_t i) {
      const size_t end = at + i;
      if (looks_for(DerivedName::unwrapped) && is_cut(text_, line_, end)) found(DerivedName::unwrapped);
      line_ = end + 1;
    });
  }

  // ---- Beyond ASCII ----

  void look_beyond_ascii(std::uint64_t odd, size_t at) {
    each_bit(odd, [&](size_t i) {
      if ((static_cast<unsigned char>(text_[at + i]) & 0xc0) == 0x80) return;
      size_t next = at + i;
      const char32_t c = next_code_point(text_, next);
      if (looks_for(DerivedName::latin) && is_for_latin(c)) found(DerivedName::latin);
      if (looks_for(DerivedName::skeleton) && is_for_skeleton(c)) found(DerivedName::skeleton);
      if (looks_for(DerivedName::spaced) && may_be_spaced(at + i, next, is_word_char(c))) check_spaced(at + i);
    });
  }

  std::string_view text_;
  Mode mode_;
  std::uint8_t open_ = 0;   // views that are looked for
  std::uint8_t found_ = 0;  // views that have something to show
  std::uint64_t odd_ = 0;
  // Of the block before.
  ByteMasks before_;
  std::uint64_t alone_ = 0;
  size_t letters_checked_ = 0;
  size_t numerals_checked_ = 0;
  size_t line_ = 0;
};

}  // namespace

Survey survey(std::string_view text, Reads wanted) {
  return Surveyor(text, wanted, Mode::original).run();
}

Survey survey_reader(std::string_view reader, Reads wanted) {
  return Surveyor(reader, wanted, Mode::reader).run();
}

}  // namespace postern::policy

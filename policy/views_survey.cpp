// Which derived views of a text have anything to show.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "policy/decode_finders.h"
#include "policy/views.h"
#include "policy/views_derived.h"
#include "policy/views_masks.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Masks made at one go, for two KiB of text; at first fewer, as what makes a text not plain often stands early.
constexpr size_t kBlocksAtOnce = 32;
constexpr size_t kFirstBlocks = 8;

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
  Surveyor(std::string_view text, ViewMask wanted, Mode mode) : text_(text), mode_(mode), open_(wanted) {
    if (looks_for(DerivedName::unwrapped)) lines_ = ~std::uint64_t{0};
    if ((wanted & kDecodedView) == 0) return;
    codes_ = ~std::uint64_t{0};
    rot13_ = kManyRot13;
  }

  // False when the text is to be the reader view and is not: then nothing is known but what go_on_with() takes over.
  bool run() {
    std::array<ByteMasks, 1 + kBlocksAtOnce> masks;
    masks[0] = before_;
    const size_t blocks = text_.size() / kMaskBytes;
    // What ends with the text shows at the byte behind it, so there is always a rest.
    for (;;) {
      const bool rest = done_ == blocks;
      const size_t some = rest ? 1 : std::min(done_ == 0 ? kFirstBlocks : kBlocksAtOnce, blocks - done_);
      bool odd = false;
      if (rest) {
        masks[1] = classify_rest(text_.substr(blocks * kMaskBytes));
        odd = masks[1].odd != 0;
      } else {
        odd = classify(text_.data() + done_ * kMaskBytes, std::span(masks).subspan(1, some));
      }
      if (odd && mode_ == Mode::original) return false;
      for (size_t i = 0; i < some; i++) block(masks[i], masks[i + 1], (done_ + i) * kMaskBytes);
      if (rest) break;
      masks[0] = before_ = masks[some];
      done_ += some;
    }
    look_for_leet();
    if (lines_ != 0) look_for_uuencoded(text_.size());
    return true;
  }

  // Takes over what run() saw of the text before it stopped: that is the beginning of its reader view as well, but for
  // a last letter with which what follows combines. False when more of the text may have been looked at than that.
  bool go_on_with(std::string_view reader) {
    if (looked_ || find_odd(text_.substr(0, seen() + 1), seen()) == seen()) return false;
    text_ = reader;
    mode_ = Mode::reader;
    return true;
  }

  // So much of the text was read, and all of it is plain when run() said false.
  size_t seen() const { return done_ * kMaskBytes; }

  Survey survey() const {
    return {odd_ == 0 && mode_ == Mode::original, odd_ == 0, found_, encoded_, in_rot13_, false, continuations_};
  }

 private:
  // Most blocks have nothing to look at, which arithmetic without a branch tells.
  [[gnu::always_inline]] void block(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t alone = alone_before(now.word, before.word);
    const std::uint64_t two = alone & (later(alone, alone_, 2) | later(alone, alone_, 3) | later(alone, alone_, 4));
    std::uint64_t digits = 0;
    std::uint64_t numbers = 0;
    if ((now.digit | (before.digit | digits_) >> 63) != 0) {
      digits = beside_digits(now, before) | digits_ >> 63;
      numbers = third_bit_on(now.digit & ~later(now.word, before.word, 1)) & codes_;
    }
    const std::uint64_t tall = now.tall & later(now.word, before.word, 1) & codes_;
    if ((tall | tall_ >> (kMaskBytes - kRun)) != 0) look_at_runs(runs_in(now.word, before.word), at);
    if ((two | digits | numbers | now.sign | now.odd | (now.newline & lines_)) != 0) {
      look_closely(before, now, {alone, two, digits, numbers}, at);
    }
    if (now.rot13 >= rot13_ || now.rot13 + before.rot13 >= rot13_ + kMoreRot13) look_for_rot13(at);
    odd_ |= now.odd;
    alone_ = alone;
    tall_ = tall;
    digits_ = digits;
  }

  struct Signs {
    std::uint64_t alone;    // see alone_before()
    std::uint64_t two;      // of these, at most kMostGap apart
    std::uint64_t digits;   // see beside_digits()
    std::uint64_t numbers;  // there are three that begin here or before
  };

  [[gnu::noinline]] void look_closely(const ByteMasks& before, const ByteMasks& now, const Signs& signs, size_t at) {
    looked_ = true;
    if (signs.two != 0 && looks_for(DerivedName::spaced)) look_for_spaced(signs.alone, at);
    if (signs.two != 0 && looks_for(DerivedName::scattered)) look_for_scattered(signs.two, at);
    if (signs.digits != 0) look_at_digits(before, now, at);
    if ((now.newline & lines_) != 0) look_at_lines(now.newline, at);
    if (now.sign != 0) look_at_signs(now.sign, at);
    if (signs.numbers != 0) look_at_numbers(now.digit & ~later(now.word, before.word, 1), at);
    if (now.odd != 0) look_beyond_ascii(now.odd, at);
  }

  void found(DerivedName view) {
    found_ |= view_bit(view);
    open_ &= static_cast<ViewMask>(~view_bit(view));
  }
  bool looks_for(DerivedName view) const { return (open_ & view_bit(view)) != 0; }

  // ---- Letters that stand one by one ----

  // Positions behind an ASCII letter or digit that has no other at either side.
  static std::uint64_t alone_before(std::uint64_t word, std::uint64_t before) {
    return later(word, before, 1) & ~later(word, before, 2) & ~word;
  }

  // Four at equal steps of up to kMostGap bytes between them; rarely are there two.
  void look_for_spaced(std::uint64_t alone, size_t at) {
    std::uint64_t four = 0;
    for (const unsigned step : {2U, 3U, 4U}) {
      four |= alone & later(alone, alone_, step) & later(alone, alone_, 2 * step) & later(alone, alone_, 3 * step);
    }
    each_bit(four, [&](size_t i) { check_spaced(at + i); });
  }

  void look_for_scattered(std::uint64_t two, size_t at) {
    each_bit(two, [&](size_t i) {
      if (looks_for(DerivedName::scattered) && differ_before(at + i)) found(DerivedName::scattered);
    });
  }

  // Whether four ASCII letters alone end at `end`, up to kMostGap bytes apart and with not always the same between
  // them.
  bool differ_before(size_t end) const {
    const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
    std::string_view gap;
    bool differ = false;
    size_t letter = end - 1;
    if (!is_letter(text_[letter]) || is_word_at(text_, end)) return false;
    for (int count = 1; count < 4; count++) {
      size_t previous = letter - 1;
      while (previous < letter && letter - previous < 5 && !is_word_char(static_cast<unsigned char>(text_[previous])))
        previous--;
      if (previous >= letter || letter - previous > 4 || letter - previous < 2 || !is_letter(text_[previous]) ||
          is_word_before(text_, previous))
        return false;
      const std::string_view here = text_.substr(previous + 1, letter - previous - 1);
      if (!is_ascii(here)) return false;
      differ = differ || (count > 1 && here != gap);
      gap = here;
      letter = previous;
    }
    return differ;
  }

  // Where a run of four singles may stand: whole characters, and no letter out of a word that would look alone.
  std::string_view around(size_t at) const {
    // Four of up to four bytes with three gaps of up to three characters, and who stands at both sides.
    constexpr size_t kReach = 4 * 4 + 3 * 3 * 4 + 2 * 4;
    size_t begin = at > kReach ? at - kReach : 0;
    size_t end = std::min(at + kReach, text_.size());
    while (begin > 0 && (static_cast<unsigned char>(text_[begin]) & 0xc0) == 0x80) begin--;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) end++;
    if (is_word_at(text_, begin) && is_word_before(text_, begin)) previous_code_point(text_, begin);
    if (is_word_before(text_, end) && is_word_at(text_, end)) next_code_point(text_, end);
    return text_.substr(begin, end - begin);
  }

  void check_spaced(size_t at) {
    if (looks_for(DerivedName::spaced) && any_spaced(around(at))) found(DerivedName::spaced);
  }
  void check_scattered(size_t at) {
    if (looks_for(DerivedName::scattered) && any_scattered(around(at))) found(DerivedName::scattered);
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

  // Digits with a letter or a byte beyond ASCII in front, and such a byte behind a digit; without the one or the other
  // there is nothing for look_at_digits() but what the block before may have begun with its last byte.
  static std::uint64_t beside_digits(const ByteMasks& now, const ByteMasks& before) {
    const std::uint64_t other = (now.word ^ now.digit) | now.odd;
    const std::uint64_t other_before = (before.word ^ before.digit) | before.odd;
    return (later(now.digit, before.digit, 1) & other) | (now.digit & later(other, other_before, 1));
  }

  void look_at_digits(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t letter = now.word & ~now.digit;
    const std::uint64_t letter_before = before.word & ~before.digit;
    if (looks_for(DerivedName::letters) || looks_for(DerivedName::letters_l)) {
      const std::uint64_t inside = later(letter, letter_before, 2) & later(now.digit, before.digit, 1) & now.word;
      each_bit(inside, [&](size_t i) { check_letters(at + i); });
    }
    if (looks_for(DerivedName::numerals)) {
      const std::uint64_t other = letter | now.odd;
      const std::uint64_t other_before = letter_before | before.odd;
      const std::uint64_t behind = later(now.digit, before.digit, 1) & other;
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

  // ---- Markup ----

  void check_markup(size_t at) {
    if (looks_for(DerivedName::debris) && end_of_debris(text_, at) != 0) found(DerivedName::debris);
  }

  // ---- Signs for letters ----

  // Few policies ask for it, so it has no sign in the masks.
  void look_for_leet() {
    if (looks_for(DerivedName::leet) && any_leet(text_)) found(DerivedName::leet);
    if (looks_for(DerivedName::leet_l) && any_leet_l(text_)) found(DerivedName::leet_l);
  }

  // ---- Lines ----

  void look_at_lines(std::uint64_t newlines, size_t at) {
    each_bit(newlines, [&](size_t i) {
      const size_t end = at + i;
      if (looks_for(DerivedName::unwrapped) && is_cut(text_, line_, end)) found(DerivedName::unwrapped);
      look_for_uuencoded(end);
      line_ = end + 1;
    });
  }

  void look_for_uuencoded(size_t line_end) {
    if (codes_ != 0 && may_be_uuencoded(text_.substr(line_, line_end - line_))) found_code();
    if (codes_ == 0 && !looks_for(DerivedName::unwrapped)) lines_ = 0;
  }

  // ---- Encoded text ----

  // A run of letters and digits that may be encoded text; one that is has a digit or a capital letter inside.
  static constexpr size_t kRun = 11;

  // Where runs of that length end: inside this block, or behind what the block before ends with.
  static std::uint64_t runs_in(std::uint64_t word, std::uint64_t before) {
    const std::uint64_t of_two = word & word << 1;
    const std::uint64_t of_four = of_two & of_two << 2;
    const std::uint64_t of_eight = of_four & of_four << 4;
    const auto over_border = static_cast<unsigned>(std::countl_one(before) + std::countr_one(word));
    return (of_eight & of_eight << 3) | static_cast<std::uint64_t>(over_border >= kRun && (word & 1) != 0);
  }

  // Words are in small letters from the second on, as far as two looks at eight letters go.
  bool is_word(size_t begin) const {
    const auto is_small = [this](size_t at) {
      constexpr std::uint64_t kCase = 0x6060'6060'6060'6060;
      std::uint64_t letters = 0;
      std::memcpy(&letters, text_.data() + at, sizeof letters);
      return (letters & kCase) == kCase;
    };
    return is_small(begin + 1) && is_small(begin + kRun - sizeof(std::uint64_t));
  }

  [[gnu::noinline]] void look_at_runs(std::uint64_t runs, size_t at) {
    each_bit(runs & ~(runs << 1), [&](size_t i) {
      if (codes_ == 0) return;
      size_t begin = at + i;
      if (i > 0) {
        begin -= kRun - 1;
      } else {
        while (begin > 0 && at - begin < kMaskBytes && is_ascii_alnum(text_[begin - 1])) begin--;
        // One that fills the block before was seen there.
        if (at - begin == kMaskBytes) return;
      }
      if (is_word(begin)) return;
      looked_ = true;
      if (may_be_run(text_, begin)) found_code();
    });
  }

  void look_at_signs(std::uint64_t signs, size_t at) {
    each_bit(signs, [&](size_t i) {
      const size_t sign = at + i;
      if (sign > 0 && is_ascii_alnum(text_[sign - 1])) check_markup(sign);
      if (codes_ != 0 && begins_code(sign)) found_code();
    });
  }

  bool begins_code(size_t sign) const {
    const char c = text_[sign];
    if (c == '<' || c == '[' || c == '*') return false;
    if (c == '~') return sign > 0 && text_[sign - 1] == '<';
    return is_escape(text_, sign) || (c == '=' && may_be_padded(text_, sign));
  }

  // The bits from the third on: a list of five numbers has three in one of two blocks.
  static std::uint64_t third_bit_on(std::uint64_t mask) {
    mask &= mask - 1;
    return mask & (mask - 1);
  }

  void look_at_numbers(std::uint64_t numbers, size_t at) {
    each_bit(numbers, [&](size_t i) {
      if (codes_ != 0 && may_be_list(text_, at + i)) found_code();
    });
  }

  // Of what `rot13` counts a block of text has three, and one in rot13 fifteen. So many are enough for a short sentence
  // by itself, or for a longer one that lies across two blocks.
  static constexpr std::uint32_t kManyRot13 = 7;
  static constexpr std::uint32_t kMoreRot13 = 5;
  static constexpr std::uint32_t kNeverRot13 = 2 * kMaskBytes + 1;

  [[gnu::noinline]] void look_for_rot13(size_t at) {
    looked_ = true;
    const size_t begin = at > kMaskBytes ? at - kMaskBytes : 0;
    if (find_rot13_word(text_.substr(0, at + kMaskBytes + kLongestRot13), begin) == std::string_view::npos) return;
    in_rot13_ = true;
    rot13_ = kNeverRot13;
  }

  void found_code() {
    encoded_ = true;
    codes_ = 0;
  }

  // ---- Beyond ASCII ----

  void look_beyond_ascii(std::uint64_t odd, size_t at) {
    each_bit(odd, [&](size_t i) {
      if ((static_cast<unsigned char>(text_[at + i]) & 0xc0) == 0x80) {
        continuations_++;
        return;
      }
      size_t next = at + i;
      const char32_t c = next_code_point(text_, next);
      if (looks_for(DerivedName::latin) && is_for_latin(c) && (!is_wide_dash(c) || is_dash_inside(text_, at + i, next)))
        found(DerivedName::latin);
      if (looks_for(DerivedName::slanted) && is_for_slanted(c)) found(DerivedName::slanted);
      if (next < text_.size() && begins_debris(text_[next])) check_markup(next);
      if (looks_for(DerivedName::skeleton) && is_for_skeleton(c)) found(DerivedName::skeleton);
      const bool spaced = looks_for(DerivedName::spaced) || looks_for(DerivedName::scattered);
      if (spaced && may_be_spaced(at + i, next, is_word_char(c))) {
        check_spaced(at + i);
        check_scattered(at + i);
      }
    });
  }

  std::string_view text_;
  Mode mode_;
  ViewMask open_;       // views that are looked for
  ViewMask found_ = 0;  // views that have something to show
  bool looked_ = false;
  std::uint64_t odd_ = 0;
  size_t done_ = 0;          // whole blocks
  ByteMasks before_{};       // of the block before
  std::uint64_t lines_ = 0;  // all ones while ends of lines are looked at
  std::uint64_t alone_ = 0;
  std::uint64_t digits_ = 0;
  std::uint64_t tall_ = 0;
  std::uint64_t codes_ = 0;  // all ones while encoded text is looked for
  bool encoded_ = false;
  std::uint32_t rot13_ = kNeverRot13;  // so many letters in a block are looked at
  bool in_rot13_ = false;
  size_t continuations_ = 0;
  size_t letters_checked_ = 0;
  size_t numerals_checked_ = 0;
  size_t line_ = 0;
};

}  // namespace

Survey make_surveyed(std::string_view text, ViewMask wanted, std::string& out) {
  Surveyor of_text(text, wanted, Mode::original);
  if (of_text.run()) {
    out += text;
    return of_text.survey();
  }
  const size_t begin = out.size();
  // What was seen to be plain stays, but for a last letter that may combine with what follows.
  const size_t stays = of_text.seen() > 0 ? of_text.seen() - 1 : 0;
  out += text.substr(0, stays);
  make_reader(text.substr(stays), out, nullptr);
  const std::string_view reader = std::string_view(out).substr(begin);
  if (!of_text.go_on_with(reader)) return survey_reader(reader, wanted);
  of_text.run();
  return of_text.survey();
}

Survey survey_reader(std::string_view reader, ViewMask wanted) {
  Surveyor of_reader(reader, wanted, Mode::reader);
  of_reader.run();
  return of_reader.survey();
}

}  // namespace postern::policy

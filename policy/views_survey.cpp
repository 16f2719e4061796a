// Which derived views of a text have anything to show.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "policy/decode_finders.h"
#include "policy/views.h"
#include "policy/views_derived.h"
#include "policy/views_glance.h"
#include "policy/views_masks.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// At first fewer blocks, as what makes a text not plain often stands early.
constexpr size_t kFirstBlocks = kGlanceBlocks;

template <typename Visit>
void each_bit(std::uint64_t mask, Visit visit) {
  for (; mask != 0; mask &= mask - 1) visit(static_cast<size_t>(__builtin_ctzll(mask)));
}

enum class Mode { original, reader };

class Surveyor {
 public:
  // `base` is where the text begins in what signs count from.
  Surveyor(std::string_view text, ViewMask wanted, Mode mode, size_t base, std::vector<CodeSign>& signs)
      : text_(text), mode_(mode), open_(wanted), base_(base), signs_(signs), signs_before_(signs.size()) {
    before_.newline = std::uint64_t{1} << (kMaskBytes - 1);  // a line begins with the text
    if ((wanted & kDecodedView) != 0) {
      codes_ = kAllCodes;
      for_.rot13 = kManyRot13;
    }
    look_for_what_is_open();
  }

  // False when the text is to be the reader view and is not: then nothing is known but what go_on_with() takes over.
  bool run() {
    MaskRows rows;  // of blocks that are not there they say nothing, and nobody asks
    rows.set(0, before_);
    const size_t blocks = text_.size() / kMaskBytes;
    // What ends with the text shows at the byte behind it, so there is always a rest.
    for (;;) {
      const size_t most = done_ == 0 ? kFirstBlocks : MaskRows::kBlocks;
      const size_t whole = std::min(most, blocks - done_);
      const bool rest = whole < most;
      bool odd = classify(text_.data() + done_ * kMaskBytes, whole, rows);
      if (rest) {
        rows.set(whole + 1, classify_rest(text_.substr(blocks * kMaskBytes)));
        odd = odd || rows.odd[whole + 1] != 0;
      }
      if (odd && mode_ == Mode::original) return false;
      odd_ = odd_ || odd;
      look_at_blocks(rows, rest ? whole + 1 : whole);
      if (rest) break;
      before_ = rows.at(whole);
      rows.set(0, before_);
      done_ += whole;
    }
    look_for_leet();
    look_at_line(text_.size());
    return true;
  }

  // Takes over what run() saw of the text before it stopped: that is the beginning of its reader view as well, but for
  // a last letter with which what follows combines. False when more of the text may have been looked at than that.
  bool go_on_with(std::string_view reader) {
    if (looked_ || find_odd(text_.substr(0, seen() + 1), seen()) == seen()) {
      signs_.resize(signs_before_);
      return false;
    }
    text_ = reader;
    mode_ = Mode::reader;
    return true;
  }

  // So much of the text was read, and all of it is plain when run() said false.
  size_t seen() const { return done_ * kMaskBytes; }

  Survey survey() const {
    const bool encoded = signs_.size() > signs_before_;
    return {!odd_ && mode_ == Mode::original, !odd_, found_, encoded, in_rot13_, false, continuations_};
  }

 private:
  void look_at_blocks(const MaskRows& rows, size_t blocks) {
    for (size_t i = 0; i < blocks; i += kGlanceBlocks) {
      Worth worth;
      glance(rows, 1 + i, for_, worth);
      for (size_t k = i; k < std::min(blocks, i + kGlanceBlocks); k++) {
        if (worth[k - i] != 0) look_closely(rows.at(k), rows.at(k + 1), (done_ + k) * kMaskBytes);
      }
    }
  }

  // A block that is worth it.
  [[gnu::noinline]] void look_closely(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t two = two_alone(now.word, before.word) & for_.singles;
    const std::uint64_t signs = now.sign & for_.signs;
    if (two != 0 && looks_for(DerivedName::spaced)) look_for_spaced(before, now, at);
    if (two != 0 && looks_for(DerivedName::scattered)) look_for_scattered(two, at);
    if (for_.digits != 0) look_at_digits(before, now, at);
    if (for_.runs != 0) {
      look_at_runs(before, now, at);
      look_at_groups(before, now, at);
    }
    if (now.newline != 0) look_at_lines(before, now, at);
    if (signs != 0) look_at_signs(signs, at);
    if (for_.codes != 0) look_at_codes(before, now, at);
    if (for_.numbers != 0) look_at_numbers(before, now, at);
    if (now.odd != 0) look_beyond_ascii(now.odd, at);
    if (now.rot13 >= for_.rot13 || now.rot13 + before.rot13 >= for_.rot13 + kMoreRot13) look_for_rot13(at);
  }

  void look_for_what_is_open() {
    const auto when = [](bool wanted) { return wanted ? ~std::uint64_t{0} : 0; };
    for_.singles = when(looks_for(DerivedName::spaced) || looks_for(DerivedName::scattered));
    for_.digits =
        when(looks_for(DerivedName::letters) || looks_for(DerivedName::letters_l) || looks_for(DerivedName::numerals));
    for_.codes = when(looks_for(DerivedName::codes));
    for_.cuts = when(looks_for(DerivedName::unwrapped));
    for_.signs = when(looks_for(DerivedName::debris) || looks_for(DerivedName::letters) ||
                      looks_for(DerivedName::letters_l) || codes_ != 0);
    for_.runs = when(looks_for(CodeKind::run));
    for_.numbers = when(looks_for(CodeKind::list));
    for_.uuencode = when(looks_for(CodeKind::uuencode));
  }

  void found(DerivedName view) {
    found_ |= view_bit(view);
    open_ &= static_cast<ViewMask>(~view_bit(view));
    look_for_what_is_open();
  }
  bool looks_for(DerivedName view) const { return (open_ & view_bit(view)) != 0; }

  // ---- Letters that stand one by one ----

  // Four, of which each has up to three bytes to the one before; rarely are there two.
  void look_for_spaced(const ByteMasks& before_block, const ByteMasks& now, size_t at) {
    looked_ = true;
    const std::uint64_t alone = alone_before(now.word, before_block.word);
    const std::uint64_t alone_there = alone_before(before_block.word, 0);
    std::uint64_t chain = alone;
    std::uint64_t before = alone_there;
    for (int count = 1; count < 4; count++) {
      chain = alone & (later(chain, before, 2) | later(chain, before, 3) | later(chain, before, 4));
      before = alone_there & (before << 2 | before << 3 | before << 4);
    }
    each_bit(chain, [&](size_t i) { check_spaced(at + i); });
  }

  void look_for_scattered(std::uint64_t two, size_t at) {
    looked_ = true;
    each_bit(two, [&](size_t i) {
      if (looks_for(DerivedName::scattered) && differ_before(text_, at + i)) found(DerivedName::scattered);
    });
  }

  void check_spaced(size_t at) {
    if (looks_for(DerivedName::spaced) && any_spaced(around(text_, at))) found(DerivedName::spaced);
  }
  void check_scattered(size_t at) {
    if (looks_for(DerivedName::scattered) && any_scattered(around(text_, at))) found(DerivedName::scattered);
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

  void look_at_digits(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t letter = now.word & ~now.digit;
    const std::uint64_t letter_before = before.word & ~before.digit;
    if (looks_for(DerivedName::letters) || looks_for(DerivedName::letters_l)) {
      const std::uint64_t inside = later(letter, letter_before, 2) & later(now.digit, before.digit, 1) & now.word;
      looked_ = looked_ || inside != 0;
      each_bit(inside, [&](size_t i) { check_letters(at + i); });
    }
    if (looks_for(DerivedName::numerals)) {
      const std::uint64_t other = letter | now.odd;
      const std::uint64_t other_before = letter_before | before.odd;
      const std::uint64_t behind = later(now.digit, before.digit, 1) & other;
      const std::uint64_t in_front = now.digit & later(other, other_before, 1);
      looked_ = looked_ || (behind | in_front) != 0;
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
    if (at < letters_checked_) return;
    const ByteRange range = signed_word_at(text_, at);
    letters_checked_ = range.end;
    check_letters_in(range);
  }

  // Of a sign that is written for a letter.
  void check_signed_word(size_t sign) {
    if (!looks_for(DerivedName::letters) && !looks_for(DerivedName::letters_l)) return;
    if (stands_for_letter(text_, sign)) check_letters_in(signed_word_at(text_, sign));
  }

  void check_letters_in(const ByteRange& range) {
    const std::string_view word = text_.substr(range.begin, range.end - range.begin);
    if (!is_word_with_digits(word)) return;
    found(DerivedName::letters);
    if (has_one(word)) found(DerivedName::letters_l);
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
    if (looks_for(DerivedName::debris) && is_debris(text_, at)) found(DerivedName::debris);
  }

  // ---- Signs for letters ----

  // Few policies ask for it, so it has no sign in the masks.
  void look_for_leet() {
    if (looks_for(DerivedName::leet) && any_leet(text_)) found(DerivedName::leet);
    if (looks_for(DerivedName::leet_l) && any_leet_l(text_)) found(DerivedName::leet_l);
  }

  // ---- Lines ----

  void look_at_lines(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t ends = line_ends(now.newline, before.newline);
    const std::uint64_t worth = (for_.uuencode & uuencode_ends(ends, now.newline, before.newline, now.word & ~now.tall,
                                                               before.word & ~before.tall)) |
                                (for_.cuts & cut_ends(ends, now.newline, before.newline, now.word, before.word));
    each_bit(worth, [&](size_t i) { look_at_line(at + i); });
  }

  void look_at_line(size_t end) {
    // Longer lines are neither.
    constexpr size_t kMost = 2 + 1 + 60 + 1;
    const size_t from = end > kMost ? end - kMost : 0;
    const void* const newline = memrchr(text_.data() + from, '\n', end - from);
    const size_t begin =
        newline == nullptr ? from : static_cast<size_t>(static_cast<const char*>(newline) - text_.data()) + 1;
    if (looks_for(DerivedName::unwrapped) && end < text_.size() && may_be_cut(text_, begin, end)) {
      looked_ = true;
      if (is_cut(text_, begin, end)) found(DerivedName::unwrapped);
    }
    if (!looks_for(CodeKind::uuencode) || !may_be_uuencoded(text_.substr(begin, end - begin))) return;
    looked_ = true;
    // One sign for all lines together.
    if (begin == 0 || begin != uu_line_) found(CodeKind::uuencode, begin);
    uu_line_ = end + 1;
  }

  // ---- Encoded text ----

  // Words are in small letters from the second on, as far as two looks at eight letters go.
  bool is_word(size_t begin) const {
    const auto is_small = [this](size_t at) {
      constexpr std::uint64_t kCase = 0x6060'6060'6060'6060;
      std::uint64_t letters = 0;
      std::memcpy(&letters, text_.data() + at, sizeof letters);
      return (letters & kCase) == kCase;
    };
    return is_small(begin + 1) && is_small(begin + kLongRun - sizeof(std::uint64_t));
  }

  void look_at_runs(const ByteMasks& before, const ByteMasks& now, size_t at) {
    // A run of the block before that goes on was seen there.
    const std::uint64_t runs = long_runs(now.word, before.word);
    const std::uint64_t seen = long_runs(before.word, 0) >> (kMaskBytes - 1);
    each_bit(runs & ~(runs << 1 | seen), [&](size_t i) {
      if (!looks_for(CodeKind::run)) return;
      const size_t begin = at + i - (kLongRun - 1);
      if (is_word(begin)) return;
      looked_ = true;
      if (may_be_run(text_, begin)) found(CodeKind::run, begin);
    });
  }

  void look_at_codes(const ByteMasks& before, const ByteMasks& now, size_t at) {
    bool may_be = loose_codes(now, before) != 0;
    each_bit(other_codes(now, before), [&](size_t i) { may_be = may_be || may_be_code(text_, at + i); });
    if (may_be) look_for_codes(at);
  }

  void look_for_codes(size_t at) {
    looked_ = true;
    if (any_codes(text_, at)) found(DerivedName::codes);
  }

  // Of base64 in groups of four letters and more.
  void look_at_groups(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t mixed = mixed_inside(now, before);
    if (second_bit_on(mixed) == 0) return;
    looked_ = true;
    each_bit(mixed, [&](size_t i) { check_groups(at + i); });
  }

  void check_groups(size_t at) {
    if (!looks_for(CodeKind::run) || at < groups_checked_) return;
    constexpr size_t kLongestGroup = 16;
    size_t begin = at;
    while (begin > 0 && at - begin <= kLongestGroup && is_ascii_alnum(text_[begin - 1])) begin--;
    size_t end = at;
    while (end < text_.size() && end - at <= kLongestGroup && is_ascii_alnum(text_[end])) end++;
    groups_checked_ = end;
    if (may_be_grouped(text_, begin)) found(CodeKind::run, begin);
  }

  void look_at_signs(std::uint64_t signs, size_t at) {
    looked_ = true;
    each_bit(signs, [&](size_t i) {
      const size_t sign = at + i;
      const char c = text_[sign];
      if (c == '@' || c == '\\') check_markup(sign);
      if (is_letter_sign(c)) return check_signed_word(sign);
      const char before = sign > 0 ? text_[sign - 1] : '\0';
      if (is_ascii_alnum(before) || before == '-' || before == '/' || c == '+' || c == '&') check_markup(sign);
      if (codes_ != 0) look_for_code(sign);
    });
  }

  void look_for_code(size_t sign) {
    const char c = text_[sign];
    if (c == '<' || c == '[' || c == '*' || c == '+') return;
    if (c == '~') {
      if (looks_for(CodeKind::ascii85) && sign > 0 && text_[sign - 1] == '<') found(CodeKind::ascii85, sign - 1);
      return;
    }
    CodeKind kind{};
    if (is_escape(text_, sign, kind) && looks_for(kind)) found(kind, sign);
    if (c != '=') return;
    if (looks_for(CodeKind::percent) && begins_form(text_, sign)) found(CodeKind::percent, sign);
    if (looks_for(CodeKind::run) && may_be_padded(text_, sign)) found(CodeKind::run, sign);
  }

  void look_at_numbers(const ByteMasks& before, const ByteMasks& now, size_t at) {
    const std::uint64_t begins = now.digit & ~later(now.word, before.word, 1);
    if (third_bit_on(begins) == 0) return;
    looked_ = true;
    each_bit(begins, [&](size_t i) {
      if (looks_for(CodeKind::list) && may_be_list(text_, at + i)) found(CodeKind::list, at + i);
      check_groups(at + i);
    });
  }

  // Of what `rot13` counts a block of text has three, and one in rot13 fifteen. So many are enough for a short sentence
  // by itself, or for a longer one that lies across two blocks.
  static constexpr std::uint32_t kManyRot13 = 7;

  [[gnu::noinline]] void look_for_rot13(size_t at) {
    looked_ = true;
    const size_t begin = at > kMaskBytes ? at - kMaskBytes : 0;
    if (find_rot13_word(text_.substr(0, at + kMaskBytes + kLongestRot13), begin) == std::string_view::npos) return;
    in_rot13_ = true;
    for_.rot13 = kNoRot13;
  }

  // ---- Signs of encoded text ----

  static constexpr unsigned kAllCodes = (1U << kCodeKinds) - 1;
  // So many places are told apart; text with more is looked through from the last on.
  static constexpr std::uint8_t most_signs(CodeKind kind) {
    switch (kind) {
      case CodeKind::run:
      case CodeKind::list:
      case CodeKind::uuencode:
        return 8;
      default:
        // Of these one sign is found as fast as the next.
        return 1;
    }
  }

  bool looks_for(CodeKind kind) const { return (codes_ >> static_cast<unsigned>(kind) & 1U) != 0; }

  void found(CodeKind kind, size_t at) {
    const bool last = ++signs_of_[static_cast<size_t>(kind)] == most_signs(kind);
    signs_.push_back({kind, last, static_cast<std::uint32_t>(base_ + at)});
    if (!last) return;
    codes_ &= ~(1U << static_cast<unsigned>(kind));
    look_for_what_is_open();
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
      if (looks_for(DerivedName::codes) && is_code_stroke(c)) look_for_codes(at);
      if (looks_for(DerivedName::slanted) && is_for_slanted(c)) found(DerivedName::slanted);
      if (next < text_.size() && begins_debris(text_[next])) check_markup(next);
      if (looks_for(DerivedName::skeleton) && is_for_skeleton(c)) found(DerivedName::skeleton);
      const bool spaced = looks_for(DerivedName::spaced) || looks_for(DerivedName::scattered);
      if (spaced && may_be_spaced(at + i, next, is_spaced_letter(c))) {
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
  bool odd_ = false;
  size_t done_ = 0;     // whole blocks
  ByteMasks before_{};  // of the block before
  GlanceFor for_;
  unsigned codes_ = 0;  // a bit a CodeKind that is looked for
  size_t base_;
  std::vector<CodeSign>& signs_;
  size_t signs_before_;
  std::array<std::uint8_t, kCodeKinds> signs_of_{};
  bool in_rot13_ = false;
  size_t continuations_ = 0;
  size_t groups_checked_ = 0;
  size_t letters_checked_ = 0;
  size_t numerals_checked_ = 0;
  size_t uu_line_ = 0;  // behind the last line of uuencode
};

}  // namespace

Survey make_surveyed(std::string_view text, ViewMask wanted, std::string& out, std::vector<CodeSign>& signs) {
  Surveyor of_text(text, wanted, Mode::original, out.size(), signs);
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
  if (of_text.go_on_with(reader)) {
    of_text.run();
    return of_text.survey();
  }
  Surveyor of_reader(reader, wanted, Mode::reader, begin, signs);
  of_reader.run();
  return of_reader.survey();
}

Survey survey_reader(std::string_view reader, ViewMask wanted, std::vector<CodeSign>& signs) {
  Surveyor of_reader(reader, wanted, Mode::reader, 0, signs);
  of_reader.run();
  return of_reader.survey();
}

}  // namespace postern::policy

// Lists of numbers that are the codes of characters: "4e 69 67", "0x4e, 0x69", "U+004E U+0069", "78,105,103",
// "chr(78)+chr(105)", "116 151 147", "01001110 01101001".
#include <algorithm>
#include <array>

#include "policy/decode_finders.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Fewer numbers spell no word.
constexpr size_t kLeastNumbers = 4;
constexpr size_t kMostDigits = 8;
// Between two: ") + chr(", ", 0x".
constexpr size_t kMostGap = 12;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

// One list, from a number that may begin it.
class List {
 public:
  // All its numbers are added to `numbers`.
  List(std::string_view text, std::vector<ByteRange>& numbers) : text_(text), numbers_(&numbers) {}
  // Only the first ones are read, into `numbers`.
  List(std::string_view text, std::span<ByteRange> first) : text_(text), first_(first) {}

  // How many numbers were read.
  size_t read(size_t at) {
    end_ = at;
    size_t end = number_end(at);
    if (end == at || !find_gap(end)) return 0;
    size_t count = 0;
    for (;;) {
      const ByteRange number{static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
      if (numbers_ != nullptr) {
        numbers_->push_back(number);
      } else {
        first_[count] = number;
      }
      end_ = end;
      if (++count == first_.size()) break;
      const size_t next = behind_gap(end);
      if (next == end) break;
      const size_t size = end - at;
      end = number_end(next);
      if (end == next || differs(size, end - next)) break;
      at = next;
    }
    return count;
  }

  size_t end() const { return end_; }
  std::string_view gap() const { return gap_; }

 private:
  // Codes of one text are of about one length.
  static bool differs(size_t a, size_t b) { return a > b + 2 || b > a + 2; }

  // The end of the hex digits at `at`, or `at` when they are no number by themselves.
  size_t number_end(size_t at) const {
    size_t end = at;
    while (end < text_.size() && end - at <= kMostDigits && hex_value(text_[end]) >= 0) end++;
    if (end - at > kMostDigits) return at;
    if (end < text_.size() && is_ascii_alnum(text_[end])) {
      // "4eh"
      const bool suffix = (text_[end] | 0x20) == 'h' && (end + 1 == text_.size() || !is_ascii_alnum(text_[end + 1]));
      if (!suffix) return at;
    }
    return end;
  }

  // What stands between the number that ends at `end` and the next one.
  bool find_gap(size_t end) {
    size_t at = end;
    while (at < text_.size() && at - end <= kMostGap && !is_ascii_alnum(text_[at])) at++;
    if (at == end && (at == text_.size() || (text_[at] | 0x20) != 'h')) return false;
    if (number_end(at) == at || at == end) {
      // Letters too: up to a digit that begins a number.
      for (;; at++) {
        if (at == text_.size() || at - end > kMostGap) return false;
        if (!is_ascii_digit(text_[at])) continue;
        const char before = text_[at - 1];
        if (before != 'x' && before != 'X' && is_ascii_alnum(before)) return false;
        if (number_end(at) != at) break;
      }
    }
    gap_ = text_.substr(end, at - end);
    return !gap_.empty();
  }

  // The position behind the gap at `at`, or `at` when something else stands there. Where the gap has a space there may
  // be several, and the end of a line.
  size_t behind_gap(size_t at) const {
    if (text_.substr(at).starts_with(gap_) && !is_line_gap_at(at + gap_.size())) return at + gap_.size();
    size_t last_space = gap_.size();
    while (last_space > 0 && !is_space(gap_[last_space - 1])) last_space--;
    std::string_view front = gap_.substr(0, last_space > 0 ? last_space : front_of_break());
    const std::string_view back = gap_.substr(front.size());
    while (!front.empty() && is_space(front.back())) front.remove_suffix(1);
    if (!text_.substr(at).starts_with(front)) return at;
    size_t next = at + front.size();
    const size_t spaces = next;
    bool line = false;
    for (; next < text_.size() && is_line_gap(text_[next]); next++) line = line || text_[next] == '\n';
    if (next == spaces || (last_space == 0 && !line) || !text_.substr(next).starts_with(back)) return at;
    return next + back.size();
  }

  bool is_line_gap_at(size_t at) const { return at < text_.size() && is_line_gap(text_[at]); }

  // Of a gap without spaces, where a line may end: behind its first sign.
  size_t front_of_break() const { return is_ascii_alnum(gap_.front()) ? 0 : 1; }

  std::string_view text_;
  std::vector<ByteRange>* numbers_ = nullptr;
  std::span<ByteRange> first_;
  std::string_view gap_;
  size_t end_ = 0;
};

// Words that are spelled by the places of their letters in the alphabet; longer lists are numbers.
constexpr size_t kLeastLetters = 6;
constexpr size_t kMostLetters = 64;
constexpr bool is_place_of_letter(std::uint32_t number) {
  return number >= 1 && number <= 26;
}

// Behind the "0x" at `at`, if it stands there.
size_t behind_mark(std::string_view text, size_t at) {
  return text[at] == '0' && at + 2 < text.size() && (text[at + 1] | 0x20) == 'x' ? at + 2 : at;
}

// A number may begin at the digit: no word goes on into it.
bool is_number_begin(std::string_view text, size_t at) {
  if (!is_ascii_digit(text[at])) return false;
  if (at == 0) return true;
  const char before = text[at - 1];
  if (!is_ascii_alnum(before)) return true;
  return (before == 'x' || before == 'X') && at > 1 && text[at - 2] == '0';
}

class ListFinder {
 public:
  ListFinder(std::string_view text, const ByteRange& within, Decoded& out)
      : text_(text.substr(0, within.end)), begin_(within.begin), out_(out) {}

  // Up to the list at `sign`, or all behind it; returns the end of the last.
  size_t run(const CodeSign& sign) {
    at_ = sign.at > begin_ + kReachBack ? sign.at - kReachBack : begin_;
    const size_t stop = sign.onward ? text_.size() : sign.at + 1;
    for (; at_ < stop; at_++) {
      if (!is_ascii_digit(text_[at_])) continue;
      at_ = behind_mark(text_, at_);
      if (is_number_begin(text_, at_)) {
        out_.parts.clear();
        List list(text_, out_.parts);
        if (list.read(at_) >= kLeastNumbers) {
          spell(list.gap());
          at_ = list.end();
          continue;
        }
      }
      while (at_ + 1 < text_.size() && is_ascii_alnum(text_[at_ + 1])) at_++;
    }
    return std::min(at_, text_.size());
  }

 private:
  // A sign stands at the third number that a survey sees, or behind it.
  static constexpr size_t kReachBack = 4 * (kMostDigits + kMostGap);

  // What all numbers of the list are.
  struct Sizes {
    size_t least = kMostDigits;
    size_t most = 0;
    bool decimal = true;
    bool octal = true;
    bool binary = true;
  };

  Sizes sizes() const {
    Sizes out;
    for (const ByteRange& number : out_.parts) {
      const size_t size = number.end - number.begin;
      out.least = std::min(out.least, size);
      out.most = std::max(out.most, size);
      for (std::uint32_t i = number.begin; i < number.end; i++) {
        const char c = text_[i];
        out.decimal = out.decimal && is_ascii_digit(c);
        out.octal = out.octal && c >= '0' && c <= '7';
        out.binary = out.binary && (c == '0' || c == '1');
      }
    }
    return out;
  }

  void spell(std::string_view gap) {
    const Sizes all = sizes();
    const bool marked = gap.ends_with('x') || gap.ends_with('X') || gap.ends_with('+') || (gap.front() | 0x20) == 'h';
    if (all.binary && all.least >= 7) return spell(Encoding::binary, 2);
    const bool pairs = all.least == all.most && all.least % 2 == 0;
    if (marked || pairs) {
      if (pairs && !gap.ends_with('+')) {
        spell_pairs();
      } else {
        spell(Encoding::hex, 16);
      }
    }
    if (marked) return;
    if (all.decimal && all.most == 2 && out_.parts.size() >= kLeastLetters && spell_letters()) return;
    if (all.decimal && all.most >= 2 && all.most <= 7) spell(Encoding::decimal, 10);
    if (all.octal && all.least >= 2 && all.most <= 4) spell(Encoding::octal, 8);
  }

  ByteRange all() const { return {out_.parts.front().begin, out_.parts.back().end}; }

  // Digits as bytes, two each.
  void spell_pairs() {
    out_.bytes.clear();
    for (const ByteRange& number : out_.parts) {
      for (std::uint32_t i = number.begin; i < number.end; i += 2) {
        out_.bytes += static_cast<char>(hex_value(text_[i]) << 4 | hex_value(text_[i + 1]));
      }
    }
    out_.add(Encoding::hex, all(), out_.bytes);
  }

  // "14 9 7 8 20": where in the alphabet the letters stand.
  bool spell_letters() {
    if (out_.parts.size() > kMostLetters) return false;
    out_.bytes.clear();
    for (const ByteRange& number : out_.parts) {
      const std::uint32_t letter = value(number, 10);
      if (!is_place_of_letter(letter)) return false;
      out_.bytes += static_cast<char>('a' + letter - 1);
    }
    return out_.add(Encoding::decimal, all(), out_.bytes);
  }

  // Numbers as bytes where they all are, else as characters.
  void spell(Encoding encoding, unsigned base) {
    out_.bytes.clear();
    bool bytes = true;
    for (const ByteRange& number : out_.parts) bytes = bytes && value(number, base) < 0x100;
    for (const ByteRange& number : out_.parts) {
      const std::uint32_t code = value(number, base);
      if (bytes) {
        out_.bytes += static_cast<char>(code);
      } else if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) {
        return;
      } else {
        append_utf8(code, out_.bytes);
      }
      // Numbers of a table show early that they are no text.
      constexpr size_t kLooked = 64;
      if (out_.bytes.size() == kLooked && !may_begin_text(out_.bytes)) return;
    }
    out_.add(encoding, all(), out_.bytes);
  }

  std::uint32_t value(const ByteRange& number, unsigned base) const {
    std::uint32_t code = 0;
    for (std::uint32_t i = number.begin; i < number.end; i++) {
      code = code * base + static_cast<std::uint32_t>(hex_value(text_[i]));
    }
    return code;
  }

  std::string_view text_;
  size_t begin_;
  size_t at_ = 0;
  Decoded& out_;
};

}  // namespace

bool may_be_list(std::string_view text, size_t at) {
  at = behind_mark(text, at);
  if (!is_number_begin(text, at)) return false;
  std::array<ByteRange, kLeastNumbers> numbers;
  if (List(text, numbers).read(at) < kLeastNumbers) return false;
  // Characters that print, in one reading.
  for (const unsigned base : {16U, 10U, 8U, 2U}) {
    const auto prints = [&](const ByteRange& number) {
      char32_t code = 0;
      for (std::uint32_t i = number.begin; i < number.end; i++) {
        const auto digit = static_cast<unsigned>(hex_value(text[i]));
        if (digit >= base) return false;
        code = code * base + digit;
      }
      if (base == 10 && is_place_of_letter(code)) return true;
      return (code >= 0x20 && code != 0x7f) || code == '\n' || code == '\r' || code == '\t';
    };
    if (std::all_of(numbers.begin(), numbers.end(), prints)) return true;
  }
  return false;
}

size_t find_lists(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out) {
  return ListFinder(text, within, out).run(sign);
}

}  // namespace postern::policy

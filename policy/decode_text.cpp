// Whether bytes that were spelled out are text.
#include <algorithm>

#include "policy/decode_finders.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// So much is looked at before all of a long stretch is spelled out.
constexpr size_t kLooked = 64;
// Shorter ones must be clean throughout.
constexpr size_t kShort = 32;
constexpr size_t kLeastText = 3;

bool is_bad(char32_t c) {
  if (c < 0x20) return c != '\n' && c != '\t' && c != '\r';
  return (c >= 0x7f && c < 0xa0) || c == 0xfffd;
}

// Counts what a text is made of, and says when it is none.
class Tally {
 public:
  explicit Tally(size_t size) : forgiving_(size >= kShort) {}

  // False when enough was seen.
  bool add(char32_t c) {
    note_apart(c);
    chars_++;
    if (is_bad(c)) {
      bad_++;
    } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      spaces_++;
    } else if (is_letter_or_digit(c)) {
      good_++;
    }
    return bad_ <= (forgiving_ ? 2 + chars_ / 16 : 0);
  }

  bool is_text() const {
    const size_t visible = chars_ - spaces_;
    if (apart_ && good_ >= kLeastApart) return true;
    return good_ >= kLeastText && good_ * 2 >= visible && (forgiving_ || good_ * 3 >= visible * 2) &&
           (chars_ >= kShort / 2 || good_ * 5 >= visible * 4);
  }

 private:
  static constexpr size_t kLeastApart = 6;

  static bool is_letter_or_digit(char32_t c) {
    if (c < 0x80) return is_ascii_alnum(static_cast<char>(c));
    return is_word_char(c) || (c >= 0x24b6 && c <= 0x24e9) || (c >= 0x1f130 && c <= 0x1f189);  // in circles and squares
  }

  // "N.i.g.h.t": every other character is the same.
  void note_apart(char32_t c) {
    const bool between = chars_ % 2 == 1;
    if (chars_ == 1) between_ = c;
    apart_ = apart_ && (between ? c == between_ && !is_letter_or_digit(c) && !is_bad(c) : is_letter_or_digit(c));
  }

  bool apart_ = true;
  char32_t between_ = 0;
  bool forgiving_;
  size_t chars_ = 0;
  size_t good_ = 0;  // letters and digits
  size_t spaces_ = 0;
  size_t bad_ = 0;
};

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Without what a cut left of characters at both ends.
std::string_view whole_characters(std::string_view bytes) {
  if (bytes.size() < kShort / 2) return bytes;
  for (int i = 0; i < 3 && is_continuation(bytes.front()); i++) bytes.remove_prefix(1);
  size_t last = bytes.size() - 1;
  for (int i = 0; i < 3 && last > 0 && is_continuation(bytes[last]); i++) last--;
  const auto lead = static_cast<unsigned char>(bytes[last]);
  const size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (wanted > bytes.size() - last) bytes.remove_suffix(bytes.size() - last);
  return bytes;
}

bool is_utf8_text(std::string_view utf8) {
  Tally tally(utf8.size());
  for (size_t at = 0; at < utf8.size();) {
    if (!tally.add(next_code_point(utf8, at))) return false;
  }
  return tally.is_text();
}

// Bytes that are no UTF-8 become U+FFFD.
void append_utf8_text(std::string_view utf8, std::string& out) {
  if (is_ascii(utf8)) {
    out += utf8;
    return;
  }
  for (size_t at = 0; at < utf8.size();) append_utf8(next_code_point(utf8, at), out);
}

enum class Order { none, little, big };

// UTF-16 of alphabets: every other byte says which, and most say the same.
Order utf16_order(std::string_view bytes) {
  const size_t pairs = std::min(bytes.size(), kLooked) / 2;
  if (pairs < 2) return Order::none;
  if (bytes.starts_with("\xff\xfe")) return Order::little;
  if (bytes.starts_with("\xfe\xff")) return Order::big;
  const auto is_block = [](char c) { return c == 0 || (c >= 3 && c <= 6); };
  size_t first = 0;
  size_t second = 0;
  for (size_t i = 0; i < pairs; i++) {
    if (is_block(bytes[2 * i])) first++;
    if (is_block(bytes[2 * i + 1])) second++;
  }
  if (second * 4 >= pairs * 3 && first * 2 < pairs) return Order::little;
  return first * 4 >= pairs * 3 && second * 2 < pairs ? Order::big : Order::none;
}

void append_utf16(std::string_view bytes, Order order, std::string& out) {
  const size_t low = order == Order::little ? 0 : 1;
  char32_t lead = 0;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    const auto unit = static_cast<char32_t>(static_cast<unsigned char>(bytes[at + low]) |
                                            static_cast<unsigned char>(bytes[at + 1 - low]) << 8);
    if (unit == 0xfeff) continue;
    if (unit >= 0xd800 && unit < 0xdc00) {
      lead = unit;
      continue;
    }
    if (unit >= 0xdc00 && unit < 0xe000) {
      append_utf8(lead != 0 ? 0x10000 + ((lead - 0xd800) << 10) + (unit - 0xdc00) : 0xfffd, out);
    } else {
      append_utf8(unit, out);
    }
    lead = 0;
  }
}

// Text with some letters beyond ASCII in between.
bool is_windows_1252(std::string_view bytes) {
  size_t letters = 0;
  size_t beyond = 0;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_ascii_letter(c)) letters++;
    if (byte < 0x80) continue;
    beyond++;
    if (windows_1252(byte) == 0 || beyond > 2 + letters) return false;
  }
  return beyond * 2 <= letters;
}

void append_windows_1252(std::string_view bytes, std::string& out) {
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    append_utf8(byte < 0x80 ? byte : windows_1252(byte), out);
  }
}

}  // namespace

char32_t windows_1252(unsigned char byte) {
  constexpr char16_t kC1[32] = {0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
                                0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
                                0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};
  return byte >= 0x80 && byte < 0xa0 ? kC1[byte - 0x80] : byte;
}

bool append_plausible(std::string_view bytes, std::string& out) {
  if (bytes.size() < kLeastText) return false;
  const size_t before = out.size();
  if (const Order order = utf16_order(bytes); order != Order::none) {
    append_utf16(bytes, order, out);
    if (is_utf8_text(std::string_view(out).substr(before))) return true;
    out.resize(before);
  }
  const std::string_view whole = whole_characters(bytes);
  if (is_utf8_text(whole)) {
    append_utf8_text(whole, out);
    return true;
  }
  if (!is_windows_1252(bytes)) return false;
  append_windows_1252(bytes, out);
  if (is_utf8_text(std::string_view(out).substr(before))) return true;
  out.resize(before);
  return false;
}

bool may_begin_text(std::string_view bytes) {
  bytes = bytes.substr(0, kLooked);
  if (utf16_order(bytes) != Order::none) return true;
  if (bytes.size() >= kShort) bytes = whole_characters(bytes);
  // One character may be cut, and one be anything.
  size_t bad = 0;
  for (size_t at = 0; at < bytes.size() && bad <= 2;) {
    const size_t begin = at;
    if (is_bad(next_code_point(bytes, at)) && begin + 4 <= bytes.size()) bad++;
  }
  return bad < (bytes.size() < kShort / 2 ? 1 : 2) || is_windows_1252(bytes);
}

}  // namespace postern::policy

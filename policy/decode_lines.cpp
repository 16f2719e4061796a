// Lines of uuencode, ascii85 between its marks, punycode, and rot13.
#include <algorithm>
#include <array>
#include <iterator>

#include "policy/decode_finders.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// ---- uuencode (POSIX.1-2017 uuencode) -----------------------------------------------------------

constexpr size_t kMostUu = 45;  // bytes in a line

bool is_uu(char c) {
  return c >= ' ' && c <= '`';
}

unsigned uu_value(char c) {
  return static_cast<unsigned>(c - ' ') & 63;
}

// The line that ends at `end` without what quotes it and spaces at its end.
std::string_view bare_line(std::string_view text, size_t begin, size_t end) {
  if (text.substr(begin, end - begin).starts_with("> ")) begin += 2;
  return text.substr(begin, end - begin);
}

// What a line says, into `bytes`, which has room for kMostUu and two more; how much that is.
size_t read_uu(std::string_view line, char* bytes) {
  const size_t size = uu_value(line.front());
  const auto value = [&](size_t i) { return i < line.size() ? uu_value(line[i]) : 0; };
  size_t done = 0;
  for (size_t i = 1; done < size; i += 4) {
    const unsigned bits = value(i) << 18 | value(i + 1) << 12 | value(i + 2) << 6 | value(i + 3);
    for (const unsigned shift : {16U, 8U, 0U}) bytes[done++] = static_cast<char>(bits >> shift & 0xff);
  }
  return size;
}

// ---- punycode (RFC 3492) ------------------------------------------------------------------------

constexpr size_t kMostLabel = 63;

std::uint32_t adapt(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / 700 : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > 455; k += 36) delta /= 35;
  return k + 36 * delta / (delta + 38);
}

bool read_punycode(std::string_view label, std::string& out) {
  char32_t points[kMostLabel] = {};
  size_t size = 0;
  const size_t dash = label.rfind('-');
  size_t at = 0;
  if (dash != std::string_view::npos) {
    for (; at < dash; at++) points[size++] = static_cast<char32_t>(label[at]);
    at++;
  }
  std::uint32_t n = 0x80;
  std::uint32_t i = 0;
  std::uint32_t bias = 72;
  while (at < label.size() && size < kMostLabel) {
    const std::uint32_t before = i;
    std::uint64_t weight = 1;
    for (std::uint32_t k = 36;; k += 36) {
      if (at == label.size()) return false;
      const char c = label[at++];
      if (!is_ascii_alnum(c)) return false;
      const auto digit = static_cast<std::uint32_t>(is_ascii_digit(c) ? c - '0' + 26 : (c | 0x20) - 'a');
      const std::uint64_t sum = i + digit * weight;
      if (sum > 0x7fff'ffff) return false;
      i = static_cast<std::uint32_t>(sum);
      const std::uint32_t t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      if (digit < t) break;
      weight *= 36 - t;
      if (weight > 0x7fff'ffff) return false;
    }
    const auto length = static_cast<std::uint32_t>(size + 1);
    bias = adapt(i - before, length, before == 0);
    n += i / length;
    i %= length;
    if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000)) return false;
    std::copy_backward(points + i, points + size, points + size + 1);
    points[i++] = n;
    size++;
  }
  for (size_t point = 0; point < size; point++) append_utf8(points[point], out);
  return at == label.size();
}

// ---- rot13 --------------------------------------------------------------------------------------

char rot13(char c) {
  if (!is_ascii_letter(c)) return c;
  const char first = c >= 'a' ? 'a' : 'A';
  return static_cast<char>(first + (c - first + 13) % 26);
}

// In English: is it the and for you are with this that from will have our not; in German: die das und ist nicht wird
// mit auf; in French: les des pour dans est; in Spanish: los las para del una.
constexpr std::string_view kRot13Words[] = {"vf",   "vg",    "gur",  "naq",  "sbe", "lbh", "ner", "jvgu", "guvf",
                                            "gung", "sebz",  "jvyy", "unir", "bhe", "abg", "qvr", "qnf",  "haq",
                                            "vfg",  "avpug", "jveq", "zvg",  "nhs", "yrf", "qrf", "cbhe", "qnaf",
                                            "rfg",  "ybf",   "ynf",  "cnen", "qry", "han"};

// A word of up to eight letters as one number, small.
constexpr std::uint64_t key_of(std::string_view word) {
  std::uint64_t key = 0;
  for (const char c : word) key = key << 8 | static_cast<unsigned char>(c | 0x20);
  return key;
}
constexpr auto kRot13Keys = [] {
  std::array<std::uint64_t, std::size(kRot13Words)> keys{};
  std::transform(std::begin(kRot13Words), std::end(kRot13Words), keys.begin(), key_of);
  return keys;
}();

// By first letter, a bit for each length.
constexpr auto kRot13Lengths = [] {
  std::array<std::uint8_t, 32> lengths{};
  for (const std::string_view word : kRot13Words) {
    lengths[static_cast<size_t>(word.front() & 0x1f)] |= static_cast<std::uint8_t>(1U << word.size());
  }
  return lengths;
}();

bool is_rot13_word(std::string_view word) {
  if (word.size() > kLongestRot13) return false;
  if ((kRot13Lengths[static_cast<size_t>(word.front() & 0x1f)] >> word.size() & 1) == 0) return false;
  return std::find(kRot13Keys.begin(), kRot13Keys.end(), key_of(word)) != kRot13Keys.end();
}

}  // namespace

bool may_be_uuencoded(std::string_view line) {
  if (line.size() < 5) return false;
  if (line.starts_with("> ")) line.remove_prefix(2);
  const char mark = line.empty() ? ' ' : line.front();
  if (mark <= ' ' || !is_uu(mark) || uu_value(mark) > kMostUu) return false;
  // Spaces at the end may be gone, and some write a check sum behind.
  const size_t wanted = 1 + (uu_value(mark) + 2) / 3 * 4;
  if (line.size() > wanted + 1 || line.size() + 3 < wanted || !std::all_of(line.begin(), line.end(), is_uu))
    return false;
  char bytes[kMostUu + 2];
  return may_begin_text({bytes, read_uu(line, bytes)});
}

size_t find_uuencoded(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out) {
  size_t begin = sign.at;
  do {
    const size_t first = begin;
    size_t last = begin;
    out.bytes.clear();
    while (begin < within.end) {
      const size_t end = std::min<size_t>(text.find('\n', begin), within.end);
      const std::string_view line = bare_line(text, begin, end);
      begin = end + 1;
      if (!may_be_uuencoded(line)) break;
      last = end;
      char bytes[kMostUu + 2];
      out.bytes.append(bytes, read_uu(line, bytes));
    }
    if (!out.bytes.empty()) {
      out.add(Encoding::uuencode, {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last)}, out.bytes);
    }
  } while (sign.onward && begin < within.end);
  return std::min<size_t>(begin, within.end);
}

size_t find_ascii85(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out) {
  text = text.substr(0, within.end);
  for (size_t begin = text.find("<~", sign.at); begin != std::string_view::npos; begin = text.find("<~", begin)) {
    const size_t end = text.find("~>", begin + 2);
    if (end == std::string_view::npos) break;
    out.bytes.clear();
    std::uint64_t group = 0;
    unsigned letters = 0;
    const auto write = [&](unsigned bytes) {
      for (unsigned i = 0; i < bytes; i++) out.bytes += static_cast<char>(group >> (24 - 8 * i) & 0xff);
      group = 0;
      letters = 0;
    };
    for (size_t at = begin + 2; at < end; at++) {
      const char c = text[at];
      if (c == 'z' && letters == 0) {
        write(4);
      } else if (c >= '!' && c <= 'u') {
        group = group * 85 + static_cast<unsigned>(c - '!');
        if (++letters == 5) write(4);
      }
    }
    if (letters > 1) {
      const unsigned bytes = letters - 1;
      for (; letters < 5; letters++) group = group * 85 + 84;
      write(bytes);
    }
    out.add(Encoding::ascii85, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end + 2)}, out.bytes);
    begin = end + 2;
  }
  return within.end;
}

size_t find_punycode(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out) {
  text = text.substr(0, within.end);
  for (size_t begin = text.find("xn--", sign.at); begin != std::string_view::npos; begin = text.find("xn--", begin)) {
    size_t end = begin + 4;
    while (end < text.size() && end - begin < kMostLabel && (is_ascii_alnum(text[end]) || text[end] == '-')) end++;
    out.bytes.clear();
    if (read_punycode(text.substr(begin + 4, end - begin - 4), out.bytes)) {
      out.add(Encoding::punycode, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}, out.bytes);
    }
    begin = end;
  }
  return within.end;
}

size_t find_rot13_word(std::string_view text, size_t from) {
  for (size_t begin = from; begin < text.size();) {
    if (!is_ascii_alnum(text[begin])) {
      begin++;
      continue;
    }
    size_t end = begin;
    while (end < text.size() && is_ascii_alnum(text[end])) end++;
    if (is_rot13_word(text.substr(begin, end - begin))) return begin;
    begin = end;
  }
  return std::string_view::npos;
}

void find_rot13(std::string_view text, const ByteRange& piece, Decoded& out) {
  text = text.substr(0, piece.end);
  for (size_t mark = find_rot13_word(text, piece.begin); mark != std::string_view::npos;) {
    const size_t before = text.substr(piece.begin, mark - piece.begin).rfind("\n\n");
    const size_t begin = piece.begin + (before == std::string_view::npos ? 0 : before + 2);
    const size_t end = std::min(text.find("\n\n", mark), text.size());
    if (!out.begin_window(Encoding::rot13, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}))
      return;
    out.bytes.clear();
    for (size_t at = begin; at < end; at++) out.bytes += rot13(text[at]);
    out.copy(out.bytes);
    out.end_window();
    mark = find_rot13_word(text, end);
  }
}

}  // namespace postern::policy

// base64 (RFC 4648 4 and 5), base32 (RFC 4648 6), hex and binary digits that stand together.
#include <algorithm>
#include <array>

#include "policy/decode_finders.h"

namespace postern::policy {

namespace {

// Shorter runs spell fewer than eight letters; with padding four.
constexpr size_t kLeastRun = 11;
constexpr size_t kLeastPadded = 6;
constexpr size_t kLeastHex = 10;
constexpr size_t kLeastBinary = 32;
// So many beginnings of a run that is no text are tried behind a '/', '+', '-' or '_'.
constexpr size_t kMostBeginnings = 8;
// And so many lines of several that are none together.
constexpr size_t kMostLeftOut = 2;
// So much is spelled out to see whether the rest is worth it.
constexpr size_t kLookedAt = 88;

enum RunClass : std::uint8_t {
  kAny = 1,
  kHex = 2,
  kUpper32 = 4,
  kLower32 = 8,
  kBinary = 16,
  kUpper = 32,
  kLower = 64,
  kDigits = 128
};

constexpr std::array<std::uint8_t, 256> kRunClasses = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 0x80; byte++) {
    const char c = static_cast<char>(byte);
    const bool upper = c >= 'A' && c <= 'Z';
    const bool lower = c >= 'a' && c <= 'z';
    const bool in_base32 = c >= '2' && c <= '7';
    const bool any = is_ascii_alnum(c) || c == '+' || c == '/' || c == '-' || c == '_';
    table[byte] = static_cast<std::uint8_t>((any ? kAny : 0) | (hex_value(c) >= 0 ? kHex : 0) |
                                            (upper || in_base32 ? kUpper32 : 0) | (lower || in_base32 ? kLower32 : 0) |
                                            (c == '0' || c == '1' ? kBinary : 0) | (upper ? kUpper : 0) |
                                            (lower ? kLower : 0) | (is_ascii_digit(c) ? kDigits : 0));
  }
  return table;
}();

std::uint8_t class_of(char c) {
  return kRunClasses[static_cast<unsigned char>(c)];
}

constexpr std::array<std::int8_t, 128> kBase64 = [] {
  std::array<std::int8_t, 128> table{};
  for (std::int8_t& value : table) value = -1;
  for (unsigned i = 0; i < 26; i++) {
    table['A' + i] = static_cast<std::int8_t>(i);
    table['a' + i] = static_cast<std::int8_t>(26 + i);
  }
  for (unsigned i = 0; i < 10; i++) table['0' + i] = static_cast<std::int8_t>(52 + i);
  table['+'] = table['-'] = 62;
  table['/'] = table['_'] = 63;
  return table;
}();

int base64_value(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < kBase64.size() ? kBase64[byte] : -1;
}

int base32_value(char c) {
  if (c >= '2' && c <= '7') return c - '2' + 26;
  return (c | 0x20) - 'a';
}

int binary_value(char c) {
  return c - '0';
}

// How a run is spelled: the value of a letter, and how many bits that is.
struct Spelling {
  Encoding encoding;
  int (*value)(char c);
  unsigned bits;
};
constexpr Spelling kBase64Run{Encoding::base64, base64_value, 6};
constexpr Spelling kBase32Run{Encoding::base32, base32_value, 5};
constexpr Spelling kHexRun{Encoding::hex, hex_value, 4};
constexpr Spelling kBinaryRun{Encoding::binary, binary_value, 1};

bool is_hex_marked(std::string_view text, size_t at) {
  return at + 2 < text.size() && text[at] == '0' && (text[at + 1] | 0x20) == 'x';
}

// The first letters of the run, as far as one look goes.
constexpr size_t kGlance = 24;

// Whether they spell the beginning of a text, when so many of them are not read.
bool begins_text(std::string_view run, size_t skipped, const Spelling& spelling) {
  char bytes[kGlance];
  size_t size = 0;
  unsigned bits = 0;
  unsigned value = 0;
  for (const char c : run.substr(std::min(skipped, run.size()))) {
    value = (value << spelling.bits | static_cast<unsigned>(spelling.value(c))) & 0xffff;
    bits += spelling.bits;
    if (bits < 8) continue;
    bits -= 8;
    bytes[size++] = static_cast<char>(value >> bits & 0xff);
  }
  return may_begin_text({bytes, size});
}

constexpr size_t kLeastGroup = 4;
constexpr size_t kMostGroup = 16;
constexpr size_t kLeastGroups = 3;
constexpr size_t kFarBack = 256;

size_t group_end(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && end - at <= kMostGroup && class_of(text[end]) != 0) end++;
  return end;
}

// Groups of as many letters, the last of as many or fewer, with one blank or line end between them.
struct Groups {
  size_t count = 0;
  bool begins_text = false;
};

Groups groups_at(std::string_view text, size_t begin) {
  Groups groups;
  const size_t letters = group_end(text, begin) - begin;
  if (letters < kLeastGroup || letters > kMostGroup || begin + letters >= text.size()) return groups;
  const char between = text[begin + letters];
  if (between != ' ' && between != '\n') return groups;
  char run[kGlance];
  size_t size = 0;
  std::uint8_t all = 0xff;
  std::uint8_t any = 0;
  for (size_t at = begin; size < kGlance;) {
    const size_t end = group_end(text, at);
    if (end == at || end - at > letters) break;
    groups.count++;
    for (size_t i = at; i < end && size < kGlance; i++) {
      run[size++] = text[i];
      all &= class_of(text[i]);
      any |= class_of(text[i]);
    }
    if (end - at < letters || end >= text.size() || text[end] != between) break;
    at = end + 1;
  }
  const bool filled = (any & kUpper) != 0 && (any & kLower) != 0 && size >= kLeastRun - 1;
  const std::string_view seen(run, size);
  if (groups.count < kLeastGroups) return groups;
  groups.begins_text =
      ((all & kHex) != 0 && begins_text(seen, 0, kHexRun)) || (filled && begins_text(seen, 0, kBase64Run));
  return groups;
}

// The first of the groups of which that at [begin, end) may be the last; `begin` for none.
size_t first_group(std::string_view text, size_t least, size_t begin, size_t end) {
  if (end - begin > kMostGroup || begin == least) return begin;
  const char between = text[begin - 1];
  if (between != ' ' && between != '\n') return begin;
  size_t letters = 0;
  size_t first = begin;
  while (first > least && text[first - 1] == between) {
    size_t before = first - 1;
    while (before > least && first - before <= kMostGroup + 1 && class_of(text[before - 1]) != 0) before--;
    const size_t size = first - 1 - before;
    if (size < kLeastGroup || size > kMostGroup || (letters != 0 && size != letters)) break;
    letters = size;
    first = before;
  }
  return letters >= end - begin && groups_at(text, first).begins_text ? first : begin;
}

class RunFinder {
 public:
  RunFinder(std::string_view text, const ByteRange& within, Decoded& out)
      : text_(text.substr(0, within.end)), begin_(within.begin), out_(out) {}

  // Up to the run at `sign`, or all behind it; returns the end of the last.
  size_t run(const CodeSign& sign) {
    const size_t begin = run_begin(sign.at);
    at_ = first_group(text_, begin_, begin, padding_end(sign.at));
    if (at_ == begin) at_ = lines_before(begin);
    const size_t stop = sign.onward ? text_.size() : sign.at + 1;
    while (at_ < stop) {
      if (class_of(text_[at_]) == 0) {
        at_++;
      } else {
        one();
      }
    }
    return at_;
  }

 private:
  struct Kinds {
    std::uint8_t all = 0xff;
    std::uint8_t any = 0;
  };

  size_t run_begin(size_t at) const {
    while (at > begin_ && class_of(text_[at - 1]) != 0) at--;
    return at;
  }

  // Lines before the one that begins at `at`, as many as may be left out again, where each is one run.
  size_t lines_before(size_t at) const {
    for (size_t line = 0; line < kMostLeftOut; line++) {
      size_t end = at;
      while (end > begin_ && is_line_gap(text_[end - 1])) end--;
      const size_t begin = run_begin(end);
      if (begin == end || text_.substr(end, at - end).find('\n') == std::string_view::npos) return at;
      if (begin > begin_ && !is_line_gap(text_[begin - 1])) return at;
      at = begin;
    }
    return at;
  }

  // The end of the run at `at`.
  size_t run_end(size_t at, Kinds& kinds) const {
    for (; at < text_.size(); at++) {
      const std::uint8_t kind = class_of(text_[at]);
      if (kind == 0) break;
      kinds.all &= kind;
      kinds.any |= kind;
    }
    return at;
  }

  size_t padding_end(size_t at) const {
    while (at < text_.size() && text_[at] == '=') at++;
    return at;
  }

  // The run at at_, and those of the following lines that it may go on in.
  void one() {
    Kinds kinds;
    const size_t end = run_end(at_, kinds);
    out_.parts.clear();
    out_.parts.push_back(range(at_, end));
    size_t filled = padding_end(end);
    if (filled == end && may_spell(kinds)) filled = lines_behind(end, kinds);
    at_ = filled;
    size_t letters = 0;
    for (const ByteRange& part : out_.parts) letters += part.end - part.begin;
    const bool padded = filled > out_.parts.back().end;
    const bool single = out_.parts.size() == 1;
    if (letters < kLeastHex && single && !padded && letters >= 4 && groups()) return;
    if (letters < (padded ? kLeastPadded : kLeastHex) || !may_spell(kinds)) return;
    if (single && !padded && groups()) return;
    if (single) return alone(out_.parts.front(), kinds);
    const std::span<const ByteRange> parts = out_.parts;
    for (size_t left_out = 0; left_out <= std::min(kMostLeftOut, parts.size() - 1); left_out++) {
      if (spell(parts.subspan(left_out), kinds_of(parts.subspan(left_out)))) return rest(parts.first(left_out));
    }
    if (parts.size() > 2 && spell(parts.first(parts.size() - 1), kinds_of(parts.first(parts.size() - 1)))) return;
    rest(parts);
  }

  // The groups that the run in out_.parts begins, if they spell something.
  bool groups() {
    const ByteRange first = out_.parts.front();
    const size_t letters = first.end - first.begin;
    if (!groups_at(text_, first.begin).begins_text) return false;
    for (size_t end = first.end; end + 1 < text_.size() && text_[end] == text_[first.end];) {
      const size_t begin = end + 1;
      Kinds kinds;
      end = run_end(begin, kinds);
      if (end == begin || end - begin > letters) break;
      out_.parts.push_back(range(begin, end));
      if (end - begin < letters) break;
    }
    if (spell(out_.parts, kinds_of(out_.parts))) {
      at_ = padding_end(out_.parts.back().end);
      return true;
    }
    out_.parts.resize(1);
    return false;
  }

  void rest(std::span<const ByteRange> parts) {
    for (const ByteRange& part : parts) alone(part, kinds_of({&part, 1}));
  }

  static ByteRange range(size_t begin, size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  // Words of a language are in small letters, and most runs are words.
  static bool may_spell(const Kinds& kinds) { return (kinds.any & (kUpper | kDigits)) != 0; }

  Kinds kinds_of(std::span<const ByteRange> parts) const {
    Kinds kinds;
    for (const ByteRange& part : parts) {
      for (std::uint32_t i = part.begin; i < part.end; i++) {
        kinds.all &= class_of(text_[i]);
        kinds.any |= class_of(text_[i]);
      }
    }
    return kinds;
  }

  // Lines behind the one that ends at `end`, as long as they are one run each. Returns the end of the last.
  size_t lines_behind(size_t end, Kinds& kinds) {
    size_t last = end;
    for (;;) {
      size_t at = last;
      bool line = false;
      while (at < text_.size() && at - last < 2 && is_string_end(text_[at])) at++;
      for (; at < text_.size() && is_line_gap(text_[at]); at++) line = line || text_[at] == '\n';
      if (!line || at == text_.size()) return last;
      at = behind_bullet(at);
      Kinds more = kinds;
      const size_t next = run_end(at, more);
      const size_t filled = padding_end(next);
      if (next == at || (filled < text_.size() && !is_line_gap(text_[filled]) && !is_string_end(text_[filled])))
        return last;
      size_t behind = filled;
      while (behind < text_.size() && behind - filled < 4 && is_string_end(text_[behind])) behind++;
      while (behind < text_.size() && (text_[behind] == ' ' || text_[behind] == '\t')) behind++;
      if (behind < text_.size() && text_[behind] != '\n') return last;
      kinds = more;
      out_.parts.push_back(range(at, next));
      last = filled;
      if (filled > next) return last;
    }
  }

  static bool is_string_end(char c) { return std::string_view("\"'\\,;)").find(c) != std::string_view::npos; }
  // Behind the bullet, the number or the quote that a line begins with.
  size_t behind_bullet(size_t at) const {
    const auto is = [&](size_t i, std::string_view any) { return i < text_.size() && any.find(text_[i]) != any.npos; };
    if (is(at, "\"'")) return at + 1;
    if (is(at, "-*+") && is(at + 1, " ")) return at + 2;
    size_t digits = at;
    while (digits < text_.size() && digits - at < 4 && is_ascii_digit(text_[digits])) digits++;
    return digits > at && is(digits, ":.)") && is(digits + 1, " ") ? digits + 2 : at;
  }

  // "TmFt-ZSBp-cyBO": groups of as many letters, four or more, with hyphens between.
  bool in_groups(const ByteRange& run) {
    const size_t first = text_.substr(run.begin, run.end - run.begin).find('-');
    if (first == std::string_view::npos || first < kLeastGroup || first > kMostGroup) return false;
    std::vector<ByteRange> groups;
    for (size_t at = run.begin; at < run.end;) {
      const size_t end = std::min<size_t>(text_.find('-', at), run.end);
      if (end - at > first || (end - at < first && end < run.end)) return false;
      groups.push_back(range(at, end));
      at = end + 1;
    }
    return groups.size() >= kLeastGroups && spell(groups, kinds_of(groups));
  }

  // One run; where it is no text as a whole, what stands behind the separators in it, and between them.
  void alone(const ByteRange& run, const Kinds& kinds) {
    if (spell({&run, 1}, kinds) || in_groups(run)) return;
    if (is_hex_marked(text_, run.begin)) {
      const ByteRange digits{run.begin + 2, run.end};
      if (spell({&digits, 1}, kinds_of({&digits, 1}))) return;
    }
    size_t tried = 0;
    for (std::uint32_t i = run.begin + 1; i + kLeastPadded < run.end && tried < kMostBeginnings; i++) {
      if (is_ascii_alnum(text_[i - 1]) || !is_ascii_alnum(text_[i])) continue;
      tried++;
      const ByteRange behind{i, run.end};
      if (spell({&behind, 1}, kinds_of({&behind, 1}))) return;
    }
    for (std::uint32_t begin = run.begin; tried > 0 && begin < run.end;) {
      std::uint32_t end = begin;
      while (end < run.end && is_ascii_alnum(text_[end])) end++;
      const ByteRange between{begin, end};
      if (end - begin >= kLeastHex && end < run.end) spell({&between, 1}, kinds_of({&between, 1}));
      begin = end + 1;
    }
  }

  bool spell(std::span<const ByteRange> parts, const Kinds& kinds) {
    size_t letters = 0;
    for (const ByteRange& part : parts) letters += part.end - part.begin;
    const bool bytes = letters >= kLeastBinary && letters % 8 == 0;
    if ((kinds.all & kBinary) != 0 && bytes && spell(parts, letters, kBinaryRun)) return true;
    if ((kinds.all & kHex) != 0 && letters % 2 == 0 && letters >= kLeastHex && spell(parts, letters, kHexRun))
      return true;
    const bool one_case = (kinds.all & kUpper32) != 0 || ((kinds.all & kLower32) != 0 && (kinds.any & kDigits) != 0);
    if (one_case && letters >= kLeastRun && spell(parts, letters, kBase32Run)) return true;
    const bool padded = parts.back().end < text_.size() && text_[parts.back().end] == '=';
    const bool mixed = (kinds.any & kUpper) != 0 && (kinds.any & (kLower | kDigits)) != 0;
    return mixed && letters >= (padded ? kLeastPadded : kLeastRun) && spell(parts, letters, kBase64Run);
  }

  bool spell(std::span<const ByteRange> parts, size_t letters, const Spelling& spelling) {
    if (letters > 2 * kLookedAt) {
      read(parts, kLookedAt, spelling);
      if (!may_begin_text(out_.bytes)) return false;
    }
    read(parts, letters, spelling);
    return out_.add(spelling.encoding, range(parts.front().begin, padding_end(parts.back().end)), out_.bytes);
  }

  // The first letters of `parts` into out_.bytes; bits over are dropped.
  void read(std::span<const ByteRange> parts, size_t letters, const Spelling& spelling) {
    out_.bytes.clear();
    unsigned bits = 0;
    unsigned value = 0;
    for (const ByteRange& part : parts) {
      for (std::uint32_t i = part.begin; i < part.end && letters > 0; i++, letters--) {
        value = (value << spelling.bits | static_cast<unsigned>(spelling.value(text_[i]))) & 0xffff;
        bits += spelling.bits;
        if (bits < 8) continue;
        bits -= 8;
        out_.bytes += static_cast<char>(value >> bits & 0xff);
      }
    }
  }

  std::string_view text_;
  size_t begin_;
  size_t at_ = 0;
  Decoded& out_;
};

// Words and names change between upper case, lower case and digits less often.
constexpr size_t kManyChanges = 3;

// Words in capitals are as short in base32, but for its digits.
constexpr size_t kLeastWithoutDigits = 16;

enum class Padding { none, some };

bool may_be_coded(std::string_view text, size_t begin, Padding padding) {
  constexpr std::uint8_t kKinds = kUpper | kLower | kDigits;
  // A run goes on over '/' and the like, which hide where it began.
  const bool cut = begin > 0 && class_of(text[begin - 1]) != 0;
  if (is_hex_marked(text, begin)) begin += 2;
  std::uint8_t any = 0;
  std::uint8_t all = 0xff;
  std::uint8_t last = 0;
  size_t changes = 0;
  size_t size = 0;
  for (; begin + size < text.size() && size < kGlance; size++) {
    const std::uint8_t kind = class_of(text[begin + size]);
    if (kind == 0) break;
    any |= kind;
    all &= kind;
    if ((kind & kKinds) == 0) continue;
    if (last != 0 && (kind & kKinds) != last) changes++;
    last = kind & kKinds;
  }
  const std::string_view run = text.substr(begin, size);
  // Capitals in base64 change seldom.
  const size_t many = padding == Padding::some ? 2 : kManyChanges;
  const bool digits = (any & kDigits) != 0;
  if ((all & kBinary) != 0) return size == kGlance;
  if ((all & kHex) != 0 && digits && begins_text(run, 0, kHexRun)) return true;
  const bool capitals = digits || padding == Padding::some || size >= kLeastWithoutDigits;
  const bool one_case = ((all & kUpper32) != 0 && capitals) || ((all & kLower32) != 0 && digits);
  if (one_case && begins_text(run, 0, kBase32Run)) return true;
  if (changes < many || (any & kUpper) == 0) return false;
  for (size_t skipped = 0; skipped < (cut ? 4U : 1U); skipped++) {
    if (begins_text(run, skipped, kBase64Run)) return true;
  }
  return false;
}

}  // namespace

bool may_be_run(std::string_view text, size_t begin) {
  return may_be_coded(text, begin, Padding::none);
}

bool may_be_padded(std::string_view text, size_t at) {
  constexpr size_t kLeast = 2;
  constexpr size_t kMost = 6;  // of base32; of base64 two
  size_t begin = at;
  while (begin > 0 && at - begin < kGlance && is_ascii_alnum(text[begin - 1])) begin--;
  size_t end = at + 1;
  while (end < text.size() && end - at < kMost && text[end] == '=') end++;
  if (at - begin < kLeast || (end < text.size() && (is_ascii_alnum(text[end]) || text[end] == '='))) return false;
  if ((end - begin) % (end - at > 2 ? 8 : 4) != 0) return false;
  return may_be_coded(text, begin, Padding::some) ||
         first_group(text, begin - std::min(begin, kFarBack), begin, end) < begin;
}

bool may_be_grouped(std::string_view text, size_t begin) {
  return groups_at(text, begin).begins_text ||
         first_group(text, begin - std::min(begin, kFarBack), begin, group_end(text, begin)) < begin;
}

size_t find_runs(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out) {
  return RunFinder(text, within, out).run(sign);
}

}  // namespace postern::policy

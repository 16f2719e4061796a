// Escapes in text that goes on around them: percent (RFC 3986 2.1; "+" for a space in forms), quoted-printable
// (RFC 2045 6.7), character references (HTML 13.5), and those of programming languages and style sheets.
#include <algorithm>
#include <array>

#include "policy/decode_finders.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Text around an escape that is read with it, up to the next white space.
constexpr size_t kAround = 128;
constexpr size_t kFurther = 128;

// What an escape stands for: a byte, a character, or nothing at all.
struct Escape {
  enum class Kind : std::uint8_t { none, byte, character, nothing };
  Kind kind = Kind::none;
  char32_t code = 0;
  size_t size = 0;
  bool telling = true;  // worth reading the text again for
};

bool at_is(std::string_view text, size_t at, char c) {
  return at < text.size() && text[at] == c;
}

// Up to `most` digits at `at`; their count.
size_t read_digits(std::string_view text, size_t at, size_t most, int base, char32_t& value) {
  value = 0;
  size_t count = 0;
  for (; count < most && at + count < text.size(); count++) {
    const int digit = hex_value(text[at + count]);
    if (digit < 0 || digit >= base) break;
    value = value * static_cast<char32_t>(base) + static_cast<char32_t>(digit);
  }
  return count;
}

bool is_readable(char32_t c) {
  return c >= 0xa0 ? c <= 0x10ffff && (c < 0xd800 || c >= 0xe000) : (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t';
}

bool is_readable_byte(char32_t byte) {
  return byte >= 0x80 ? windows_1252(static_cast<unsigned char>(byte)) != 0 : is_readable(byte) || byte == '\r';
}

// ASCII, UTF-8 or a letter of Windows-1252.
bool begins_character(char32_t byte) {
  return byte < 0x80 || byte >= 0xc0;
}

bool is_letter_at(std::string_view text, size_t at) {
  return at < text.size() && (is_ascii_letter(text[at]) || static_cast<unsigned char>(text[at]) >= 0x80);
}

bool is_alnum_at(std::string_view text, size_t at) {
  return at < text.size() && is_ascii_alnum(text[at]);
}

// "+" between two words of a form: "q=Amber+Falcon", "Amber+Falcon%21".
bool is_form_space(std::string_view text, size_t at) {
  constexpr size_t kReach = 64;
  if (at == 0 || !is_alnum_at(text, at - 1) || !(is_alnum_at(text, at + 1) || at_is(text, at + 1, '%'))) return false;
  const auto ends = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
  for (size_t i = at; i > 0 && at - i < kReach && !ends(text[i - 1]); i--) {
    if (text[i - 1] == '=' || text[i - 1] == '%') return true;
  }
  for (size_t i = at + 1; i < text.size() && i - at < kReach && !ends(text[i]); i++) {
    if (text[i] == '%') return true;
  }
  return false;
}

Escape percent(std::string_view text, size_t at) {
  if (text[at] == '+') {
    return is_form_space(text, at) ? Escape{Escape::Kind::character, ' ', 1, true} : Escape{};
  }
  char32_t code = 0;
  if (at_is(text, at + 1, 'u') && read_digits(text, at + 2, 4, 16, code) == 4) {
    return is_readable(code) ? Escape{Escape::Kind::character, code, 6, true} : Escape{};
  }
  if (read_digits(text, at + 1, 2, 16, code) != 2 || !is_readable_byte(code)) return {};
  // Addresses inside addresses are full of these.
  const bool common = code == '/' || code == ':' || code == '?' || code == '=' || code == '&' || code == ',';
  return {Escape::Kind::byte, code, 3, !common && begins_character(code)};
}

Escape quoted_printable(std::string_view text, size_t at) {
  if (at_is(text, at + 1, '\n')) {
    size_t next = at + 2;
    while (next < text.size() && next < at + 10 && (text[next] == '>' || text[next] == ' ')) next++;
    if (at == 0 || text[at - 1] == '=' || text[at - 1] == '\n') return {};
    // Without marks of quoting the next line begins where it begins.
    if (text.substr(at, next - at).find('>') == std::string_view::npos) next = at + 2;
    return {Escape::Kind::nothing, 0, next - at, is_letter_at(text, next) && is_letter_at(text, at - 1)};
  }
  char32_t code = 0;
  if (read_digits(text, at + 1, 2, 16, code) != 2 || !is_readable_byte(code)) return {};
  // A number behind the sign, as in "id=204929".
  const bool digits = is_alnum_at(text, at + 2) && is_ascii_digit(text[at + 1]) && is_ascii_digit(text[at + 2]);
  if (digits && at + 3 < text.size() && is_ascii_digit(text[at + 3])) return {};
  return {Escape::Kind::byte, code, 3, begins_character(code)};
}

struct Named {
  std::string_view name;
  char32_t code;
};

// HTML 13.5, those of letters and of what stands between and inside words.
constexpr Named kNames[] = {
    {"AMP", '&'},       {"Aacute", 0xc1},   {"Acirc", 0xc2},   {"Agrave", 0xc0},  {"Aring", 0xc5},   {"Atilde", 0xc3},
    {"Auml", 0xc4},     {"Ccedil", 0xc7},   {"Eacute", 0xc9},  {"Ecirc", 0xca},   {"Egrave", 0xc8},  {"Euml", 0xcb},
    {"GT", '>'},        {"Iacute", 0xcd},   {"LT", '<'},       {"NewLine", '\n'}, {"Ntilde", 0xd1},  {"Oacute", 0xd3},
    {"Ocirc", 0xd4},    {"Ouml", 0xd6},     {"QUOT", '"'},     {"Tab", '\t'},     {"Uacute", 0xda},  {"Uuml", 0xdc},
    {"aacute", 0xe1},   {"acirc", 0xe2},    {"aelig", 0xe6},   {"agrave", 0xe0},  {"amp", '&'},      {"apos", '\''},
    {"aring", 0xe5},    {"ast", '*'},       {"atilde", 0xe3},  {"auml", 0xe4},    {"bsol", '\\'},    {"bull", 0x2022},
    {"ccedil", 0xe7},   {"colon", ':'},     {"comma", ','},    {"commat", '@'},   {"copy", 0xa9},    {"dash", 0x2010},
    {"deg", 0xb0},      {"dollar", '$'},    {"eacute", 0xe9},  {"ecirc", 0xea},   {"egrave", 0xe8},  {"emsp", ' '},
    {"ensp", ' '},      {"equals", '='},    {"euml", 0xeb},    {"euro", 0x20ac},  {"excl", '!'},     {"gt", '>'},
    {"hellip", 0x2026}, {"hyphen", 0x2010}, {"iacute", 0xed},  {"icirc", 0xee},   {"iexcl", 0xa1},   {"igrave", 0xec},
    {"iquest", 0xbf},   {"iuml", 0xef},     {"laquo", 0xab},   {"ldquo", 0x201c}, {"lowbar", '_'},   {"lpar", '('},
    {"lsquo", 0x2018},  {"lt", '<'},        {"mdash", 0x2014}, {"middot", 0xb7},  {"nbsp", 0xa0},    {"ndash", 0x2013},
    {"ntilde", 0xf1},   {"num", '#'},       {"numsp", ' '},    {"oacute", 0xf3},  {"ocirc", 0xf4},   {"oelig", 0x153},
    {"oslash", 0xf8},   {"ouml", 0xf6},     {"percnt", '%'},   {"period", '.'},   {"plus", '+'},     {"quest", '?'},
    {"quot", '"'},      {"raquo", 0xbb},    {"rdquo", 0x201d}, {"rpar", ')'},     {"rsquo", 0x2019}, {"sbquo", 0x201a},
    {"semi", ';'},      {"shy", 0xad},      {"sol", '/'},      {"szlig", 0xdf},   {"thinsp", ' '},   {"uacute", 0xfa},
    {"ucirc", 0xfb},    {"ugrave", 0xf9},   {"uuml", 0xfc},    {"zwj", 0x200d},   {"zwnj", 0x200c},
};

char32_t named(std::string_view name) {
  const auto found = std::lower_bound(std::begin(kNames), std::end(kNames), name,
                                      [](const Named& one, std::string_view wanted) { return one.name < wanted; });
  return found != std::end(kNames) && found->name == name ? found->code : 0;
}

Escape reference(std::string_view text, size_t at) {
  constexpr size_t kMostDigits = 7;
  constexpr size_t kMostName = 8;
  size_t next = at + 1;
  if (at_is(text, next, '#')) {
    next++;
    const bool hex = at_is(text, next, 'x') || at_is(text, next, 'X');
    if (hex) next++;
    while (at_is(text, next, '0') && at_is(text, next + 1, '0')) next++;
    char32_t code = 0;
    const size_t digits = read_digits(text, next, kMostDigits, hex ? 16 : 10, code);
    if (digits == 0) return {};
    next += digits;
    if (at_is(text, next, ';')) next++;
    if (code >= 0x80 && code < 0xa0) code = windows_1252(static_cast<unsigned char>(code));
    return is_readable(code) ? Escape{Escape::Kind::character, code, next - at, true} : Escape{};
  }
  while (next < text.size() && next - at <= kMostName && is_ascii_letter(text[next])) next++;
  if (!at_is(text, next, ';')) return {};
  const char32_t code = named(text.substr(at + 1, next - at - 1));
  if (code == 0) return {};
  const bool markup = code == '<' || code == '>' || code == '"' ||
                      (code == '&' && !is_letter_at(text, next + 1) && !at_is(text, next + 1, '#'));
  return {Escape::Kind::character, code, next + 1 - at, !markup};
}

// A character of a programming language; halves of a pair are put together.
Escape utf16_unit(std::string_view text, size_t at, char32_t code) {
  constexpr size_t kSize = 6;
  if (code >= 0xd800 && code < 0xdc00 && at_is(text, at + kSize, '\\') && at_is(text, at + kSize + 1, 'u')) {
    char32_t low = 0;
    if (read_digits(text, at + kSize + 2, 4, 16, low) == 4 && low >= 0xdc00 && low < 0xe000) {
      return {Escape::Kind::character, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), 2 * kSize, true};
    }
  }
  return is_readable(code) ? Escape{Escape::Kind::character, code, kSize, true} : Escape{};
}

Escape backslash(std::string_view text, size_t at) {
  char32_t code = 0;
  const char kind = at + 1 < text.size() ? text[at + 1] : '\0';
  const auto readable = [](char32_t c, size_t size, Escape::Kind as) {
    const bool good = as == Escape::Kind::byte ? is_readable_byte(c) : is_readable(c);
    return good ? Escape{as, c, size, true} : Escape{};
  };
  switch (kind) {
    case 'n':
    case 'r':
      return {Escape::Kind::character, '\n', 2, is_letter_at(text, at + 2)};
    case 't':
      return {Escape::Kind::character, '\t', 2, is_letter_at(text, at + 2)};
    case 'x':
      if (at_is(text, at + 2, '{')) break;
      if (read_digits(text, at + 2, 2, 16, code) != 2) return {};
      return readable(code, 4, Escape::Kind::byte);
    case 'u':
      if (at_is(text, at + 2, '{')) break;
      if (read_digits(text, at + 2, 4, 16, code) != 4) return {};
      return utf16_unit(text, at, code);
    case 'U':
      if (read_digits(text, at + 2, 8, 16, code) != 8) return {};
      return readable(code, 10, Escape::Kind::character);
    default:
      break;
  }
  if (kind == 'u' || kind == 'x') {
    const size_t digits = read_digits(text, at + 3, 6, 16, code);
    if (digits == 0 || !at_is(text, at + 3 + digits, '}')) return {};
    return readable(code, digits + 4, Escape::Kind::character);
  }
  if (hex_value(kind) < 0) return {};
  if (read_digits(text, at + 1, 3, 8, code) == 3 && code < 0x100) {
    if (const Escape octal = readable(code, 4, Escape::Kind::byte); octal.kind != Escape::Kind::none) return octal;
  }
  const size_t digits = read_digits(text, at + 1, 6, 16, code);
  if (digits < 2) return {};
  const size_t space = at_is(text, at + 1 + digits, ' ') ? 1 : 0;
  return readable(code, 1 + digits + space, Escape::Kind::character);
}

struct Language {
  CodeKind kind;
  Encoding encoding;
  char lead;
  Escape (*read)(std::string_view text, size_t at);
};

constexpr Language kLanguages[] = {
    {CodeKind::percent, Encoding::percent, '%', percent},
    {CodeKind::quoted_printable, Encoding::quoted_printable, '=', quoted_printable},
    {CodeKind::references, Encoding::references, '&', reference},
    {CodeKind::escapes, Encoding::escapes, '\\', backslash},
};

const Language& language_of(Encoding encoding) {
  return *std::find_if(std::begin(kLanguages), std::end(kLanguages),
                       [encoding](const Language& one) { return one.encoding == encoding; });
}

class EscapeFinder {
 public:
  EscapeFinder(const Language& language, std::string_view text, const ByteRange& within, Decoded& out)
      : language_(language), text_(text.substr(0, within.end)), begin_(within.begin), out_(out) {}

  void run(size_t at) {
    for (;;) {
      Escape first;
      const size_t found = next(at, first);
      if (found == std::string_view::npos) return;
      at = window_around(found);
    }
  }

 private:
  // The next escape at or behind `at` that is worth it.
  size_t next(size_t at, Escape& escape) {
    while (at < text_.size()) {
      at = next_lead(text_, at);
      if (at == std::string_view::npos) break;
      escape = language_.read(text_, at);
      if (escape.kind != Escape::Kind::none && escape.telling) return at;
      at += std::max<size_t>(escape.size, 1);
    }
    return std::string_view::npos;
  }

  // The signs that may begin an escape: one, and '+' beside '%'.
  size_t next_lead(std::string_view text, size_t at) {
    const size_t sign = text.find(language_.lead, at);
    if (language_.encoding != Encoding::percent) return sign;
    if (at < no_plus_from_ || at > plus_) {
      no_plus_from_ = at;
      plus_ = text_.find('+', at);
    }
    return plus_ < text.size() ? std::min(sign, plus_) : sign;
  }

  static bool is_white(char c) { return c == ' ' || c == '\n' || c == '\t'; }

  // Writes the text around the escape at `found` and all that stand near it; returns its end.
  size_t window_around(size_t found) {
    const size_t least = std::max(begin_, done_);
    size_t begin = found > least + kAround ? found - kAround : least;
    const size_t earliest = begin > least + kFurther ? begin - kFurther : least;
    while (begin > earliest && !is_white(text_[begin - 1])) begin--;
    while (begin > least && (static_cast<unsigned char>(text_[begin]) & 0xc0) == 0x80) begin--;
    // The end moves on with each escape inside.
    size_t end = end_behind(found);
    for (size_t last = found;;) {
      Escape escape;
      const size_t another = next(last + 1, escape);
      if (another == std::string_view::npos || another > end) break;
      last = another;
      end = std::max(end, end_behind(another + escape.size));
    }
    if (!out_.begin_window(language_.encoding, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)})) {
      return text_.size();
    }
    write(begin, end);
    out_.end_window();
    done_ = end;
    return end;
  }

  size_t end_behind(size_t at) const {
    size_t end = std::min(text_.size(), at + kAround);
    const size_t latest = std::min(text_.size(), end + kFurther);
    while (end < latest && !is_white(text_[end])) end++;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) end++;
    return end;
  }

  void write(size_t at, size_t end) {
    const std::string_view text = text_.substr(0, end);
    while (at < end) {
      const size_t lead = std::min(next_lead(text, at), end);
      out_.copy(text.substr(at, lead - at));
      at = lead;
      if (at == end) return;
      const Escape escape = language_.read(text, at);
      switch (escape.kind) {
        case Escape::Kind::none:
          out_.copy(text.substr(at, 1));
          at++;
          break;
        case Escape::Kind::nothing:
          out_.replace({}, escape.size);
          at += escape.size;
          break;
        case Escape::Kind::character:
          out_.bytes.clear();
          append_utf8(escape.code, out_.bytes);
          out_.replace(out_.bytes, escape.size);
          at += escape.size;
          break;
        case Escape::Kind::byte:
          at = write_bytes(text, at);
          break;
      }
    }
  }

  // The bytes at `at` that make one character together; by themselves they are of Windows-1252.
  size_t write_bytes(std::string_view text, size_t at) {
    out_.bytes.clear();
    size_t next = at;
    size_t wanted = 1;
    size_t first = 0;
    char32_t lead = 0;
    while (out_.bytes.size() < wanted && next < text.size() && language_.lead == text[next]) {
      const Escape escape = raw_byte(text, next);
      if (escape.kind != Escape::Kind::byte) break;
      if (out_.bytes.empty()) {
        lead = escape.code;
        wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
        first = escape.size;
      } else if ((escape.code & 0xc0) != 0x80) {
        break;
      }
      out_.bytes += static_cast<char>(escape.code);
      next += escape.size;
    }
    const bool whole = out_.bytes.size() == wanted && (wanted > 1 || lead < 0x80);
    if (!whole) {
      out_.bytes.clear();
      append_utf8(lead >= 0x80 ? windows_1252(static_cast<unsigned char>(lead)) : lead, out_.bytes);
      next = at + first;
    }
    size_t check = 0;
    if (whole && wanted > 1 && next_code_point(out_.bytes, check) == 0xfffd) out_.bytes = "\xEF\xBF\xBD";
    out_.replace(out_.bytes, next - at);
    return next;
  }

  // As the language reads it, but bytes that have no character in Windows-1252 as well.
  Escape raw_byte(std::string_view text, size_t at) const {
    const Escape escape = language_.read(text, at);
    if (escape.kind != Escape::Kind::none) return escape;
    const size_t digits = language_.encoding == Encoding::escapes ? at + 2 : at + 1;
    char32_t code = 0;
    const bool hex = language_.encoding != Encoding::escapes || at_is(text, at + 1, 'x');
    if (language_.encoding == Encoding::references || !hex || read_digits(text, digits, 2, 16, code) != 2) return {};
    return code >= 0x80 ? Escape{Escape::Kind::byte, code, digits + 2 - at, true} : Escape{};
  }

  const Language& language_;
  std::string_view text_;
  size_t begin_;
  size_t done_ = 0;
  // Where the next '+' is, from where there is none.
  size_t no_plus_from_ = std::string_view::npos;
  size_t plus_ = 0;
  Decoded& out_;
};

}  // namespace

bool is_escape(std::string_view text, size_t at, CodeKind& kind) {
  for (const Language& language : kLanguages) {
    if (language.lead != text[at]) continue;
    const Escape escape = language.read(text, at);
    kind = language.kind;
    return escape.kind != Escape::Kind::none && escape.telling;
  }
  return false;
}

bool begins_form(std::string_view text, size_t at) {
  constexpr size_t kReach = 64;
  for (size_t i = at + 1; i < text.size() && i - at < kReach; i++) {
    if (text[i] == '+') return is_form_space(text, i);
    if (!is_ascii_alnum(text[i]) && text[i] != '.' && text[i] != '-' && text[i] != '_') break;
  }
  return false;
}

size_t find_escapes(Encoding encoding, std::string_view text, const ByteRange& within, const CodeSign& sign,
                    Decoded& out) {
  EscapeFinder(language_of(encoding), text, within, out).run(sign.at);
  return within.end;
}

}  // namespace postern::policy

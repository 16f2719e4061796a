// reader -> leet: words with signs and digits for letters, as letters.
#include <algorithm>
#include <array>

#include "policy/views_derived.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// What is written for a letter; the longest first.
struct Sign {
  std::string_view text;
  char letter;
};
constexpr std::array<Sign, 12> kLong = {{{"|\\|", 'n'},
                                         {"|\\/|", 'm'},
                                         {"\\/\\/", 'w'},
                                         {"|-|", 'h'},
                                         {"|_|", 'u'},
                                         {"/\\", 'a'},
                                         {"\\/", 'v'},
                                         {"|<", 'k'},
                                         {"|)", 'd'},
                                         {"()", 'o'},
                                         {"vv", 'w'},
                                         {"VV", 'W'}}};

char sign_alike(char32_t c, char one) {
  switch (c) {
    case '@':
    case '4':
    case '^':
      return 'a';
    case '8':
      return 'b';
    case '(':
    case U'\u00a2':
      return 'c';
    case '3':
    case U'\u20ac':
      return 'e';
    case '6':
    case '9':
      return 'g';
    case '#':
      return 'h';
    case '1':
    case '|':
      return one;
    case '!':
      return 'i';
    case U'\u00a3':
      return 'l';
    case '0':
      return 'o';
    case '$':
    case '5':
    case U'\u00a7':
      return 's';
    case '7':
    case '+':
      return 't';
    case '2':
      return 'z';
    case U'\u00a5':
      return 'y';
    default:
      return '\0';
  }
}

// Fewer letters and signs are prices, codes and smileys.
constexpr size_t kLeastLeet = 5;
constexpr size_t kMostLeet = 48;

bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Calls write(begin, end, letter) for every letter of the token, which may be one byte that stays; false where the
// token is no word of letters and signs.
template <typename Write>
bool each_letter(std::string_view token, char one, Write write) {
  for (size_t at = 0; at < token.size();) {
    const auto sign =
        std::find_if(kLong.begin(), kLong.end(), [&](const Sign& s) { return token.substr(at).starts_with(s.text); });
    if (sign != kLong.end()) {
      write(at, at + sign->text.size(), sign->letter);
      at += sign->text.size();
      continue;
    }
    size_t next = at;
    const char32_t c = next_code_point(token, next);
    const char letter = c < 0x80 && is_ascii_letter(static_cast<char>(c)) ? static_cast<char>(c) : sign_alike(c, one);
    if (letter == '\0') return false;
    write(at, next, letter);
    at = next;
  }
  return true;
}

// A word with at least one sign and one letter, and a letter for every two signs.
bool is_leet(std::string_view token, char one) {
  if (token.size() < kLeastLeet || token.size() > kMostLeet) return false;
  size_t letters = 0;
  size_t signs = 0;
  size_t ones = 0;
  const bool whole = each_letter(token, one, [&](size_t begin, size_t end, char letter) {
    const bool stays = end == begin + 1 && token[begin] == letter;
    (stays ? letters : signs)++;
    if (token[begin] == '1' || (token[begin] == '|' && end == begin + 1)) ones++;
  });
  return whole && signs > 0 && letters + signs >= kLeastLeet && 2 * letters >= signs && (one == 'i' || ones > 0);
}

// Calls visit(begin, end) for every token of the text that is leet, until it says false: what stands between blanks,
// without the punctuation around it.
template <typename Visit>
void each_token(std::string_view reader, char one, Visit visit) {
  constexpr std::string_view kBlanks = " \t\n\v\f";
  for (size_t at = reader.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const size_t stop = std::min(reader.find_first_of(kBlanks, at), reader.size());
    size_t begin = at;
    size_t end = stop;
    constexpr std::string_view kAround = ".,;:?\"'`*_-<>[]{}";
    while (begin < end && kAround.find(reader[begin]) != std::string_view::npos) begin++;
    while (end > begin && kAround.find(reader[end - 1]) != std::string_view::npos) end--;
    // An exclamation mark and a bracket at the end are what they are.
    while (end > begin && (reader[end - 1] == '!' || reader[end - 1] == ')')) end--;
    while (begin < end && reader[begin] == '(' && reader.substr(begin, 2) != "()") begin++;
    if (is_leet(reader.substr(begin, end - begin), one) && !visit(begin, end)) return;
    at = reader.find_first_not_of(kBlanks, stop);
  }
}

bool any(std::string_view reader, char one) {
  bool found = false;
  each_token(reader, one, [&](size_t, size_t) {
    found = true;
    return false;
  });
  return found;
}

bool write(std::string_view reader, char one, std::string& out, OffsetMap& map) {
  size_t done = 0;
  each_token(reader, one, [&](size_t begin, size_t end) {
    out.append(reader, done, begin - done);
    if (begin > done) map.copied(begin - done);
    each_letter(reader.substr(begin, end - begin), one, [&](size_t from, size_t to, char letter) {
      out += letter;
      if (to == from + 1) {
        map.copied(1);
      } else {
        map.replaced(1, to - from);
      }
    });
    done = end;
    return true;
  });
  if (done == 0) return false;
  out.append(reader, done);
  if (reader.size() > done) map.copied(reader.size() - done);
  return true;
}

}  // namespace

bool any_leet(std::string_view reader) {
  return any(reader, 'i');
}
bool any_leet_l(std::string_view reader) {
  return any(reader, 'l');
}
bool make_leet(std::string_view reader, std::string& out, OffsetMap& map) {
  return write(reader, 'i', out, map);
}
bool make_leet_l(std::string_view reader, std::string& out, OffsetMap& map) {
  return write(reader, 'l', out, map);
}

}  // namespace postern::policy

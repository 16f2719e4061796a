// reader -> numerals, reader -> letters, reader -> unwrapped.
#include <algorithm>

#include "policy/views_derived.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

bool is_ascii_digit(char32_t c) {
  return c >= '0' && c <= '9';
}

void copy(std::string_view from, size_t begin, size_t end, std::string& out, OffsetMap& map) {
  if (begin >= end) return;
  out.append(from, begin, end - begin);
  map.copied(end - begin);
}

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// ---- Unwrapped ----------------------------------------------------------------------------------

// Indentation and marks of quoting at the beginning of a line.
constexpr size_t kMostIndent = 16;

bool is_letter(char32_t c) {
  return c >= 0x80 ? is_word_char(c) : is_ascii_word(static_cast<char>(c)) && !is_ascii_digit(c);
}

bool is_ascii_upper(char32_t c) {
  return c >= 'A' && c <= 'Z';
}

struct Cut {
  size_t begin = 0;  // what to leave out, so that the word is whole again
  size_t end = 0;    // 0: no cut
};

bool is_mark_in_word(char32_t c) {
  return c == '_' || c == '-';
}

// The cut of a word at the line end at `line_end`, in a line that begins at `line_begin`.
Cut cut_at(std::string_view reader, size_t line_begin, size_t line_end) {
  size_t next = line_end + 1;
  const size_t most = std::min(reader.size(), next + kMostIndent);
  while (next < most && (reader[next] == ' ' || reader[next] == '\t' || reader[next] == '>')) next++;
  if (next >= reader.size() || line_end == line_begin) return {};
  size_t after = next;
  char32_t right = next_code_point(reader, after);
  // A mark in the word goes with either half, and stays.
  const bool mark_behind = after < reader.size() && next == line_end + 1 && is_mark_in_word(right);
  if (mark_behind) right = next_code_point(reader, after);
  if (!is_letter(right)) return {};
  size_t begin = line_end;
  char32_t left = previous_code_point(reader, begin);
  const bool hyphen = left == '-' || left == 0x2010;
  if (hyphen) {
    if (begin == line_begin) return {};
    size_t letter = begin;
    left = previous_code_point(reader, letter);
  } else {
    begin = line_end;
    if (line_end - line_begin >= kShortLine) return {};
    if (size_t mark = line_end; is_mark_in_word(left) && !mark_behind) {
      previous_code_point(reader, mark);
      if (mark == line_begin) return {};
      left = previous_code_point(reader, mark);
    }
  }
  const bool new_word = !hyphen && is_ascii_upper(right) && !is_ascii_upper(left);
  return is_letter(left) && !new_word ? Cut{begin, next} : Cut{};
}

// Calls visit(cut) for every cut word until it says false.
template <typename Visit>
void each_cut(std::string_view reader, Visit visit) {
  size_t line_begin = 0;
  for (;;) {
    const size_t line_end = reader.find('\n', line_begin);
    if (line_end == std::string_view::npos) return;
    const Cut cut = cut_at(reader, line_begin, line_end);
    if (cut.end != 0 && !visit(cut)) return;
    line_begin = line_end + 1;
  }
}

// Calls visit(begin, end) for every word.
template <typename Visit>
void each_word(std::string_view reader, Visit visit) {
  for (size_t at = 0; at < reader.size();) {
    size_t end = at;
    const bool word = is_word_char(next_code_point(reader, end));
    if (word) {
      for (size_t next = end; next < reader.size() && is_word_char(next_code_point(reader, next));) end = next;
      visit(at, end);
    }
    at = end;
  }
}

// And for every word together with the signs in it that stand for letters.
template <typename Visit>
void each_signed_word(std::string_view reader, Visit visit) {
  for (size_t at = 0; at < reader.size();) {
    const size_t end = end_of_signed_word(reader, at);
    if (end > at) {
      visit(at, end);
      at = end;
    } else {
      next_code_point(reader, at);
    }
  }
}

// ---- Numerals -----------------------------------------------------------------------------------

constexpr size_t kLeastNumeral = 4;

// The digit that a letter is written for, else 0.
char digit_alike(char32_t c) {
  if (c == U'З' || c == U'з') return '3';
  if (c == U'б') return '6';
  if (c >= 0x80) {
    const char ascii = unicode_tables().look_alike(c);
    if (ascii == '\0') return '\0';
    c = static_cast<char32_t>(ascii);
  }
  switch (c) {
    case 'O':
    case 'o':
      return '0';
    case 'I':
    case 'l':
      return '1';
    default:
      return '\0';
  }
}

bool is_like_digits(std::string_view word) {
  for (size_t i = 0; i < word.size();) {
    const char32_t c = next_code_point(word, i);
    if (!is_ascii_digit(c) && digit_alike(c) == '\0') return false;
  }
  return true;
}

// ---- Letters written as digits ----

constexpr size_t kLeastLetters = 4;
constexpr size_t kMostLetters = 24;  // longer ones are encoded data

char letter_alike(char digit, char one) {
  switch (digit) {
    case '0':
      return 'o';
    case '1':
    case '!':
      return one;
    case '3':
      return 'e';
    case '4':
      return 'a';
    case '5':
    case '$':
      return 's';
    case '6':
    case '9':
      return 'g';
    case '7':
      return 't';
    case '8':
      return 'b';
    case '@':
      return 'a';
    default:
      return '\0';
  }
}

// As a capital between capitals.
char in_case_of(std::string_view word, size_t at, char letter) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  constexpr std::string_view kForLetters = "0123456789!$@";
  const size_t before = word.find_last_not_of(kForLetters, at);
  const size_t after = word.find_first_not_of(kForLetters, at);
  const bool upper = (before == std::string_view::npos || is_upper(word[before])) &&
                     (after == std::string_view::npos || is_upper(word[after]));
  return upper ? static_cast<char>(letter - 'a' + 'A') : letter;
}

bool write_letters(std::string_view reader, char one, std::string& out, OffsetMap& map) {
  bool changed = false;
  size_t done = 0;
  each_signed_word(reader, [&](size_t begin, size_t end) {
    const std::string_view word = reader.substr(begin, end - begin);
    if (!is_word_with_digits(word)) return;
    if (one != 'i' && !has_one(word)) return;
    copy(reader, done, begin, out, map);
    for (size_t i = 0; i < word.size(); i++) {
      const bool capital = one != 'i' && word[i] == 'I' && i > 0 && word[i - 1] >= 'a' && word[i - 1] <= 'z';
      const char letter = capital ? one : letter_alike(word[i], one);
      out += letter != '\0' ? in_case_of(word, i, letter) : word[i];
    }
    map.copied(word.size());
    done = end;
    changed = true;
  });
  if (changed) copy(reader, done, reader.size(), out, map);
  return changed;
}

}  // namespace

bool is_cut(std::string_view reader, size_t line_begin, size_t line_end) {
  return cut_at(reader, line_begin, line_end).end != 0;
}

bool make_unwrapped(std::string_view reader, std::string& out, OffsetMap& map) {
  size_t done = 0;
  each_cut(reader, [&](const Cut& cut) {
    copy(reader, done, cut.begin, out, map);
    map.replaced(0, cut.end - cut.begin);
    done = cut.end;
    return true;
  });
  copy(reader, done, reader.size(), out, map);
  return done > 0;
}

// A number of several digits some of which are letters that look like them, and nothing else.
bool is_numeral(std::string_view word) {
  size_t digits = 0;
  size_t letters = 0;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = next_code_point(word, i);
    if (is_ascii_digit(c)) {
      digits++;
    } else if (digit_alike(c) != '\0') {
      letters++;
    } else {
      return false;
    }
  }
  return letters > 0 && digits >= letters && digits + letters >= kLeastNumeral;
}

bool make_numerals(std::string_view reader, std::string& out, OffsetMap& map) {
  bool changed = false;
  size_t done = 0;
  each_word(reader, [&](size_t begin, size_t end) {
    const std::string_view word = reader.substr(begin, end - begin);
    // Of a number in groups the last may be short: "O13O OO".
    const bool goes_on = changed && begin == done + 1 && is_like_digits(word);
    if (!goes_on && !is_numeral(word)) return;
    copy(reader, done, begin, out, map);
    for (size_t i = begin; i < end;) {
      const size_t from = i;
      const char32_t c = next_code_point(reader, i);
      out += is_ascii_digit(c) ? static_cast<char>(c) : digit_alike(c);
      if (i == from + 1) {
        map.copied(1);
      } else {
        map.replaced(1, i - from);
      }
    }
    done = end;
    changed = true;
  });
  if (changed) copy(reader, done, reader.size(), out, map);
  return changed;
}

bool stands_for_letter(std::string_view reader, size_t at) {
  // "Nightj@r", and no address.
  constexpr size_t kMostBehindAt = 4;
  if (!is_letter_sign(reader[at]) || at == 0 || at + 1 >= reader.size()) return false;
  const auto is_letter_at = [&](size_t i) { return is_letter(static_cast<unsigned char>(reader[i])); };
  if (!is_letter_at(at - 1) || !is_letter_at(at + 1)) return false;
  if (reader[at] != '@') return true;
  size_t end = at + 1;
  while (end < reader.size() && end - at <= kMostBehindAt + 1 && is_ascii_word(reader[end])) end++;
  return end - at <= kMostBehindAt + 1 && (end == reader.size() || (reader[end] != '.' && reader[end] != '-'));
}

size_t end_of_signed_word(std::string_view reader, size_t at) {
  size_t end = at;
  while (end < reader.size()) {
    size_t next = end;
    if (!is_word_char(next_code_point(reader, next)) && !stands_for_letter(reader, end)) break;
    end = next;
  }
  return end;
}

ByteRange signed_word_at(std::string_view reader, size_t at) {
  size_t begin = at;
  for (size_t before = at; before > 0;) {
    const char32_t c = previous_code_point(reader, before);
    if (!is_word_char(c) && !stands_for_letter(reader, before)) break;
    begin = before;
  }
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end_of_signed_word(reader, at))};
}

// A word of ASCII letters with digits or signs inside that look like letters; more than three letters for two of them.
bool is_word_with_digits(std::string_view word) {
  if (word.size() < kLeastLetters || word.size() > kMostLetters) return false;
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || is_letter_sign(c); };
  size_t digits = 0;
  bool inside = false;
  for (size_t i = 0; i < word.size(); i++) {
    if (!is_ascii_word(word[i]) && !is_letter_sign(word[i])) return false;
    if (!is_digit(word[i])) continue;
    if (letter_alike(word[i], 'i') == '\0') return false;
    inside = inside || (i > 0 && i + 1 < word.size() && !is_digit(word[i - 1]));
    digits++;
  }
  // Long words can be read with a digit for nearly every second letter.
  constexpr size_t kLong = 7;
  return inside && (5 * digits < 2 * word.size() || (word.size() >= kLong && 2 * digits < word.size()));
}

bool has_one(std::string_view word) {
  const auto is_small = [](char c) { return c >= 'a' && c <= 'z'; };
  for (size_t i = 0; i < word.size(); i++) {
    if (word[i] == '1' || word[i] == '!' || (word[i] == 'I' && i > 0 && is_small(word[i - 1]))) return true;
  }
  return false;
}

bool make_letters_i(std::string_view reader, std::string& out, OffsetMap& map) {
  return write_letters(reader, 'i', out, map);
}

bool make_letters_l(std::string_view reader, std::string& out, OffsetMap& map) {
  return write_letters(reader, 'l', out, map);
}

}  // namespace postern::policy

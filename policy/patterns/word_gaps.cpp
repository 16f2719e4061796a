#include "policy/patterns/word_gaps.h"

#include <algorithm>

#include <unicode/uchar.h>

#include "policy/patterns/word_tears.h"
#include "policy/views_markup.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// How far before the rest of a word its first letter may stand.
constexpr size_t kMostApart = 256;
// How many letters there are tried that something stands behind.
constexpr size_t kMostTries = 8;

// What is left of the limits of one word.
struct Room {
  size_t marks = kMostMarks;
  size_t blanks = kMostBlanks;
  size_t bytes = kMostInside;
  size_t tears = kMostTears;
};

bool is_white(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_joint(char c) {
  return c == '-' || c == '_' || c == '.' || c == '/' || c == '*' || c == '~' || c == '`';
}
bool is_quote_mark(char c) {
  return c == '>' || c == '|';
}
bool may_be_in_gap(char c, WordMatch match) {
  return is_white(c) || is_quote_mark(c) || (match == WordMatch::phrase && is_joint(c));
}
bool is_symbol(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_S_MASK) != 0;
}
bool is_ascii_word_char(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}
bool is_beyond_ascii(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}

// Quoted text goes on where both lines have the mark.
bool begins_with_quote_mark(std::string_view text, size_t at) {
  const size_t line = at > 0 ? text.rfind('\n', at - 1) : std::string_view::npos;
  size_t begin = line == std::string_view::npos ? 0 : line + 1;
  while (begin < at && text[begin] == ' ') begin++;
  return begin < at && is_quote_mark(text[begin]);
}

// Cells of a row stand between tabs.
bool is_row(std::string_view text, size_t line_end) {
  const size_t before = line_end > 0 ? text.rfind('\n', line_end - 1) : std::string_view::npos;
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const size_t end = std::min(text.find('\n', line_end + 1), text.size());
  return text.substr(begin, end - begin).find('\t') != std::string_view::npos;
}

// Whether the line at `at` names the columns of a table: of three or more, with a row of as many cells below and none
// above. What stands side by side there is no phrase ("Code", "Name", "Region").
bool is_heading(std::string_view text, size_t at) {
  constexpr size_t kLongestRow = 2048;
  const auto tabs_between = [&](size_t begin, size_t end) {
    return std::count(text.begin() + static_cast<std::ptrdiff_t>(begin),
                      text.begin() + static_cast<std::ptrdiff_t>(end), '\t');
  };
  const size_t floor = at - std::min(at, kLongestRow);
  const size_t line = text.substr(floor, at - floor).rfind('\n');
  if (line == std::string_view::npos && floor > 0) return false;
  const size_t begin = line == std::string_view::npos ? 0 : floor + line + 1;
  const size_t end = text.substr(0, std::min(text.size(), at + kLongestRow)).find('\n', at);
  if (end == std::string_view::npos) return false;
  const auto tabs = tabs_between(begin, end);
  if (tabs < 2) return false;
  const size_t below =
      std::min(text.substr(0, std::min(text.size(), end + kLongestRow)).find('\n', end + 1), text.size());
  if (tabs_between(end, below) != tabs) return false;
  if (begin == 0) return true;
  const size_t above_floor = begin - std::min(begin, kLongestRow);
  const std::string_view above = text.substr(above_floor, begin - 1 - above_floor);
  const size_t above_line = above.rfind('\n');
  return above.substr(above_line == std::string_view::npos ? 0 : above_line + 1).find('\t') == std::string_view::npos;
}

// "amber. Falcon", "amber ..." is none.
bool ends_sentence(std::string_view gap) {
  const size_t behind = gap.find_first_not_of('.');
  return behind != 0 && behind != std::string_view::npos && is_white(gap[behind]);
}

// Whether a word may go on behind `c`, so far as that byte tells.
bool may_be_inside(char c, Inside inside) {
  if (inside == Inside::nothing || is_ascii_word_char(c)) return false;
  if (inside == Inside::name) return c == ' ' || c == '\t' || c == '\n' || !is_white(c);
  if (c == '|') return false;
  return c == ' ' ? inside == Inside::marks_or_blanks : !is_white(c);
}

// The marks that people write between two halves with spaces around.
bool may_stand_alone(char c) {
  return c == '-' || c == '+' || c == '/' || c == '|' || c == '&' || c == '*' || c == '~' || c == '_' || c == '.' ||
         c == '=';
}
constexpr size_t kMostAlone = 4;

// The end of a mark that begins at `at` behind a space, with the space behind it; `at` for none.
size_t end_of_mark_alone(std::string_view text, size_t at, size_t most) {
  if (at >= most || !may_stand_alone(text[at])) return at;
  size_t end = at;
  while (end < most && end - at < kMostAlone && text[end] == text[at]) end++;
  return end < most && text[end] == ' ' ? end + 1 : at;
}

// In the place of a letter, as in "N*ghtj*r": marks, and letters and signs that no ASCII word has.
bool stands_for_any(char32_t c) {
  constexpr std::string_view kSigns = "*#_.-?|+@!$%^&";
  return c >= 0x80 || kSigns.find(static_cast<char>(c)) != std::string_view::npos;
}
// Of the last letter only what looks like it tells, for nothing of the word stands behind.
bool stands_for(char32_t c, char letter) {
  switch (letter) {
    case 'a':
      return c == '@';
    case 'c':
      return c == U'\u00a2';
    case 'e':
      return c == U'\u20ac' || c == U'\u212e';
    case 'l':
      return c == U'\u00a3' || c == '|';
    case 's':
      return c == '$' || c == U'\u00a7';
    case 't':
      return c == '+' || c == U'\u2020';
    case 'y':
      return c == U'\u00a5';
    default:
      return false;
  }
}
constexpr size_t kMostStandIns = 2;

// The end of what may stand between two letters at `at`; `at` when that is nothing.
size_t end_of_inside(std::string_view text, size_t at, size_t most, Inside inside, Room& room) {
  size_t end = at;
  if (text[at] == '\t') return inside == Inside::name ? at + 1 : at;
  if (text[at] == '\n') return at;
  if (text[at] == ' ') {
    while (end < most && text[end] == ' ' && end - at <= room.blanks) end++;
    if (inside < Inside::marks_or_blanks) return at;
    if (inside == Inside::name && room.marks > 0) {
      if (const size_t behind = end_of_mark_alone(text, end, most); behind > end) {
        room.marks--;
        return behind;
      }
    }
    if (end - at > room.blanks) return at;
    room.blanks -= end - at;
    return end;
  }
  char32_t last = 0;
  const std::string_view seen = text.substr(0, most);
  while (end < most) {
    if (end - at > room.bytes) return at;
    if (const size_t behind = end_of_markup(seen, end); behind > end) {
      end = behind;
      continue;
    }
    size_t next = end;
    const char32_t c = next_code_point(seen, next);
    if (is_word_char(c)) break;
    if (c == '|' ? inside != Inside::name : c < 0x80 && is_white(static_cast<char>(c))) return at;
    if (c != last || c != '.') {
      if (room.marks == 0) return at;
      room.marks--;
    }
    last = c;
    end = next;
  }
  if (end - at > room.bytes) return at;
  room.bytes -= end - at;
  return end;
}

}  // namespace

bool is_gap(char c, WordMatch match) {
  return is_white(c) || (match == WordMatch::phrase && (c == '-' || c == '_' || c == '.' || c == '/'));
}

size_t gap_before(std::string_view text, size_t least, size_t end, WordMatch match) {
  size_t at = end;
  while (at > least) {
    if (may_be_in_gap(text[at - 1], match)) {
      at--;
      continue;
    }
    if (match != WordMatch::phrase || !is_beyond_ascii(text[at - 1])) break;
    size_t before = at;
    if (!is_symbol(previous_code_point(text, before)) || before < least) break;
    at = before;
  }
  return at;
}

size_t gap_after(std::string_view text, size_t begin, size_t most, WordMatch match) {
  size_t at = begin;
  while (at < most) {
    if (may_be_in_gap(text[at], match)) {
      at++;
      continue;
    }
    if (match != WordMatch::phrase || !is_beyond_ascii(text[at])) break;
    size_t next = at;
    if (!is_symbol(next_code_point(text, next))) break;
    at = next;
  }
  return at;
}

bool may_join(std::string_view text, const ByteRange& gap, WordMatch match, Stops stops) {
  if (gap.begin == gap.end) return match == WordMatch::phrase;
  if (gap.end - gap.begin > kMaxWordGap) return false;
  const std::string_view between = text.substr(gap.begin, gap.end - gap.begin);
  const size_t line_end = between.find('\n');
  const std::string_view first = between.substr(0, line_end);
  if (std::any_of(first.begin(), first.end(), is_quote_mark)) return false;
  if (match == WordMatch::phrase && stops == Stops::no && ends_sentence(between)) return false;
  if (line_end == std::string_view::npos) {
    return match != WordMatch::phrase || between.find('\t') == std::string_view::npos || !is_heading(text, gap.begin);
  }
  const std::string_view rest = between.substr(line_end + 1);
  const bool quoted = std::any_of(rest.begin(), rest.end(), is_quote_mark);
  if (quoted && !begins_with_quote_mark(text, gap.begin + line_end)) return false;
  if (match != WordMatch::phrase) return true;
  return rest.find_first_not_of(" >|") == std::string_view::npos && !is_row(text, gap.begin + line_end);
}

Letters letters_at(std::string_view text, size_t at, size_t most, std::string_view word, Inside inside) {
  Letters out;
  out.begin = at;
  Room room;
  size_t stand_ins = 0;
  for (size_t i = 0; i < word.size(); i++, at++) {
    if (at >= most) return out;
    if (text[at] == word[i]) continue;
    const bool inside_letter = (static_cast<unsigned char>(word[i]) & 0xc0) == 0x80;
    if (i == 0 || inside_letter || !may_be_inside(text[at], inside)) return out;
    out.apart = true;
    if (inside == Inside::name && room.tears > 0 && may_begin_tear(text[at])) {
      if (const Tear tear = end_of_tear(text, at, most, word.substr(i)); tear.end > at) {
        room.tears--;
        out.torn = at = tear.end;
        out.loose = out.loose || tear.loose;
        continue;
      }
    }
    // '+' as addresses write a space.
    out.blanks = out.blanks || text[at] == ' ' || text[at] == '+' || text[at] == '|' || text[at] == '\t';
    size_t next = end_of_inside(text, at, most, inside, room);
    if (next == at || next >= most || text[next] != word[i]) {
      next = at;
      const char32_t stand_in = next_code_point(text, next);
      if (stand_ins == kMostStandIns || next > most) return out;
      if (i + 1 == word.size()) {
        if (!stands_for(stand_in, word[i])) return out;
        out.end = next;
        return out;
      }
      if (!stands_for_any(stand_in) || next >= most || text[next] != word[i + 1]) return out;
      stand_ins++;
      i++;
    }
    at = next;
  }
  out.end = at;
  return out;
}

Letters letters_before(std::string_view text, size_t least, size_t end, std::string_view word, size_t tail,
                       Inside inside) {
  size_t at = end - tail;
  size_t left = word.size() - tail;
  while (left > 0 && at > least && text[at - 1] == word[left - 1]) {
    at--;
    left--;
  }
  if (left == 0) return letters_at(text, at, end, word, inside);
  if (at == least || left == word.size() || !may_be_inside(text[at - 1], inside)) return {};
  if (text[at - 1] == ' ') {
    // Nothing but blanks stands there with them, and the letter before them is seen at once.
    size_t gap = at;
    while (gap > least && text[gap - 1] == ' ') gap--;
    if (gap == least) return {};
    const bool mark = inside == Inside::name && may_stand_alone(text[gap - 1]);
    const bool tear = inside == Inside::name && may_end_tear(text.substr(0, gap));
    if (text[gap - 1] != word[left - 1] && !mark && !tear) return {};
  }
  size_t mark = at;
  const char32_t before = previous_code_point(text, mark);
  if (before < 0x80 && is_word_char(before)) return {};  // others may stand for a letter
  const size_t first = at - std::min(at - least, kMostApart);
  size_t tries = 0;
  for (size_t begin = at; begin-- > first;) {
    if (text[begin] != word[0]) continue;
    const Letters found = letters_at(text, begin, end, word, inside);
    if (found.end == end) return found;
    if (found.apart && ++tries == kMostTries) break;
  }
  return {};
}

}  // namespace postern::policy

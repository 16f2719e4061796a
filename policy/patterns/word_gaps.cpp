#include "policy/patterns/word_gaps.h"

#include <algorithm>

#include <unicode/uchar.h>

#include "policy/views_markup.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// How far before the rest of a word its first letter may stand.
constexpr size_t kMostApart = 256;

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

// "amber. Falcon", "amber ..." is none.
bool ends_sentence(std::string_view gap) {
  const size_t behind = gap.find_first_not_of('.');
  return behind != 0 && behind != std::string_view::npos && is_white(gap[behind]);
}

// Whether a word may go on behind `c`, so far as that byte tells.
bool may_be_inside(char c, Inside inside) {
  if (inside == Inside::nothing || is_ascii_word_char(c)) return false;
  if (c == ' ' || c == '\t') return inside == Inside::marks_or_blanks;
  return !is_white(c);
}

// The end of what may stand between two letters at `at`; `at` when that is nothing.
size_t end_of_inside(std::string_view text, size_t at, size_t most, Inside inside, bool& blanks) {
  if (text[at] == ' ' || text[at] == '\t') {
    size_t end = at;
    while (end < most && (text[end] == ' ' || text[end] == '\t')) end++;
    blanks = true;
    return inside == Inside::marks_or_blanks && end - at <= kMostBlanks ? end : at;
  }
  const std::string_view seen = text.substr(0, most);
  size_t end = at;
  size_t marks = 0;
  while (end < most) {
    if (const size_t behind = end_of_markup(seen, end); behind > end) {
      end = behind;
      continue;
    }
    size_t next = end;
    const char32_t c = next_code_point(seen, next);
    if (is_word_char(c) || (c < 0x80 && is_white(static_cast<char>(c)))) break;
    if (++marks > kMostMarks) return at;
    end = next;
  }
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
  if (line_end == std::string_view::npos) return true;
  const std::string_view rest = between.substr(line_end + 1);
  const bool quoted = std::any_of(rest.begin(), rest.end(), is_quote_mark);
  if (quoted && !begins_with_quote_mark(text, gap.begin + line_end)) return false;
  if (match != WordMatch::phrase) return true;
  return rest.find_first_not_of(" >|") == std::string_view::npos && !is_row(text, gap.begin + line_end);
}

Letters letters_at(std::string_view text, size_t at, size_t most, std::string_view word, Inside inside) {
  Letters out;
  out.begin = at;
  for (size_t i = 0; i < word.size();) {
    if (at >= most) return {};
    if (text[at] == word[i]) {
      at++;
      i++;
      continue;
    }
    const bool inside_letter = (static_cast<unsigned char>(word[i]) & 0xc0) == 0x80;
    if (i == 0 || inside_letter || !may_be_inside(text[at], inside)) return {};
    const size_t next = end_of_inside(text, at, most, inside, out.blanks);
    if (next == at) return {};
    out.apart = true;
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
  size_t mark = at;
  if (is_word_char(previous_code_point(text, mark))) return {};
  const size_t first = at - std::min(at - least, kMostApart);
  for (size_t begin = at; begin-- > first;) {
    if (text[begin] != word[0]) continue;
    const Letters found = letters_at(text, begin, end, word, inside);
    if (found.end == end) return found;
  }
  return {};
}

}  // namespace postern::policy

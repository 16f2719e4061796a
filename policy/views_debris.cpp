// reader -> debris.
#include <algorithm>

#include "policy/views_derived.h"
#include "policy/views_markup.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Between what markup is taken out: a tag between blanks or other marks is there to be read.
bool may_be_cut(char32_t c) {
  return is_word_char(c) || c == '-';
}

// Each chain of markup is followed from every place where one may begin, so that long ones would cost their square.
// More than this is taken for text.
constexpr size_t kMostMarkups = 1024;

constexpr std::string_view kBegins = "<[&=*~+\\@";
// And what only ends it.
constexpr std::string_view kBeginsOrEnds = "<[&=*~+\\@}";
// What begins or ends a piece of a string that programs and sheets put together.
constexpr bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
constexpr bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\\' || c == '_';
}
constexpr size_t kMostGlue = 40;

// Two marks of three, one that ends and one that begins.
constexpr size_t kMostSame = 6;

// "\\ ", which reStructuredText writes between a mark and the rest of a word.
size_t end_of_joints(std::string_view reader, size_t at) {
  while (reader.substr(at, 2) == "\\ ") at += 2;
  return at;
}

// "**", "~~", as text is marked for bold letters and others. One alone is to be read, but before such a joint.
size_t end_of_marks(std::string_view reader, size_t at) {
  const char mark = reader[at];
  if (mark != '*' && mark != '~') return at;
  size_t end = at;
  while (end < reader.size() && end - at <= kMostSame && reader[end] == mark) end++;
  const size_t joined = end_of_joints(reader, end);
  return (end - at >= 2 || joined > end) && end - at <= kMostSame ? joined : at;
}

// The end of the markup from `end` on, of which some begins at `at`, when what goes on there may be cut; else 0.
size_t end_of_markups(std::string_view reader, size_t at, size_t end) {
  while (end < reader.size()) {
    size_t next = end_of_markup(reader, end);
    if (next == end) next = end_of_marks(reader, end);
    if (next == end) break;
    if (next - at > kMostMarkups) return 0;
    end = next;
  }
  if (end == at || end >= reader.size()) return 0;
  size_t after = end;
  return may_be_cut(next_code_point(reader, after)) ? end : 0;
}

// The contents of a command's brace, and how far they are looked through.
constexpr size_t kMostBraced = 48;
constexpr size_t kMostCommand = 16;

// Of what stands before a word: "\\fBNight", which would be a part of it, and "\\emph{Night}jar", whose brace ends
// inside it; a word in braces keeps them.
bool begins_word(std::string_view reader, size_t at) {
  if (reader[at] != '\\' && reader[at] != '@') return false;
  const size_t begin = end_of_markup(reader, at);
  if (begin == at) return false;
  if (reader[begin - 1] != '{') return true;
  const std::string_view rest = reader.substr(begin, kMostBraced);
  const size_t end = rest.find_first_of(" \t\n{}");
  if (end == 0 || end == std::string_view::npos || rest[end] != '}' || begin + end + 1 >= reader.size()) return false;
  size_t after = begin + end + 1;
  return may_be_cut(next_code_point(reader, after));
}

// The end of the brace at `at`, when a command begins it and it ends inside a word; else 0.
size_t end_of_brace(std::string_view reader, size_t at) {
  const size_t least = at - std::min(at, kMostBraced + kMostCommand);
  const size_t brace = reader.substr(least, at - least).find_last_of(" \t\n{}");
  if (brace == std::string_view::npos || reader[least + brace] != '{') return 0;
  const size_t sign = reader.substr(least, brace).find_last_of(" \t\n{}\\@");
  if (sign == std::string_view::npos || (reader[least + sign] != '\\' && reader[least + sign] != '@')) return 0;
  return end_of_markup(reader, least + sign) == least + brace + 1 ? end_of_markups(reader, at, at + 1) : 0;
}

// "Night/**/jar": around the '*' at `at`.
ByteRange comment_around(std::string_view reader, size_t at) {
  if (at < 2 || reader[at - 1] != '/' || !is_ascii_word(reader[at - 2])) return {};
  const size_t end = reader.substr(0, std::min(reader.size(), at + kMostMarkup)).find("*/", at + 1);
  if (end == std::string_view::npos || end + 2 >= reader.size() || !is_ascii_word(reader[end + 2])) return {};
  return {static_cast<std::uint32_t>(at - 1), static_cast<std::uint32_t>(end + 2)};
}

// `"Night" + "jar"`: what stands between the letters, with the '+' or '&' at `at` in it; empty where it is no such
// thing.
ByteRange glue_around(std::string_view reader, size_t at) {
  size_t begin = at;
  size_t end = at + 1;
  while (begin > 0 && at - begin < kMostGlue && is_blank(reader[begin - 1])) begin--;
  while (end < reader.size() && end - at < kMostGlue && is_blank(reader[end])) end++;
  if (begin < 2 || end + 1 >= reader.size() || !is_quote(reader[begin - 1]) || reader[end] != reader[begin - 1])
    return {};
  begin--;
  end++;
  size_t before = begin;
  size_t after = end;
  if (!may_be_cut(previous_code_point(reader, before)) || !may_be_cut(next_code_point(reader, after))) return {};
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

// Behind a letter or digit, or a hyphen that is inside a word.
bool is_in_word(std::string_view reader, size_t at) {
  size_t before = at;
  const char32_t c = previous_code_point(reader, before);
  return is_word_char(c) || (c == '-' && before > 0 && is_word_char(previous_code_point(reader, before)));
}

// The debris that the sign at `at` begins or stands in; empty for none.
ByteRange debris_at(std::string_view reader, size_t at) {
  if (at == 0) return {};
  const char sign = reader[at];
  if (sign == '+' || sign == '&') {
    const ByteRange glue = glue_around(reader, at);
    if (glue.end != 0 || sign == '+') return glue;
  }
  if (sign == '*') {
    if (const ByteRange comment = comment_around(reader, at); comment.end != 0) return comment;
  }
  if (sign == '}') return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end_of_brace(reader, at))};
  if (!is_in_word(reader, at) && !begins_word(reader, at)) return {};
  return {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end_of_markups(reader, at, at))};
}

}  // namespace

bool begins_debris(char c) {
  return kBegins.find(c) != std::string_view::npos;
}

bool is_debris(std::string_view reader, size_t at) {
  return debris_at(reader, at).end != 0;
}

bool make_debris(std::string_view reader, std::string& out, OffsetMap& map) {
  size_t done = 0;
  for (size_t at = reader.find_first_of(kBeginsOrEnds); at != std::string_view::npos;
       at = reader.find_first_of(kBeginsOrEnds, at)) {
    ByteRange debris = debris_at(reader, at);
    // A hyphen in tags of its own.
    const bool goes_on = done > 0 && at == done + 1 && reader[done] == '-';
    if (debris.end == 0 && goes_on) {
      debris = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end_of_markups(reader, at, at))};
    }
    if (debris.end == 0 || debris.begin < done) {
      at++;
      continue;
    }
    out.append(reader, done, debris.begin - done);
    map.copied(debris.begin - done);
    map.replaced(0, debris.end - debris.begin);
    done = at = debris.end;
  }
  if (done == 0) return false;
  out.append(reader, done);
  map.copied(reader.size() - done);
  return true;
}

}  // namespace postern::policy

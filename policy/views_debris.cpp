// reader -> debris.
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

constexpr std::string_view kBegins = "<[&=*~";

constexpr size_t kMostSame = 3;

// "**", "~~", as text is marked for bold letters and others.
size_t end_of_marks(std::string_view reader, size_t at) {
  const char mark = reader[at];
  if (mark != '*' && mark != '~') return at;
  size_t end = at;
  while (end < reader.size() && end - at <= kMostSame && reader[end] == mark) end++;
  return end - at >= 2 && end - at <= kMostSame ? end : at;
}

// The end of the markup at `at`, when what goes on there may be cut; else 0.
size_t end_of_markups(std::string_view reader, size_t at) {
  size_t end = at;
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

}  // namespace

bool begins_debris(char c) {
  return kBegins.find(c) != std::string_view::npos;
}

size_t end_of_debris(std::string_view reader, size_t at) {
  if (at == 0) return 0;
  size_t before = at;
  return is_word_char(previous_code_point(reader, before)) ? end_of_markups(reader, at) : 0;
}

bool make_debris(std::string_view reader, std::string& out, OffsetMap& map) {
  size_t done = 0;
  for (size_t at = reader.find_first_of(kBegins); at != std::string_view::npos;
       at = reader.find_first_of(kBegins, at)) {
    // A hyphen in tags of its own.
    const bool goes_on = done > 0 && at == done + 1 && reader[done] == '-';
    const size_t end = goes_on ? end_of_markups(reader, at) : end_of_debris(reader, at);
    if (end == 0) {
      at++;
      continue;
    }
    out.append(reader, done, at - done);
    map.copied(at - done);
    map.replaced(0, end - at);
    done = at = end;
  }
  if (done == 0) return false;
  out.append(reader, done);
  map.copied(reader.size() - done);
  return true;
}

}  // namespace postern::policy

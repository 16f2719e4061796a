#include "policy/patterns/word_tears.h"

#include <algorithm>

namespace postern::policy {

namespace {

// So much of the rest tells that the name goes on there.
constexpr size_t kTellingLetters = 2;
// What stands before a message in its line, and how long the line of its author and time may be.
constexpr size_t kLongestPrefix = 64;
// Between two subtitles are an empty line, a number and a time.
constexpr size_t kMostLines = 5;

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool is_white(char c) {
  return is_blank(c) || c == '\n';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

bool goes_on(std::string_view text, size_t at, std::string_view rest) {
  const std::string_view told = rest.substr(0, kTellingLetters);
  return !told.empty() && text.substr(at, told.size()) == told;
}

// Where the letters begin that end at `end`.
size_t begin_of_piece(std::string_view text, size_t end) {
  size_t at = end;
  while (at > 0 && end - at < kMostTear && (is_letter(text[at - 1]) || is_digit(text[at - 1]))) at--;
  return at;
}

// ---- Strings ------------------------------------------------------------------------------------

// A word between blanks: `"Night" and "jar"` is prose.
bool is_prose(std::string_view outside) {
  for (size_t at = 0; at < outside.size(); at++) {
    if (!is_letter(outside[at])) continue;
    const size_t begin = at;
    while (at < outside.size() && (is_letter(outside[at]) || is_digit(outside[at]))) at++;
    const bool free_before = begin > 0 && is_white(outside[begin - 1]);
    const bool free_behind = at < outside.size() && is_white(outside[at]);
    if (free_before && free_behind) return true;
  }
  return false;
}

// Whether what follows the first string puts strings together: "+", "||", "&", ".concat(", but no end of a sentence.
bool is_operator(std::string_view outside) {
  if (outside.find('@') != std::string_view::npos) return false;
  return outside.find_first_of("+|&") != std::string_view::npos ||
         (outside.find('.') != std::string_view::npos && !outside.starts_with(". "));
}

// From the quote mark that ends the first piece to the one that begins the next. Whole strings between them are keys
// and values of data. In a row of strings the first is nothing but the piece.
Tear end_of_strings(std::string_view text, size_t at, std::string_view rest) {
  const Tear none{at};
  bool joins = false;
  const char quote = text[at];
  for (size_t outside = at + 1; outside < text.size();) {
    const size_t open = text.find(quote, outside);
    if (open == std::string_view::npos) return none;
    const std::string_view between = text.substr(outside, open - outside);
    if (is_prose(between)) return none;
    joins = joins || is_operator(between);
    if (goes_on(text, open + 1, rest)) {
      const bool row = between.find_first_not_of(",; \t\n\r") == std::string_view::npos &&
                       between.find_first_of(",;") != std::string_view::npos;
      const size_t begin = begin_of_piece(text, at);
      if (row && (begin == 0 || text[begin - 1] != quote)) return none;
      return {open + 1, !joins};
    }
    const size_t close = text.find_first_of(std::string_view(quote == '"'   ? "\"\n"
                                                             : quote == '`' ? "`\n"
                                                                            : "'\n"),
                                            open + 1);
    if (close == std::string_view::npos || text[close] == '\n') return none;
    outside = close + 1;
  }
  return none;
}

// ---- Lines --------------------------------------------------------------------------------------

// "10:02", "10.02".
bool has_clock(std::string_view line) {
  for (size_t at = 1; at + 2 < line.size(); at++) {
    if ((line[at] == ':' || line[at] == '.') && is_digit(line[at - 1]) && is_digit(line[at + 1]) &&
        is_digit(line[at + 2]) && (at + 3 == line.size() || !is_digit(line[at + 3]))) {
      return true;
    }
  }
  return false;
}

bool is_number(std::string_view line) {
  return !line.empty() && line.size() <= 6 && std::all_of(line.begin(), line.end(), is_digit);
}

// "- ", "2. ", "(b) ", "+", "> ".
bool is_bullet(std::string_view prefix) {
  size_t letters = 0;
  size_t marks = 0;
  for (const char c : prefix) {
    if (is_blank(c)) continue;
    if (is_digit(c) || (c >= 'a' && c <= 'z')) {
      letters++;
    } else if (std::string_view("-*+>.)(#").find(c) != std::string_view::npos) {
      marks++;
    } else {
      return false;
    }
  }
  return marks > 0 && marks <= 2 && letters <= 2;
}

// Whether `line` begins as `head` does, but for their digits: one author says both, at whatever time.
bool begins_alike(std::string_view line, std::string_view head) {
  size_t at = 0;
  for (const char c : head) {
    if (is_digit(c)) continue;
    while (at < line.size() && is_digit(line[at])) at++;
    if (at == line.size() || line[at] != c) return false;
    at++;
  }
  return true;
}

// What a message's line begins with, as that of the same author before; `line_before` ends with the piece before, which
// begins at `piece` of it. A bullet has nothing but the piece.
bool is_prefix(std::string_view prefix, std::string_view line_before, size_t piece) {
  if (prefix.size() > kLongestPrefix) return false;
  if (is_bullet(prefix)) return is_bullet(line_before.substr(0, piece));
  const bool nick = prefix.front() == '<' && prefix.find('>') != std::string_view::npos;
  const size_t colon = prefix.find(':');
  const bool said = colon != std::string_view::npos && colon > 0;
  return (nick || said || has_clock(prefix)) && begins_alike(line_before, prefix);
}

bool ends_prefix(char c) {
  return is_blank(c) || c == '+' || c == '-' || c == ']' || c == '>' || c == ':';
}

// Where `rest` stands in the line behind what a message's line begins with; npos where it does not.
size_t behind_prefix(std::string_view text, size_t line, size_t line_end, std::string_view rest,
                     std::string_view line_before, size_t piece) {
  const size_t most = std::min(line_end, line + kLongestPrefix + 1);
  for (size_t at = line + 1; at < most; at++) {
    if (!ends_prefix(text[at - 1]) || !goes_on(text, at, rest)) continue;
    return is_prefix(text.substr(line, at - line), line_before, piece) ? at : std::string_view::npos;
  }
  return std::string_view::npos;
}

std::string_view without_blanks(std::string_view line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
  return line;
}

// The line above the one that begins at `begin`; empty where `floor` cuts it off.
std::string_view line_above(std::string_view text, size_t begin, size_t floor) {
  if (begin <= floor) return {};
  const std::string_view above = text.substr(floor, begin - 1 - floor);
  const size_t newline = above.rfind('\n');
  if (newline == std::string_view::npos && floor > 0) return {};
  return above.substr(newline == std::string_view::npos ? 0 : newline + 1);
}

// From the line end at `newline`, with a mark of a cut word before it or none.
size_t end_of_lines(std::string_view text, size_t at, size_t newline, std::string_view rest) {
  const size_t floor = at - std::min(at, kMostTear);
  const size_t before = text.substr(floor, at - floor).rfind('\n');
  const size_t begin = before == std::string_view::npos ? floor : floor + before + 1;
  const std::string_view line_before = text.substr(begin, at - begin);
  const size_t piece = std::max(begin_of_piece(text, at), begin) - begin;
  const bool alone = without_blanks(line_before.substr(0, piece)).empty();
  bool timed = false;
  size_t line = newline + 1;
  for (size_t count = 0; count < kMostLines && line < text.size(); count++) {
    const size_t line_end = std::min(text.find('\n', line), text.size());
    const std::string_view all = without_blanks(text.substr(line, line_end - line));
    if (all.empty()) {
      line = line_end + 1;
      continue;
    }
    // Behind the line of the same author and a time, or an empty one after the piece alone.
    size_t start = line;
    while (start < line_end && (is_blank(text[start]) || (timed && text[start] == '-'))) start++;
    if ((timed || (count > 0 && alone)) && goes_on(text, start, rest)) return start;
    const size_t behind = behind_prefix(text, line, line_end, rest, line_before, piece);
    if (behind != std::string_view::npos) return behind;
    const bool times = all.size() <= kLongestPrefix && (has_clock(all) || all.find("-->") != std::string_view::npos);
    if (!times && !is_number(all)) return at;
    if (times && !begins_alike(line_above(text, begin, floor), text.substr(line, line_end - line))) return at;
    timed = timed || times;
    line = line_end + 1;
  }
  return at;
}

// ---- Brackets -----------------------------------------------------------------------------------

// "Night <a@example.org>, jar <b@example.org>": from one name of a list of recipients to the next.
size_t end_of_address(std::string_view text, size_t at, std::string_view rest) {
  constexpr size_t kLongestAddress = 128;
  const size_t close = text.substr(0, at + kLongestAddress).find_first_of("> \n", at + 1);
  if (close == std::string_view::npos || text[close] != '>') return at;
  if (text.substr(at, close - at).find('@') == std::string_view::npos) return at;
  size_t end = close + 1;
  while (end < text.size() && (text[end] == ',' || text[end] == ';' || text[end] == '"' || is_white(text[end]))) end++;
  return goes_on(text, end, rest) ? end : at;
}

// ---- Markup -------------------------------------------------------------------------------------

// Notes "[^1]", what is struck out "~~xx~~", entities "&ZeroWidthSpace;", times "<00:02.00>", and the ends of lines
// that programs take away: "\\", "\\c" of roff, "%" of TeX; its lengths "\\kern0pt ".
size_t end_of_marked(std::string_view text, size_t at) {
  constexpr size_t kLongest = 32;
  const std::string_view rest = text.substr(at, kLongest);
  const auto behind = [&](std::string_view close, size_t from) {
    const size_t end = rest.find(close, from);
    return end == std::string_view::npos || rest.substr(0, end).find('\n') != std::string_view::npos
               ? at
               : at + end + close.size();
  };
  const auto behind_line = [&](size_t from) {
    if (from >= rest.size() || rest[from] != '\n') return at;
    size_t end = from + 1;
    while (end < rest.size() && is_blank(rest[end])) end++;
    return at + end;
  };
  if (rest.starts_with("[^")) return behind("]", 2);
  if (rest.starts_with("~~")) return behind("~~", 2);
  if (rest.size() > 1 && rest[0] == '&' && is_letter(rest[1])) {
    const size_t end = rest.find_first_of("; \n", 1);
    return end != std::string_view::npos && rest[end] == ';' ? at + end + 1 : at;
  }
  if (rest.size() > 1 && rest[0] == '<' && is_digit(rest[1])) {
    const size_t end = rest.find_first_not_of("0123456789:.,", 1);
    return end != std::string_view::npos && rest[end] == '>' ? at + end + 1 : at;
  }
  if (rest[0] == '%') return behind_line(1);
  if (rest[0] != '\\') return at;
  if (rest.size() > 2 && rest[1] == 'c') return behind_line(2);
  if (const size_t end = behind_line(1); end > at) return end;
  const size_t blank = rest.find_first_of(" {}\\\n");
  const size_t word = rest.find_first_of(" {}\\\n", 1);
  return blank == 0 && word != std::string_view::npos && word > 1 && rest[word] == ' ' ? at + word + 1 : at;
}

// "Night plus jar".
constexpr std::string_view kPlus = " plus ";

// "][1][", "](address)[", and "{color}".
size_t end_of_brackets(std::string_view text, size_t at, std::string_view rest) {
  constexpr size_t kLongestWord = 32;
  size_t end = at;
  if (text[at] == '{') {
    end = text.substr(0, at + kLongestWord).find_first_of("}{ \n", at + 1);
    if (end == std::string_view::npos || text[end] != '}') return at;
  } else {
    if (at + 1 >= text.size() || (text[at + 1] != '[' && text[at + 1] != '(')) return at;
    end = text.find_first_of(text[at + 1] == '[' ? "]\n" : ")\n", at + 2);
    if (end == std::string_view::npos || text[end] == '\n' || end + 1 >= text.size() || text[end + 1] != '[') return at;
    end++;
  }
  return goes_on(text, end + 1, rest) ? end + 1 : at;
}

}  // namespace

bool may_begin_tear(char c) {
  return c == '[' || c == '~' || c == '\\' || c == '%' || c == '&' || c == '<' || c == '\n' || is_quote(c) ||
         c == ']' || c == '{' || c == '-' || c == '.' || is_blank(c);
}

namespace {

bool may_end_with(char c) {
  return c == ',' || c == ';' || c == ':' || c == '>' || c == ']' || c == ')' || c == '\n';
}

}  // namespace

bool may_end_tear(std::string_view text) {
  return !text.empty() &&
         (may_end_with(text.back()) || text.ends_with(kPlus.substr(0, kPlus.size() - 1)) || text.ends_with("0pt"));
}

Tear end_of_tear(std::string_view text, size_t at, size_t most, std::string_view rest) {
  const std::string_view seen = text.substr(0, std::min(most, at + kMostTear));
  if (is_quote(seen[at])) return end_of_strings(seen, at, rest);
  if (seen[at] == ']' || seen[at] == '{') return {end_of_brackets(seen, at, rest)};
  if (const size_t end = end_of_marked(seen, at); end > at && goes_on(seen, end, rest)) return {end};
  if (seen.substr(at, kPlus.size()) == kPlus && goes_on(seen, at + kPlus.size(), rest))
    return {at + kPlus.size(), true};
  // A mark of a cut word, and blanks behind the line. One full stop ends a sentence.
  constexpr size_t kMostMarks = 3;
  size_t end = at;
  while (end < seen.size() && end - at < kMostMarks && (seen[end] == '-' || seen[end] == '.')) end++;
  if (end == at + 1 && seen[at] == '.') return {at};
  const bool loose = seen[at] != '-';
  while (end < seen.size() && is_blank(seen[end]) && end - at < 2 * kMostMarks) end++;
  if (end < seen.size() && seen[end] == '<') {
    const size_t behind = end_of_address(seen, end, rest);
    return behind > end ? Tear{behind, true} : Tear{at};
  }
  if (end >= seen.size() || seen[end] != '\n') return {at};
  return {end_of_lines(seen, at, end, rest), loose};
}

}  // namespace postern::policy

#include "policy/source_code.h"

#include <algorithm>

#include "base/text.h"

namespace postern::policy {

namespace {

// A stretch shorter than this is a remark in a letter, not code.
constexpr std::uint32_t kLeastLines = 3;
// Lines in a row that are no code; more of them end a stretch. Blank ones end it later: files have them between
// functions.
constexpr unsigned kOthersInside = 2;
constexpr unsigned kBlanksInside = 3;
// A comment that is never closed is none.
constexpr unsigned kLongestComment = 60;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c == '@';
}
bool is_name(char c) {
  return is_name_start(c) || is_digit(c);
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Marks of a quotation and of a change (`> `, `+`, `-`) before the line, and numbers of lines that a listing has.
std::string_view without_marks(std::string_view line) {
  std::string_view rest = trimmed(line);
  while (rest.starts_with('>')) rest = trimmed(rest.substr(1));
  if (rest.size() > 1 && (rest[0] == '+' || rest[0] == '-') && rest[1] != rest[0] && rest[1] != '>') {
    const std::string_view changed = trimmed(rest.substr(1));
    // "- item" of a list stays as it is unless what follows is written tight or indented.
    if (rest[1] != ' ' || rest.substr(1).starts_with("  ")) rest = changed;
  }
  size_t digits = 0;
  while (digits < rest.size() && digits < 5 && is_digit(rest[digits])) digits++;
  if (digits > 0 && digits + 2 < rest.size() &&
      (rest[digits] == '|' || rest.substr(digits, 2) == ": " || rest.substr(digits, 2) == "  " ||
       rest[digits] == '\t')) {
    rest = trimmed(rest.substr(digits + 1));
  }
  return rest;
}

// What a line is made of.
struct Features {
  unsigned words = 0;        // of two letters and more, outside quotes
  unsigned plain_pairs = 0;  // words with one space between them and nothing else: sentences are made of these
  unsigned calls = 0;        // a name with '(' directly behind
  unsigned operators = 0;    // == != && || += -> => :: := <= >= ++ << and the like
  unsigned assignments = 0;  // a single '='
  unsigned commas = 0;
  unsigned tabs = 0;
  unsigned semicolons = 0;
  unsigned brackets = 0;     // ( ) [ ] { }
  unsigned members = 0;      // name.name, name->name, name::name
  unsigned mixed_names = 0;  // camelCase, snake_case, $name
  unsigned digits = 0;
  unsigned strange = 0;  // letters outside ASCII, outside quotes
};

bool is_mixed_name(std::string_view name) {
  const size_t underline = name.find('_', 1);
  if (underline != std::string_view::npos && underline + 1 < name.size()) return true;
  if (name[0] == '$' && name.size() > 1) return true;
  for (size_t i = 1; i < name.size(); i++) {
    if (name[i] >= 'A' && name[i] <= 'Z' && name[i - 1] >= 'a' && name[i - 1] <= 'z') return true;
  }
  return false;
}

Features look_at(std::string_view line) {
  static constexpr std::string_view kOperators = "== != && || += -= *= /= -> => :: := <= >= ++ << >> ** ?? |= &=";
  Features f;
  size_t word_end = 0;
  for (size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (c == '"' || c == '\'' || c == '`') {
      // An apostrophe inside a word begins no text.
      const bool apostrophe = c == '\'' && i > 0 && is_letter(line[i - 1]);
      const size_t end = apostrophe ? std::string_view::npos : line.find(c, i + 1);
      i = end == std::string_view::npos ? i + 1 : end + 1;
      continue;
    }
    if (is_name_start(c) || static_cast<unsigned char>(c) >= 0x80) {
      const size_t begin = i;
      while (i < line.size() && (is_name(line[i]) || static_cast<unsigned char>(line[i]) >= 0x80)) {
        if (static_cast<unsigned char>(line[i]) >= 0x80) f.strange++;
        i++;
      }
      const std::string_view name = line.substr(begin, i - begin);
      if (name.size() > 1) {
        f.words++;
        if (word_end != 0 && begin == word_end + 1 && line[word_end] == ' ') f.plain_pairs++;
        word_end = i;
      }
      if (is_mixed_name(name)) f.mixed_names++;
      if (i < line.size() && line[i] == '(') f.calls++;
      if (i + 1 < line.size() && line[i] == '.' && is_name_start(line[i + 1]) && line[i + 1] != '@') f.members++;
      continue;
    }
    if (i + 1 < line.size() && lists_word(kOperators, line.substr(i, 2))) {
      f.operators++;
      i += 2;
      continue;
    }
    f.assignments += c == '=' ? 1U : 0U;
    f.commas += c == ',' ? 1U : 0U;
    f.tabs += c == '\t' ? 1U : 0U;
    f.semicolons += c == ';' ? 1U : 0U;
    f.brackets += std::string_view("()[]{}").find(c) != std::string_view::npos ? 1U : 0U;
    f.digits += is_digit(c) ? 1U : 0U;
    i++;
  }
  return f;
}

std::string_view first_word(std::string_view line) {
  size_t end = 0;
  while (end < line.size() && (is_name(line[end]) || line[end] == '#')) end++;
  return line.substr(0, end);
}

// A day, a time or a level at the beginning, as logs have it.
bool begins_like_log(std::string_view line) {
  static constexpr std::string_view kLevels = "DEBUG INFO WARN WARNING ERROR FATAL TRACE NOTICE CRITICAL";
  static constexpr std::string_view kMonths = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
  std::string_view rest = line;
  // Valgrind's number of a process, and lines of a stack.
  if (line.starts_with("==") || line.starts_with("at ") || line.starts_with("by 0x")) return true;
  while (!rest.empty() && (rest[0] == '[' || rest[0] == '<' || rest[0] == '(')) rest.remove_prefix(1);
  if (lists_word(kLevels, first_word(rest))) return true;
  if (rest.size() > 6 && lists_word(kMonths, rest.substr(0, 3)) && rest[3] == ' ' &&
      (rest[4] == ' ' || is_digit(rest[4]))) {
    return true;
  }
  size_t digits = 0;
  size_t marks = 0;
  for (size_t i = 0; i < std::min<size_t>(rest.size(), 10); i++) {
    digits += is_digit(rest[i]) ? 1U : 0U;
    marks += rest[i] == '-' || rest[i] == ':' || rest[i] == '/' || rest[i] == '.' ? 1U : 0U;
  }
  return rest.size() >= 8 && is_digit(rest[0]) && digits >= 4 && marks >= 2;
}

bool ends_sentence(std::string_view line) {
  const char last = line.back();
  return last == '.' || last == '!' || last == '?' || last == ',' || last == ':' || is_letter(last);
}

// Words that begin statements, of the languages that spell them alike.
constexpr std::string_view kStatementWords =
    "if for while switch return else elif elseif do try catch except finally throw raise yield await async import from "
    "package namespace using class struct enum interface public private protected static const constexpr let var val "
    "def func "
    "function fn pub impl use mod match case default break continue goto template typedef extern virtual override "
    "final "
    "abstract with lambda pass assert del global foreach unless until begin end local export echo require module void "
    "int "
    "long short char bool boolean float double string unsigned signed auto delete new print println";
constexpr std::string_view kPreprocessor = "#include #define #ifdef #ifndef #endif #pragma #undef #elif #if #else";
constexpr std::string_view kSqlVerbs =
    "SELECT INSERT UPDATE DELETE CREATE ALTER DROP GRANT MERGE WITH FROM WHERE JOIN INNER LEFT RIGHT OUTER GROUP ORDER "
    "HAVING "
    "UNION VALUES SET ON AND OR LIMIT DECLARE BEGIN END CASE WHEN";
constexpr std::string_view kSqlSure =
    "SELECT|INSERT INTO|UPDATE |DELETE FROM|CREATE TABLE|CREATE VIEW|CREATE INDEX|CREATE UNIQUE|CREATE OR "
    "REPLACE|ALTER TABLE|"
    "DROP TABLE|INNER JOIN|LEFT JOIN|LEFT OUTER JOIN|RIGHT JOIN|GROUP BY|ORDER BY|UNION ALL";
constexpr std::string_view kShellWords = "fi done esac then else do";

bool begins_with_one_of(std::string_view line, std::string_view beginnings) {
  for (size_t at = 0; at < beginnings.size();) {
    const size_t end = std::min(beginnings.find('|', at), beginnings.size());
    if (line.starts_with(beginnings.substr(at, end - at))) return true;
    at = end + 1;
  }
  return false;
}

bool is_comment(std::string_view line) {
  const bool hash = line.starts_with("# ") || line.starts_with("#!") || line == "#";
  return hash || line.starts_with("//") || line.starts_with("/*") || line.starts_with("*/") ||
         line.starts_with("<!--") || line.starts_with("\"\"\"") || line.starts_with("'''");
}

// What a patch says of itself.
bool is_patch_header(std::string_view line) {
  return line.starts_with("--- ") || line.starts_with("+++ ") || line.starts_with("@@ ") ||
         line.starts_with("diff --git ");
}

bool is_only_brackets(std::string_view line) {
  return line.find_first_not_of("{}()[];,") == std::string_view::npos;
}

// [section] of settings.
bool is_section(std::string_view line) {
  return line.size() > 2 && line.front() == '[' && line.back() == ']' &&
         std::all_of(line.begin() + 1, line.end() - 1,
                     [](char c) { return is_name(c) || c == '.' || c == '-' || c == '"' || c == ' ' || c == ':'; }) &&
         is_name_start(line[1]);
}

// The name before the first '=', one word as settings and variables have it; empty when there is none.
std::string_view assigned_name(std::string_view line) {
  const size_t equals = line.find('=');
  if (equals == std::string_view::npos || equals == 0) return {};
  const std::string_view name = trimmed(line.substr(0, equals));
  const bool one = !name.empty() && is_name_start(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
    return is_name(c) || c == '.' || c == '-' || c == '[' || c == ']' || c == '>' || c == ':' || c == '"' || c == '\'';
  });
  return one ? name : std::string_view();
}

bool is_python(std::string_view line, std::string_view word) {
  if (line.ends_with(':') && line.size() > word.size()) {
    static constexpr std::string_view kBlocks = "def class if elif for while with except async";
    const bool header = lists_word(kBlocks, word);
    const std::string_view rest = line.substr(word.size());
    const bool tells = rest.find('(') != std::string_view::npos || rest.find(" in ") != std::string_view::npos ||
                       rest.find("==") != std::string_view::npos || rest.find('.') != std::string_view::npos ||
                       rest.find('_') != std::string_view::npos || rest.find(" not ") != std::string_view::npos ||
                       rest.find(" as ") != std::string_view::npos || rest.find(" is ") != std::string_view::npos;
    return header && tells && line.find(',') == line.find(", ");
  }
  return line == "else:" || line == "try:" || line == "finally:" || line == "except:" || line == "pass" ||
         (word == "from" && line.find(" import ") != std::string_view::npos);
}

bool is_shell(std::string_view line, std::string_view word) {
  if (line.starts_with("set -")) return true;
  if (lists_word(kShellWords, line) || line.ends_with("; then") || line.ends_with("; do") || line == ";;") return true;
  if (line.starts_with("if [") || line.find(" ]; then") != std::string_view::npos ||
      (line.starts_with("[ ") && line.find(" ] ") != std::string_view::npos) ||
      (word == "case" && line.ends_with(" in")))
    return true;
  const bool variable = line.find("${") != std::string_view::npos || line.find("\"$") != std::string_view::npos ||
                        line.find("$(") != std::string_view::npos || line.find(">&2") != std::string_view::npos ||
                        line.find("=$") != std::string_view::npos;
  return variable || (word == "export" && line.find('=') != std::string_view::npos) ||
         line.find(" || exit") != std::string_view::npos;
}

bool is_sql(std::string_view line, const Features& f) {
  if (!begins_with_one_of(line, kSqlSure)) return false;
  return f.commas > 0 || f.brackets > 0 || f.assignments > 0 || line.ends_with(';') || f.members > 0 ||
         f.mixed_names > 0 || line.find('*') != std::string_view::npos || line.find(" BY ") != std::string_view::npos ||
         line.find(" ON ") != std::string_view::npos || line.find(" FROM ") != std::string_view::npos || f.words <= 3;
}

// A row of a table: as many separators as values, and no operator beside.
bool is_row(std::string_view line, const Features& f) {
  // "v=1; a=rsa-sha256; d=example.com;" of a signature in a mail's header.
  if (f.semicolons >= 2 && f.assignments >= 2 && f.brackets == 0) return true;
  const bool separated = f.tabs >= 2 || (f.commas >= 3 && f.brackets == 0 && f.assignments == 0) ||
                         (f.semicolons >= 2 && f.brackets == 0 && f.assignments == 0);
  return separated && f.calls == 0 && f.operators == 0 && !line.ends_with(";") && !line.ends_with("{");
}

// Two words and more side by side with little else is a sentence, whatever it begins with.
bool is_sentence(std::string_view line, const Features& f) {
  const unsigned marks =
      f.calls + f.operators + f.assignments + f.members + f.mixed_names + (f.semicolons > 0 ? 1U : 0U);
  return f.plain_pairs >= 3 && f.plain_pairs > 2 * marks && ends_sentence(line);
}

}  // namespace

LineKind kind_of_line(std::string_view whole) {
  const std::string_view line = without_marks(whole);
  if (line.empty()) return LineKind::blank;
  // What no program has in one line is not looked through.
  constexpr size_t kLongestLine = 400;
  if (line.size() > kLongestLine) return LineKind::other;
  if (line.starts_with("#!/")) return LineKind::code;
  if (is_only_brackets(line) || is_comment(line) || is_patch_header(line)) return LineKind::filler;
  if (line.starts_with('<') && line.ends_with('>')) return LineKind::other;
  if (begins_like_log(line) || line.ends_with('.')) return LineKind::other;
  const std::string_view word = first_word(line);
  if (lists_word(kPreprocessor, word)) return LineKind::code;
  const Features f = look_at(line);
  if (is_python(line, word) || is_shell(line, word) || is_sql(line, f)) return LineKind::code;
  if (is_row(line, f) || (line.find(" | ") != std::string_view::npos && f.calls == 0)) return LineKind::other;
  if (is_sentence(line, f)) return LineKind::other;
  const bool statement = lists_word(kStatementWords, word);
  const bool ends_like_code = line.ends_with(';') || line.ends_with('{') || line.ends_with("})") ||
                              line.ends_with(")") || line.ends_with("},") || line.ends_with("];") ||
                              line.ends_with("):");
  if (line.ends_with('{') && (f.brackets >= 2 || f.words <= 4)) return LineKind::code;
  if (statement && ends_like_code && (f.calls > 0 || f.brackets > 1 || f.operators > 0 || f.semicolons > 0)) {
    return LineKind::code;
  }
  if (line.ends_with(';') &&
      (f.calls > 0 || f.assignments > 0 || f.operators > 0 || f.members > 0 || f.mixed_names > 0)) {
    return LineKind::code;
  }
  if (f.assignments == 1 && !assigned_name(line).empty()) {
    return f.calls > 0 || f.mixed_names > 0 || f.brackets > 0 || f.operators > 0 ? LineKind::code : LineKind::likely;
  }
  if (f.calls > 0 && (f.members > 0 || f.mixed_names > 0) && ends_like_code) return LineKind::code;
  if (f.operators > 0 && (f.calls > 0 || f.members > 0 || f.mixed_names > 0)) return LineKind::code;
  if (is_section(line)) return LineKind::likely;
  const bool short_statement = f.words <= 3 && f.commas == 0;
  if (statement && f.plain_pairs <= 3 && !line.ends_with(',') && (short_statement || f.brackets > 0 || f.members > 0)) {
    return LineKind::likely;
  }
  if (lists_word(kSqlVerbs, word) && f.words <= 12) return LineKind::likely;
  if (line.ends_with(';') || line.ends_with("},") || line.ends_with("],"))
    return f.plain_pairs <= 2 ? LineKind::likely : LineKind::other;
  if ((f.mixed_names > 0 || f.calls > 0) && f.plain_pairs <= 1 && f.strange == 0) return LineKind::likely;
  return LineKind::other;
}

bool CodeReader::next_line(std::string_view& line) {
  if (at_ >= text_.size()) return false;
  const size_t end = std::min(text_.find('\n', at_), text_.size());
  line = text_.substr(at_, end - at_);
  at_ = end + 1;
  return true;
}

bool CodeReader::next(CodeStretch& stretch) {
  struct Count {
    std::uint32_t code = 0;
    std::uint32_t likely = 0;
    std::uint32_t filler = 0;
    std::uint32_t other = 0;
  };
  Count so_far;   // of the stretch up to its last line of code
  Count pending;  // behind it
  unsigned others = 0;
  unsigned blanks = 0;
  size_t begin = 0;
  size_t end = 0;
  const auto is_code = [&] {
    const std::uint32_t lines = so_far.code + so_far.likely + so_far.filler + so_far.other;
    // Two in five only a program would have, remarks left out; one in eight at most looks like a sentence.
    return lines >= kLeastLines && so_far.code >= 2 && so_far.code * 5 >= (lines - so_far.filler) * 2 &&
           so_far.code * 4 >= lines && so_far.other * 8 <= lines;
  };
  const auto give = [&] {
    stretch.range = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
    stretch.lines = so_far.code + so_far.likely + so_far.filler + so_far.other;
  };
  std::string_view line;
  unsigned comment = 0;  // lines of a comment that is open
  while (next_line(line)) {
    LineKind kind = kind_of_line(line);
    const bool opens = line.find("/*") != std::string_view::npos && trimmed(line).starts_with("/*");
    if (comment > 0 && kind != LineKind::blank) kind = LineKind::filler;
    if (opens || comment > 0)
      comment = line.find("*/") != std::string_view::npos || comment == kLongestComment ? 0 : comment + 1;
    const auto line_begin = static_cast<size_t>(line.data() - text_.data());
    const bool open = end > 0;
    switch (kind) {
      case LineKind::code:
      case LineKind::likely:
        if (!open) begin = line_begin;
        so_far.filler += pending.filler;
        so_far.other += pending.other;
        pending = {};
        (kind == LineKind::code ? so_far.code : so_far.likely)++;
        end = line_begin + line.size();
        others = blanks = 0;
        continue;
      case LineKind::filler:
        if (open && others == 0 && blanks == 0) {
          so_far.filler++;
          end = line_begin + line.size();
        } else if (open) {
          pending.filler++;
        }
        blanks = 0;
        continue;
      case LineKind::blank:
        blanks++;
        break;
      case LineKind::other:
        blanks = 0;
        others++;
        if (open) pending.other++;
        break;
    }
    if (!open || (others <= kOthersInside && blanks <= kBlanksInside)) continue;
    if (is_code()) {
      give();
      return true;
    }
    so_far = pending = {};
    others = blanks = 0;
    end = 0;
  }
  if (end == 0 || !is_code()) return false;
  give();
  return true;
}

}  // namespace postern::policy

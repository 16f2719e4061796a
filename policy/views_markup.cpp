#include "policy/views_markup.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace postern::policy {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Elements whose tags stand between lines, cells or paragraphs.
constexpr std::array<std::string_view, 37> kBreaking = {
    "address", "article", "aside", "blockquote", "body", "br",    "caption", "center", "dd",  "div",
    "dl",      "dt",      "form",  "h1",         "h2",   "h3",    "h4",      "h5",     "h6",  "head",
    "hr",      "html",    "img",   "input",      "li",   "ol",    "option",  "p",      "pre", "section",
    "table",   "td",      "th",    "title",      "tr",   "tbody", "ul"};

std::string_view clipped(std::string_view text, size_t at) {
  return text.substr(at, kMostMarkup);
}

size_t end_of_tag(std::string_view text, size_t at) {
  const std::string_view rest = clipped(text, at);
  if (rest.starts_with("<!--")) {
    const size_t end = rest.find("-->", 4);
    return end == std::string_view::npos ? at : at + end + 3;
  }
  size_t name = 1;
  if (name < rest.size() && rest[name] == '/') name++;
  size_t behind = name;
  while (behind < rest.size() && (is_letter(rest[behind]) || is_digit(rest[behind]) || rest[behind] == ':')) behind++;
  if (behind == name || !is_letter(rest[name])) return at;
  const size_t end = rest.find_first_of("<>\n", behind);
  if (end == std::string_view::npos || rest[end] != '>') return at;
  const char next = rest[behind];
  if (next != '>' && next != ' ' && next != '/') return at;
  char lowered[10];
  if (behind - name <= sizeof lowered) {
    std::transform(rest.begin() + static_cast<std::ptrdiff_t>(name), rest.begin() + static_cast<std::ptrdiff_t>(behind),
                   lowered, lower);
    const std::string_view element(lowered, behind - name);
    if (std::find(kBreaking.begin(), kBreaking.end(), element) != kBreaking.end()) return at;
  }
  return at + end + 1;
}

// Code points that nobody sees.
bool is_unseen(std::uint32_t c) {
  return c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

size_t end_of_entity(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at, 12);
  for (const std::string_view name : {"&shy;", "&zwnj;", "&zwj;", "&lrm;", "&rlm;"}) {
    if (rest.starts_with(name)) return at + name.size();
  }
  if (!rest.starts_with("&#")) return at;
  const bool hex = rest.size() > 2 && lower(rest[2]) == 'x';
  std::uint32_t value = 0;
  for (size_t i = hex ? 3 : 2; i < rest.size(); i++) {
    const char c = lower(rest[i]);
    if (c == ';') return is_unseen(value) ? at + i + 1 : at;
    if (is_digit(c)) {
      value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(c - '0');
    } else if (hex && c >= 'a' && c <= 'f') {
      value = value * 16 + static_cast<std::uint32_t>(c - 'a' + 10);
    } else {
      return at;
    }
  }
  return at;
}

// The last digit of a footnote's bracket.
constexpr size_t kMostFootnote = 3;

// "[b]", "[/color]", "[size=4]", "[0;31m", and "[1]" of a footnote inside a word.
size_t end_of_bracket(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at, 32);
  const size_t digits = std::min(rest.size(), rest.find_first_not_of("0123456789;", 1));
  if (digits > 1 && digits < rest.size() && rest[digits] == 'm') return at + digits + 1;
  if (digits > 1 && digits <= kMostFootnote && digits + 1 < rest.size() && rest[digits] == ']') {
    return at > 0 && is_letter(text[at - 1]) && is_letter(rest[digits + 1]) ? at + digits + 1 : at;
  }
  size_t name = 1;
  if (name < rest.size() && rest[name] == '/') name++;
  size_t behind = name;
  while (behind < rest.size() && is_letter(rest[behind])) behind++;
  if (behind == name) return at;
  if (behind < rest.size() && rest[behind] == '=') behind = std::min(rest.size(), rest.find_first_of("[] \n", behind));
  return behind < rest.size() && rest[behind] == ']' ? at + behind + 1 : at;
}

// Words of LaTeX and Texinfo before their brace: "\\textbf{", "@strong{".
size_t end_of_command(std::string_view text, size_t at) {
  constexpr size_t kMostCommand = 16;
  const std::string_view rest = text.substr(at, kMostCommand);
  size_t behind = 1;
  while (behind < rest.size() && is_letter(rest[behind])) behind++;
  return behind > 1 && behind < rest.size() && rest[behind] == '{' ? at + behind + 1 : at;
}

// Fonts of roff: "\\fB", "\\f(CW", "\\f[BI]". A folder may begin with an f, and seldom with these.
size_t end_of_font(std::string_view text, size_t at) {
  constexpr std::string_view kFonts = "BIRPC1234";
  constexpr size_t kMostFont = 8;
  const std::string_view rest = text.substr(at, kMostFont);
  if (rest.size() < 3 || rest[1] != 'f') return at;
  if (rest[2] == '(') return rest.size() > 4 && is_letter(rest[3]) && is_letter(rest[4]) ? at + 5 : at;
  if (rest[2] != '[') return kFonts.find(rest[2]) != std::string_view::npos ? at + 3 : at;
  size_t behind = 3;
  while (behind < rest.size() && (is_letter(rest[behind]) || is_digit(rest[behind]))) behind++;
  return behind < rest.size() && rest[behind] == ']' ? at + behind + 1 : at;
}

}  // namespace

size_t end_of_markup(std::string_view text, size_t at) {
  switch (text[at]) {
    case '<':
      return end_of_tag(text, at);
    case '&':
      return end_of_entity(text, at);
    case '[':
      return end_of_bracket(text, at);
    case '=':
      return text.substr(at, 2) == "=\n" ? at + 2 : at;
    case '@':
      return end_of_command(text, at);
    case '\\':
      return std::max(end_of_font(text, at), end_of_command(text, at));
    default:
      return at;
  }
}

}  // namespace postern::policy

#include "extractors/ooxml/number_format.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "extractors/xml/code_point.h"

namespace postern::extract::ooxml {

namespace {

bool is_place(char c) {
  return c == '0' || c == '#' || c == '?';
}

struct Token {
  std::string literal;  // empty for the place of a digit
  char place = 0;
};

// Empty when the section does more than place digits.
std::vector<Token> tokens_of(std::string_view section) {
  constexpr std::string_view kPlain = " -()/:$+!^&'~{}<>=";  // shown without quotes (18.8.30)
  std::vector<Token> out;
  for (size_t i = 0; i < section.size(); i++) {
    const char c = section[i];
    if (is_place(c)) {
      out.push_back({"", c});
    } else if (c == '"') {
      const size_t close = std::min(section.find('"', i + 1), section.size());
      out.push_back({std::string(section.substr(i + 1, close - i - 1)), 0});
      i = close;
    } else if (c == '\\' && i + 1 < section.size()) {
      out.push_back({std::string(1, section[++i]), 0});
    } else if (c == '_' && i + 1 < section.size()) {
      out.push_back({" ", 0});
      i++;
    } else if (c == '[') {
      const size_t close = section.find(']', i);
      if (close == std::string_view::npos) return {};
      i = close;  // colours, conditions and locales show nothing
    } else if (kPlain.find(c) != std::string_view::npos || static_cast<unsigned char>(c) >= 0x80) {
      out.push_back({std::string(1, c), 0});
    } else {
      return {};
    }
  }
  return out;
}

}  // namespace

std::string_view digit_section(std::string_view code) {
  size_t end = 0;
  for (bool quoted = false; end < code.size(); end++) {
    if (code[end] == '"') quoted = !quoted;
    if (code[end] == '\\') {
      end++;
    } else if (code[end] == ';' && !quoted) {
      break;
    }
  }
  const std::string_view section = code.substr(0, end);
  const std::vector<Token> tokens = tokens_of(section);
  const auto places = std::count_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.place != 0; });
  // A lone place shows the number as it is.
  if (places == 0 || (places == 1 && tokens.size() == 1)) return {};
  return section;
}

std::string show_digits(std::string_view section, std::string_view stored) {
  double value = 0;
  const auto [end, error] = std::from_chars(stored.data(), stored.data() + stored.size(), value);
  constexpr double kExact = 1e15;
  if (error != std::errc() || end != stored.data() + stored.size() || !(value >= 0 && value < kExact)) return {};
  const auto whole = static_cast<unsigned long long>(value);
  if (static_cast<double>(whole) != value) return {};
  const std::string digits = std::to_string(whole);
  const std::vector<Token> tokens = tokens_of(section);
  if (digits.size() > kMostShownDigits) return {};

  // From the right: each place takes a digit, the first place all that are left.
  const auto first = static_cast<size_t>(
      std::find_if(tokens.begin(), tokens.end(), [](const Token& t) { return t.place != 0; }) - tokens.begin());
  std::vector<std::string> pieces(tokens.size());
  size_t left = digits.size();
  for (size_t i = tokens.size(); i-- > 0;) {
    if (tokens[i].place == 0) {
      pieces[i] = tokens[i].literal;
    } else if (left > 0) {
      const size_t take = i == first ? left : 1;
      pieces[i] = digits.substr(left - take, take);
      left -= take;
    } else if (tokens[i].place == '0') {
      pieces[i] = "0";
    }
  }
  std::string out;
  for (const std::string& piece : pieces) out += piece;
  return out;
}

void unescape_xstring(std::string& text, size_t from) {
  constexpr size_t kEscape = 7;  // _xHHHH_
  size_t at = text.find("_x", from);
  while (at != std::string::npos && at + kEscape <= text.size()) {
    unsigned code = 0;
    const char* const digits = text.data() + at + 2;
    const auto [end, error] = std::from_chars(digits, digits + 4, code, 16);
    if (error == std::errc() && end == digits + 4 && text[at + 6] == '_' && code >= 0x20 &&
        (code < 0xD800 || code > 0xDFFF)) {
      std::string letter;
      append_utf8(letter, code);
      text.replace(at, kEscape, letter);
      at = text.find("_x", at + letter.size());
    } else {
      at = text.find("_x", at + 2);
    }
  }
}

}  // namespace postern::extract::ooxml

#include "extractors/html/css_text.h"

#include <algorithm>

#include "extractors/mail/header.h"
#include "extractors/xml/code_point.h"

namespace postern::extract {
namespace {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

char css_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view css_trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string without_escapes(std::string_view text) {
  constexpr size_t kMostDigits = 6;
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    char32_t code = 0;
    size_t digits = 0;
    while (digits < kMostDigits && i + 1 < text.size() && hex(text[i + 1]) >= 0) {
      code = code * 16 + static_cast<char32_t>(hex(text[++i]));
      digits++;
    }
    if (digits == 0) {
      out += text[++i];
      continue;
    }
    append_utf8(out, code);
    if (i + 1 < text.size() && (text[i + 1] == ' ' || text[i + 1] == '\n' || text[i + 1] == '\t')) i++;
  }
  return out;
}

std::string without_comments(std::string_view css) {
  std::string out;
  out.reserve(css.size());
  for (size_t at = 0; at < css.size();) {
    const size_t comment = css.find("/*", at);
    out += css.substr(at, comment == std::string_view::npos ? comment : comment - at);
    if (comment == std::string_view::npos) break;
    const size_t end = css.find("*/", comment + 2);
    at = end == std::string_view::npos ? css.size() : end + 2;
  }
  return out;
}

void CustomProperties::add(std::string_view css) {
  constexpr size_t kMostProperties = 1000;
  if (css.find("var(") == std::string_view::npos) return;
  asked_ = true;
  for (size_t at = css.find("--"); at != std::string_view::npos && values_.size() < kMostProperties;
       at = css.find("--", at + 2)) {
    const size_t end = css.find_first_of(";}", at);
    const std::string_view declaration = css.substr(at, end == std::string_view::npos ? end : end - at);
    const size_t colon = declaration.find_first_of(":(), \t\r\n");
    if (colon == std::string_view::npos || declaration[colon] != ':') continue;
    values_[to_lower(declaration.substr(0, colon))] = to_lower(trim(declaration.substr(colon + 1)));
  }
}

void CustomProperties::put_in(std::string& declaration, size_t from) const {
  constexpr int kMostInsideEachOther = 8;
  constexpr size_t kLongest = 4096;
  for (int i = 0; i < kMostInsideEachOther && declaration.size() < kLongest; i++) {
    const size_t at = declaration.rfind("var(");
    if (at == std::string::npos || at < from) return;
    const size_t end = std::min(declaration.find(')', at), declaration.size());
    const std::string_view inside = std::string_view(declaration).substr(at + 4, end - at - 4);
    const size_t comma = inside.find(',');
    const auto found = values_.find(std::string(trim(inside.substr(0, comma))));
    const std::string instead(comma == std::string_view::npos ? std::string_view{} : trim(inside.substr(comma + 1)));
    declaration.replace(at, end + 1 - at, found == values_.end() ? instead : found->second);
  }
}

size_t string_end(std::string_view css, size_t open) {
  size_t at = open + 1;
  while (at < css.size() && css[at] != css[open] && css[at] != '\n') at += css[at] == '\\' ? 2U : 1U;
  return std::min(at, css.size());
}

size_t find_outside_strings(std::string_view css, char wanted, size_t from) {
  const size_t first = std::min(css.find(wanted, from), css.size());
  if (css.substr(from, first - std::min(from, first)).find_first_of("\"'\\") == std::string_view::npos) return first;
  while (from < css.size()) {
    const char c = css[from];
    if (c == wanted) return from;
    if (c == '"' || c == '\'') {
      from = string_end(css, from) + 1;
    } else {
      from += c == '\\' ? 2U : 1U;
    }
  }
  return css.size();
}

std::string text_of_css(std::string_view css) {
  std::string out;
  size_t last_end = 0;  // of the string before
  for (size_t at = 0; at < css.size();) {
    const size_t next = css.find_first_of("/\"'", at);
    if (next == std::string_view::npos) break;
    if (css[next] == '/') {
      if (css.compare(next, 2, "/*") != 0) {
        at = next + 1;
        continue;
      }
      const size_t end = std::min(css.find("*/", next + 2), css.size());
      out += trim(css.substr(next + 2, end - next - 2));
      out += '\n';
      at = end + 2;
    } else {
      const size_t end = std::min(css.find(css[next], next + 1), css.size());
      // Strings beside each other are shown without a gap (CSS Generated Content 3, 2).
      const size_t gap =
          out.empty() || last_end == 0 ? std::string_view::npos : css.find_first_not_of(" \t\r\n", last_end);
      if (gap == next && out.back() == '\n') out.pop_back();
      out += without_escapes(css.substr(next + 1, end - next - 1));
      out += '\n';
      at = end + 1;
      last_end = at;
    }
  }
  return out;
}

}  // namespace postern::extract

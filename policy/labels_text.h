// How words of labels are compared. Internal to labels.cpp.
#pragma once

#include <string>
#include <string_view>

namespace postern::policy {

// White space of ASCII.
constexpr bool is_label_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
constexpr char lower_label(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// `b` is in lower case; letters beyond ASCII are compared as they are.
constexpr bool same_label_letters(char a, char b) {
  return lower_label(a) == b;
}

// Names of fields and properties are ASCII; `word` is in lower case.
bool label_contains(std::string_view name, std::string_view word);
bool label_equals(std::string_view name, std::string_view word);

// The text without white space, marks and pictures at both ends.
std::string_view bare_label(std::string_view text);

// Case folded, letters that look like ASCII ones as those, with one space for what separates words.
void normal_label(std::string_view text, std::string& out);

}  // namespace postern::policy

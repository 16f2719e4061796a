// The text of style sheets: strings and escapes in it (CSS Syntax 3, 4.3).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

namespace postern::extract {

// Names are compared in lower case, and parted by white space (4.2).
char css_lower(char c);
std::string_view css_trim(std::string_view text);

// "\41 mber" without its escapes (4.3.7).
std::string without_escapes(std::string_view text);

// The text without its comments.
std::string without_comments(std::string_view css);

// Custom properties by name, and what `var()` makes of them (CSS Variables 1). All rules count for the whole page.
class CustomProperties {
 public:
  // Takes in those that a style sheet sets, if any of its declarations asks for one.
  void add(std::string_view css);
  bool empty() const { return values_.empty() && !asked_; }
  // Replaces "var(--name)" and "var(--name, instead)" in what stands behind `from`.
  void put_in(std::string& declaration, size_t from) const;

 private:
  std::unordered_map<std::string, std::string> values_;  // in lower case
  bool asked_ = false;
};

// Where the string that begins at `open` with its quote ends: at its other quote, at a line end that is not escaped, or
// at the end of the text.
size_t string_end(std::string_view css, size_t open);

// The first `wanted`, which is no quote and no backslash, from `from` on that stands in no string and is not escaped;
// the size of the text when there is none.
size_t find_outside_strings(std::string_view css, char wanted, size_t from);

// What a style sheet says to people: comments and quoted strings (generated content).
std::string text_of_css(std::string_view css);

}  // namespace postern::extract

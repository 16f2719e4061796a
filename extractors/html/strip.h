// A linear reading of HTML for pages on which no tree may be built: all text, and
// all attribute values, whatever is shown of them.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

struct StrippedHtml {
  std::string text;        // text, scripts and comments in order; tags gone, blocks on their own lines
  std::string attributes;  // one value a line
};

StrippedHtml strip_html(std::string_view utf8);

// Numeric and the most frequent named character references; others stay as they are.
std::string decode_references(std::string_view text);

}  // namespace postern::extract

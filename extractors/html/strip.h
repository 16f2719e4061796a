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

// Where a reference stands: in attributes a name without its semicolon counts only where no letter, digit or '='
// follows.
enum class Reading { text, attribute };

// Numeric and named character references (HTML 13.2.5.72); what is none stays as it is.
std::string decode_references(std::string_view text, Reading reading = Reading::text);

}  // namespace postern::extract

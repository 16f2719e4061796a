// The footer as text and as HTML, and whether a text ends with it.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"
#include "message/body_edit.h"

namespace postern::extract {

// What is added: the text without control characters and blank ends, below it the address when it is to be shown.
std::string footer_lines(const Footer& footer);

// Whether `text` ends with the footer, its address shown or not, as it is or at the end of a quotation. White space and
// marks of quoting do not count: mail programs wrap lines anew.
bool ends_with_footer(std::string_view text, const Footer& footer);

// What goes to the end of `text` (UTF-8) so that the footer stands below an empty line; line ends are `newline`. Lines
// are wrapped at 76 columns, in format=flowed with soft ends (RFC 3676 4).
std::string plain_footer(std::string_view text, const Footer& footer, TextFormat format, std::string_view newline);

enum class Letters {
  as_they_are,
  as_references,  // whatever is not ASCII as "&#8211;"
};
// A block of its own. No line of it is longer than SMTP allows.
std::string html_footer(const Footer& footer, std::string_view newline, Letters letters);

}  // namespace postern::extract

// Content lines: the folded "NAME;PARAMETER=x:value" lines of calendars and contact cards
// (RFC 5545 3.1, RFC 6350 3.2, vCard 2.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct ContentLines {
  std::string text;                // unfolded, escapes and quoted-printable values decoded, a line a property
  std::vector<std::string> files;  // what stands in base64 inside: attachments, photos
};

// Files past this number stay text.
inline constexpr size_t kMostInlineFiles = 1000;

ContentLines read_content_lines(std::string_view text);

}  // namespace postern::extract

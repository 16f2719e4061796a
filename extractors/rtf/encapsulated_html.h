// HTML that was packed into RTF by a mail program ([MS-OXRTFEX]).
//
// Outlook keeps pages as RTF with the tags in \htmltag groups. The page inside is what the reader of the
// mail sees; msg files and winmail.dat often hold no other body.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::extract {

// The page in UTF-8; nullopt when the RTF does not say \fromhtml.
std::optional<std::string> html_of_rtf(std::string_view rtf);

}  // namespace postern::extract

// Text from outside (a name, a reason, an address) as it may stand on a terminal or in a log, on one line and no more
// than it looks; and any text as it may stand in XML. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace postern {

// `text` with the bytes of each unsafe character, and of each byte in `also`, written as \xNN. Unsafe are the controls
// (C0, DEL, C1 as UTF-8), U+2028 and U+2029, which end a line in some program that shows logs, and what reorders the
// text around it: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069 (UAX 9). Other bytes stay as they are.
std::string escape_unsafe(std::string_view text, std::string_view also = {});

// Appends `text` as it stands in an element or in an attribute's value (XML 1.0 2.4): & < > " and ' as references.
// Characters that XML does not allow at all stay as they are.
void append_xml(std::string& out, std::string_view text);

}  // namespace postern

// The named character references of HTML (13.5): "&hellip;", "&Lopf;".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// The one or two characters that `name`, what stands between '&' and ';', stands for; "" when HTML has no such name.
std::u32string named_character(std::string_view name);
// The same in UTF-8, behind `out`; false when there is no such name.
bool append_named_character(std::string_view name, std::string& out);

// The bytes of the longest name that `text` begins with and that needs no semicolon, as "eacute" of "eacutetude"; 0
// when there is none.
std::size_t unterminated_name(std::string_view text);

}  // namespace postern::extract

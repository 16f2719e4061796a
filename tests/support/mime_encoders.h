// What makes bytes fit for mail: transfer encodings and charsets, for tests that build mails.
#pragma once

#include <string>
#include <string_view>

namespace postern::test {

// Lines of `line` characters; 0: one line, without an end.
std::string base64_of(std::string_view bytes, size_t line = 76);
std::string quoted_printable_of(std::string_view bytes);
std::string uuencoded(std::string_view bytes, std::string_view name);
// Empty when the charset cannot spell the text.
std::string in_charset(std::string_view utf8, const std::string& charset);

}  // namespace postern::test

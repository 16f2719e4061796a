// Text in header fields: encoded words and raw 8-bit bytes to UTF-8 (RFC 2047, RFC 6532).
//
// Tolerant as mail programs are: words inside quoted strings, words with spaces,
// a character split between two words, unpadded base64, an unknown charset, a
// missing "?=" at the end.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

struct HeaderText {
  std::string text;        // UTF-8
  std::string other;       // what programs show that trust the charsets differently; empty when it is the same
  bool irregular = false;  // encoded words were broken: programs may show the raw text instead
};

// `value` may be folded.
HeaderText decode_header_text(std::string_view value);

}  // namespace postern::extract

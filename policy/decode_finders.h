// Who looks for which encodings (policy/decode.h). Internal to decode*.cpp, and the first questions to
// views_survey.cpp.
#pragma once

#include <string_view>

#include "policy/decode.h"

namespace postern::policy {

// decode_runs.cpp: base64, base32, hex, binary.
void find_runs(std::string_view text, const ByteRange& piece, Decoded& out);
// Whether the run of ASCII letters and digits that begins at `begin` may be one of them.
bool may_be_run(std::string_view text, size_t begin);
// Whether a run that ends before the '=' at `at` may be one that is filled up with it.
bool may_be_padded(std::string_view text, size_t at);

// decode_lists.cpp: lists of numbers.
void find_lists(std::string_view text, const ByteRange& piece, Decoded& out);
// Whether a list begins with the digit at `at`.
bool may_be_list(std::string_view text, size_t at);

// decode_escapes.cpp: percent, quoted-printable, references, escapes.
void find_escapes(Encoding encoding, std::string_view text, const ByteRange& piece, Decoded& out);
// Whether the '%', '&', '=' or backslash at `at` begins an escape.
bool is_escape(std::string_view text, size_t at);

// decode_lines.cpp: uuencode, ascii85, punycode, rot13.
void find_uuencoded(std::string_view text, const ByteRange& piece, Decoded& out);
bool may_be_uuencoded(std::string_view line);
void find_ascii85(std::string_view text, const ByteRange& piece, Decoded& out);
void find_punycode(std::string_view text, const ByteRange& piece, Decoded& out);
// Where the first common word in rot13 begins at or behind `from`; npos for none.
inline constexpr size_t kLongestRot13 = 5;
size_t find_rot13_word(std::string_view text, size_t from);

constexpr bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_ascii_alnum(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c);
}
// The value of a hex digit, or -1.
constexpr int hex_value(char c) {
  if (is_ascii_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
// What stands between the lines of quoted or indented text.
constexpr bool is_line_gap(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '>' || c == '|';
}

}  // namespace postern::policy

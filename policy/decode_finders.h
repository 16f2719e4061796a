// Who looks for which encodings (policy/decode.h). Internal to decode*.cpp, and the first questions to
// views_survey.cpp.
#pragma once

#include <string_view>

#include "policy/decode.h"

namespace postern::policy {

// Each finder adds what stands at the sign to `out`, and returns up to where it has looked. It does not look beyond
// `within`: the piece with the sign, from where the finder's last look ended.

// decode_runs.cpp: base64, base32, hex, binary.
size_t find_runs(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out);
// Whether the run of ASCII letters and digits that begins at `begin` may be one of them.
bool may_be_run(std::string_view text, size_t begin);
// Whether a run that ends before the '=' at `at` may be one that is filled up with it.
bool may_be_padded(std::string_view text, size_t at);
// Whether the run at `begin` may be one of groups of as many letters: "TmFt ZSBp cyBO".
bool may_be_grouped(std::string_view text, size_t begin);

// decode_lists.cpp: lists of numbers.
size_t find_lists(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out);
// Whether a list begins with the digit at `at`.
bool may_be_list(std::string_view text, size_t at);

// decode_escapes.cpp: percent, quoted-printable, references, escapes.
size_t find_escapes(Encoding encoding, std::string_view text, const ByteRange& within, const CodeSign& sign,
                    Decoded& out);
// Whether the '%', '&', '=' or backslash at `at` begins an escape; which kind goes to `kind`.
bool is_escape(std::string_view text, size_t at, CodeKind& kind);
// Whether the '=' at `at` begins a value of a form with a "+" for a space: "q=Amber+Falcon".
bool begins_form(std::string_view text, size_t at);

// decode_lines.cpp: uuencode, ascii85, punycode, rot13.
size_t find_uuencoded(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out);
bool may_be_uuencoded(std::string_view line);
size_t find_ascii85(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out);
size_t find_punycode(std::string_view text, const ByteRange& within, const CodeSign& sign, Decoded& out);
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

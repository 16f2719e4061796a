// The makers of the derived views (policy/views.h), and what a survey asks where one of them may have something to do.
// Internal to views*.cpp.
#pragma once

#include <string>
#include <string_view>

#include "policy/views.h"

namespace postern::policy {

// views_alike.cpp
// Letters that the view may rewrite: where there is none it shows nothing new.
bool is_for_latin(char32_t c);
bool is_for_skeleton(char32_t c);
bool is_for_slanted(char32_t c);
// Whether what stands there has letters or digits at both sides: a dash that latin rewrites.
bool is_dash_inside(std::string_view reader, size_t begin, size_t end);
bool make_slanted(std::string_view reader, std::string& out, OffsetMap& map);
bool make_latin(std::string_view reader, std::string& out, OffsetMap& map);
bool make_skeleton(std::string_view reader, std::string& out, OffsetMap& map);

// views_joined.cpp
// A number of several digits some of which are letters that look like them, and nothing else.
bool is_numeral(std::string_view word);
bool make_numerals(std::string_view reader, std::string& out, OffsetMap& map);
// Signs that are written for letters, between letters: "N!ghtj@r".
constexpr bool is_letter_sign(char c) {
  return c == '!' || c == '$' || c == '@';
}
bool stands_for_letter(std::string_view reader, size_t at);
// The word, with such signs in it, that the byte at `at` is of.
ByteRange signed_word_at(std::string_view reader, size_t at);
size_t end_of_signed_word(std::string_view reader, size_t at);
// A word of ASCII letters with digits or signs inside that look like letters; more than three letters for two of them,
// or more than one for each in a long word.
bool is_word_with_digits(std::string_view word);
// Whether something in it may be an i or an l.
bool has_one(std::string_view word);
bool make_letters_i(std::string_view reader, std::string& out, OffsetMap& map);
bool make_letters_l(std::string_view reader, std::string& out, OffsetMap& map);
// Letters and digits that may stand one by one.
bool is_spaced_letter(char32_t c);
// Whether one begins at `at`, or ends there; false at the ends of the text.
bool is_word_at(std::string_view text, size_t at);
bool is_word_before(std::string_view text, size_t at);
// Where a run of four singles may stand around `at`: whole characters, and no letter out of a word that would look
// alone.
std::string_view around(std::string_view text, size_t at);
// Whether make_spaced() would write `stretch` anew.
bool any_spaced(std::string_view stretch);
bool make_spaced(std::string_view reader, std::string& out, OffsetMap& map);
// The same of letters with different things between them.
bool any_scattered(std::string_view stretch);
// Whether four ASCII letters alone end at `end`, up to three bytes apart and with not always the same between them.
bool differ_before(std::string_view reader, size_t end);
bool make_scattered(std::string_view reader, std::string& out, OffsetMap& map);
// Mail programs wrap behind 60 to 80 characters and not inside words; who cuts a word writes short lines.
inline constexpr size_t kShortLine = 40;
// Whether the line [line_begin, line_end) of the reader view ends inside a word. Few lines may.
constexpr bool may_be_cut(std::string_view reader, size_t line_begin, size_t line_end) {
  if (line_begin == line_end) return false;
  const char last = reader[line_end - 1];
  return line_end - line_begin < kShortLine || last == '-' || static_cast<unsigned char>(last) >= 0x80;
}
bool is_cut(std::string_view reader, size_t line_begin, size_t line_end);
bool make_unwrapped(std::string_view reader, std::string& out, OffsetMap& map);

// views_codes.cpp
bool make_codes(std::string_view reader, std::string& out, OffsetMap& map);
// Strokes, waves and dots beyond ASCII that stand for a hyphen in them, and are none to Unicode.
constexpr bool is_code_stroke(char32_t c) {
  switch (c) {
    case 0xb7:
    case 0x304:  // behind the blank of a macron
    case 0x58a:
    case 0x2022:
    case 0x2053:
    case 0x2192:
    case 0x2219:
    case 0x223c:
    case 0x22c5:
    case 0x23af:
    case 0x2500:
    case 0x2501:
    case 0x2e3a:
    case 0x2e3b:
    case 0x301c:
    case 0x3030:
    case 0x30a0:
    case 0x30fb:
    case 0x30fc:
    case 0x4e00:
      return true;
    default:
      return false;
  }
}
// Whether the digits at `at`, behind a capital and one sign, may be of such a code.
bool may_be_code(std::string_view reader, size_t at);
// Whether make_codes() would write anew what stands in the block of the masks at `at` or beside it.
bool any_codes(std::string_view reader, size_t at);

// views_debris.cpp
bool begins_debris(char c);
// The end of the markup that begins at `at` and cuts a word or number; 0 for none.
bool is_debris(std::string_view reader, size_t at);
bool make_debris(std::string_view reader, std::string& out, OffsetMap& map);

// views_leet.cpp
bool any_leet(std::string_view reader);
bool any_leet_l(std::string_view reader);
bool make_leet(std::string_view reader, std::string& out, OffsetMap& map);
bool make_leet_l(std::string_view reader, std::string& out, OffsetMap& map);

}  // namespace postern::policy

// Characters of RTF text: bytes under the font's code page, \'xx and \uN (RTF 1.9.1, "Unicode RTF").
//
// A character of two bytes may be spread over several tokens, one written as itself and one
// escaped; halves of surrogate pairs come as two \uN. After \uN the readers of Unicode pass over as
// many characters as \uc says.
#pragma once

#include <cstdint>
#include <string>

#include "extractors/rtf/font_table.h"
#include "extractors/rtf/tokens.h"

namespace postern::extract::rtf {

class Characters {
 public:
  explicit Characters(const FontTable& fonts) : fonts_(fonts) {}

  // True when the token was text, or passed over as the spare text of \uN. What is complete is appended to `out`;
  // before any other token, all that waited is.
  bool take(const Token& token, std::int32_t font, std::uint32_t spare, std::string& out);
  void flush(std::string& out);

 private:
  void flush_bytes(std::string& out);
  void byte(char c);
  void unit(std::int32_t value, std::string& out);
  bool pass_over(const Token& token, std::string& out);

  const FontTable& fonts_;
  std::string bytes_;  // under code_page_, not converted yet
  std::uint32_t code_page_ = 1252;
  bool lead_ = false;          // the last byte is the first of two
  char32_t high_ = 0;          // the first half of a pair
  std::uint32_t to_pass_ = 0;  // characters still to pass over
};

}  // namespace postern::extract::rtf

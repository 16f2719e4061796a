// The charset of a text part that is written to: both ways, and exactly.
//
// Reading takes labels as widely as mail programs do (text/charset.h); writing takes them by their word, so that every
// program reads what was written: en dashes do not go into iso-8859-1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::extract {

class PartCharset {
 public:
  // `declared` in lower case, "" when the part names none; `bytes` is the part after its transfer encoding. Nothing
  // when there is no such charset, or none that can be written.
  static std::optional<PartCharset> of(std::string_view declared, std::string_view bytes);

  // The text of the part.
  struct Text {
    std::string utf8;
    bool exact = true;  // false: some bytes mean nothing, or the charset was guessed
  };
  Text decode(std::string_view bytes) const;

  // Nothing when a letter is missing.
  std::optional<std::string> encode(std::string_view utf8) const;

  // Bytes in which the marks of HTML stand where they are in the text: everything that may be mistaken for one
  // is 0x80. One byte for each unit(). Nothing for charsets in which that cannot be told.
  std::optional<std::string> markup_of(std::string_view bytes) const;
  size_t unit() const { return wide_ ? 2 : 1; }
  // Bytes below 0x80 are ASCII's and line ends are found without decoding.
  bool is_ascii_like() const { return !wide_; }

 private:
  std::string read_as_;  // for convert_to_utf8(); empty: the bytes are UTF-8
  std::string write_as_;
  bool utf8_ = false;        // ASCII counts
  bool only_ascii_ = false;  // nothing else can be written
  bool certain_ = true;
  bool wide_ = false;
  bool stateful_ = false;
  bool japanese_ = false;  // ISO-2022-JP and its kin: states begin with ESC
};

// ASCII alone.
bool is_seven_bit(std::string_view bytes);

}  // namespace postern::extract

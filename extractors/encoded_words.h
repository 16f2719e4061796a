// Long words of base64 digits in a text, and those of documents that are no text: paragraphs, cells, pages and macros
// in which a file may stand.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// Under this type the walker asks for a reader of what EncodedWords gathered; no file has it.
inline constexpr std::string_view kEncodedWordsType = "application/x-encoded-words";
// A piece of base64 has this many digits at least: names and keys are mostly shorter.
inline constexpr size_t kLeastPiece = 40;
// Of one document; a document with more ends `limit`.
inline constexpr size_t kMostEncodedWords = 8 << 20;

// Of RFC 4648 4 and 5.
bool is_base64_digit(char c);

// A place from `from` on in the midst of a word of digits; every word of kLeastPiece digits has one. The end of the
// text when there is none.
size_t next_base64(std::string_view text, size_t from);

class EncodedWords {
 public:
  // Keeps a text in which a long word stands, and the beginning of the one behind it, where the last piece may stand.
  void see(std::string_view text);
  std::string_view text() const { return text_; }
  bool cut() const { return cut_; }

 private:
  std::string text_;  // a line each
  bool goes_on_ = false;
  bool cut_ = false;
};

}  // namespace postern::extract

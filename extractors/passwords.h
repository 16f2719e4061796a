// Passwords that stand in a message: candidates for what is locked in it.
//
// People who send a locked file often put its password into the same mail. A PasswordFinder takes the text of a
// message and ranks what could be one:
//
//  1. what stands near a word for "password" (in some forty languages, see passwords.cpp): the rest of the line,
//     quoted phrases, the words behind and the word in front;
//  2. words with digits or signs among their letters, or in quotes;
//  3. numbers, then all other words.
//
// Words are cut at white space; each counts as it stands, without the punctuation around it, and in the pieces around
// ':' and '='. Bounded by the constants below. Nothing of it is ever reported.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

inline constexpr size_t kMaxPasswordBytes = 128;           // Office takes 255 characters, people type fewer
inline constexpr size_t kMaxPasswords = 4096;              // of each rank; a mail has a few hundred words
inline constexpr size_t kMaxPasswordTextBytes = 1U << 20;  // of text that is looked through

// Tried on everything, before any other: no password, and those by which Office itself opens files that are only
// protected against writing ([MS-OFFCRYPTO] 2.3.4.1 and the workbooks and presentations of Office 97).
inline constexpr std::array<std::string_view, 3> kBuiltInPasswords = {"", "VelvetSweatshop", "/01Hannes Ruescher/01"};

class PasswordFinder {
 public:
  // Text in UTF-8, in reading order.
  void look_at(std::string_view text);
  // True when more text would be left aside.
  bool full() const { return looked_at_ >= kMaxPasswordTextBytes; }
  // The candidates, the likeliest first, each once.
  std::vector<std::string> take();

 private:
  enum Rank : size_t { near_word, mixed, number, word, ranks };

  void look_at_line(std::string_view line);
  void add_token(Rank least, std::string_view token);
  void add(Rank rank, std::string_view candidate);

  std::array<std::vector<std::string>, ranks> ranked_;
  size_t looked_at_ = 0;
  size_t lines_near_ = 0;  // lines that still count as near the last word for "password"
};

}  // namespace postern::extract

// A paragraph once more as it is seen: without the letters in it that nobody sees or reads - white, of two points or
// less, struck out - which may stand inside its words, and with those in capitals that are shown so.
//
// Costs nothing until a paragraph has such letters. What is struck out is seen, so that it is no hidden text. Words are
// found in any case, and codes are not: capitals alone are worth another reading only with a digit in the paragraph.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

inline constexpr int kUnseenHalfPoints = 4;

class SeenParagraph {
 public:
  // `so_far` is the paragraph before `text`, needed when nothing of it was unseen before.
  void unseen(std::string_view so_far, std::string_view text, bool is_struck) {
    if (!open_) seen_ = so_far;
    open_ = true;
    omits_ = true;
    if (!is_struck) hidden_ += text;
  }
  // Seen in capitals; the Latin letters of ASCII are put so.
  void capitals(std::string_view so_far, std::string_view text) {
    if (!open_) seen_ = so_far;
    open_ = true;
    for (const char c : text) seen_ += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  void seen(std::string_view text) {
    if (open_) seen_ += text;
  }

  bool is_open() const { return open_; }

  // Gives the paragraph, and what is hidden in it, to `give(seen, hidden)` when it has both.
  template <typename Give>
  void end(Give give) {
    if (!open_) return;
    const bool is_worth = omits_ ? seen_.find_first_not_of(" \t\r\n") != std::string::npos
                                 : seen_.find_first_of("0123456789") != std::string::npos;
    if (is_worth) give(seen_, hidden_);
    open_ = omits_ = false;
    seen_.clear();
    hidden_.clear();
  }

 private:
  bool open_ = false;
  bool omits_ = false;  // letters of the paragraph
  std::string seen_, hidden_;
};

}  // namespace postern::extract

// A paragraph once more without the letters in it that nobody sees or reads - white, of two points or less, struck out
// - which may stand inside its words.
//
// Costs nothing until a paragraph has such letters. What is struck out is seen, so that it is no hidden text.
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
    if (!is_struck) hidden_ += text;
  }
  void seen(std::string_view text) {
    if (open_) seen_ += text;
  }

  bool is_open() const { return open_; }

  // Gives the paragraph, and what is hidden in it, to `give(seen, hidden)` when it has both.
  template <typename Give>
  void end(Give give) {
    if (!open_) return;
    if (seen_.find_first_not_of(" \t\r\n") != std::string::npos) give(seen_, hidden_);
    open_ = false;
    seen_.clear();
    hidden_.clear();
  }

 private:
  bool open_ = false;
  std::string seen_, hidden_;
};

}  // namespace postern::extract

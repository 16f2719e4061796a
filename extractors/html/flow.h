// Flow: text as lines, from pieces with collapsing white space (CSS 2.2 16.6.1).
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

class Flow {
 public:
  void text(std::string_view piece);      // runs of white space become one space
  void verbatim(std::string_view piece);  // as <pre> shows it
  void line_end();                        // starts a new line if anything stands on this one
  void forced_line_end();                 // <br>
  void cell_gap();                        // a tab between two cells of a row

  bool empty() const { return out_.empty(); }
  const std::string& str() const { return out_; }
  void clear();

 private:
  void settle_space();

  std::string out_;
  bool space_ = false;  // white space is due before the next word
};

}  // namespace postern::extract

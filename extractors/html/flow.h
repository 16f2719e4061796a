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
  void glue() { space_ = false; }         // what follows stands without a gap

  // What follows is shown from right to left letter by letter, whatever the letters are (UAX 9 3.3.2, RLO): it is
  // put between U+202E and U+202C, isolated from its neighbours, those of one scope together. 0: as usual.
  void set_override(unsigned scope) { override_ = scope; }

  bool empty() const { return out_.empty(); }
  const std::string& str() const { return out_; }
  void clear();

 private:
  void settle_gap();
  void settle_space();
  void settle_override(unsigned wanted);

  std::string out_;
  bool space_ = false;       // white space is due before the next word
  unsigned override_ = 0;    // of what comes
  unsigned overridden_ = 0;  // of what stands at the end of out_
};

}  // namespace postern::extract

// The letters that number the items of a page's lists: "M." of <ol type=A><li value=13> (HTML 4.4.5 and 4.4.8). They
// are shown and stand nowhere in the page's text. Letters that count on from A say nothing; where a page chooses them
// they may spell a word.
#pragma once

#include <string>
#include <vector>

#include <gumbo.h>

namespace postern::extract {

class ListLetters {
 public:
  void enter(const GumboElement& element);
  void leave(const GumboElement& element);
  // All of them in order; empty when fewer than three were chosen.
  std::string chosen() const;

 private:
  enum class Kind : unsigned char { other, upper, lower };
  struct List {
    Kind kind;
    long next;  // number of the next item
    bool starts_elsewhere;
  };
  static Kind kind_of(const GumboElement& element, Kind otherwise);

  std::vector<List> open_;
  std::string letters_;
  unsigned chosen_ = 0;
};

}  // namespace postern::extract

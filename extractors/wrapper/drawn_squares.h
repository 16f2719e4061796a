// QR codes that are drawn with squares: by the shapes of a drawing, the cells of a table or a sheet, what a page of a
// PDF fills. A telephone reads them from the screen as it reads a picture (ISO/IEC 18004).
//
// Readers tell what is filled in the order in which it is painted. Where many squares of one size stand together and
// the marks of a code can be seen among them, they become a picture in grey, handed out as a child.
#pragma once

#include <string>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr size_t kMostSquares = 100'000;  // of one drawing; a code of version 40 has 31,329 modules

class DrawnSquares {
 public:
  // In any unit; `top` is above `bottom`. Empty ones, those that are no numbers and ones past kMostSquares are left
  // out.
  void fill(float left, float top, float right, float bottom, bool is_dark);
  // Whether there are dark ones enough.
  bool may_be_code() const;
  void clear() { squares_.clear(); }

  // "P5 WIDTH HEIGHT 255\n" and the pixels; "" when no code can be seen.
  std::string picture() const;

 private:
  struct Square {
    float left, top, right, bottom;
    bool is_dark;
  };
  std::vector<Square> squares_;
};

// Hands out the picture, if there is one, under the fact `drawn-in-text`; forgets the squares.
void give_drawn_squares(DrawnSquares& squares, Sink& sink);

}  // namespace postern::extract

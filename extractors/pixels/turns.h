// Pictures of text that lie on their side, stand on their head or are tilted: other ways to look at them, by leptonica.
#pragma once

#include <vector>

#include "extractors/pixels/decode.h"

namespace postern::extract::pixels {

// In this order; quarters of a turn and degrees, clockwise.
struct Turn {
  int before = 0;
  float tilt = 0.0F;
  int after = 0;
};

// One at a time, as each takes as much memory as the picture, which must outlive this.
class Turns {
 public:
  // What the shapes of lines and letters say, of a page with dozens of them; with `every` whatever few of them say, and
  // the three other directions.
  Turns(Pix& grey, bool every) : grey_(grey), every_(every) {}

  // Null when there is no further one.
  Picture next();

 private:
  void look();

  Pix& grey_;
  const bool every_;
  bool looked_ = false;
  std::vector<Turn> turns_;  // the next one last
};

}  // namespace postern::extract::pixels

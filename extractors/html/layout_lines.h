// Texts that were put on a plane, read by lines: what stands on one height is a line, from left to right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "message/words.h"

namespace postern::extract {

// A text at a place; x and y of its upper left corner in pixels.
struct LaidText {
  std::uint32_t begin, size;  // of its letters in the text of the page
  float x, y, width;
  std::uint32_t number;  // in the order of the page, from 1
  Place place;
  bool told;  // whatever its neighbours are
};

struct LaidLines {
  Place place;
  std::string text;
};

// The lines of `laid` that do not follow the order of the page, and those that hold what is to be told; what follows
// each other in one place in one. `letters` is what the texts point into; `laid` is put in order.
std::vector<LaidLines> changed_lines(std::string_view letters, std::vector<LaidText>& laid);

// The characters of valid UTF-8 from the last to the first.
std::string letters_reversed(std::string_view utf8);

}  // namespace postern::extract

// Lines whose pieces are drawn in another order than they stand in, so that what is read as drawn is not what a page
// shows.
#pragma once

#include <cstddef>
#include <vector>

#include "extractors/pdf/columns.h"

namespace postern::extract::pdf {

// The words, by their place among those given, of each stretch of a line in which neighbours are drawn in the wrong
// order, or others between them that touch: from left to right. None on pages that are drawn line by line, and of
// columns that are drawn one behind the other, in whatever order. What lies over a word is left out, as are words that
// are read from right to left. The words come in the order in which they are drawn; takes time in proportion to n log
// n.
std::vector<std::vector<size_t>> lines_by_place(const std::vector<PlacedWord>& words);

}  // namespace postern::extract::pdf

// Lines of text beside each other, as a page has them whose columns are drawn row by row: each column by itself, so
// that what runs on in a column stands together.
//
// A gutter is a gap that several rows have at the same place and that is wider than justified text has them between
// words. Columns of a table have gutters too; those whose cells are short are left out, because a table is read in
// rows.
#pragma once

#include <cstddef>
#include <vector>

namespace postern::extract::pdf {

// Of horizontal text, in points; baselines grow downwards.
struct PlacedWord {
  double left = 0;
  double right = 0;
  double baseline = 0;
  double size = 0;  // of its font
  size_t letters = 0;
  bool leftwards = false;  // read from right to left
};

// The words, by their place among those given, of each line of each column; none when the page has no columns. The
// words come in the order in which they are drawn. Takes time in proportion to them.
std::vector<std::vector<size_t>> lines_by_column(const std::vector<PlacedWord>& words);

// Puts the words of a line in the order in which they are read, if most of them are read from right to left: programs
// draw them from left to right. What is read to the right, such as numbers, keeps its order.
void order_leftwards(const std::vector<PlacedWord>& words, std::vector<size_t>& line);

// The lines that are read from right to left and drawn in another order, as they are read.
std::vector<std::vector<size_t>> lines_leftwards(const std::vector<PlacedWord>& words);

}  // namespace postern::extract::pdf

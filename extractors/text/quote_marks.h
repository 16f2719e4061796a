// Text that quote marks cut in pieces: a reader's eye passes over them.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

struct QuotedLine {
  std::string_view text;
  int depth = 0;  // of quoting
};

// Takes the marks off: ">> text", "> > text".
QuotedLine take_quote_marks(std::string_view line);

enum class MarkedRuns {
  all,                  // in a text that is told with its marks
  where_depth_changes,  // in a text whose lines of one depth are told together already
};

// The lines that stand with marks or beside such lines, without them, and marks inside marked lines ("end > of") gone
// too; empty when there are none.
std::string across_quote_marks(std::string_view text, MarkedRuns runs);

}  // namespace postern::extract

#include "extractors/html/flow.h"

namespace postern::extract {

void Flow::settle_space() {
  if (space_ && !out_.empty() && out_.back() != '\n' && out_.back() != '\t') out_ += ' ';
  space_ = false;
}

void Flow::text(std::string_view piece) {
  constexpr std::string_view kSpace = " \t\r\n\f";
  while (!piece.empty()) {
    const size_t word = piece.find_first_not_of(kSpace);
    if (word != 0) space_ = true;
    if (word == std::string_view::npos) return;
    piece.remove_prefix(word);
    const std::string_view taken = piece.substr(0, piece.find_first_of(kSpace));
    settle_space();
    out_ += taken;
    piece.remove_prefix(taken.size());
  }
}

void Flow::verbatim(std::string_view piece) {
  settle_space();
  for (const char c : piece) {
    if (c != '\r') out_ += c;
  }
}

void Flow::line_end() {
  space_ = false;
  if (!out_.empty() && out_.back() != '\n') out_ += '\n';
}

void Flow::forced_line_end() {
  space_ = false;
  if (!out_.empty()) out_ += '\n';
}

void Flow::cell_gap() {
  space_ = false;
  if (!out_.empty() && out_.back() != '\n') out_ += '\t';
}

void Flow::clear() {
  out_.clear();
  space_ = false;
}

}  // namespace postern::extract

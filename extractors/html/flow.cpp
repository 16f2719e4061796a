#include "extractors/html/flow.h"

namespace postern::extract {

void Flow::settle_space() {
  if (space_ && !out_.empty() && out_.back() != '\n' && out_.back() != '\t') out_ += ' ';
  space_ = false;
}

void Flow::text(std::string_view piece) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; };
  size_t at = 0;
  while (at < piece.size()) {
    size_t word = at;
    while (word < piece.size() && is_space(piece[word])) word++;
    if (word != at) space_ = true;
    if (word == piece.size()) return;
    at = word;
    // Words with one space between them are taken at once.
    while (at < piece.size() && !is_space(piece[at])) {
      at++;
      if (at + 1 < piece.size() && piece[at] == ' ' && !is_space(piece[at + 1])) at++;
    }
    settle_gap();
    out_ += piece.substr(word, at - word);
  }
}

void Flow::settle_override(unsigned wanted) {
  constexpr std::string_view kOverride = "\u2066\u202E", kPop = "\u202C\u2069";
  if (overridden_ == wanted) return;
  if (overridden_ != 0) out_ += kPop;
  if (wanted != 0) out_ += kOverride;
  overridden_ = wanted;
}

// The space between two overrides belongs to neither.
void Flow::settle_gap() {
  if (overridden_ != override_) settle_override(0);
  settle_space();
  settle_override(override_);
}

void Flow::verbatim(std::string_view piece) {
  settle_gap();
  for (const char c : piece) {
    if (c != '\r') out_ += c;
  }
}

void Flow::line_end() {
  settle_override(0);
  space_ = false;
  if (!out_.empty() && out_.back() != '\n') out_ += '\n';
}

void Flow::forced_line_end() {
  settle_override(0);
  space_ = false;
  if (!out_.empty()) out_ += '\n';
}

void Flow::cell_gap() {
  space_ = false;
  if (!out_.empty() && out_.back() != '\n') out_ += '\t';
}

void Flow::clear() {
  out_.clear();
  overridden_ = 0;
  space_ = false;
}

}  // namespace postern::extract

// Source code in running text, for `builtin: source-code`.
//
// Lines are told by what they are made of, not by a grammar: mail quotes code, cuts it, and mixes it with sentences. A
// stretch is a run of lines most of which only a program would have; blank lines, comments and lone brackets inside it
// count, sentences end it. Known are the C family, Java, JavaScript and their like, Python, SQL, shells, and settings
// in sections; prose, logs, tables, addresses and markup are none of them. One pass, nothing is allocated.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/views.h"

namespace postern::policy {

// What one line looks like by itself.
enum class LineKind : std::uint8_t {
  blank,
  code,    // hardly anything else
  likely,  // code among code: an assignment, a call, an entry of a list
  filler,  // says nothing: a lone bracket, a comment
  other,   // a sentence, a row of a table, a line of a log
};
LineKind kind_of_line(std::string_view line);

struct CodeStretch {
  ByteRange range;          // whole lines, the last line feed not included
  std::uint32_t lines = 0;  // those that are not blank
};

// Walks through the stretches of a text.
class CodeReader {
 public:
  explicit CodeReader(std::string_view text) : text_(text) {}

  // The next stretch; false when there is none.
  bool next(CodeStretch& stretch);

 private:
  bool next_line(std::string_view& line);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace postern::policy

// The lines of a YAML file, as far as a formatter has to tell them apart (policy/format.h). Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

enum class LineKind : std::uint8_t {
  empty,
  comment,  // nothing else
  content,  // a key or an item begins here
  inside,   // goes on with a quoted text, a block text, or what stands in brackets or braces
};

struct Line {
  LineKind kind = LineKind::empty;
  size_t indent = 0;
  std::string text;       // without white space at its ends; of block texts with that behind
  size_t value_ends = 0;  // where the comment on the line begins, or its end

  bool is_item() const { return kind == LineKind::content && (text == "-" || text.starts_with("- ")); }
  // Bytes of the dash and the blanks behind it; 0 when nothing follows.
  size_t behind_dash() const;
  // Of "key:" and "key: value"; empty for others.
  std::string_view key() const;
  // "key:" alone: what it holds stands below.
  bool opens_block() const;
  std::string comment() const { return value_ends < text.size() ? text.substr(value_ends) : std::string(); }

  static bool has_key(std::string_view text);
};

std::vector<Line> lines_of(std::string_view text);

}  // namespace postern::policy

// A multipart body cut at its boundary (RFC 2046 5.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct Multipart {
  std::string_view preamble;
  std::vector<std::string_view> parts;  // each with its own header; the line end before the boundary taken off
  std::string_view epilogue;
  bool closed = false;            // the final delimiter was there
  size_t parts_before_close = 0;  // parts behind it are read by some programs only
  bool found = false;             // any delimiter line
  bool prefix_lines = false;      // lines that begin with the delimiter and go on: delimiters to lenient programs
};

enum class BoundaryMatch {
  exact,   // the delimiter and white space, as RFC 2046 has it
  prefix,  // whatever follows the boundary on the line is passed over
};

// Parts past this number stay together in the last one; the walker's own limit is lower by default.
inline constexpr size_t kMostParts = 100'000;

// Which of these occur as exact delimiters, in their order: one pass for all.
std::vector<std::string> occurring_boundaries(std::string_view body, const std::vector<std::string>& boundaries);

Multipart split_multipart(std::string_view body, std::string_view boundary, BoundaryMatch match);

// A boundary for a body whose header names none: the first line "--..." with a header field under it; "" if none.
std::string guess_boundary(std::string_view body);

}  // namespace postern::extract

// Equations of Equation Editor 3 and MathType, which documents of twenty years keep as embedded objects.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::extract::ole {

struct Equation {
  std::string text;   // its signs in the order in which they are stored, lines and parts of templates by blanks
  bool whole = true;  // false: it breaks off, or holds a record that nobody describes
};

// `stream` is the content of "Equation Native": a head of 28 bytes and MTEF of version 3 or 5 ("MathType MTEF v.3" and
// "v.5", Design Science). nullopt for other versions.
std::optional<Equation> read_equation(std::string_view stream);

}  // namespace postern::extract::ole

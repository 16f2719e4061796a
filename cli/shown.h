// Hostile text (names, reasons, excerpts) as it may stand on a terminal: one
// line, control characters and bidirectional overrides made visible.
#pragma once

#include <string>
#include <string_view>

#include "base/escape.h"
#include "message/extracted_text.h"

namespace postern::cli {

inline std::string shown(std::string_view text) {
  return escape_unsafe(text);
}

// "2/1 plan.xlsx", "(whole)" for the root.
std::string shown_part(const PartPath& path, std::string_view name);
inline std::string shown_part(const Part& part) {
  return shown_part(part.path, part.name);
}

}  // namespace postern::cli

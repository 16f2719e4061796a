// Named entities of XML: those that the document declares itself, and the characters of HTML.
//
// The scanner knows the five predefined ones alone. Here the others become what they stand for: a declared text in
// place, a letter as its number. Nothing external is opened; names that nobody declares stay. Depth and growth are
// bounded.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

inline constexpr size_t kMaxEntityBytes = 1 << 20;  // that declared entities may add to one document
inline constexpr size_t kMaxEntityDepth = 8;
inline constexpr size_t kMaxEntities = 4096;

struct ResolvedXml {
  std::string bytes;
  bool changed = false;  // otherwise `bytes` is empty and the document stands for itself
  bool cut = false;      // entities grew past kMaxEntityBytes or kMaxEntityDepth; what is behind stays unresolved
};

// For charsets that hold ASCII; others come back unchanged.
ResolvedXml resolve_entities(std::string_view xml);

}  // namespace postern::extract

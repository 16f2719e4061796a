// Small questions to Gumbo's elements.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <gumbo.h>

#include "extractors/mail/header.h"

namespace postern::extract {

inline std::string_view attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* const found = gumbo_get_attribute(&element.attributes, name);
  return found ? found->value : std::string_view{};
}

inline bool has_attribute(const GumboElement& element, const char* name) {
  return gumbo_get_attribute(&element.attributes, name) != nullptr;
}

inline std::string tag_name(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
  GumboStringPiece piece = element.original_tag;
  gumbo_tag_from_original_text(&piece);
  return piece.data ? to_lower(std::string_view(piece.data, std::min<size_t>(piece.length, 64))) : std::string();
}

// The text of an element without child elements, such as <script>.
inline std::string raw_text(const GumboElement& element) {
  std::string out;
  for (unsigned i = 0; i < element.children.length; i++) {
    const auto* const child = static_cast<const GumboNode*>(element.children.data[i]);
    if (child->type != GUMBO_NODE_ELEMENT && child->type != GUMBO_NODE_TEMPLATE && child->type != GUMBO_NODE_DOCUMENT)
      out += child->v.text.text;
  }
  return out;
}

}  // namespace postern::extract

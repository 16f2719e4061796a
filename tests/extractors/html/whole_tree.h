// The tree that Gumbo makes of a page with every character of it, to compare with HtmlTree's.
#pragma once

#include <string>
#include <string_view>

#include <gumbo.h>

#include "extractors/html/element.h"
#include "extractors/html/tree.h"

namespace postern::test {

// A line for the beginning and for the end of each element, one for each attribute and each text. Recurses.
inline void append_node(const GumboNode& node, std::string& out) {
  const GumboVector* children = nullptr;
  out += std::to_string(node.type) + ' ';
  if (node.type == GUMBO_NODE_DOCUMENT) {
    children = &node.v.document.children;
    out += std::string(node.v.document.name) + '\n';
  } else if (node.type == GUMBO_NODE_ELEMENT || node.type == GUMBO_NODE_TEMPLATE) {
    const GumboElement& element = node.v.element;
    children = &element.children;
    out += std::to_string(element.tag_namespace) + extract::tag_name(element) + '\n';
    for (unsigned i = 0; i < element.attributes.length; i++) {
      const auto& one = *static_cast<const GumboAttribute*>(element.attributes.data[i]);
      out += std::string(one.name) + '=' + one.value + '\n';
    }
  } else {
    out += std::string(node.v.text.text) + '\n';
  }
  if (!children) return;
  for (unsigned i = 0; i < children->length; i++) append_node(*static_cast<const GumboNode*>(children->data[i]), out);
  out += "end\n";
}

inline std::string whole_tree(std::string_view html) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  GumboOutput* const output = gumbo_parse_with_options(&options, html.data(), html.size());
  std::string out;
  append_node(*output->document, out);
  gumbo_destroy_output(&options, output);
  return out;
}

inline std::string tree_of(const extract::HtmlTree& tree) {
  std::string out;
  append_node(tree.document(), out);
  return out;
}

}  // namespace postern::test

// Text that a style sheet puts before and after what is in an element: "p::before {content: 'Am' attr(data-x)}" (CSS
// Pseudo-Elements 4, 4.1; CSS Generated Content 3, 1.2).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/html/selector.h"

namespace postern::extract {

enum class Side : std::uint8_t { before, after };

struct GeneratedContent {
  Selector selector;
  Side side;
  std::shared_ptr<const std::string> value;  // of `content`; one for all selectors of a rule, never null
};

// Takes a pseudo-element for generated text from the end of a selector and says which; false when there is none.
bool take_pseudo_element(std::string& selector, Side& side);

// The value of `content` in a block of declarations, as it is written; empty when there is none.
std::string_view content_of(std::string_view declarations);

// The text that it makes. `attribute` gives the value of an attribute.
std::string generated_text(std::string_view value,
                           const std::function<std::string_view(const std::string&)>& attribute);

}  // namespace postern::extract

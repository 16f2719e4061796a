// The elements in which mail programs put an older mail, and signatures.
#pragma once

#include <cstdint>

#include "extractors/html/tree.h"

namespace postern::extract {

enum class MailPlace : std::uint8_t {
  none,
  quoted,
  quoted_to_the_end,  // the element only stands where the older mail begins
  forwarded,
  signature,
};

// Of an element that stands as a block by itself: one in the middle of a line parts nothing for a reader.
MailPlace mail_place_of(const GumboNode& node);

}  // namespace postern::extract

// Weight: a guess at how long a mail takes to read, before anything reads it.
//
// For scheduling alone: text mail must not wait behind documents. Looks at the
// size and, of a small mail, at the lines that name a part's type or begin with the
// bytes of a packed document; nothing is parsed or decoded. A mail that hides from it
// waits as if it were light, and costs others no more than a mail in order of arrival would.
#pragma once

#include <string_view>

#include "message/blob.h"

namespace postern {

enum class Weight {
  light,  // text, HTML, pictures: about a millisecond
  heavy,  // documents, archives, and whatever is large
};

// Mail past this size is heavy unread: reading it takes tens of milliseconds even when it is text.
constexpr size_t kMostLightBytes = kBlobInlineBytes;

// About 10 us for a mail of kMostLightBytes. One whose bytes cannot be had is heavy.
Weight weigh(const Blob& mail);
Weight weigh(std::string_view mail);

}  // namespace postern

// Reader of Safari's web archives and of other binary property lists ("bplist00", CFBinaryPList.c of Apple's CF).
//
// Pages, frames and their resources are parts of their own, by the type and charset that the archive tells; addresses
// are `link`, other strings `property`, other data parts. Objects may be referred to many times and in circles: depth
// and visits are bounded. Outcomes: `complete`; `malformed` with what was read; `limit`.
#pragma once

#include <cstddef>
#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr unsigned kMaxPlistDepth = 64;        // archives nest frames; honest ones less than ten
inline constexpr size_t kMaxPlistVisits = 1'000'000;  // of objects, each time they are referred to

std::shared_ptr<Extractor> make_webarchive_extractor();

}  // namespace postern::extract

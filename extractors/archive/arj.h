// Reader of ARJ archives: own headers; members stored or packed by the methods 1 to 4.
//
// The methods 1 to 3 are those of LHA with a larger window (-lh7-), and unpacked as such. Names and comments are
// text. Outcomes: `encrypted` for garbled members, `malformed` when it is cut off or checksums do not match.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_arj_extractor();

}  // namespace postern::extract

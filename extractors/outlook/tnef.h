// Reader of TNEF (winmail.dat, [MS-OXTNEF]): own, bounds-checked; text and attachments by mapi.h.
//
// Outcomes: `malformed` when it is cut off or an attribute makes no sense, with what stands before it read.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kTnefType = "application/vnd.ms-tnef";

std::shared_ptr<Extractor> make_tnef_extractor();

}  // namespace postern::extract

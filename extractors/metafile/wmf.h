// The records of a WMF ([MS-WMF] 2.3).
#pragma once

#include <string_view>

#include "extractors/metafile/emf.h"

namespace postern::extract {

// Stops early when the sink is stopped.
MetafileText read_wmf(std::string_view bytes, const Sink& sink);

}  // namespace postern::extract

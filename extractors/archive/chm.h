// Reader of compiled HTML help (.chm): own directory reader; pages packed by LZX are unpacked as the cabinet they
// would be (archive_stream.h).
//
// Files become children, the title is a property. What the help viewer keeps for itself (names that begin with "::",
// "/#" or "/$") is left out. Outcomes: `malformed` when the directory or the packed pages are damaged.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_chm_extractor();

}  // namespace postern::extract

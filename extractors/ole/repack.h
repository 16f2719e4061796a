// A storage inside a compound file as a compound file of its own, so that an embedded document can be read like one
// that came alone ([MS-CFB]; what programs do when an embedded object is opened).
#pragma once

#include <string>

#include "extractors/ole/compound_file.h"

namespace postern::extract::ole {

// At most about `most` bytes; what did not fit is missing, and so are the bytes that cannot be read.
std::string repack(CompoundFile& file, EntryId storage, std::uint64_t most);

}  // namespace postern::extract::ole

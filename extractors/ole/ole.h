// The extractor of compound files of no other kind: VBA projects (vbaProject.bin), embedded objects (oleObject1.bin),
// documents of programs that nothing here reads.
//
// Reads properties and macros, hands out embedded objects, and ends `complete` when that is all that such a file holds;
// of other files `unsupported` says that the content itself was not read.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_ole_extractor();

}  // namespace postern::extract

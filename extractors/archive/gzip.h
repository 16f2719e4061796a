// Reader of gzip files (RFC 1952): one packed file, or several one after the other, which all programs join.
//
// The unpacked file is a child, named as the header says or else as the file without its ".gz". Name and comment of
// the header are text. What stands behind the last member and is no padding is a child of its own.
// Outcomes: `malformed` when it is cut off, fails its checksum or goes on with other bytes; `limit` when a name or
// comment is longer, or names are more, than is read; the child's own limits.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_gzip_extractor();

}  // namespace postern::extract

// Reader of dBase tables (.dbf), as dBase III to 7, FoxPro, Clipper and spreadsheets write them.
//
// A head says how many records there are and how long; a descriptor of 32 bytes (48 in dBase 7) for each field gives
// its name, type and length; records of fixed length follow, with a sign in front of those that are deleted. Told are
// the names of the fields and the records, fields by tab, records by line (`cell`); deleted records are still in the
// file (`hidden-row`). Memos stand in a file of their own, which is another part; such a table ends `partial`.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kDbaseType = "application/x-dbf";

std::shared_ptr<Extractor> make_dbase_extractor();

}  // namespace postern::extract

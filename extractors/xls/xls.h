// The extractor of binary Excel workbooks and templates: BIFF2 to BIFF8 ([MS-XLS] and its forerunners), alone or in a
// compound file ("Workbook", "Book").
//
// Facts: `macros`. Outcomes: `complete`; `encrypted` behind a password; `malformed` when records or the file are cut
// short, with what was read.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_xls_extractor();

}  // namespace postern::extract

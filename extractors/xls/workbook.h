// Reads the records of one workbook stream.
#pragma once

#include <string_view>

#include "extractors/ole/reading.h"

namespace postern::extract::xls {

// Gives the text of all sheets, charts and macro sheets of `stream`, which is in the clear. Records are read once, in
// their order.
void read_book(std::string_view stream, ole::Reading& reading);

// A stream of a pivot cache (storage "_SX_DB_CUR", 2.1.7.11).
void read_pivot_cache(std::string_view stream, ole::Reading& reading);

}  // namespace postern::extract::xls

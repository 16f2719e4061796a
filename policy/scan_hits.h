// What becomes of the hits of a scan when all of a message was read. Internal to scan*.cpp.
#pragma once

#include <vector>

#include "policy/scan.h"

namespace postern::policy {

// By source, part and position. The same find in another view, and an entry overlapping itself, is one.
void sort_and_drop_doubles(std::vector<Hit>& hits);

// Takes away the hits of `source` (the company's standard paragraphs) and every hit inside one of them.
void drop_inside(SourceIndex source, ScanResult& result);

}  // namespace postern::policy

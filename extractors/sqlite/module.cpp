#include "extractors/modules.h"
#include "extractors/sqlite/sqlite.h"

POSTERN_EXTRACTOR_MODULE(postern::extract::make_sqlite_extractor);

#include "extractors/modules.h"
#include "extractors/revenge/revenge.h"

POSTERN_EXTRACTOR_MODULE(postern::extract::make_revenge_extractor);

#include "extractors/modules.h"
#include "extractors/pixels/pixels.h"

POSTERN_EXTRACTOR_MODULE(postern::extract::make_pixel_extractor);

// What a PDF says about itself: the information dictionary, XMP, bookmarks.
#pragma once

#include <string>

#include <poppler-document.h>

#include "extractors/extractor.h"

namespace postern::extract::pdf {

// Place::property, the key as locator (ISO 32000-1 14.3.3); XMP with the locator "XMP" (14.3.2). Keys that
// the standard does not know follow as text ("names"). Says in `left_out` which limit kept some back, else leaves it.
LimitHit read_properties(const poppler::document& document, Sink& sink, std::string& left_out);

// Place::bookmark (12.3.3), a line each; `left_out` as above. Only for documents whose objects cannot be walked
// (structure.h), which lists them without a limit of their own.
LimitHit read_bookmarks(poppler::document& document, Sink& sink, std::string& left_out);

}  // namespace postern::extract::pdf

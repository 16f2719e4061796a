// Pages without text, drawn and given to a reader of pixels (pixels/pixels.h): scans, mostly.
#pragma once

#include <vector>

#include "extractors/extractor.h"

namespace poppler {
class document;
}

namespace postern::extract::pdf {

inline constexpr size_t kMaxScannedPages = 200;
inline constexpr double kScanResolution = 300;        // dots per inch, which is what readers of letters were made for
inline constexpr double kMaxScanPixels = 12'000'000;  // larger pages are drawn coarser; A4 has 8.7 million

// Pages count from 1; their texts have the locator "p. 4". The worst of their endings, `limit` for pages past
// kMaxScannedPages.
Ending read_scans(const poppler::document& document, const std::vector<int>& pages, Extractor& pixels, Sink& sink);

}  // namespace postern::extract::pdf

// Reader of EPUB 2 and 3 (EPUB 3.3, Open Packaging Format 2.0.1): books that are zips of pages.
//
// The pages of the spine are children in reading order, under their file names; then everything else that is in the
// zip. Metadata and the guide are `property`, titles of the table of contents (NCX) `bookmark`. What
// META-INF/encryption.xml names stays locked and is named; of fonts that are only obfuscated the mask is taken off.
// Outcomes: `complete`; `encrypted`; `malformed` with what was read when XML or zip are damaged; `ambiguous` when zip
// readers differ; `limit`.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kEpubType = "application/epub+zip";

std::shared_ptr<Extractor> make_epub_extractor();

}  // namespace postern::extract

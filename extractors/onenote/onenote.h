// Reader of OneNote sections ([MS-ONESTORE], [MS-ONE]): their texts and embedded files, without their layout.
//
// Strings of a section stand in property sets as a length of four bytes and as many bytes of UTF-16 or ASCII
// ([MS-ONESTORE] 2.6.6); embedded files stand in FileDataStoreObjects (2.6.13). Both are found by their form, wherever
// they stand, so that texts of earlier revisions and of damaged files are found as well. What is told has not the order
// of the page and includes titles and authors; therefore it ends `partial`.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_onenote_extractor();

}  // namespace postern::extract

// The extractor of binary PowerPoint presentations, shows and templates: PowerPoint 97 to 2003 ([MS-PPT]), and the
// texts of those of PowerPoint 95 and 4 (old_text.h), also beside one of PowerPoint 97.
//
// Slides in the order of the deck with hidden ones told apart, notes, masters, headers and footers, comments with their
// authors, link targets, texts of shapes, properties. Text that only older edits hold is `revision`. Embedded objects,
// macros and pictures are children.
//
// Outcomes: `complete`; `partial` for presentations from before PowerPoint 97; `malformed` with what was read;
// `encrypted`; `limit`.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

// For application/vnd.ms-powerpoint.
std::shared_ptr<Extractor> make_ppt_extractor();

}  // namespace postern::extract

// The RTF extractor (Rich Text Format Specification 1.9.1).
//
// Text is decoded by the charset of its font, \uN with surrogate pairs. Stories: main text, headers and footers, foot-
// and endnotes, comments with their authors, text boxes; hidden, deleted and inserted runs by their own places; field
// codes, form fields, bookmarks, properties, alternative texts. Objects, pictures and other packed files are children,
// as is the page that Outlook packed into RTF. Text of a destination that readers must pass over because they do not
// know it is `hidden-text`.
//
// Outcomes: `complete`; `partial` when the document ends inside a group; `limit` when groups nest too deep. Facts:
// `appended-data`.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

// For application/rtf.
std::shared_ptr<Extractor> make_rtf_extractor();

}  // namespace postern::extract

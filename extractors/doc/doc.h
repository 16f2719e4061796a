// The extractor of binary Word documents and templates: Word 6, 95 and 97 to 2003 ([MS-DOC]),
// and the text of Word 2, whose files are the main stream alone.
//
// Main text through the table of pieces, then footnotes, headers and footers, comments with their authors,
// endnotes and text boxes; fields and link targets; deleted, inserted and hidden runs; bookmarks, variables,
// properties; texts of shapes; macros. Embedded objects and pictures are children. RC4 and XOR obfuscation are undone
// with a password of the message.
//
// Outcomes: `complete`; `malformed` with what was read; `encrypted` with the properties that stay readable; `limit`;
// `unsupported` for older ones.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

// For application/msword.
std::shared_ptr<Extractor> make_doc_extractor();

}  // namespace postern::extract

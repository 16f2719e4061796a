// Reader of HTML: what a reader sees, what is hidden from him, and what stands in the source.
//
// Shown text is `body` (quoted older mails `quoted`), joined as a browser joins it:
// nothing between inline elements, a line end between blocks, a tab between
// cells. Text that style or attributes hide is `hidden-text`; where hidden and shown
// text stand in one line, the line with both is given as well, because programs
// differ in the styles they know. Conditional comments for Outlook are read a second
// time as Outlook shows them. Link targets, comments, scripts, form fields,
// alternative texts and other attributes have their own places. data: URIs and
// srcdoc documents are children.
//
// Bounds: a tree is built by Gumbo only while its cost is bounded (tree.h). Larger
// or hostile pages are read by a linear pass that gives all text and attribute
// values but cannot tell what is hidden; they end `limit`, the bound named.
//
// Facts: `charset-mismatch`, `second-reading`, `hidden-text`.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

// For text/html and application/xhtml+xml, which detection reports as text/html.
std::shared_ptr<Extractor> make_html_extractor();

}  // namespace postern::extract

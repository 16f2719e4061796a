// Hostile text made fit to be shown: file names, locators, addresses, excerpts.
//
// What a sender or an attachment chose may hold anything: control characters,
// bidirectional overrides that turn a name around, invisible characters,
// towers of combining marks, megabytes. What comes out is one line of valid
// UTF-8 that reads in the order of its characters, with no more than `most`
// code points, the last one an ellipsis when something was cut. Escaping for
// HTML is the template's business and headers are the mail builder's.
#pragma once

#include <string>
#include <string_view>

namespace postern::response {

std::string shown(std::string_view text, size_t most);

// The same, and runs of nine or more digits (also with single spaces, dots, dashes or slashes between them) keep
// only their last four: a file named after a card or an account number must not tell it.
std::string shown_name(std::string_view text, size_t most);

}  // namespace postern::response

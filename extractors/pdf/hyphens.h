// Words that a hyphen cuts at the end of a line, made whole: "confi-", "dential".
//
// A hyphen at a line end, U+2010 too, may belong to the word ("well-known"), and no rule knows. The text is kept as it
// is shown; what is most likely one word is given besides. That is: at least two letters in front and behind, no
// hyphen, digit or mark of an address next to them, and a small letter behind unless all are capitals. Not joined are
// words that stand with their hyphen inside a line of the same text, and those that begin with one of a few words which
// are made for compounds, such as "well" and "self".
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::pdf {

// The words, each once, a line each; "" when there are none. Takes time in proportion to the text.
std::string joined_words(std::string_view text);

}  // namespace postern::extract::pdf

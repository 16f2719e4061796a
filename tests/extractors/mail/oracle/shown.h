// What a mail library shows of a mail, and whether Postern's reader shows it too.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message/extracted_text.h"

namespace postern::test {

// One piece that a library shows: "text of part 2", "name of part 2", "header Subject".
struct Shown {
  std::string what;
  std::string text;     // UTF-8
  std::string charset;  // declared, of a text part
};

// Everything GMime shows of a mail: decoded header fields, names and descriptions of parts, texts in UTF-8, preambles
// and epilogues.
std::vector<Shown> shown_by_gmime(std::string_view mail);

// All text of a walk as one string: white space made single spaces, invisible characters dropped.
std::string as_one_line(const ExtractedText& text);

// The lines of `shown` that do not stand in `ours`, with the name of the piece. A line counts as there when its words
// stand there in order; quote marks, tags of HTML and folding are no text.
std::vector<std::string> missing_of(const Shown& shown, const std::string& ours);

}  // namespace postern::test

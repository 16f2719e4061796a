// The notices that companies put under their mails: "This e-mail and any attachments are confidential ...".
//
// A paragraph is a notice when it speaks of the mail itself ("this message", "diese E-Mail", "le présent courriel")
// and makes at least two of the claims that such notices make (confidential, intended for the addressee,
// received in error, to be deleted ...), in any of the languages known here. Only the last paragraphs of a text
// are looked at. A sender's own "This message is confidential" is none.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

enum class Paragraphs {
  between_empty_lines,
  by_line,  // of a page, whose paragraphs are a line each
};

// Moves the notices at the end of `text` to the end of `notices`. The line before each, with its first line, and
// its last line with the one behind go to `seams` as well: who writes over the edge of one is read all the same.
void take_disclaimers(std::string& text, Paragraphs paragraphs, std::string& notices, std::string& seams);

}  // namespace postern::extract

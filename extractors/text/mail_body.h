// The text body of a mail: what the sender wrote, quoted, forwarded and signed with.
//
// Lines that begin with '>' are quoted (RFC 3676 4.5); their marks are dropped so that a phrase that runs over a
// line end reads as one. So is the attribution above them. What follows the head of an older mail, or an attribution
// that says who and when, is quoted to the end; what follows the separator of a forwarded mail is forwarded, its
// own quotations included. What follows a line "-- " is the signature (4.3), and what follows "--" where little does.
// Notices at the end of the text and of the signature are disclaimers. All lines of one place make one text:
// quoting a line between two halves of a sentence does not break it.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

struct MailBody {
  std::string body;
  std::string quoted;
  std::string forwarded;
  std::string signature;
  std::string disclaimer;
  // Lines that stand beside each other in different places, where nothing shown stands between them; a second reading
  // of what the others hold.
  std::string seams;
};

enum class BodyKind {
  lines,  // of a mail in plain text
  page,   // what a page shows: a paragraph is a line, and quoted blocks are not in it
};

// `text` is UTF-8 with any line ends; lines come out with LF. With TextFormat::flowed, lines that end in a
// space are joined with the next (RFC 3676 4.2), with flowed_delsp without that space.
MailBody split_mail_body(std::string_view text, TextFormat format, BodyKind kind = BodyKind::lines);

}  // namespace postern::extract

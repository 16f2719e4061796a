// The text body of a mail: what the sender wrote, quoted, and signed with.
//
// Lines that begin with '>' are quoted (RFC 3676 4.5); their marks are dropped so
// that a phrase that runs over a line end reads as one. What follows a line "-- "
// is the signature (4.3), what follows the separator that mail programs put
// above an older mail is quoted or forwarded. All lines of one place make one
// text: quoting a line between two halves of a sentence does not break it.
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
};

// `text` is UTF-8 with any line ends; lines come out with LF. With TextFormat::flowed, lines that end in a
// space are joined with the next (RFC 3676 4.2), with flowed_delsp without that space.
MailBody split_mail_body(std::string_view text, TextFormat format);

}  // namespace postern::extract

// MailFacts: what the gate needs from a mail's own header, read out of the
// segments that the sandboxed reader gave (never out of the raw bytes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "message/address.h"
#include "message/extracted_text.h"

namespace postern::pipeline {

struct MailFacts {
  std::vector<Address> from;        // From; all of them when there are several
  std::vector<Address> recipients;  // To, Cc and Bcc, in this order, each once
  std::string subject;
  std::string message_id;  // without spaces; "" when absent
  bool automatic = false;  // Auto-Submitted other than "no" (RFC 3834 5)
  // False: the reader ended (crash, time, limit) before it was through with the header, so that what is missing above
  // may well stand in the mail. `why` of the root says what happened.
  bool header_read = true;
};

MailFacts mail_facts(const ExtractedText& text);

// The addresses in the text of an address header, decoded: what stands in angle
// brackets, and bare words with an '@' outside them (RFC 5322 3.4; obsolete and broken
// forms are read as leniently as mail programs do).
std::vector<Address> addresses_in(std::string_view header);

}  // namespace postern::pipeline

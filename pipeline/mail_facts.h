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
  std::vector<Address> shown;       // To and Cc, of mails that were sent on as well, likewise
  std::string subject;
  std::string message_id;  // without spaces; "" when absent
  // Says of itself that no person sent it: Auto-Submitted other than "no" (RFC 3834 5), Precedence bulk, junk, list or
  // auto_reply, X-Auto-Response-Suppress other than "none", a List- field (RFC 2369, RFC 2919), or a
  // report (multipart/report: RFC 3464, RFC 8098).
  bool automatic = false;
  // Who sent it on, by the newest Resent-From, or without one Resent-Sender (RFC 5322 3.6.6).
  std::vector<Address> resent_from;
  std::vector<Address> redirected_from;  // X-Sieve-Redirected-From, as Dovecot writes it (RFC 5228 4.2)
  std::vector<Address> delivered_to;     // Delivered-To and X-Original-To, the newest first
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

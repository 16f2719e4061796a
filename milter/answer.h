// From the judge's answer to the packets that end a message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "message/mail.h"
#include "milter/counters.h"

namespace postern::milter {

// Lines of one SMTP reply (smfi_setmlreply(3)) and bytes of one line (libmilter's MAXREPLYLEN); more is cut.
inline constexpr size_t kMaxReplyLines = 32;
inline constexpr size_t kMaxReplyLine = 980;

// What the MTA agreed to in the negotiation.
struct Agreed {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;
  std::uint32_t steps = 0;

  // The body may be replaced, and header fields changed with it.
  bool may_edit() const;
};

// How a message was answered in the end.
struct Answered {
  MtaAnswer::Kind kind = MtaAnswer::Kind::tempfail;
  TempfailReason reason = TempfailReason::judged;  // of a tempfail
  std::string_view complaint;                      // why the answer could not be given as asked; a constant, else empty
};

// Appends the packets of `answer` to `out`: recipients removed by the exact bytes of their RCPT, header
// fields removed highest index first, fields added, then the verdict.
//
// A replacement of the body comes last, changed by the annotation's edit when there is one.
//
// What annotates a mail is left out where the MTA did not offer it, and said so in `complaint`. All else is
// given whole or not at all: what the MTA did not offer, or what is not well-formed (an index
// out of range), becomes a 451. An answer that removes every recipient becomes a discard: an MTA
// would say 250 to a message for nobody (design.md 5.1).
Answered encode_answer(const MtaAnswer& answer, const std::vector<EnvelopeAddress>& recipients, const Agreed& agreed,
                       std::string& out);

// "550-5.7.1 first\r\n550 5.7.1 second" from the lines of an MtaAnswer; empty when the first line does not
// begin with a code of class `digit`. A missing enhanced code (RFC 3463) is put in as d.7.1;
// control characters become spaces.
std::string smtp_reply_text(const std::vector<std::string>& lines, char digit);

}  // namespace postern::milter

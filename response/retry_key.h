// The retry key: by which the gate knows a message that it judged before.
//
// When our answer does not reach the MTA, the client or the MTA tries again:
// with a new queue id, and, where the MTA itself made Message-ID and Date, with
// new ones of these. The key is SHA-256 over, each with its length in front,
//
//   the authenticated login and the envelope sender, in lower case; both empty for a bounce. Not whom the mail is
//   charged to: that may be read from its From, and a try whose reading failed would have another key than the next
//   the recipients, as compared (Address::key(), or the raw text in lower case), sorted, each once
//   the header fields that stay (below), in their order: name in lower case, value without CR
//   the body
//
// Fields that do not stay:
//  - what each hop or scanner on the way writes anew: Received, Return-Path, Delivered-To, X-Original-To, Received-SPF,
//    Authentication-Results, DKIM-Signature, DomainKey-Signature, ARC-*, X-Postern-*, X-Spam-*, X-Spamd-*,
//    X-Rspamd-*, X-Virus-*. Signatures cover fields and body that are in the key anyway, and carry the time of signing.
//  - a (Resent-)Message-ID that the MTA made: "<DIGITS.QUEUEID@host>" with this very message's queue id after a
//    time of 12 (Sendmail) or 14 (Postfix) digits. An id made by an earlier hop is the same at each try and stays.
//  - a (Resent-)Date among the fields at the end of the header that an MTA appends when the client left them out
//    (Message-ID, Date, From, "To: undisclosed-recipients:;"; fields of the first kind may stand between). Only its
//    place decides, never its time, so that each try decides alike; a client that writes Date last loses it from the
//    key, which then differs by Message-ID.
//
// Addresses in headers are taken as they stand: Postfix completes them for local clients ("To: bob" becomes
// "bob@host"), the same way at each try of one client.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "message/mail.h"

namespace postern::response {

// Lower-case hex. Fails only when the message's bytes cannot be read.
Result<std::string> retry_key(const Mail& mail);

// Whether the key may leave a field of this name out: what it says may be new in what the key calls a retry.
bool may_be_outside_key(std::string_view field_name);

// How a recipient is compared: equal for the same mailbox in any spelling.
std::string recipient_key(const EnvelopeAddress& recipient);

}  // namespace postern::response

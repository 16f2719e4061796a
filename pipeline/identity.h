// Who sends a mail, and whether the gate looks at it (design: outbound mail is
// mail with an outside recipient that comes from inside).
#pragma once

#include <vector>

#include "base/network.h"
#include "message/context.h"
#include "message/envelope.h"
#include "pipeline/mail_facts.h"
#include "policy/destinations.h"

namespace postern::pipeline {

// What can be told before the message is read.
enum class Direction {
  outbound,         // an outside recipient, and it comes from inside
  passing,          // no outside recipient, or nothing ties it to us: the short way through
  depends_on_from,  // outbound exactly if its From is one of ours
};

Direction direction_of(const Envelope& envelope, const Networks& inside, const policy::Destinations& destinations);

// Any From address is one of ours.
bool from_is_internal(const MailFacts& facts, const policy::Destinations& destinations);

// The person whom the mail is charged to: the authenticated login as an address (with the first domain of
// the organisation when it has none), else the envelope sender, else From. Null senders and
// mail that calls itself automatic (RFC 3834) are `automatic`.
SenderFacts identify(const Envelope& envelope, const MailFacts& facts, const std::string& organisation_domain);

}  // namespace postern::pipeline

// Envelope: all that is known of a message besides its bytes.
//
// Built by the milter session from protocol events, or by the command line from
// a file and its options. Addresses are kept twice: `raw` exactly as the MTA
// gave them, because a milter that removes a recipient must echo those bytes,
// and parsed for comparing. `shown` alone comes from the message itself.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "message/address.h"

namespace postern {

struct EnvelopeAddress {
  std::string raw;                      // as received, "<a@b>" or "a@b"
  Address address;                      // parsed; empty when it does not parse
  std::vector<std::string> parameters;  // ESMTP parameters as received: "SIZE=1234", "NOTIFY=NEVER"
};

struct Envelope {
  std::string queue_id;  // macro {i}; empty for files
  EnvelopeAddress sender;
  std::vector<EnvelopeAddress> recipients;

  std::string client_name;        // as the MTA resolved it
  std::string client_address;     // "192.0.2.1", "2001:db8::1", "" for a local or unknown client
  bool local_submission = false;  // a local socket or non_smtpd mail, no network client
  std::string authenticated;      // macro {auth_authen}; empty when not authenticated
  std::string auth_type;          // macro {auth_type}
  std::string daemon_name;        // macro {daemon_name}
  std::string tls_version;        // macro {tls_version}
  std::string helo;

  WallTime received;  // when the message began

  // Whom the header shows to everybody: To and Cc, each address once. Read by the sandbox with the rest of the mail;
  // before that, and of documents, empty.
  std::vector<Address> shown;
};

}  // namespace postern

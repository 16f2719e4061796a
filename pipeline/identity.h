// Identifier: who sends a mail, and whether the gate looks at it (design: outbound mail is
// mail with an outside recipient that comes from inside).
//
// Who vouches, the strongest first:
//
//   login   the MTA authenticated the client ({auth_authen}); the login is mapped to a person (people.h)
//   relay   the client is one of gate.trusted_relays: the person is whom its field (gate.relay_field) names, or, when
//           it sets none, the envelope sender. The field is read when it stands there exactly once, and taken away
//           from every mail, whoever sent it
//   nobody  what the mail itself says: whose mailbox sends it on, else envelope sender, else From
//
// A relay's own login counts for less than the person whom its field names.
//
// A mail that others wrote and that is sent on (Resent-* fields, an SRS envelope sender, a Sieve redirect, a list or
// alias with From outside) is charged to the mailbox that sends it on, not to who wrote it.
// When nobody can tell which one that is, it is charged to nobody, and its notices go to the liaison.
//
// Immutable; safe from several threads.
#pragma once

#include <string>
#include <vector>

#include "base/network.h"
#include "message/context.h"
#include "message/mail.h"
#include "pipeline/mail_facts.h"
#include "pipeline/people.h"
#include "policy/destinations.h"

namespace postern::pipeline {

inline constexpr std::string_view kDefaultRelayField = "X-Postern-Authenticated";

struct IdentitySettings {
  Networks inside;          // clients whose mail is from inside
  Networks trusted_relays;  // clients that say who sends
  std::string relay_field{kDefaultRelayField};
  std::shared_ptr<const People> people = std::make_shared<const People>();  // never null
};

// What can be told before the message is read.
enum class Direction {
  outbound,         // an outside recipient, and it comes from inside
  passing,          // no outside recipient, or nothing ties it to us: the short way through
  depends_on_from,  // outbound exactly if its From is one of ours
};

enum class Voucher { nobody, login, relay };

// "no", "login", "relay": for the log.
std::string_view to_string(Voucher voucher);

struct Vouched {
  Voucher by = Voucher::nobody;
  Address person;  // null with `nobody`
  // The client authenticated, or its relay says so, as somebody who has no address; for the log.
  std::string unknown;
};

class Identifier {
 public:
  // The destinations outlive it. `domain` is the organisation's first, for logins without one.
  Identifier(IdentitySettings settings, const policy::Destinations& destinations, std::string domain);

  Vouched vouched(const Envelope& envelope, const std::vector<HeaderField>& headers) const;
  Direction direction(const Envelope& envelope, const Vouched& vouched) const;
  // Any From address is one of ours.
  bool from_is_internal(const MailFacts& facts) const;
  SenderFacts identify(const Envelope& envelope, const Vouched& vouched, const MailFacts& facts) const;

  const IdentitySettings& settings() const { return settings_; }

 private:
  bool internal(const Address& address) const;
  std::optional<Address> first_internal(const std::vector<Address>& addresses) const;
  std::optional<Address> person_of(const std::string& login) const;
  // The mailbox of ours that sends on what others wrote; nothing when the mail does not look like that, a null
  // address when it does and nothing names the mailbox.
  std::optional<Address> forwarder(const Envelope& envelope, const MailFacts& facts) const;
  void add_acting(const Address& mailbox, SenderFacts& out) const;

  const IdentitySettings settings_;
  const policy::Destinations& destinations_;
  const std::string domain_;
};

}  // namespace postern::pipeline

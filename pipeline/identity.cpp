#include "pipeline/identity.h"

#include <algorithm>

namespace postern::pipeline {

Direction direction_of(const Envelope& envelope, const Networks& inside, const policy::Destinations& destinations) {
  const bool outside = std::any_of(envelope.recipients.begin(), envelope.recipients.end(), [&](const auto& recipient) {
    return !destinations.classify(recipient.address, nullptr).has(DestinationClass::internal);
  });
  if (!outside) return Direction::passing;
  if (!envelope.authenticated.empty() || envelope.local_submission || inside.contains(envelope.client_address)) {
    return Direction::outbound;
  }
  const Address& sender = envelope.sender.address;
  if (!sender.is_null() && destinations.classify(sender, nullptr).has(DestinationClass::internal)) {
    return Direction::outbound;
  }
  return Direction::depends_on_from;
}

bool from_is_internal(const MailFacts& facts, const policy::Destinations& destinations) {
  return std::any_of(facts.from.begin(), facts.from.end(), [&](const Address& address) {
    return destinations.classify(address, nullptr).has(DestinationClass::internal);
  });
}

SenderFacts identify(const Envelope& envelope, const MailFacts& facts, const std::string& organisation_domain) {
  SenderFacts out;
  out.automatic = facts.automatic || envelope.sender.address.is_null();
  if (!envelope.authenticated.empty()) {
    auto login = parse_address(envelope.authenticated);
    if (login && login->domain.empty()) login->domain = organisation_domain;
    if (login) {
      out.identity = std::move(*login);
      out.identity_authenticated = true;
      return out;
    }
  }
  out.identity = envelope.sender.address;
  if (out.identity.is_null() && !facts.from.empty()) out.identity = facts.from.front();
  return out;
}

}  // namespace postern::pipeline

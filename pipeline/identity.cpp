#include "pipeline/identity.h"

#include <algorithm>

#include <strings.h>

#include "message/address_forms.h"
#include "pipeline/sender_form.h"

namespace postern::pipeline {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// The value of a field that stands in the header exactly once, without angle brackets; nothing when there is none. Two
// of them: one is forged, and nobody can tell which.
std::optional<std::string> only_value(const std::vector<HeaderField>& headers, const std::string& name) {
  std::optional<std::string> out;
  for (const HeaderField& header : headers) {
    if (::strcasecmp(header.name.c_str(), name.c_str()) != 0) continue;
    if (out) return "";
    std::string_view value = trimmed(header.value);
    if (value.starts_with('<') && value.ends_with('>')) value = trimmed(value.substr(1, value.size() - 2));
    out = value;
  }
  return out;
}

}  // namespace

std::string_view to_string(Voucher voucher) {
  switch (voucher) {
    case Voucher::nobody:
      return "no";
    case Voucher::login:
      return "login";
    case Voucher::relay:
      return "relay";
  }
  return "no";
}

Identifier::Identifier(IdentitySettings settings, const policy::Destinations& destinations, std::string domain)
    : settings_(std::move(settings)), destinations_(destinations), domain_(std::move(domain)) {}

bool Identifier::internal(const Address& address) const {
  return !address.is_null() && destinations_.is_internal(address);
}

std::optional<Address> Identifier::first_internal(const std::vector<Address>& addresses) const {
  const auto found = std::find_if(addresses.begin(), addresses.end(), [&](const Address& a) { return internal(a); });
  if (found == addresses.end()) return std::nullopt;
  return *found;
}

std::optional<Address> Identifier::person_of(const std::string& login) const {
  auto person = settings_.people->person_of(login);
  const bool bare = login.find_first_of("@<\\/: \t") == std::string::npos;
  if (!person && bare && !login.empty() && !domain_.empty()) person = Address{login, domain_};
  return person;
}

Vouched Identifier::vouched(const Envelope& envelope, const std::vector<HeaderField>& headers) const {
  Vouched out;
  const bool relay = settings_.trusted_relays.contains(envelope.client_address);
  if (relay) {
    if (const auto login = only_value(headers, settings_.relay_field)) {
      if (const auto person = person_of(*login)) {
        out.by = Voucher::relay;
        out.person = *person;
      } else {
        out.unknown = login->empty() ? settings_.relay_field : *login;
      }
      return out;
    }
  }
  if (!envelope.authenticated.empty()) {
    if (const auto person = person_of(envelope.authenticated)) {
      out.by = Voucher::login;
      out.person = *person;
    } else {
      out.unknown = envelope.authenticated;
    }
    return out;
  }
  if (relay) {
    const SenderForm form = read_sender(envelope.sender.address);
    if (internal(form.mailbox)) {
      out.by = Voucher::relay;
      out.person = form.mailbox;
    }
  }
  return out;
}

Direction Identifier::direction(const Envelope& envelope, const Vouched& vouched) const {
  // What can be read in several ways is outside in one of them.
  const bool outside = std::any_of(envelope.recipients.begin(), envelope.recipients.end(), [&](const auto& recipient) {
    return !internal(recipient.address) || !is_plain_mailbox(recipient.raw);
  });
  if (!outside) return Direction::passing;
  if (vouched.by != Voucher::nobody || !envelope.authenticated.empty() || envelope.local_submission ||
      settings_.inside.contains(envelope.client_address)) {
    return Direction::outbound;
  }
  return internal(envelope.sender.address) ? Direction::outbound : Direction::depends_on_from;
}

bool Identifier::from_is_internal(const MailFacts& facts) const {
  return first_internal(facts.from).has_value();
}

std::optional<Address> Identifier::forwarder(const Envelope& envelope, const MailFacts& facts) const {
  if (auto resent = first_internal(facts.resent_from)) return resent;
  if (auto redirected = first_internal(facts.redirected_from)) return redirected;
  const SenderForm form = read_sender(envelope.sender.address);
  const bool written_outside = !facts.from.empty() && !from_is_internal(facts);
  if (!form.rewritten && !written_outside) return std::nullopt;
  // The mailbox in the envelope sends it on, unless SRS or the author stands there.
  if (internal(form.mailbox)) return form.mailbox;
  if (auto passed = first_internal(facts.delivered_to)) return passed;
  if (form.rewritten) return Address{};
  return std::nullopt;
}

void Identifier::add_acting(const Address& mailbox, SenderFacts& out) const {
  if (mailbox.is_null() || mailbox_key(mailbox) == mailbox_key(out.identity)) return;
  const auto same = [&](const Address& a) { return a.key() == mailbox.key(); };
  if (std::any_of(out.acting_as.begin(), out.acting_as.end(), same)) return;
  out.acting_as.push_back(mailbox);
  if (!settings_.people->may_act(out.identity, mailbox)) out.may_act = false;
}

SenderFacts Identifier::identify(const Envelope& envelope, const Vouched& vouched, const MailFacts& facts) const {
  SenderFacts out;
  const SenderForm form = read_sender(envelope.sender.address);
  const auto forwards = forwarder(envelope, facts);
  if (vouched.by != Voucher::nobody) {
    out.identity = vouched.person;
    out.identity_authenticated = true;
    // Who sends on what others wrote does not claim to be them.
    out.forwarded = forwards && (!facts.resent_from.empty() || !facts.redirected_from.empty() || form.rewritten);
  } else if (forwards) {
    out.identity = *forwards;
    out.forwarded = true;
  } else if (internal(form.mailbox)) {
    out.identity = form.mailbox;
  } else if (auto from = first_internal(facts.from)) {
    out.identity = *from;
  } else {
    out.identity = form.mailbox;
    if (out.identity.is_null() && !facts.from.empty()) out.identity = facts.from.front();
  }
  if (out.forwarded) {
    if (internal(form.mailbox)) add_acting(form.mailbox, out);
    for (const Address& address : facts.resent_from) add_acting(address, out);
  } else {
    add_acting(form.mailbox, out);
    for (const Address& address : facts.from) add_acting(address, out);
  }

  out.automatic = facts.automatic || envelope.sender.address.is_null() || is_robot(form.mailbox);
  for (const Address& system : {out.identity, form.mailbox}) {
    const auto* owners = system.is_null() ? nullptr : settings_.people->owners_of(system);
    if (owners == nullptr) continue;
    out.automatic = true;
    out.answering = *owners;
    break;
  }
  return out;
}

}  // namespace postern::pipeline

#include "policy/evaluate_who.h"

#include <algorithm>

namespace postern::policy {

Who::Who(const Model& model, const Destinations& destinations, const Envelope& envelope, const Context& context)
    : model_(model), context_(context) {
  const Address& identity = context.sender.identity;
  recipients_.reserve(envelope.recipients.size());
  for (const EnvelopeAddress& recipient : envelope.recipients) {
    recipients_.push_back(destinations.classify(recipient.address, &identity, context.tests));
  }
  people_.reserve(recipients_.size());
  for (size_t i = 0; i < recipients_.size(); i++) {
    const Address& address = envelope.recipients[i].address;
    people_.push_back({&address, address.key(), &recipients_[i], nullptr});
  }
  std::vector<const Address*> behind = {&identity};
  for (const Address& mailbox : context.sender.acting_as) behind.push_back(&mailbox);
  if (!context.sender.identity_authenticated) behind.push_back(&envelope.sender.address);
  sender_destinations_.reserve(behind.size());  // people point into it
  for (const Address* address : behind) {
    sender_destinations_.push_back(destinations.classify(*address, nullptr, context.tests));
    senders_.push_back({address, address->key(), &sender_destinations_.back(), &context.sender});
  }
}

bool Who::is(const Person& person, const AddressTerm& term) const {
  switch (term.kind) {
    case AddressTerm::Kind::destination_class:
      return person.destination->has(term.cls);
    case AddressTerm::Kind::group:
      return is_any(person, model_.groups[term.group].members);
    case AddressTerm::Kind::attribute: {
      if (person.facts == nullptr) return false;
      const auto found = person.facts->attributes.find(term.name);
      return found != person.facts->attributes.end() && found->second == term.value;
    }
    case AddressTerm::Kind::address:
      return person.key == term.value;
    case AddressTerm::Kind::domain:
      return !term.value.empty() && person.address->domain == term.value;
    case AddressTerm::Kind::subdomains:
      return domain_matches("." + term.value, person.address->domain);
  }
  return false;
}

bool Who::is_any(const Person& person, const std::vector<AddressTerm>& terms) const {
  return std::any_of(terms.begin(), terms.end(), [&](const AddressTerm& term) { return is(person, term); });
}

bool Who::is_asked_for(const Person& person, const AddressFilter& filter) const {
  if (!filter.any.empty() && !is_any(person, filter.any)) return false;
  return std::all_of(filter.all.begin(), filter.all.end(), [&](const AddressTerm& term) { return is(person, term); });
}

bool Who::is_in(const Person& person, const AddressFilter& filter) const {
  return is_asked_for(person, filter) && !is_any(person, filter.none);
}

bool Who::is_anybody_asked_for(const AddressFilter& filter) const {
  return std::any_of(senders_.begin(), senders_.end(), [&](const Person& p) { return is_asked_for(p, filter); });
}

bool Who::is_anybody_excluded(const AddressFilter& filter) const {
  return std::any_of(senders_.begin(), senders_.end(), [&](const Person& p) { return is_any(p, filter.none); });
}

bool Who::sender_in(const AddressFilter& filter) const {
  if (filter.matches_everyone()) return true;
  if (!is_anybody_asked_for(filter)) return false;
  return !(may_be_exempt() && is_anybody_excluded(filter));
}

bool Who::recipient_in(const AddressFilter& filter, size_t recipient) const {
  return is_in(people_[recipient], filter);
}

const Exemption* Who::exemption(const Rule& rule, size_t recipient) const {
  return find_exemption(rule, recipient, may_be_exempt());
}

const Exemption* Who::exemption_unless_unvouched(const Rule& rule, size_t recipient) const {
  return may_be_exempt() ? nullptr : find_exemption(rule, recipient, true);
}

const Exemption* Who::find_exemption(const Rule& rule, size_t recipient, bool vouched) const {
  for (const Exemption& exemption : rule.unless) {
    if (exemption.from && context_.now < exemption.from->time) continue;
    if (exemption.until && context_.now >= exemption.until->time) continue;
    if (!exemption.senders.matches_everyone() &&
        (!vouched || !is_anybody_asked_for(exemption.senders) || is_anybody_excluded(exemption.senders))) {
      continue;
    }
    if (!recipient_in(exemption.recipients, recipient)) continue;
    return &exemption;
  }
  return nullptr;
}

namespace {

// An attribution is at most this much of the text before a quotation ("On Monday, 3 May 2027 at 10:12, A B
// <a@b> wrote:", or the four header lines that Outlook writes).
constexpr size_t kAttributionBytes = 400;

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

// `key` as a whole address: nothing that an address may go on with stands beside it.
bool names(std::string_view text, std::string_view key) {
  const auto goes_on = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '+' || c == '@';
  };
  for (size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const size_t end = at + key.size();
    if ((at == 0 || !goes_on(text[at - 1])) && (end == text.size() || !goes_on(text[end]))) return true;
  }
  return false;
}

}  // namespace

std::vector<bool> Who::in_quoted_conversation(const ExtractedText& text) const {
  std::vector<bool> known(people_.size());
  for (size_t i = 0; i < text.segments.size(); i++) {
    const Segment& segment = text.segments[i];
    if (segment.place != Place::quoted) continue;
    std::string conversation = lower_ascii(segment.text);
    if (i > 0 && text.segments[i - 1].part == segment.part) {
      const std::string& before = text.segments[i - 1].text;
      const size_t from = before.size() > kAttributionBytes ? before.size() - kAttributionBytes : 0;
      conversation = lower_ascii(std::string_view(before).substr(from)) + '\n' + conversation;
    }
    for (size_t person = 0; person < people_.size(); person++) {
      if (!known[person] && !people_[person].key.empty()) known[person] = names(conversation, people_[person].key);
    }
  }
  return known;
}

}  // namespace postern::policy

#include "policy/evaluate_who.h"

#include <algorithm>

#include "message/mail_marks.h"

namespace postern::policy {

Who::Who(const Model& model, const Destinations& destinations, const Envelope& envelope, const Context& context)
    : model_(model), destinations_(destinations), envelope_(envelope), context_(context) {
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

std::uint32_t Who::visible_outside() const {
  if (!visible_outside_) {
    const auto counted = [this](const Address& address) { return is_counted(address); };
    visible_outside_ =
        static_cast<std::uint32_t>(std::count_if(envelope_.shown.begin(), envelope_.shown.end(), counted));
  }
  return *visible_outside_;
}

bool Who::is_counted(const Address& shown) const {
  if (context_.tests) {
    const Destination destination = destinations_.classify(shown, nullptr, true);
    return destination.has(DestinationClass::outside) && !destination.has(DestinationClass::protected_);
  }
  if (destinations_.is_internal(shown)) return false;
  const std::vector<DestinationReason> reasons = destinations_.listed(shown);
  return std::none_of(reasons.begin(), reasons.end(),
                      [](const DestinationReason& reason) { return reason.cls == DestinationClass::protected_; });
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

// What names the people of a conversation in `text`: its attributions and heads.
void add_marks(std::string_view text, std::string& marks) {
  std::string_view lines[3];  // the last, the later ones first
  while (!text.empty()) {
    const std::string_view here = text;
    const size_t end = text.find('\n');
    lines[2] = lines[1];
    lines[1] = lines[0];
    lines[0] = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (may_begin_head(lines[0])) {
      if (const std::string_view head = head_of(here); !head.empty()) {
        marks.append(head).push_back('\n');
        text = here.substr(head.size());
        continue;
      }
    }
    if (!may_end_attribution(lines[0])) continue;
    // It may be wrapped to three lines.
    for (const std::string_view first : lines) {
      if (first.data() == nullptr || first.find_first_not_of(" \t\r") == std::string_view::npos) break;
      const auto size = static_cast<size_t>(lines[0].data() + lines[0].size() - first.data());
      const std::string_view told(first.data(), size);
      if (attribution(told) != Attribution::none) marks.append(told).push_back('\n');
    }
  }
}

// In a header field such as To, the name that stands with an address: `"Eve Adams" <eve@x.example>`.
std::string_view name_beside(std::string_view field, std::string_view key) {
  const size_t address = field.find('<' + std::string(key) + '>');
  if (address == std::string_view::npos) return {};
  const size_t before = field.substr(0, address).find_last_of(",;>:");
  std::string_view name = field.substr(before + 1, address - before - 1);
  constexpr std::string_view kAround = " \t\r\n\"'";
  const size_t first = name.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return name.substr(first, name.find_last_not_of(kAround) - first + 1);
}

// What the root mail says of itself.
struct Answer {
  bool by_subject = false;  // "Re: ...", in the word of any language
  bool by_header = false;   // In-Reply-To, References, Thread-Index
  std::string people;       // its address fields
};

bool begins_with_short_word(std::string_view subject) {
  constexpr size_t kLongestPrefix = 16;  // "Re:", "AW:", "SV:", "Antw.:", "RE[2]:", in any script
  const size_t colon = std::min(subject.find(':'), subject.find("\uFF1A"));
  return colon != std::string_view::npos && colon > 0 && colon <= kLongestPrefix &&
         subject.substr(0, colon).find(' ') == std::string_view::npos;
}

Answer answer_of(const ExtractedText& text) {
  Answer answer;
  for (const Segment& segment : text.segments) {
    if (segment.part != 0) continue;
    if (segment.place == Place::subject) answer.by_subject = begins_with_short_word(segment.text);
    if (segment.place != Place::header) continue;
    const std::string field = lower_ascii(segment.at);
    if (field == "in-reply-to" || field == "references" || field == "thread-index") answer.by_header = true;
    if (field == "to" || field == "cc") answer.people += lower_ascii(segment.text) + '\n';
  }
  return answer;
}

}  // namespace

std::vector<bool> Who::in_quoted_conversation(const ExtractedText& text) const {
  std::vector<bool> known(people_.size());
  const Answer answer = answer_of(text);
  if (!answer.by_subject && !answer.by_header) return known;
  std::string marks;
  for (size_t i = 0; i < text.segments.size(); i++) {
    const Segment& segment = text.segments[i];
    if (segment.place != Place::quoted) continue;
    if (i > 0 && text.segments[i - 1].part == segment.part) {
      const std::string_view before = text.segments[i - 1].text;
      add_marks(before.substr(before.size() - std::min(before.size(), kAttributionBytes)), marks);
    }
    add_marks(segment.text, marks);
  }
  marks = lower_ascii(marks);
  for (size_t person = 0; person < people_.size(); person++) {
    const std::string& key = people_[person].key;
    if (key.empty()) continue;
    known[person] = names(marks, key);
    if (known[person] || !answer.by_header) continue;
    // Many programs only write the name.
    const std::string_view name = name_beside(answer.people, key);
    known[person] = name.find(' ') != std::string_view::npos && names(marks, name);
  }
  return known;
}

}  // namespace postern::policy

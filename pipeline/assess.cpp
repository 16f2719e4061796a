#include "pipeline/assess.h"

namespace postern::pipeline {

namespace {

std::chrono::microseconds since(const Clock& clock, SteadyTime start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock.steady() - start);
}

}  // namespace

std::string header_unread(const ExtractedText& text) {
  std::string out = "its header could not be read";
  if (text.parts.empty()) return out;
  out += " (" + std::string(to_string(text.parts.front().outcome));
  if (!text.parts.front().why.empty()) out += ": " + text.parts.front().why;
  return out + ")";
}

std::string organisation_domain(const policy::Policy& policy) {
  for (const policy::AddressTerm& term : policy.model().organisation.domains) {
    if (term.kind == policy::AddressTerm::Kind::domain) return term.value;
  }
  return "";
}

// By recipient; nothing is known of those inside, nor asked.
Result<std::vector<Contact>> ask_of_outside(const Contacts& contacts, const std::vector<EnvelopeAddress>& recipients,
                                            const policy::Destinations& destinations) {
  std::vector<EnvelopeAddress> outside;
  std::vector<size_t> which;
  for (size_t i = 0; i < recipients.size(); ++i) {
    if (destinations.is_internal(recipients[i].address)) continue;
    outside.push_back(recipients[i]);
    which.push_back(i);
  }
  auto asked = contacts.ask(outside);
  if (!asked) return fail(asked.error());
  std::vector<Contact> out(recipients.size(), Contact::unknown);
  for (size_t i = 0; i < which.size(); ++i) out[which[i]] = (*asked)[i];
  return out;
}

Result<ExtractedText> read_text(extract::ExtractPool& pool, AssessRequest& request) {
  extract::ExtractRequest reading;
  reading.bytes = std::move(request.bytes);
  reading.kind = request.kind;
  reading.name = std::move(request.name);
  reading.hash = request.hash;
  reading.limits = request.limits;
  reading.deadline = request.deadline;
  reading.lane = request.lane;
  return pool.extract(reading);
}

Result<Assessment> assess(const policy::Policy& policy, extract::ExtractPool& pool, AssessRequest request,
                          const Clock& clock, policy::Proof* proof) {
  const SteadyTime start = clock.steady();
  request.hash = request.hash || policy.asks_for_hashes();
  auto text = read_text(pool, request);
  if (!text) return fail(text.error());
  const std::chrono::microseconds reading = since(clock, start);
  auto out = judge_text(policy, std::move(*text), std::move(request), clock, proof);
  if (out) out->times.extract = reading;
  return out;
}

Result<Assessment> judge_text(const policy::Policy& policy, ExtractedText text, AssessRequest request,
                              const Clock& clock, policy::Proof* proof) {
  Assessment out;
  out.text = std::move(text);
  out.facts = mail_facts(out.text);
  if (!request.past_limit.empty() && !out.text.parts.empty() && out.text.parts[0].outcome == Outcome::complete) {
    out.text.parts[0].outcome = Outcome::limit;
    out.text.parts[0].why = request.past_limit;
  }

  out.envelope = std::move(request.envelope);
  out.envelope.shown = out.facts.shown;
  if (out.envelope.recipients.empty()) {
    for (const Address& address : out.facts.recipients) {
      out.envelope.recipients.push_back({address.to_string(), address, {}});
    }
  }
  if (out.envelope.recipients.empty()) {
    const std::string why = out.facts.header_read ? "the mail has no To, Cc or Bcc" : header_unread(out.text);
    return fail(ErrorKind::invalid_input, "no recipient: " + why);
  }
  out.context.now = request.now;
  const Identifier by_policy({}, policy.destinations(), organisation_domain(policy));
  const Identifier& identifier = request.identifier != nullptr ? *request.identifier : by_policy;
  out.context.sender = identifier.identify(out.envelope, request.vouched, out.facts);
  if (request.scope == Scope::outbound_only && request.from_decides && !identifier.from_is_internal(out.facts)) {
    if (!out.facts.header_read) return fail(ErrorKind::unavailable, header_unread(out.text));
    out.context.outbound = false;
    return out;
  }
  out.context.records = std::move(request.records);
  if (request.contacts != nullptr) {
    auto asked = ask_of_outside(*request.contacts, out.envelope.recipients, policy.destinations());
    if (!asked) return fail(asked.error());
    out.context.contacts = std::move(*asked);
  }
  const SteadyTime judging = clock.steady();
  out.verdict = policy.evaluate(out.text, out.envelope, out.context, proof);
  out.judged = true;
  out.times.evaluate = since(clock, judging);
  return out;
}

}  // namespace postern::pipeline

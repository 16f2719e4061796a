#include "pipeline/gate.h"

#include <algorithm>
#include <map>
#include <optional>

#include <strings.h>

#include "base/fault.h"
#include "base/log.h"
#include "message/address_forms.h"
#include "pipeline/annotate.h"
#include "pipeline/assess.h"
#include "pipeline/message_line.h"
#include "response/approvals.h"
#include "response/plan.h"
#include "response/release_token.h"
#include "response/rule_ends.h"

namespace postern::pipeline {

namespace {

constexpr std::string_view kOwnHeaders = "X-Postern-";
constexpr std::string_view kOddRecipient = "553 5.1.3 Not sent: a recipient's address is not written as RFC 5321 asks";
constexpr std::string_view kOddSender = "553 5.1.7 Not sent: the sender's address is not written as RFC 5321 asks";
// What of the deadline is kept for the policy, the commit and the answer.
constexpr int kCommitShare = 5;

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

response::CommitOptions commit_options(response::CommitOptions options, const policy::Policy& policy) {
  options.hold_expires = policy.model().holds.expires;
  return options;
}

void append_addresses(const policy::Party& party, const policy::Model& model, std::vector<Address>& out) {
  if (!party.group) {
    if (auto address = parse_address(party.text); address && !address->domain.empty()) out.push_back(*address);
    return;
  }
  for (const policy::AddressTerm& member : model.groups[*party.group].members) {
    if (member.kind != policy::AddressTerm::Kind::address) continue;
    if (auto address = parse_address(member.value)) out.push_back(*address);
  }
}

std::vector<Address> addresses_of(const std::vector<policy::Party>& parties, const policy::Model& model) {
  std::vector<Address> out;
  for (const policy::Party& party : parties) append_addresses(party, model, out);
  return out;
}

std::vector<Address> reviewers(const policy::Liaison* liaison, const policy::Model& model) {
  return liaison != nullptr ? addresses_of(liaison->review, model) : std::vector<Address>();
}

bool has_odd_recipient(const Envelope& envelope) {
  return std::any_of(envelope.recipients.begin(), envelope.recipients.end(),
                     [](const EnvelopeAddress& recipient) { return !is_plain_mailbox(recipient.raw); });
}

// A bounce has no sender; mail that came by no SMTP has it without brackets.
bool has_odd_sender(const Envelope& envelope) {
  const std::string& raw = envelope.sender.raw;
  return !raw.empty() && raw != "<>" && !is_plain_mailbox(raw);
}

std::optional<std::string_view> why_odd(const Envelope& envelope) {
  if (has_odd_recipient(envelope)) return kOddRecipient;
  if (has_odd_sender(envelope)) return kOddSender;
  return std::nullopt;
}

void count_verdict(const Assessment& assessed, GateCounters& counters) {
  for (const Finding& finding : assessed.verdict.findings) {
    counters.detections.add(
        {finding.category, std::string(to_string(finding.severity)), std::string(to_string(finding.mode))});
  }
  for (const UnreadablePart& unread : assessed.verdict.unreadable) {
    const Part* part = assessed.text.find(unread.part);
    counters.unread.add(
        {part != nullptr && !part->type.empty() ? part->type : "unknown", std::string(to_string(unread.outcome)), ""});
  }
}

}  // namespace

struct Gate::Handled {
  MtaAnswer answer;
  MessageLine line;
};

std::vector<HeaderRemoval> own_header_removals(const std::vector<HeaderField>& headers, std::string_view relay_field) {
  std::map<std::string, std::uint32_t> seen;
  std::vector<HeaderRemoval> out;
  for (const HeaderField& header : headers) {
    const bool own = header.name.size() >= kOwnHeaders.size() &&
                     ::strncasecmp(header.name.data(), kOwnHeaders.data(), kOwnHeaders.size()) == 0;
    const bool relays = header.name.size() == relay_field.size() &&
                        ::strncasecmp(header.name.data(), relay_field.data(), relay_field.size()) == 0;
    if (!own && !relays) continue;
    out.push_back({header.name, ++seen[lowered(header.name)]});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Gate::Gate(std::shared_ptr<const policy::Policy> policy, const GateServices& services, GateSettings settings)
    : policy_(std::move(policy)),
      services_(services),
      settings_(std::move(settings)),
      identifier_(settings_.identity, policy_->destinations(), organisation_domain(*policy_)),
      committer_(services.store, services.clock, services.entropy, commit_options(settings_.commit, *policy_)) {
  if (policy_->model().asks_for_contacts()) contacts_.emplace(services_.store, services_.clock);
  routing_.of_organisation = [this](const Address& address) { return policy_->destinations().is_internal(address); };
  routing_.people = [this](std::string_view role, const Finding& finding, const Address& sender) {
    return people(role, finding, sender);
  };
  refresh_records();
  routing_.fallback = reviewers(policy_->model().liaison_for("*"), policy_->model());
}

std::vector<Address> Gate::people(std::string_view role, const Finding& finding, const Address& sender) const {
  const policy::Model& model = policy_->model();
  const policy::Liaison* liaison = model.liaison_for(finding.category, sender);
  if (role == "liaison") return reviewers(liaison, model);
  if (role == response::kDeputy)
    return liaison != nullptr ? addresses_of(liaison->deputy, model) : std::vector<Address>();
  std::vector<Address> out;
  const policy::Rule* rule = model.find_rule(finding.rule);
  if (role == "owner" && rule != nullptr && rule->owner) append_addresses(*rule->owner, model, out);
  return out;
}

void Gate::refresh_records() {
  const std::vector<policy::Rule>& rules = policy_->model().rules;
  const auto falls_back = [](const policy::Rule& rule) { return rule.fallback.has_value(); };
  if (std::none_of(rules.begin(), rules.end(), falls_back)) return;
  auto all = response::rule_records(services_.store, services_.clock.now());
  if (!all) {
    log_error("what became of held mails cannot be read: " + all.error().message);
    return;
  }
  response::RuleRecords records;
  for (const policy::Rule& rule : rules) {
    if (!falls_back(rule)) continue;
    if (const auto found = all->find(rule.id); found != all->end()) records.insert(*found);
  }
  const std::lock_guard lock(records_mutex_);
  records_ = std::move(records);
}

void Gate::tell_rule_ends() {
  const policy::Model& model = policy_->model();
  std::vector<response::EndingRule> ending;
  for (const policy::Rule& rule : model.rules) {
    if (!rule.active.until) continue;
    std::vector<Address> owners;
    if (rule.owner) append_addresses(*rule.owner, model, owners);
    std::erase_if(owners, [this](const Address& owner) { return !policy_->destinations().is_internal(owner); });
    if (owners.empty()) owners = routing_.fallback;
    response::EndingRule one{
        {rule.id, rule.title, rule.active.until->time, rule.active.on_end == policy::OnEnd::ask_owner}, {}};
    for (const Address& owner : owners) {
      one.to.push_back(owner.to_string());
    }
    ending.push_back(std::move(one));
  }
  if (ending.empty()) return;
  const auto told = response::tell_rule_ends(services_.store, ending, services_.clock.now(), told_ends_);
  if (!told) log_error("owners of rules that end cannot be told: " + told.error().message);
}

response::RuleRecords Gate::records() {
  const std::lock_guard lock(records_mutex_);
  return records_;
}

void Gate::note_contacts(const Mail& mail, const MtaAnswer& answer) {
  if (!contacts_ || answer.kind != MtaAnswer::Kind::accept) return;
  const policy::Destinations& destinations = policy_->destinations();
  const auto is_protected = [](const policy::DestinationReason& reason) {
    return reason.cls == DestinationClass::protected_;
  };
  std::vector<Address> reached;
  const std::vector<EnvelopeAddress>& recipients = mail.envelope.recipients;
  for (size_t i = 0; i < recipients.size(); ++i) {
    const auto& removed = answer.remove_recipients;
    if (std::find(removed.begin(), removed.end(), i) != removed.end()) continue;
    if (destinations.is_internal(recipients[i].address)) continue;
    const auto reasons = destinations.listed(recipients[i].address);
    // Nothing is kept of them (policy language, destination classes).
    if (std::any_of(reasons.begin(), reasons.end(), is_protected)) continue;
    reached.push_back(recipients[i].address);
  }
  contacts_->note(reached);
}

Gate::Token Gate::read_token(const Mail& mail, std::vector<HeaderField>& routes) {
  if (!response::carries_token(mail)) return Token::nothing;
  const response::ReleaseKey key = services_.store.keys().key(store::KeyUse::release_token);
  const auto verified = response::verify_release(key, mail, services_.clock.now());
  if (!verified && verified.error() == response::TokenRefusal::absent) return Token::nothing;
  // The token proves the message; the store says whether its release is still wanted. The last recipients of a
  // release may arrive when the hold is already closed.
  Token out = Token::nothing;
  const auto asked = services_.store.read([&](store::Reader& reader) -> Result<void> {
    for (const std::string& id : verified ? std::vector{verified->hold} : response::holds_named(mail)) {
      auto hold = reader.hold(id);
      if (!hold) return fail(hold.error());
      if (!*hold) continue;
      const bool under_way = (*hold)->release_requested.has_value();
      if (verified && (under_way || (*hold)->state == store::HoldState::released)) {
        out = Token::released;
        auto incident = reader.incident((*hold)->incident);
        if (!incident) return fail(incident.error());
        if (!*incident) return fail(ErrorKind::corrupt, "the hold " + id + " has no incident");
        auto plan = response::plan_from_json((*incident)->plan_json);
        if (!plan) return fail(plan.error());
        routes = response::route_fields(*plan, response::Fate::hold);
      }
      // Judged like any other mail it would be a retry of the mail that is held, answered with 250, and lost.
      if (!verified && under_way) out = Token::unfit;
    }
    return {};
  });
  if (!asked) out = Token::unknown;
  if (!verified) {
    services_.counters.tokens_refused++;
    log_warning(log_field(mail.envelope.queue_id) +
                ": release token refused: " + std::string(response::to_string(verified.error())));
  }
  return out;
}

Gate::Handled Gate::fail_to_judge(const Mail& mail, const SenderFacts& sender, const Error& cause, Lane& lane,
                                  Handled out) {
  lane.leave();  // it may be held
  services_.counters.failed++;
  log_error(log_field(mail.envelope.queue_id) + ": not judged: " + cause.message);
  const response::Committed done = committer_.answer_failure(mail, sender, routing_, cause, settings_.on_error);
  if (done.answer.kind == MtaAnswer::Kind::accept) services_.counters.failed_open++;
  out.answer = done.answer;
  out.line.way = "error";
  out.line.reference = done.reference;
  return out;
}

Gate::Handled Gate::refuse(std::string_view reply, Handled out) {
  services_.counters.refused++;
  out.answer.kind = MtaAnswer::Kind::reject;
  out.answer.reply.emplace_back(reply);
  out.line.way = "refused";
  return out;
}

Gate::Handled Gate::handle(const Mail& mail, Lane& lane) {
  fault_point(FaultPoint::received);
  const SteadyTime start = mail.arrived.value_or(services_.clock.steady());
  Handled out;
  if (own_header_removals(mail.headers, identifier_.settings().relay_field).size() > kMostOwnHeaders) {
    return refuse("550 5.6.0 Not sent: the message has too many X-Postern header fields", std::move(out));
  }
  std::vector<HeaderField> routes;
  switch (read_token(mail, routes)) {
    case Token::nothing:
      break;
    case Token::released:
      services_.counters.released++;
      out.answer.kind = MtaAnswer::Kind::accept;
      out.answer.add_headers = std::move(routes);
      note_contacts(mail, out.answer);
      out.line.way = "released";
      return out;
    case Token::unfit:
      return refuse("550 5.7.1 Not released: the message or its recipients were changed on the way to the gate",
                    std::move(out));
    case Token::unknown:
      services_.counters.failed++;
      out.answer = response::tempfail_answer();
      out.line.way = "error";
      return out;
  }
  out.line.vouched = identifier_.vouched(mail.envelope, mail.headers);
  const Direction direction = identifier_.direction(mail.envelope, out.line.vouched);
  if (direction == Direction::passing) {
    services_.counters.passed++;
    out.answer.kind = MtaAnswer::Kind::accept;
    out.line.way = "passed";
    return out;
  }
  return handle_outbound(mail, direction, start, lane, std::move(out));
}

std::optional<StripOutcome> Gate::carry_out_strips(const StripRequest& in_force,
                                                   const std::vector<response::TakenOff>& wanted, Stripped stripped,
                                                   response::Committed& committed) {
  if (in_force.wanted.empty()) {
    if (committed.apart > 0) return StripOutcome::sent_apart;
    return !wanted.empty() && committed.held > 0 ? std::optional(StripOutcome::held) : std::nullopt;
  }
  // The plan in force may be one of an earlier try, which is carried out as it was then.
  if (in_force.wanted != wanted || !stripped.why_not.empty()) stripped = strip(in_force, services_.pool);
  if (stripped.why_not.empty()) {
    committed.answer.replacement = std::move(stripped.replacement);
    return StripOutcome::taken_off;
  }
  log_error(log_field(in_force.mail.envelope.queue_id) + ": what the plan of " + committed.reference +
            " takes off cannot be taken off now: " + stripped.why_not);
  committed.answer = response::tempfail_answer();
  return StripOutcome::failed;
}

Gate::Handled Gate::handle_outbound(const Mail& mail, Direction direction, SteadyTime start, Lane& lane, Handled out) {
  const auto odd = why_odd(mail.envelope);
  if (odd && direction == Direction::outbound) return refuse(*odd, std::move(out));
  MessageLine& line = out.line;
  line.sender = identifier_.identify(mail.envelope, line.vouched, {});
  // One that somebody would get is read again: it may say more than the first try did in what no retry key covers.
  std::string retry_key;
  if (auto replay = committer_.replay_held(mail, line.sender, &retry_key);
      replay && *replay && (*replay)->answer.kind != MtaAnswer::Kind::accept) {
    services_.counters.replayed++;
    out.answer = (*replay)->answer;
    line.way = to_string((*replay)->action);
    line.reference = (*replay)->reference;
    line.replayed = true;
    return out;
  }

  AssessRequest request;
  request.bytes = mail.message;
  request.envelope = mail.envelope;
  request.limits = settings_.limits;
  request.deadline = start + settings_.deadline - settings_.deadline / kCommitShare;
  request.now = services_.clock.now();
  request.scope = Scope::outbound_only;
  request.from_decides = direction == Direction::depends_on_from;
  request.identifier = &identifier_;
  request.vouched = line.vouched;
  request.lane = &lane;
  request.contacts = contacts_ ? &*contacts_ : nullptr;
  request.records = records();
  if (mail.oversize) request.past_limit = "the message is larger than milter.max_message";
  const SteadyTime edit_by = request.deadline;
  auto assessed = assess(*policy_, services_.pool, std::move(request), services_.clock);
  if (!assessed) {
    const SenderFacts sender = line.sender;
    return fail_to_judge(mail, sender, assessed.error(), lane, std::move(out));
  }
  line.extract = assessed->times.extract;
  services_.counters.extract.observe(line.extract);
  if (!assessed->judged) {
    services_.counters.passed++;
    out.answer.kind = MtaAnswer::Kind::accept;
    line.way = "passed";
    line.sender = {};
    return out;
  }
  if (odd) return refuse(*odd, std::move(out));
  line.evaluate = assessed->times.evaluate;
  services_.counters.evaluate.observe(line.evaluate);
  line.sender = assessed->context.sender;
  tell_verdict(assessed->verdict, line);
  count_verdict(*assessed, services_.counters);
  const SenderFacts& sender = assessed->context.sender;
  // A policy may say what becomes of mail that nobody could read. One that says nothing has not allowed it.
  if (!assessed->facts.header_read && assessed->verdict.findings.empty()) {
    return fail_to_judge(mail, sender, {ErrorKind::unavailable, header_unread(assessed->text)}, lane, std::move(out));
  }
  fault_point(FaultPoint::judged);
  // Mail without findings leaves nothing to be kept.
  if (!assessed->verdict.findings.empty() || !assessed->verdict.unreadable.empty()) lane.leave();
  const std::vector<response::TakenOff> wanted = response::wanted_off(assessed->verdict);
  const std::string organisation = policy_->model().organisation.name;
  Stripped stripped;
  if (!wanted.empty()) {
    stripped = strip({mail, assessed->text, wanted, organisation, settings_.limits, edit_by}, services_.pool);
  }
  const SteadyTime committing = services_.clock.steady();
  const bool may_repeat =
      contacts_ && contacts_->any_noted_within(mail.envelope.recipients, settings_.commit.replay_window);
  response::CommitRequest to_commit{mail, assessed->verdict, sender, routing_, std::move(retry_key)};
  to_commit.strip = {stripped.why_not.empty(), stripped.why_not};
  to_commit.stripped = stripped.replacement.message;
  to_commit.may_repeat = may_repeat;
  auto committed = committer_.commit(to_commit);
  if (!committed) return fail_to_judge(mail, sender, committed.error(), lane, std::move(out));
  line.commit = std::chrono::duration_cast<std::chrono::microseconds>(services_.clock.steady() - committing);
  services_.counters.commit.observe(line.commit);
  services_.counters.judged[size_t(committed->action)]++;
  if (committed->replayed) services_.counters.replayed++;
  if (!committed->taken.empty()) lane.leave();
  const SteadyTime answer_by = start + settings_.deadline;
  line.strip = carry_out_strips({mail, assessed->text, committed->taken, organisation, settings_.limits, answer_by},
                                wanted, std::move(stripped), *committed);
  if (line.strip) services_.counters.strips[size_t(*line.strip)]++;
  const response::AnnotationOptions annotation =
      annotation_options(policy_->model().annotation, settings_.commit.reply.lesson_address);
  line.footer = annotate({mail, *committed, assessed->verdict, annotation, settings_.limits, start + settings_.deadline,
                          committed->answer.replacement},
                         services_.pool, services_.clock, committed->answer.annotation);
  if (line.footer) services_.counters.footers[size_t(*line.footer)]++;
  out.answer = std::move(committed->answer);
  if (!sender.automatic) note_contacts(mail, out.answer);
  line.way = committed->mode == Mode::enforce ? to_string(committed->action) : "allow";
  if (line.strip == StripOutcome::failed) line.way = "error";
  line.reference = committed->reference;
  line.replayed = committed->replayed;
  return out;
}

MtaAnswer Gate::judge(const Mail& mail, Lane& lane) noexcept {
  const SteadyTime start = services_.clock.steady();
  try {
    Handled handled = handle(mail, lane);
    if (handled.answer.kind == MtaAnswer::Kind::accept) {
      for (HeaderRemoval& removal : own_header_removals(mail.headers, identifier_.settings().relay_field)) {
        handled.answer.remove_headers.push_back(std::move(removal));
      }
    }
    handled.line.total = std::chrono::duration_cast<std::chrono::microseconds>(services_.clock.steady() - start);
    handled.line.size = mail.message ? mail.message->size() : 0;
    services_.counters.message.observe(handled.line.total);
    log_info(message_line(mail.envelope, handled.line));
    fault_point(FaultPoint::answer_ready);
    return handled.answer;
  } catch (const std::exception& e) {
    services_.counters.failed++;
    try {
      log_error(std::string("defect: judging ended with an exception: ") + e.what());
    } catch (...) {  // no memory even for the line
    }
  } catch (...) {
    services_.counters.failed++;
  }
  // An empty tempfail: the codec has its own text for it and needs no memory.
  MtaAnswer answer;
  answer.kind = MtaAnswer::Kind::tempfail;
  return answer;
}

}  // namespace postern::pipeline

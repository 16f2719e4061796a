#include "response/commit.h"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "base/fault.h"
#include "base/log.h"
#include "response/approvals.h"
#include "response/commit_notices.h"
#include "response/quarantine.h"
#include "response/retry_key.h"

namespace postern::response {

namespace {

using nlohmann::json;

constexpr std::string_view kActor = "gate";
// Where references were drawn before, one in 64 is taken; where that happened four times, one in 16, and eight draws in
// a row fail once in 10^9.
constexpr int kReferenceDraws = 8;
constexpr std::chrono::milliseconds kLimitWindow = std::chrono::hours(1);
// What is kept of a Message-ID; RFC 5322 lines end at 998, honest ids are below 100.
constexpr size_t kMessageIdBytes = 998;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

WallTime window_of(WallTime now) {
  return WallTime(now.time_since_epoch() / kLimitWindow * kLimitWindow);
}

std::string message_id(const Mail& mail) {
  constexpr std::string_view kName = "message-id";
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? char(a - 'A' + 'a') : a) == b; };
  for (const HeaderField& field : mail.headers) {
    if (!std::equal(field.name.begin(), field.name.end(), kName.begin(), kName.end(), same)) continue;
    const size_t begin = field.value.find_first_not_of(" \t\r\n");
    if (begin == std::string::npos) return {};
    const size_t end = field.value.find_last_not_of(" \t\r\n");
    return field.value.substr(begin, std::min(end - begin + 1, kMessageIdBytes));
  }
  return {};
}

store::RecipientState state_of(Fate fate) {
  switch (fate) {
    case Fate::deliver:
      return store::RecipientState::delivered;
    case Fate::hold:
      return store::RecipientState::held;
    case Fate::not_delivered:
      return store::RecipientState::not_delivered;
  }
  return store::RecipientState::held;
}

std::string_view verb_of(const Plan& plan) {
  if (plan.mode == Mode::audit) return "recorded";
  if (!plan.taken.empty() && !plan.waits()) return "taken-off";
  if (plan.holds()) return "held";
  if (plan.rejects_all()) return "rejected";
  if (plan.action == Action::reject) return "not-delivered";
  return "annotated";
}

Committed outcome_of(const Plan& plan, std::string_view reference, const ReplyTexts& texts) {
  Committed out;
  out.answer = to_answer(plan, reference, texts);
  out.reference = reference;
  out.action = plan.action;
  out.mode = plan.mode;
  for (const RecipientPlan& recipient : plan.recipients) {
    if (recipient.fate == Fate::deliver && recipient.action == Action::annotate) out.annotates = true;
    if (recipient.fate == Fate::hold) ++(plan.sends_apart ? out.apart : out.held);
    if (recipient.fate == Fate::not_delivered) ++out.not_delivered;
  }
  out.taken = plan.taken_on_the_way();
  return out;
}

Committed untouched() {
  Committed out;
  out.answer.kind = MtaAnswer::Kind::accept;
  return out;
}

}  // namespace

// What is worked out before the transaction, on the message's own thread and not on the store's, and what comes out of
// it.
struct Committer::Draft {
  std::string retry_key;
  store::Incident incident;  // without its reference
  std::string hold;          // id; empty: nothing to hold
  std::vector<PlannedNotice> notices;
  store::AuditEvent audit;
  // Of the transaction.
  std::optional<store::Replay> replay;
  store::Incident replayed_incident;
};

Committer::Committer(store::Store& store, const Clock& clock, Entropy& entropy, CommitOptions options)
    : store_(store), clock_(clock), entropy_(entropy), references_(entropy), options_(std::move(options)) {}

Result<Committed> Committer::commit(const CommitRequest& request) {
  if (request.verdict.recipients.size() != request.mail.envelope.recipients.size()) {
    return fail(ErrorKind::internal, "the verdict does not speak of every recipient");
  }
  Plan plan = make_plan(request.verdict, request.mail.envelope, request.strip);
  plan.approvals = needed_approvals(plan, request.verdict.findings, request.sender, request.routing);
  if (plan.recorded) return keep(request, plan);
  // Judging takes a while in which an equal message may have been held.
  std::string key = request.retry_key;
  auto held = replay_held(request.mail, request.sender, &key);
  if (!held) return fail(held.error());
  if (*held) return std::move(**held);
  if (!request.may_repeat) return untouched();
  return repeated(request, std::move(key));
}

Result<Committed> Committer::repeated(const CommitRequest& request, std::string key) {
  if (key.empty()) {
    auto made = retry_key(request.mail);
    if (!made) return fail(made.error());
    key = std::move(*made);
  }
  std::optional<store::Replay> found;
  std::optional<store::Incident> incident;
  const auto asked = store_.read([&](store::Reader& reader) -> Result<void> {
    auto replay = reader.replay(key, request.verdict.policy_digest, clock_.now());
    if (!replay) return fail(replay.error());
    if (!*replay) return {};
    auto loaded = reader.incident((*replay)->incident);
    if (!loaded) return fail(loaded.error());
    found = std::move(*replay);
    incident = std::move(*loaded);
    return {};
  });
  if (!asked) return fail(asked.error());
  if (!found || !incident) return untouched();
  return replayed(*found, *incident, request.mail);
}

Result<std::optional<Committed>> Committer::replay_held(const Mail& mail, const SenderFacts& sender, std::string* key) {
  // Before the mail is read a null sender may be anybody: its hold stands under the address of its From.
  const std::string identity = sender.identity.key();
  if (!identity.empty() && !store_.may_have_open_hold(identity)) return std::nullopt;
  std::string local;
  std::string& known = key != nullptr ? *key : local;
  if (known.empty()) {
    auto made = retry_key(mail);
    if (!made) return fail(made.error());
    known = std::move(*made);
  }
  if (!store_.may_be_held(known)) return std::nullopt;
  bool held = false;
  if (auto ok = store_.read_one([&](store::Reader& reader) -> Result<void> {
        auto any = reader.is_held(known);
        if (!any) return fail(any.error());
        held = *any;
        return {};
      });
      !ok) {
    return fail(ok.error());
  }
  if (!held) return std::nullopt;
  std::optional<store::Replay> found;
  std::optional<store::Incident> incident;
  if (auto ok = store_.read([&](store::Reader& reader) -> Result<void> {
        auto replay = reader.replay(known, "", clock_.now());
        if (!replay) return fail(replay.error());
        if (!*replay || !(*replay)->held) return {};
        auto loaded = reader.incident((*replay)->incident);
        if (!loaded) return fail(loaded.error());
        found = std::move(*replay);
        incident = std::move(*loaded);
        return {};
      });
      !ok) {
    return fail(ok.error());
  }
  if (!found || !incident) return std::nullopt;
  auto out = replayed(*found, *incident, mail);
  if (!out) return fail(out.error());
  return std::optional(std::move(*out));
}

Result<Committed> Committer::hold_unjudged(const Mail& mail, const SenderFacts& sender, const NoticeRouting& routing,
                                           std::string_view why) {
  Verdict nothing;
  nothing.action = Action::quarantine;
  auto kept = keep({mail, nothing, sender, routing}, make_plan_to_hold_all(mail.envelope, why));
  // The plan of an earlier try delivers to somebody, but not the whole mail, and nothing can be edited here.
  if (kept && !kept->taken.empty()) {
    return fail(ErrorKind::unavailable, "an earlier try, " + kept->reference + ", takes attachments off it");
  }
  return kept;
}

Committed Committer::answer_failure(const Mail& mail, const SenderFacts& sender, const NoticeRouting& routing,
                                    const Error& cause, OnError on_error) {
  if (on_error == OnError::accept) return untouched();
  if (on_error == OnError::quarantine) {
    auto held = hold_unjudged(mail, sender, routing, cause.message);
    if (held) return std::move(*held);
    log_error("queue_id=" + log_field(mail.envelope.queue_id) + " cannot hold it either: " + held.error().message);
  }
  Committed out;
  out.answer = tempfail_answer();
  return out;
}

Result<Committed> Committer::keep(const CommitRequest& request, const Plan& plan) {
  auto draft = this->draft(request, plan);
  if (!draft) return fail(draft.error());
  if (auto ok = store_.commit([&](store::Transaction& tx) { return write(tx, request, plan, *draft); }); !ok) {
    return fail(ok.error());
  }
  fault_point(FaultPoint::committed);
  if (draft->replay) return replayed(*draft->replay, draft->replayed_incident, request.mail);
  return outcome_of(plan, draft->incident.reference, options_.reply);
}

namespace {

store::Incident incident_of(const CommitRequest& request, const Plan& plan) {
  const Envelope& envelope = request.mail.envelope;
  store::Incident out;
  out.queue_id = envelope.queue_id;
  out.message_id = message_id(request.mail);
  out.sender = request.sender.identity.key();
  out.sender_raw = envelope.sender.raw;
  out.sender_parameters = envelope.sender.parameters;
  out.client = envelope.client_address;
  out.policy_digest = request.verdict.policy_digest;
  out.action = plan.action;
  out.mode = plan.mode;
  out.findings_json = findings_to_json(request.verdict.findings);
  out.unreadable_json = unreadable_to_json(request.verdict.unreadable);
  out.plan_json = plan_to_json(plan);
  out.message_size = request.mail.message->size();
  for (size_t i = 0; i < envelope.recipients.size(); ++i) {
    store::IncidentRecipient recipient;
    recipient.raw = envelope.recipients[i].raw;
    recipient.parameters = envelope.recipients[i].parameters;
    recipient.address = envelope.recipients[i].address.to_string();
    recipient.action = plan.recipients[i].action;
    recipient.state = state_of(plan.recipients[i].fate);
    out.recipients.push_back(std::move(recipient));
  }
  for (const RecipientVerdict& judged : request.verdict.recipients) {
    if (judged.recipient < out.recipients.size()) out.recipients[judged.recipient].classes = judged.classes;
  }
  return out;
}

// Counts the notice against its limits; true when it is over them. A rule that was not told about yet is always told.
Result<bool> over_limits(store::Transaction& tx, const PlannedNotice& notice, const std::string& sender, WallTime now,
                         const CommitOptions& options) {
  const WallTime window = window_of(now);
  const std::string prefix = std::string(to_string(notice.payload.audience)) + '\n' + sender;
  auto total = tx.count("notice\n" + prefix, window, window - kLimitWindow);
  if (!total) return fail(total.error());
  bool every_rule_told = true;
  for (const std::string& rule : notice.rules) {
    auto told = tx.count("notice-rule\n" + prefix + '\n' + rule, window, window - kLimitWindow);
    if (!told) return fail(told.error());
    every_rule_told = every_rule_told && *told > options.notices_per_rule;
  }
  return *total > options.notices_per_sender || (every_rule_told && !notice.rules.empty());
}

// Under which the store counts the notices that a sender did not get, one set of rules by itself.
std::string unsent_counter(const PlannedNotice& notice, const std::string& sender) {
  std::string out = "notice-unsent\n" + std::string(to_string(notice.payload.audience)) + '\n' + sender;
  for (const std::string& rule : notice.rules) out += '\n' + rule;
  return out;
}

Result<void> enqueue_notice(store::Transaction& tx, const PlannedNotice& notice, const store::Incident& incident,
                            const std::string& hold, const CommitOptions& options) {
  store::OutboxItem item;
  item.kind = store::OutboxKind::notice;
  item.dedupe_key = "notice:" + incident.reference + ":judged:" + std::string(to_string(notice.payload.audience));
  item.incident = incident.reference;
  item.hold = hold;
  NoticePayload payload = notice.payload;
  item.created = incident.time;
  item.not_before = incident.time;
  if (!notice.nobody.empty()) {
    item.state = store::OutboxState::suppressed;
    item.last_error = notice.nobody;
  } else {
    auto over = over_limits(tx, notice, incident.sender, incident.time, options);
    if (!over) return fail(over.error());
    const std::string counter = unsent_counter(notice, incident.sender);
    if (*over) {
      item.state = store::OutboxState::suppressed;
      item.last_error = "over the limit of notices an hour";
      const WallTime window = window_of(incident.time);
      if (auto counted = tx.count(counter, window, window - kLimitWindow); !counted) return fail(counted.error());
    } else {
      auto unsent = tx.take_count(counter);
      if (!unsent) return fail(unsent.error());
      payload.not_notified = *unsent;
    }
  }
  item.payload_json = payload.to_json();
  if (auto ok = tx.enqueue(item); !ok) return fail(ok.error());
  return {};
}

// The stored plan, for the recipients as they come now: the same ones may come in another order.
Result<Plan> stored_plan(const store::Replay& replay, const store::Incident& incident, const Mail& mail) {
  auto stored = plan_from_json(replay.plan_json);
  if (!stored) return fail(stored.error());
  if (stored->recipients.size() != incident.recipients.size()) {
    return fail(ErrorKind::corrupt, "the plan of " + incident.reference + " does not fit its recipients");
  }
  std::map<std::string, const RecipientPlan*> by_address;
  for (size_t i = 0; i < incident.recipients.size(); ++i) {
    EnvelopeAddress address;
    address.raw = incident.recipients[i].raw;
    if (auto parsed = parse_address(address.raw)) address.address = std::move(*parsed);
    by_address.emplace(recipient_key(address), &stored->recipients[i]);
  }
  Plan plan = *stored;
  plan.recipients.clear();
  for (const EnvelopeAddress& recipient : mail.envelope.recipients) {
    const auto found = by_address.find(recipient_key(recipient));
    if (found == by_address.end()) {
      return fail(ErrorKind::corrupt, "the plan of " + incident.reference + " knows another recipient");
    }
    plan.recipients.push_back(*found->second);
  }
  return plan;
}

// Something was found in what two messages of one retry key may differ in.
bool found_outside_key(const Verdict& verdict) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& finding) {
    return finding.place == Place::header && may_be_outside_key(finding.at);
  });
}

bool goes_without(const Plan& plan, const RecipientPlan& recipient, const std::string& sha256) {
  return std::any_of(recipient.taken.begin(), recipient.taken.end(),
                     [&](size_t index) { return plan.taken[index].sha256 == sha256; });
}

// Somebody would get it, or something of it, by the old plan and not by the new one.
bool is_stricter(const Plan& plan, const Plan& old) {
  for (size_t i = 0; i < plan.recipients.size() && i < old.recipients.size(); ++i) {
    const RecipientPlan& now = plan.recipients[i];
    const RecipientPlan& then = old.recipients[i];
    const bool waits = now.fate != Fate::deliver && now.taken.empty();
    const bool waited = then.fate != Fate::deliver && then.taken.empty();
    if (!waited && waits) return true;
    const auto got = [&](size_t index) { return !goes_without(old, then, plan.taken[index].sha256); };
    if (!waited && std::any_of(now.taken.begin(), now.taken.end(), got)) return true;
  }
  return false;
}

}  // namespace

Result<bool> Committer::find_replay(store::Transaction& tx, const CommitRequest& request, const Plan& plan,
                                    Draft& draft) const {
  const std::string& policy = request.verdict.policy_digest;
  auto replay = tx.replay(draft.incident.retry_key, policy, draft.incident.time);
  if (!replay) return fail(replay.error());
  if (!*replay) return false;
  auto incident = tx.incident((*replay)->incident);
  if (!incident) return fail(incident.error());
  if (!*incident) return fail(ErrorKind::corrupt, "a plan has lost its incident");
  draft.replay = std::move(*replay);
  draft.replayed_incident = std::move(**incident);
  if (draft.incident.message_digest == draft.replayed_incident.message_digest) return true;
  // Whatever another policy said by now, the first decision stands, but not for text that it was not made on.
  const bool same_policy = policy.empty() || policy == draft.replayed_incident.policy_digest;
  if (!same_policy && !found_outside_key(request.verdict)) return true;
  auto stored = stored_plan(*draft.replay, draft.replayed_incident, request.mail);
  if (!stored) return fail(stored.error());
  if (wanted_off(request.verdict).empty() || request.strip.can) return !is_stricter(plan, *stored);
  // That it cannot be done this time does not ask for more than the first try did.
  return !is_stricter(make_plan(request.verdict, request.mail.envelope, {true, ""}), *stored);
}

Result<Committer::Draft> Committer::draft(const CommitRequest& request, const Plan& plan) {
  Draft out;
  out.retry_key = request.retry_key;
  if (out.retry_key.empty()) {
    auto key = retry_key(request.mail);
    if (!key) return fail(key.error());
    out.retry_key = std::move(*key);
  }
  auto bytes = request.mail.message->view();
  if (!bytes) return fail(bytes.error());
  const WallTime now = clock_.now();
  store::Incident& incident = out.incident;
  incident = incident_of(request, plan);
  incident.time = now;
  incident.message_digest = to_hex(sha256(*bytes));
  incident.replay_until = plan.waits() ? now : now + options_.replay_window;
  if (plan.holds()) out.hold = new_id(entropy_, now);
  if (plan.sends_apart && !request.stripped) return fail(ErrorKind::internal, "there is no edited message to keep");
  out.notices = plan_notices(plan, request.verdict.findings, request.sender, request.routing);
  const json detail = {{"queue_id", incident.queue_id},
                       {"sender", incident.sender},
                       {"action", std::string(to_string(plan.action))},
                       {"policy", incident.policy_digest},
                       {"recipients", incident.recipients.size()},
                       {"taken_off", plan.taken.size()},
                       {"hold", out.hold}};
  out.audit = {0, now, std::string(kActor), std::string(verb_of(plan)), "", dump(detail)};
  return out;
}

// Nothing of an earlier run is believed: the store may run a unit twice.
Result<void> Committer::write(store::Transaction& tx, const CommitRequest& request, const Plan& plan, Draft& draft) {
  store::Incident& incident = draft.incident;
  incident.retry_key = draft.retry_key;
  draft.replay.reset();
  auto found = find_replay(tx, request, plan, draft);
  if (!found) return fail(found.error());
  if (!*found && draft.replay) {
    // Text in a header field that no retry key covers: a message of its own, under a key of its own.
    draft.replay.reset();
    incident.retry_key = to_hex(sha256(draft.retry_key + incident.message_digest));
    found = find_replay(tx, request, plan, draft);
    if (!found) return fail(found.error());
  }
  if (*found) return {};

  fault_point(FaultPoint::unit_begun);
  Result<void> inserted = fail(ErrorKind::conflict, "no reference was drawn");
  for (int draw = 0; draw < kReferenceDraws && !inserted && inserted.error().kind == ErrorKind::conflict; ++draw) {
    incident.reference = references_.draw();
    inserted = tx.insert_incident(incident);
  }
  if (!inserted) return inserted;
  fault_point(FaultPoint::incident_written);

  if (!draft.hold.empty()) {
    store::Hold hold;
    hold.id = draft.hold;
    hold.incident = incident.reference;
    hold.retry_key = incident.retry_key;
    hold.sender = incident.sender;
    hold.reason = plan.hold_reason;
    hold.created = incident.time;
    hold.expires = incident.time + options_.hold_expires;
    const Blob& kept = plan.sends_apart ? *request.stripped : *request.mail.message;
    if (auto ok = tx.insert_hold(hold, kept); !ok) return ok;
    if (plan.sends_apart) {
      auto asked = enqueue_release(tx, hold, kActor, incident.time);
      if (!asked) return fail(asked.error());
    }
  }
  for (const PlannedNotice& notice : draft.notices) {
    if (auto ok = enqueue_notice(tx, notice, incident, draft.hold, options_); !ok) return ok;
    fault_point(FaultPoint::notice_written);
  }
  draft.audit.subject = incident.reference;
  if (auto ok = tx.append_audit(draft.audit); !ok) return ok;
  fault_point(FaultPoint::audit_written);
  return {};
}

Result<Committed> Committer::replayed(const store::Replay& replay, const store::Incident& incident,
                                      const Mail& mail) const {
  auto stored = stored_plan(replay, incident, mail);
  if (!stored) return fail(stored.error());
  const Plan& plan = *stored;
  Committed out = outcome_of(plan, incident.reference, options_.reply);
  out.replayed = true;
  return out;
}

}  // namespace postern::response

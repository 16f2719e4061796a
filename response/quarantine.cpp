#include "response/quarantine.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/fault.h"
#include "base/log.h"
#include "response/apart_release.h"
#include "response/approvals.h"
#include "response/commit_payload.h"

namespace postern::response {

namespace {

using nlohmann::json;
using store::HoldState;
using store::OutboxItem;
using store::OutboxState;
using store::ReleaseResult;

// Actors in the audit.
constexpr std::string_view kGate = "gate";
constexpr std::string_view kCourier = "courier";

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<store::Hold> hold_named(store::Reader& reader, std::string_view reference) {
  auto hold = reader.hold_of(reference);
  if (!hold) return fail(hold.error());
  if (!*hold) return fail(ErrorKind::not_found, "nothing is held under " + std::string(reference));
  return std::move(**hold);
}

NoticeEvent event_of(HoldState state) {
  switch (state) {
    case HoldState::released:
      return NoticeEvent::released;
    case HoldState::rejected:
      return NoticeEvent::rejected;
    case HoldState::expired:
    case HoldState::withdrawn:
    case HoldState::open:
      break;
  }
  return NoticeEvent::expired;
}

// Tells the same people who were told that the message is held; nobody else has been found fit to know.
Result<void> tell_sender(store::Transaction& tx, const store::Hold& hold, HoldState state, WallTime now) {
  if (state == HoldState::released) {
    // The notice of the judgement has said that it goes.
    auto apart = is_sent_apart(tx, hold);
    if (!apart) return fail(apart.error());
    if (*apart) return {};
  }
  auto rows = tx.outbox_of(hold.incident);
  if (!rows) return fail(rows.error());
  for (const OutboxItem& row : *rows) {
    if (row.kind != store::OutboxKind::notice) continue;
    auto payload = NoticePayload::parse(row.payload_json);
    if (!payload) return fail(payload.error());
    if (payload->event != NoticeEvent::judged || payload->audience != Audience::sender) continue;
    if (row.state == OutboxState::pending) {
      // It would come late, perhaps after the one below, and say what is no longer so.
      if (auto ok = tx.finish_outbox(row.id, OutboxState::suppressed, "the decision is told instead"); !ok) return ok;
    }
    payload->event = event_of(state);
    OutboxItem item;
    item.kind = store::OutboxKind::notice;
    item.dedupe_key = "notice:" + hold.incident + ":" + std::string(to_string(payload->event)) + ":sender";
    item.incident = hold.incident;
    item.hold = hold.id;
    item.payload_json = payload->to_json();
    item.created = now;
    item.not_before = now;
    if (payload->to.empty()) {
      item.state = OutboxState::suppressed;
      item.last_error = row.last_error;
    }
    if (auto ok = tx.enqueue(item); !ok) return fail(ok.error());
    return {};
  }
  return {};
}

Result<void> audit(store::Transaction& tx, WallTime now, std::string_view actor, std::string_view verb,
                   const store::Hold& hold, const json& detail) {
  return tx.append_audit({0, now, std::string(actor), std::string(verb), hold.incident, dump(detail)});
}

// What the submission host said to the first recipient that it did not take.
std::string why_not(const std::vector<ReleaseResult>& results) {
  const auto first = std::find_if(results.begin(), results.end(), [](const ReleaseResult& result) {
    return result.kind != ReleaseResult::Kind::accepted;
  });
  std::string out = "not every recipient was accepted";
  if (first != results.end() && !first->reply.empty()) out += ": " + first->reply;
  return out;
}

json told(const std::vector<ReleaseResult>& results) {
  constexpr std::string_view kWords[] = {"accepted", "refused", "postponed"};
  json out = json::array();
  for (const ReleaseResult& result : results) {
    out.push_back({{"recipient", result.recipient},
                   {"result", std::string(kWords[size_t(result.kind)])},
                   {"reply", result.reply}});
  }
  return out;
}

}  // namespace

Result<std::uint32_t> enqueue_release(store::Transaction& tx, const store::Hold& hold, std::string_view actor,
                                      WallTime now) {
  if (auto ok = tx.request_release(hold.id, actor, now); !ok) return fail(ok.error());
  fault_point(FaultPoint::release_marked);
  const ReleasePayload payload{hold.release_attempts + 1, std::string(actor)};
  OutboxItem item;
  item.kind = store::OutboxKind::release;
  item.dedupe_key = "release:" + hold.id + ":" + std::to_string(payload.attempt);
  item.incident = hold.incident;
  item.hold = hold.id;
  item.payload_json = payload.to_json();
  item.created = now;
  item.not_before = now;
  auto written = tx.enqueue(item);
  if (!written) return fail(written.error());
  if (!*written) return fail(ErrorKind::conflict, hold.incident + " is being released already");
  fault_point(FaultPoint::release_enqueued);
  return payload.attempt;
}

Quarantine::Quarantine(store::Store& store, const Clock& clock, std::string spool_dir)
    : store_(store), clock_(clock), spool_dir_(std::move(spool_dir)) {}

Result<std::vector<store::HoldSummary>> Quarantine::list(const store::HoldFilter& filter) {
  std::vector<store::HoldSummary> out;
  auto ok = store_.read([&](store::Reader& reader) -> Result<void> {
    auto holds = reader.holds(filter);
    if (!holds) return fail(holds.error());
    out = std::move(*holds);
    return {};
  });
  if (!ok) return fail(ok.error());
  return out;
}

Result<HeldMessage> Quarantine::load(store::Reader& reader, std::string_view reference) {
  auto hold = hold_named(reader, reference);
  if (!hold) return fail(hold.error());
  auto incident = reader.incident(reference);
  if (!incident) return fail(incident.error());
  if (!*incident) return fail(ErrorKind::corrupt, "the hold " + hold->id + " has no incident");
  auto findings = findings_from_json((*incident)->findings_json);
  if (!findings) return fail(findings.error());
  auto unreadable = unreadable_from_json((*incident)->unreadable_json);
  if (!unreadable) return fail(unreadable.error());
  auto plan = plan_from_json((*incident)->plan_json);
  if (!plan) return fail(plan.error());
  auto approvals = reader.approvals_of(hold->id);
  if (!approvals) return fail(approvals.error());
  std::vector<ApprovalNeed> needs = plan->approvals;
  return HeldMessage{std::move(*hold), std::move(**incident), std::move(*findings), std::move(*unreadable),
                     std::move(needs), std::move(*approvals), std::move(*plan)};
}

Result<HeldMessage> Quarantine::show(std::string_view reference) {
  std::optional<HeldMessage> out;
  auto ok = store_.read([&](store::Reader& reader) -> Result<void> {
    auto loaded = load(reader, reference);
    if (!loaded) return fail(loaded.error());
    out = std::move(*loaded);
    return {};
  });
  if (!ok) return fail(ok.error());
  return std::move(*out);
}

Result<std::shared_ptr<const Blob>> Quarantine::message(std::string_view reference) {
  std::shared_ptr<const Blob> out;
  auto ok = store_.read([&](store::Reader& reader) -> Result<void> {
    auto hold = hold_named(reader, reference);
    if (!hold) return fail(hold.error());
    auto blob = reader.held_blob(hold->id, spool_dir_);
    if (!blob) return fail(blob.error());
    out = std::move(*blob);
    return {};
  });
  if (!ok) return fail(ok.error());
  return out;
}

Result<ReleaseAsked> Quarantine::approve(store::Transaction& tx, const store::Hold& hold, const Releaser& by,
                                         WallTime now) {
  if (hold.state != HoldState::open) {
    return fail(ErrorKind::conflict, hold.incident + " is " + std::string(to_string(hold.state)) + " already");
  }
  if (hold.release_requested) return fail(ErrorKind::conflict, hold.incident + " is being released already");
  auto incident = tx.incident(hold.incident);
  if (!incident) return fail(incident.error());
  if (!*incident) return fail(ErrorKind::corrupt, "the hold " + hold.id + " has no incident");
  auto plan = plan_from_json((*incident)->plan_json);
  if (!plan) return fail(plan.error());
  const std::vector<ApprovalNeed>& needs = plan->approvals;
  auto approvals = tx.approvals_of(hold.id);
  if (!approvals) return fail(approvals.error());
  const bool named = !by.person.empty();
  if (needs.empty()) {
    if (named) return fail(ErrorKind::conflict, hold.incident + " waits for nobody by name: release it as an operator");
    return ReleaseAsked{true, {}};
  }
  // A release that failed is asked for again: nobody has to approve twice.
  if (all_met(met_needs(needs, *approvals))) return ReleaseAsked{true, {}};
  const std::string& person = named ? by.person : by.actor;
  if (named && person == hold.sender) return fail(ErrorKind::conflict, person + " sent it, and cannot approve it");
  if (named && !is_approver(needs, person)) {
    return fail(ErrorKind::conflict, person + " is none of those who approve " + hold.incident);
  }
  const auto unmet = [](const MetNeeds& met) { return std::count(met.begin(), met.end(), std::nullopt); };
  const auto before = unmet(met_needs(needs, *approvals));
  const store::Approval approval{person, named, by.actor, now};
  if (auto ok = tx.insert_approval(hold.id, approval); !ok) return fail(ok.error());
  approvals->push_back(approval);
  const MetNeeds met = met_needs(needs, *approvals);
  if (unmet(met) == before) {
    return fail(ErrorKind::conflict,
                "what " + person + " can approve of " + hold.incident + " is approved: it waits for others");
  }
  ReleaseAsked out;
  for (size_t i = 0; i < needs.size(); ++i) {
    if (!met[i]) out.waiting.push_back(needs[i]);
  }
  out.under_way = out.waiting.empty();
  if (out.under_way) return out;
  const json detail = {{"person", person}, {"waiting", out.waiting.size()}};
  if (auto ok = audit(tx, now, by.actor, "approved", hold, detail); !ok) return fail(ok.error());
  return out;
}

Result<ReleaseAsked> Quarantine::release(std::string_view reference, const Releaser& by) {
  const WallTime now = clock_.now();
  ReleaseAsked out;
  auto asked = store_.commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = hold_named(tx, reference);
    if (!hold) return fail(hold.error());
    auto approved = approve(tx, *hold, by, now);
    if (!approved) return fail(approved.error());
    out = std::move(*approved);
    if (!out.under_way) return {};
    const auto attempt = enqueue_release(tx, *hold, by.actor, now);
    if (!attempt) return fail(attempt.error());
    json detail = {{"attempt", *attempt}};
    if (!by.person.empty()) detail["person"] = by.person;
    return audit(tx, now, by.actor, "release-requested", *hold, detail);
  });
  fault_point(FaultPoint::release_asked);
  if (!asked) return fail(asked.error());
  return out;
}

Result<void> Quarantine::close(store::Transaction& tx, const store::Hold& hold, HoldState state, std::string_view actor,
                               std::string_view note, WallTime now) {
  if (auto ok = tx.close_hold(hold.id, state, actor, now); !ok) return ok;
  fault_point(FaultPoint::hold_closed);
  if (auto ok = tell_sender(tx, hold, state, now); !ok) return ok;
  fault_point(FaultPoint::sender_told);
  return audit(tx, now, actor, to_string(state), hold, {{"note", std::string(note)}});
}

Result<void> Quarantine::reject(std::string_view reference, std::string_view actor, std::string_view note) {
  const WallTime now = clock_.now();
  auto done = store_.commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = hold_named(tx, reference);
    if (!hold) return fail(hold.error());
    return close(tx, *hold, HoldState::rejected, actor, note, now);
  });
  fault_point(FaultPoint::decided);
  return done;
}

Result<Sweep> Quarantine::sweep(const std::vector<store::Hold>& page, WallTime now, const Act& act) {
  Sweep out;
  const auto handle = [&](size_t begin, size_t end) {
    size_t done = 0;
    auto ok = store_.commit([&](store::Transaction& tx) -> Result<void> {
      done = 0;
      for (size_t i = begin; i < end; ++i) {
        auto acted = act(tx, page[i], now);
        if (!acted) return fail(acted.error());
        if (*acted) ++done;
      }
      return {};
    });
    fault_point(FaultPoint::page_handled);
    if (ok) out.done += done;
    return ok;
  };
  const auto all = handle(0, page.size());
  if (all) return out;
  if (all.error().kind == ErrorKind::unavailable) return fail(all.error());
  // One of them spoils it for the others: each by itself.
  for (size_t i = 0; i < page.size(); ++i) {
    const auto one = handle(i, i + 1);
    // A conflict: decided, or released, by somebody else since the page was read.
    if (one || one.error().kind == ErrorKind::conflict) continue;
    if (one.error().kind == ErrorKind::unavailable) return fail(one.error());
    ++out.failed;
    log_error("quarantine: ref=" + log_field(page[i].incident) + " is left as it is: " + one.error().message);
  }
  return out;
}

Result<Sweep> Quarantine::expire(const store::HoldCursor& after) {
  const WallTime now = clock_.now();
  std::vector<store::Hold> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto due = reader.holds_to_expire(now, after, kSweepHolds);
    if (!due) return fail(due.error());
    page = std::move(*due);
    return {};
  });
  if (!read) return fail(read.error());
  if (page.empty()) return Sweep{};
  auto out = sweep(page, now, [this](store::Transaction& tx, const store::Hold& hold, WallTime at) -> Result<bool> {
    if (auto done = close(tx, hold, HoldState::expired, kGate, "", at); !done) return fail(done.error());
    return true;
  });
  if (out && page.size() == kSweepHolds) out->next = store::HoldCursor{page.back().expires, page.back().id};
  return out;
}

Result<Sweep> Quarantine::erase(std::chrono::milliseconds retention, const store::HoldCursor& after) {
  const WallTime now = clock_.now();
  std::vector<store::Hold> page;
  const auto read = store_.read([&](store::Reader& reader) -> Result<void> {
    auto due = reader.holds_to_erase(now - retention, after, kSweepHolds);
    if (!due) return fail(due.error());
    page = std::move(*due);
    return {};
  });
  if (!read) return fail(read.error());
  if (page.empty()) return Sweep{};
  bool more = page.size() == kSweepHolds;
  std::uint64_t bytes = page.front().message_size;
  for (size_t i = 1; i < page.size(); ++i) {
    bytes += page[i].message_size;
    if (bytes <= kSweepBytes) continue;
    page.resize(i);
    more = true;
  }
  auto out = sweep(page, now, [](store::Transaction& tx, const store::Hold& hold, WallTime at) -> Result<bool> {
    auto erased = tx.erase_message(hold.id, at);
    if (!erased || !*erased) return erased;
    if (auto done = audit(tx, at, kGate, "erased", hold, {{"bytes", hold.message_size}}); !done) {
      return fail(done.error());
    }
    return true;
  });
  if (out && more) out->next = store::HoldCursor{page.back().decided.value_or(now), page.back().id};
  return out;
}

Result<ReleaseJob> Quarantine::release_job(const OutboxItem& item) {
  // Before anything is sent: what was sent must be recordable.
  if (auto payload = ReleasePayload::parse(item.payload_json); !payload) return fail(payload.error());
  ReleaseJob job;
  auto ok = store_.read([&](store::Reader& reader) -> Result<void> {
    auto hold = reader.hold(item.hold);
    if (!hold) return fail(hold.error());
    if (!*hold) return fail(ErrorKind::not_found, "there is no hold " + item.hold);
    if ((*hold)->state != HoldState::open) {
      return fail(ErrorKind::conflict,
                  (*hold)->incident + " is " + std::string(to_string((*hold)->state)) + " already");
    }
    auto incident = reader.incident((*hold)->incident);
    if (!incident) return fail(incident.error());
    if (!*incident) return fail(ErrorKind::corrupt, "the hold " + item.hold + " has no incident");
    job.hold = (*hold)->id;
    job.incident = (*hold)->incident;
    job.sender_raw = (*incident)->sender_raw;
    job.sender_parameters = (*incident)->sender_parameters;
    for (size_t i = 0; i < (*incident)->recipients.size(); ++i) {
      const store::IncidentRecipient& recipient = (*incident)->recipients[i];
      if (recipient.state != store::RecipientState::held) continue;
      job.recipients.push_back({i, recipient.raw, recipient.parameters});
    }
    auto blob = reader.held_blob(job.hold, spool_dir_);
    if (!blob) return fail(blob.error());
    job.message = std::move(*blob);
    return {};
  });
  if (!ok) return fail(ok.error());
  return job;
}

Result<HoldState> Quarantine::record_release(const OutboxItem& item, const std::vector<ReleaseResult>& results,
                                             std::optional<WallTime> next_try) {
  auto payload = ReleasePayload::parse(item.payload_json);
  if (!payload) return fail(payload.error());
  const WallTime now = clock_.now();
  const bool postponed = std::any_of(results.begin(), results.end(), [](const ReleaseResult& result) {
    return result.kind == ReleaseResult::Kind::postponed;
  });
  HoldState state = HoldState::open;
  auto ok = store_.commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = tx.hold(item.hold);
    if (!hold) return fail(hold.error());
    if (!*hold) return fail(ErrorKind::not_found, "there is no hold " + item.hold);
    const bool before = (*hold)->state == HoldState::released;
    auto recorded = tx.record_release(item.hold, results, now);
    if (!recorded) return fail(recorded.error());
    state = *recorded;
    fault_point(FaultPoint::recipients_recorded);
    const json detail = {{"attempt", payload->attempt}, {"by", payload->by}, {"results", told(results)}};
    if (state == HoldState::released) {
      if (auto done = tx.finish_outbox(item.id, OutboxState::done, ""); !done) return done;
      fault_point(FaultPoint::release_row_ended);
      if (before) return {};
      if (auto done = tell_sender(tx, **hold, HoldState::released, now); !done) return done;
      fault_point(FaultPoint::release_told);
      return audit(tx, now, kCourier, "released", **hold, detail);
    }
    if (postponed && next_try) {
      if (auto done = tx.retry_outbox(item.id, *next_try, "postponed"); !done) return done;
      fault_point(FaultPoint::release_row_ended);
      return audit(tx, now, kCourier, "release-postponed", **hold, detail);
    }
    const std::string why = why_not(results);
    if (auto done = give_up_release(tx, **hold, why, now); !done) return done;
    if (auto done = tx.finish_outbox(item.id, OutboxState::failed, why); !done) return done;
    fault_point(FaultPoint::release_row_ended);
    return audit(tx, now, kCourier, "release-failed", **hold, detail);
  });
  if (!ok) return fail(ok.error());
  fault_point(FaultPoint::release_recorded);
  return state;
}

Result<void> Quarantine::fail_release(const OutboxItem& item, std::string_view why) {
  const WallTime now = clock_.now();
  auto recorded = store_.commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = tx.hold(item.hold);
    if (!hold) return fail(hold.error());
    // A row done a second time by a courier that had died: there is nothing left to fail.
    if (*hold && (*hold)->state == HoldState::released) return tx.finish_outbox(item.id, OutboxState::done, "");
    if (auto done = tx.finish_outbox(item.id, OutboxState::failed, why); !done) return done;
    fault_point(FaultPoint::release_row_failed);
    if (*hold && (*hold)->state == HoldState::open) {
      if (auto done = give_up_release(tx, **hold, why, now); !done) return done;
    }
    const json detail = {{"row", item.id}, {"why", std::string(why)}};
    return tx.append_audit({0, now, std::string(kCourier), "release-failed", item.incident, dump(detail)});
  });
  fault_point(FaultPoint::release_failed);
  return recorded;
}

}  // namespace postern::response

#include "response/quarantine.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "response/commit_payload.h"

namespace postern::response {

namespace {

using nlohmann::json;
using store::HoldState;
using store::OutboxItem;
using store::OutboxState;
using store::ReleaseResult;

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
  auto rows = tx.outbox_of(hold.incident);
  if (!rows) return fail(rows.error());
  for (const OutboxItem& row : *rows) {
    if (row.kind != store::OutboxKind::notice) continue;
    auto payload = NoticePayload::parse(row.payload_json);
    if (!payload) return fail(payload.error());
    if (payload->event != NoticeEvent::judged || payload->audience != Audience::sender) continue;
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
  return HeldMessage{std::move(*hold), std::move(**incident), std::move(*findings), std::move(*unreadable)};
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

Result<void> Quarantine::release(std::string_view reference, std::string_view actor) {
  const WallTime now = clock_.now();
  return store_.commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = hold_named(tx, reference);
    if (!hold) return fail(hold.error());
    if (auto ok = tx.request_release(hold->id, actor, now); !ok) return ok;
    const ReleasePayload payload{hold->release_attempts + 1, std::string(actor)};
    OutboxItem item;
    item.kind = store::OutboxKind::release;
    item.dedupe_key = "release:" + hold->id + ":" + std::to_string(payload.attempt);
    item.incident = hold->incident;
    item.hold = hold->id;
    item.payload_json = payload.to_json();
    item.created = now;
    item.not_before = now;
    auto written = tx.enqueue(item);
    if (!written) return fail(written.error());
    if (!*written) return fail(ErrorKind::conflict, hold->incident + " is being released already");
    return audit(tx, now, actor, "release-requested", *hold, {{"attempt", payload.attempt}});
  });
}

Result<void> Quarantine::close(store::Transaction& tx, const store::Hold& hold, HoldState state, std::string_view actor,
                               std::string_view note, WallTime now) {
  if (auto ok = tx.close_hold(hold.id, state, actor, now); !ok) return ok;
  if (auto ok = tell_sender(tx, hold, state, now); !ok) return ok;
  return audit(tx, now, actor, to_string(state), hold, {{"note", std::string(note)}});
}

Result<void> Quarantine::reject(std::string_view reference, std::string_view actor, std::string_view note) {
  const WallTime now = clock_.now();
  return store_.commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = hold_named(tx, reference);
    if (!hold) return fail(hold.error());
    return close(tx, *hold, HoldState::rejected, actor, note, now);
  });
}

Result<std::size_t> Quarantine::expire(std::uint32_t limit) {
  const WallTime now = clock_.now();
  store::HoldFilter filter;
  filter.expires_at_or_before = now;
  filter.limit = limit;
  std::size_t expired = 0;
  auto ok = store_.commit([&](store::Transaction& tx) -> Result<void> {
    expired = 0;
    auto due = tx.holds(filter);
    if (!due) return fail(due.error());
    for (const store::HoldSummary& summary : *due) {
      // What is on its way out is not taken back by the calendar.
      if (summary.hold.release_requested) continue;
      if (auto done = close(tx, summary.hold, HoldState::expired, "gate", "", now); !done) return done;
      ++expired;
    }
    return {};
  });
  if (!ok) return fail(ok.error());
  return expired;
}

Result<ReleaseJob> Quarantine::release_job(const OutboxItem& item) {
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
    const json detail = {{"attempt", payload->attempt}, {"by", payload->by}, {"results", told(results)}};
    if (state == HoldState::released) {
      if (auto done = tx.finish_outbox(item.id, OutboxState::done, ""); !done) return done;
      if (before) return {};
      if (auto done = tell_sender(tx, **hold, HoldState::released, now); !done) return done;
      return audit(tx, now, "courier", "released", **hold, detail);
    }
    if (postponed && next_try) {
      if (auto done = tx.retry_outbox(item.id, *next_try, "postponed"); !done) return done;
      return audit(tx, now, "courier", "release-postponed", **hold, detail);
    }
    if (auto done = tx.end_release(item.hold); !done) return done;
    if (auto done = tx.finish_outbox(item.id, OutboxState::failed, "not every recipient was accepted"); !done) {
      return done;
    }
    return audit(tx, now, "courier", "release-failed", **hold, detail);
  });
  if (!ok) return fail(ok.error());
  return state;
}

}  // namespace postern::response

#include "store/transaction.h"

#include <algorithm>
#include <limits>

#include "base/fault.h"
#include "store/audit_chain.h"
#include "store/backend.h"
#include "store/open_holds.h"
#include "store/rows.h"
#include "store/sealed.h"

namespace postern::store {

namespace {

constexpr Sql kInsertIncident{"INSERT INTO incident (" POSTERN_INCIDENT_COLUMNS
                              ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
                              "$18) ON CONFLICT (reference) DO NOTHING"};
constexpr Sql kInsertRecipient{"INSERT INTO incident_recipient (incident, number, " POSTERN_RECIPIENT_COLUMNS
                               ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"};
constexpr Sql kInsertHold{
    "INSERT INTO hold (id, incident, state, retry_key, sender, reason, created, expires, message_size, key_id,"
    " seal_header, release_attempts, release_requested, decided, decided_by)"
    " VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8, $9, $10, 0, NULL, NULL, '')"
    " ON CONFLICT (retry_key) WHERE state = 'open' DO NOTHING"};
constexpr Sql kInsertPiece{"INSERT INTO hold_chunk (hold, number, sealed) VALUES ($1, $2, $3)"};
constexpr Sql kErasePieces{"DELETE FROM hold_chunk WHERE hold = $1"};
constexpr Sql kErased{"UPDATE hold SET erased = $1 WHERE id = $2"};
constexpr Sql kCloseHold{
    "UPDATE hold SET state = $1, decided = $2, decided_by = $3, release_requested = NULL WHERE id = $4"};
constexpr Sql kHeldRecipientsTo{"UPDATE incident_recipient SET state = $1 WHERE incident = $2 AND state = 'held'"};
constexpr Sql kRequestRelease{
    "UPDATE hold SET release_requested = $1, decided_by = $2, release_attempts = release_attempts + 1,"
    " release_error = '' WHERE id = $3"};
constexpr Sql kInsertApproval{
    "INSERT INTO approval (hold, person, named, actor, time) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (hold, person) DO NOTHING"};
constexpr Sql kNoteContact{
    "INSERT INTO contact (hash, day) VALUES ($1, $2)"
    " ON CONFLICT (hash) DO UPDATE SET day = excluded.day WHERE contact.day < excluded.day"};
constexpr Sql kForgetContacts{
    "DELETE FROM contact WHERE hash IN (SELECT hash FROM contact WHERE day < $1 ORDER BY day LIMIT $2)"};
constexpr Sql kNoteFact{
    "INSERT INTO store_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"};
constexpr Sql kEndRelease{
    "UPDATE hold SET release_requested = NULL, release_error = $1 WHERE id = $2 AND state = 'open'"};
constexpr Sql kReplaceReason{"UPDATE hold SET reason = $1 WHERE id = $2 AND state = 'open'"};
constexpr Sql kReleaseRecipient{
    "UPDATE incident_recipient SET state = $1, reply = $2 WHERE incident = $3 AND number = $4 AND state = 'held'"};
constexpr Sql kStillHeld{"SELECT count(*) FROM incident_recipient WHERE incident = $1 AND state = 'held'", "i"};
constexpr Sql kReleased{"UPDATE hold SET state = 'released', decided = $1, release_requested = NULL WHERE id = $2"};
constexpr Sql kEnqueue{
    "INSERT INTO outbox (kind, dedupe_key, incident, hold, payload, created, not_before, attempts, state, last_error)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9) ON CONFLICT (dedupe_key) DO NOTHING"};
constexpr Sql kDue{"SELECT " POSTERN_OUTBOX_COLUMNS
                   " FROM outbox WHERE state = 'pending' AND not_before <= $1 ORDER BY not_before, id LIMIT $2",
                   kOutboxTypes};
constexpr Sql kClaim{"UPDATE outbox SET attempts = attempts + 1, not_before = $1 WHERE id = $2"};
constexpr Sql kEndLeases{"UPDATE outbox SET not_before = $1 WHERE state = 'pending' AND not_before > $1"};
constexpr Sql kFinish{"UPDATE outbox SET state = $1, last_error = $2 WHERE id = $3"};
constexpr Sql kRetry{"UPDATE outbox SET not_before = $1, last_error = $2 WHERE id = $3 AND state = 'pending'"};
constexpr Sql kLastAudit{"SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1", "ib"};
constexpr Sql kAppendAudit{
    "INSERT INTO audit (sequence, time, actor, verb, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)"};
constexpr Sql kCount{
    "INSERT INTO counter (window_start, name, value) VALUES ($1, $2, 1)"
    " ON CONFLICT (window_start, name) DO UPDATE SET value = counter.value + 1 RETURNING value",
    "i"};
constexpr Sql kCounted{"SELECT value FROM counter WHERE window_start = $1 AND name = $2", "i"};
constexpr Sql kNextWindow{"SELECT min(window_start) FROM counter WHERE window_start > $1", "i"};
constexpr Sql kForgetCount{"DELETE FROM counter WHERE window_start = $1 AND name = $2"};
constexpr Sql kForgetCounts{"DELETE FROM counter WHERE window_start < $1"};

Result<void> done(const Result<std::uint64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

Result<void> found(const Result<std::uint64_t>& changed, std::string_view what) {
  if (!changed) return fail(changed.error());
  if (*changed == 0) return fail(ErrorKind::not_found, "there is no " + std::string(what));
  return {};
}

// The hold when it is open and nothing is on its way.
Result<Hold> decidable(Result<std::optional<Hold>> hold, std::string_view id) {
  if (!hold) return fail(hold.error());
  if (!*hold) return fail(ErrorKind::not_found, "there is no hold " + std::string(id));
  if ((*hold)->state != HoldState::open) {
    return fail(ErrorKind::conflict, (*hold)->incident + " is " + std::string(to_string((*hold)->state)) + " already");
  }
  if ((*hold)->release_requested) {
    return fail(ErrorKind::conflict, (*hold)->incident + " is being released already");
  }
  return std::move(**hold);
}

RecipientState recipient_state_for(HoldState state) {
  switch (state) {
    case HoldState::released:
      return RecipientState::released;
    case HoldState::rejected:
      return RecipientState::rejected;
    case HoldState::expired:
      return RecipientState::expired;
    case HoldState::withdrawn:
      return RecipientState::withdrawn;
    case HoldState::open:
      break;
  }
  return RecipientState::held;
}

}  // namespace

Result<void> Transaction::insert_incident(const Incident& incident) {
  const std::string parameters = join_parameters(incident.sender_parameters);
  auto inserted = connection_.run(
      kInsertIncident, {incident.reference, sql_time(incident.time), incident.queue_id, SqlBytes{incident.message_id},
                        incident.sender, SqlBytes{incident.sender_raw}, SqlBytes{parameters}, incident.client,
                        incident.policy_digest, to_string(incident.action), to_string(incident.mode),
                        incident.findings_json, incident.unreadable_json, incident.plan_json, incident.retry_key,
                        incident.message_digest, std::int64_t(incident.message_size), sql_time(incident.replay_until)});
  if (!inserted) return fail(inserted.error());
  if (*inserted == 0) return fail(ErrorKind::conflict, "the reference " + incident.reference + " is taken");
  std::int64_t number = 0;
  for (const IncidentRecipient& recipient : incident.recipients) {
    const std::string rcpt_parameters = join_parameters(recipient.parameters);
    const std::string classes = join_classes(recipient.classes);
    auto ok =
        connection_.run(kInsertRecipient, {incident.reference, number++, SqlBytes{recipient.raw},
                                           SqlBytes{rcpt_parameters}, recipient.address, classes,
                                           to_string(recipient.action), to_string(recipient.state), recipient.reply});
    if (!ok) return fail(ok.error());
  }
  return {};
}

Result<void> Transaction::insert_hold(const Hold& hold, const Blob& message) {
  auto bytes = message.view();
  if (!bytes) return fail(bytes.error());
  open_holds_.add(hold.sender, hold.retry_key);
  Sealer sealer(keys_.key(KeyUse::hold), hold.id);
  auto inserted = connection_.run(
      kInsertHold, {hold.id, hold.incident, hold.retry_key, hold.sender, hold.reason, sql_time(hold.created),
                    sql_time(hold.expires), std::int64_t(bytes->size()), keys_.id(), SqlBytes{sealer.header()}});
  if (!inserted) return fail(inserted.error());
  if (*inserted == 0) return fail(ErrorKind::conflict, "a hold is open under the same retry key");
  fault_point(FaultPoint::hold_written);
  std::string_view rest = *bytes;
  std::int64_t number = 0;
  for (;;) {
    const std::string_view plain = rest.substr(0, kSealedPieceBytes);
    rest.remove_prefix(plain.size());
    const std::string sealed = sealer.seal(plain, rest.empty() ? Piece::last : Piece::more);
    auto ok = connection_.run(kInsertPiece, {hold.id, number++, SqlBytes{sealed}});
    if (!ok) return fail(ok.error());
    fault_point(FaultPoint::piece_written);
    if (rest.empty()) return {};
  }
}

Result<void> Transaction::close_hold(std::string_view id, HoldState state, std::string_view by, WallTime now) {
  if (state == HoldState::open) return fail(ErrorKind::internal, "a hold cannot be closed to open");
  auto hold = decidable(this->hold(id), id);
  if (!hold) return fail(hold.error());
  auto closed = connection_.run(kCloseHold, {to_string(state), sql_time(now), by, id});
  if (!closed) return fail(closed.error());
  return done(connection_.run(kHeldRecipientsTo, {to_string(recipient_state_for(state)), hold->incident}));
}

Result<void> Transaction::insert_approval(std::string_view hold, const Approval& approval) {
  auto inserted = connection_.run(kInsertApproval, {hold, approval.person, std::int64_t(approval.named ? 1 : 0),
                                                    approval.actor, sql_time(approval.time)});
  if (!inserted) return fail(inserted.error());
  if (*inserted == 0) return fail(ErrorKind::conflict, approval.person + " has approved it already");
  return {};
}

Result<void> Transaction::request_release(std::string_view id, std::string_view by, WallTime now) {
  auto hold = decidable(this->hold(id), id);
  if (!hold) return fail(hold.error());
  return done(connection_.run(kRequestRelease, {sql_time(now), by, id}));
}

Result<HoldState> Transaction::record_release(std::string_view id, const std::vector<ReleaseResult>& results,
                                              WallTime now) {
  auto hold = this->hold(id);
  if (!hold) return fail(hold.error());
  if (!*hold) return fail(ErrorKind::not_found, "there is no hold " + std::string(id));
  // A courier that died after the last acceptance and does the row again finds it done.
  if ((*hold)->state == HoldState::released) return HoldState::released;
  if ((*hold)->state != HoldState::open) {
    return fail(ErrorKind::conflict, (*hold)->incident + " is " + std::string(to_string((*hold)->state)) + " already");
  }
  for (const ReleaseResult& result : results) {
    const RecipientState state =
        result.kind == ReleaseResult::Kind::accepted ? RecipientState::released : RecipientState::held;
    auto ok = connection_.run(kReleaseRecipient,
                              {to_string(state), result.reply, (*hold)->incident, std::int64_t(result.recipient)});
    if (!ok) return fail(ok.error());
  }
  auto held = connection_.query(kStillHeld, {(*hold)->incident});
  if (!held) return fail(held.error());
  if (held->front().integer(0) != 0) return HoldState::open;
  if (auto ok = connection_.run(kReleased, {sql_time(now), id}); !ok) return fail(ok.error());
  return HoldState::released;
}

Result<void> Transaction::end_release(std::string_view id, std::string_view why) {
  return found(connection_.run(kEndRelease, {why, id}), "open hold " + std::string(id));
}

Result<void> Transaction::replace_reason(std::string_view id, std::string_view reason) {
  return found(connection_.run(kReplaceReason, {reason, id}), "open hold " + std::string(id));
}

Result<bool> Transaction::erase_message(std::string_view id, WallTime now) {
  auto hold = this->hold(id);
  if (!hold) return fail(hold.error());
  if (!*hold) return fail(ErrorKind::not_found, "there is no hold " + std::string(id));
  if ((*hold)->state == HoldState::open) {
    return fail(ErrorKind::conflict, (*hold)->incident + " is still open: its message stays");
  }
  if ((*hold)->erased) return false;
  auto held = connection_.query(kStillHeld, {(*hold)->incident});
  if (!held) return fail(held.error());
  if (held->front().integer(0) != 0) {
    return fail(ErrorKind::corrupt, "a recipient of " + (*hold)->incident + " still waits, though it is decided");
  }
  if (auto ok = connection_.run(kErasePieces, {id}); !ok) return fail(ok.error());
  fault_point(FaultPoint::pieces_erased);
  if (auto ok = connection_.run(kErased, {sql_time(now), id}); !ok) return fail(ok.error());
  fault_point(FaultPoint::erasure_marked);
  return true;
}

Result<bool> Transaction::enqueue(const OutboxItem& item) {
  auto inserted = connection_.run(
      kEnqueue, {to_string(item.kind), item.dedupe_key, item.incident, item.hold, item.payload_json,
                 sql_time(item.created), sql_time(item.not_before), to_string(item.state), item.last_error});
  if (!inserted) return fail(inserted.error());
  if (*inserted != 0 && item.state == OutboxState::pending) enqueued_ = true;
  return *inserted != 0;
}

Result<std::vector<OutboxItem>> Transaction::claim_outbox(WallTime now, std::chrono::milliseconds lease,
                                                          std::uint32_t limit) {
  auto rows = connection_.query(kDue, {sql_time(now), std::int64_t(limit)});
  if (!rows) return fail(rows.error());
  std::vector<OutboxItem> out;
  for (const SqlRow& row : *rows) {
    auto item = outbox_item_of(row);
    if (!item) return fail(item.error());
    item->not_before = now + lease;
    item->attempts += 1;
    if (auto ok = connection_.run(kClaim, {sql_time(item->not_before), item->id}); !ok) return fail(ok.error());
    out.push_back(std::move(*item));
  }
  return out;
}

Result<std::uint64_t> Transaction::end_leases(WallTime now) {
  return connection_.run(kEndLeases, {sql_time(now)});
}

Result<void> Transaction::finish_outbox(std::int64_t id, OutboxState state, std::string_view error) {
  if (state == OutboxState::pending) return fail(ErrorKind::internal, "an outbox row cannot be finished as pending");
  return found(connection_.run(kFinish, {to_string(state), error, id}), "outbox row " + std::to_string(id));
}

Result<void> Transaction::retry_outbox(std::int64_t id, WallTime not_before, std::string_view error) {
  return found(connection_.run(kRetry, {sql_time(not_before), error, id}), "pending outbox row " + std::to_string(id));
}

Result<void> Transaction::note_contacts(const std::vector<std::string>& hashes, WallTime now) {
  auto record = contact_record();
  if (!record) return fail(record.error());
  const std::string time = std::to_string(now.time_since_epoch().count());
  const bool begins = !*record || now - (*record)->seen > kContactGap;
  if (begins) {
    if (auto ok = connection_.run(kNoteFact, {"contacts_since", time}); !ok) return fail(ok.error());
  }
  if (begins || (*record)->seen < now) {
    if (auto ok = connection_.run(kNoteFact, {"contacts_seen", time}); !ok) return fail(ok.error());
  }
  for (const std::string& hash : hashes) {
    if (auto ok = connection_.run(kNoteContact, {SqlBytes{hash}, day_number(now)}); !ok) return fail(ok.error());
  }
  return {};
}

Result<std::uint64_t> Transaction::forget_contacts(WallTime before, std::uint32_t limit) {
  return connection_.run(kForgetContacts, {day_number(before), std::int64_t(limit)});
}

Result<void> Transaction::append_audit(const AuditEvent& event) {
  auto last = connection_.query(kLastAudit);
  if (!last) return fail(last.error());
  AuditEvent row = event;
  row.sequence = last->empty() ? 1 : last->front().integer(0) + 1;
  const std::string before = last->empty() ? audit_chain_start() : last->front().text(1);
  const std::string hash = audit_hash(keys_.key(KeyUse::audit), before, row);
  return done(connection_.run(kAppendAudit, {row.sequence, sql_time(row.time), row.actor, row.verb, row.subject,
                                             row.detail_json, SqlBytes{hash}}));
}

Result<std::uint64_t> Transaction::count(std::string_view name, WallTime window, WallTime forget_before) {
  auto rows = connection_.query(kCount, {sql_time(window), name});
  if (!rows) return fail(rows.error());
  const std::int64_t value = rows->front().integer(0);
  if (value == 1) {
    if (auto ok = connection_.run(kForgetCounts, {sql_time(forget_before)}); !ok) return fail(ok.error());
  }
  return std::uint64_t(value);
}

Result<std::uint64_t> Transaction::take_count(std::string_view name) {
  std::uint64_t out = 0;
  // From window to window, of which there are two or three, by the primary key: looking for the name alone would read
  // every counter of every sender.
  for (std::int64_t window = std::numeric_limits<std::int64_t>::min();;) {
    auto next = connection_.query(kNextWindow, {window});
    if (!next) return fail(next.error());
    if (next->empty() || next->front().is_null(0)) return out;
    window = next->front().integer(0);
    auto rows = connection_.query(kCounted, {window, name});
    if (!rows) return fail(rows.error());
    if (rows->empty()) continue;
    out += std::uint64_t(rows->front().integer(0));
    if (auto ok = connection_.run(kForgetCount, {window, name}); !ok) return fail(ok.error());
  }
}

}  // namespace postern::store

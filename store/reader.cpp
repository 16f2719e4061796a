#include "store/reader.h"

#include <limits>

#include "store/audit_chain.h"
#include "store/backend.h"
#include "store/rows.h"
#include "store/sealed.h"

namespace postern::store {

namespace {

constexpr Sql kIncident{"SELECT " POSTERN_INCIDENT_COLUMNS " FROM incident WHERE reference = $1", kIncidentTypes};
constexpr Sql kIncidents{"SELECT " POSTERN_INCIDENT_COLUMNS
                         " FROM incident WHERE time < $1 ORDER BY time DESC, reference DESC LIMIT $2",
                         kIncidentTypes};
constexpr Sql kRecipients{"SELECT " POSTERN_RECIPIENT_COLUMNS
                          " FROM incident_recipient WHERE incident = $1 ORDER BY number",
                          kRecipientTypes};
constexpr Sql kReplayHeld{
    "SELECT incident.reference, incident.plan FROM hold JOIN incident ON incident.reference = hold.incident"
    " WHERE hold.retry_key = $1 AND hold.state = 'open'",
    "tt"};
// One with a hold was sent apart: what went out by itself went out whatever the policy says by now. What nobody got,
// because the hold ended in another way, is no answer to an equal mail.
constexpr Sql kReplayRecent{
    "SELECT reference, plan FROM incident WHERE retry_key = $1 AND replay_until > time"
    " AND (policy_digest = $2 OR EXISTS (SELECT 1 FROM hold WHERE hold.incident = reference))"
    " AND replay_until > $3"
    " AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.incident = reference AND state NOT IN ('open', 'released'))"
    " ORDER BY time DESC LIMIT 1",
    "tt"};
constexpr Sql kOpenHoldUnder{"SELECT 1 FROM hold WHERE retry_key = $1 AND state = 'open'", "i"};
constexpr Sql kOpenHolds{
    "SELECT sender, retry_key FROM hold WHERE state = 'open' AND retry_key > $1 ORDER BY retry_key LIMIT $2", "tt"};
constexpr Sql kHold{"SELECT " POSTERN_HOLD_COLUMNS " FROM hold WHERE id = $1", kHoldTypes};
constexpr Sql kHoldOfIncident{"SELECT " POSTERN_HOLD_COLUMNS " FROM hold WHERE incident = $1", kHoldTypes};
// The sender is passed as "any or equal"; the state is what most ask for, and has an index.
#define POSTERN_HOLDS_BEFORE     \
  "SELECT " POSTERN_HOLD_COLUMNS \
  " FROM hold WHERE ($1 = '' OR sender = $2) AND (created < $3 OR (created = $4 AND id < $5))"
constexpr Sql kHolds{POSTERN_HOLDS_BEFORE " ORDER BY created DESC, id DESC LIMIT $6", kHoldTypes};
constexpr Sql kHoldsInState{POSTERN_HOLDS_BEFORE " AND state = $6 ORDER BY created DESC, id DESC LIMIT $7", kHoldTypes};
constexpr Sql kHoldsToExpire{"SELECT " POSTERN_HOLD_COLUMNS
                             " FROM hold WHERE state = 'open' AND release_requested IS NULL AND expires <= $1"
                             " AND (expires > $2 OR (expires = $3 AND id > $4)) ORDER BY expires, id LIMIT $5",
                             kHoldTypes};
constexpr Sql kHoldsToErase{"SELECT " POSTERN_HOLD_COLUMNS
                            " FROM hold WHERE state <> 'open' AND erased IS NULL AND decided <= $1"
                            " AND (decided > $2 OR (decided = $3 AND id > $4)) ORDER BY decided, id LIMIT $5",
                            kHoldTypes};
constexpr Sql kSeal{"SELECT key_id, seal_header, message_size FROM hold WHERE id = $1", "tbi"};
constexpr Sql kPiece{"SELECT sealed FROM hold_chunk WHERE hold = $1 AND number = $2", "b"};
constexpr Sql kPieces{"SELECT count(*) FROM hold_chunk WHERE hold = $1", "i"};
constexpr Sql kOutboxItem{"SELECT " POSTERN_OUTBOX_COLUMNS " FROM outbox WHERE id = $1", kOutboxTypes};
constexpr Sql kOutboxOf{"SELECT " POSTERN_OUTBOX_COLUMNS " FROM outbox WHERE incident = $1 ORDER BY id", kOutboxTypes};
constexpr Sql kNextDue{"SELECT not_before FROM outbox WHERE state = 'pending' ORDER BY not_before LIMIT 1", "i"};
constexpr Sql kAudit{
    "SELECT sequence, time, actor, verb, subject, detail, hash FROM audit WHERE sequence > $1 ORDER BY sequence"
    " LIMIT $2",
    "iittttb"};
constexpr Sql kContact{"SELECT day FROM contact WHERE hash = $1", "i"};
constexpr Sql kOldContact{"SELECT day FROM contact WHERE day < $1 LIMIT 1", "i"};
constexpr Sql kContactFacts{
    "SELECT (SELECT CAST(value AS BIGINT) FROM store_meta WHERE name = 'contacts_since'),"
    " (SELECT CAST(value AS BIGINT) FROM store_meta WHERE name = 'contacts_seen')",
    "ii"};

constexpr Sql kDecided{
    "SELECT i.sender, i.findings, h.state FROM hold h JOIN incident i ON i.reference = h.incident"
    " WHERE h.state IN ('released', 'rejected', 'expired', 'withdrawn') AND h.created > $1"
    " AND NOT (h.state = 'released' AND h.decided_by = 'gate')"
    " ORDER BY h.created DESC LIMIT $2",
    "ttt"};
constexpr Sql kApprovals{"SELECT person, named, actor, time FROM approval WHERE hold = $1 ORDER BY time, person",
                         "titi"};

// The condition of the partial index outbox_counted, word by word.
#define POSTERN_COUNTED "(kind <> 'notice' OR state <> 'pending')"

constexpr Sql kCounts{
    "SELECT (SELECT count(*) FROM incident), (SELECT count(*) FROM hold WHERE state = 'open'),"
    " (SELECT count(*) FROM outbox WHERE state = 'pending'),"
    " (SELECT count(*) FROM outbox WHERE state = 'failed' AND " POSTERN_COUNTED
    "),"
    " (SELECT min(created) FROM hold WHERE state = 'open'),"
    " (SELECT count(*) FROM hold WHERE state = 'open' AND release_error <> ''),"
    " (SELECT count(*) FROM outbox WHERE state IN ('pending', 'done', 'failed') AND kind = 'release' "
    "AND " POSTERN_COUNTED
    "),"
    " (SELECT count(*) FROM hold WHERE state = 'rejected'),"
    " (SELECT count(*) FROM outbox WHERE state = 'suppressed' AND kind = 'notice' AND " POSTERN_COUNTED ")",
    "iiiiiiiii"};

#undef POSTERN_COUNTED

// Rows of the audit chain read at once while it is checked.
constexpr std::int64_t kAuditPage = 1000;

constexpr std::int64_t kAllTime = std::numeric_limits<std::int64_t>::max();

AuditEvent event_of(const SqlRow& row) {
  return {row.integer(0), row.time(1), row.text(2), row.text(3), row.text(4), row.text(5)};
}

Result<void> add_recipients(SqlConnection& connection, std::string_view reference,
                            std::vector<IncidentRecipient>& recipients) {
  auto rows = connection.query(kRecipients, {reference});
  if (!rows) return fail(rows.error());
  for (const SqlRow& row : *rows) {
    auto recipient = recipient_of(row);
    if (!recipient) return fail(recipient.error());
    recipients.push_back(std::move(*recipient));
  }
  return {};
}

Result<std::optional<Hold>> one_hold(Result<std::vector<SqlRow>> rows) {
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  auto hold = hold_of(rows->front());
  if (!hold) return fail(hold.error());
  return std::optional(std::move(*hold));
}

Result<std::vector<Hold>> holds_due(SqlConnection& connection, const Sql& sql, WallTime due, const HoldCursor& after,
                                    std::uint32_t limit) {
  auto rows =
      connection.query(sql, {sql_time(due), sql_time(after.time), sql_time(after.time), after.id, std::int64_t(limit)});
  if (!rows) return fail(rows.error());
  std::vector<Hold> out;
  for (const SqlRow& row : *rows) {
    auto hold = hold_of(row);
    if (!hold) return fail(hold.error());
    out.push_back(std::move(*hold));
  }
  return out;
}

}  // namespace

Result<std::optional<Incident>> Reader::incident(std::string_view reference) {
  auto rows = connection_.query(kIncident, {reference});
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  auto out = incident_of(rows->front());
  if (!out) return fail(out.error());
  if (auto ok = add_recipients(connection_, reference, out->recipients); !ok) return fail(ok.error());
  return std::optional(std::move(*out));
}

Result<std::vector<Incident>> Reader::incidents(std::optional<WallTime> before, std::uint32_t limit) {
  auto rows = connection_.query(kIncidents, {before ? sql_time(*before) : SqlValue(kAllTime), std::int64_t(limit)});
  if (!rows) return fail(rows.error());
  std::vector<Incident> out;
  for (const SqlRow& row : *rows) {
    auto incident = incident_of(row);
    if (!incident) return fail(incident.error());
    if (auto ok = add_recipients(connection_, incident->reference, incident->recipients); !ok) return fail(ok.error());
    out.push_back(std::move(*incident));
  }
  return out;
}

Result<std::optional<Replay>> Reader::replay(std::string_view retry_key, std::string_view policy_digest, WallTime now) {
  auto held = connection_.query(kReplayHeld, {retry_key});
  if (!held) return fail(held.error());
  if (!held->empty()) return Replay{held->front().text(0), held->front().text(1), true};
  auto recent = connection_.query(kReplayRecent, {retry_key, policy_digest, sql_time(now)});
  if (!recent) return fail(recent.error());
  if (recent->empty()) return std::nullopt;
  return Replay{recent->front().text(0), recent->front().text(1), false};
}

Result<bool> Reader::is_held(std::string_view retry_key) {
  auto rows = connection_.query(kOpenHoldUnder, {retry_key});
  if (!rows) return fail(rows.error());
  return !rows->empty();
}

Result<std::vector<OpenHold>> Reader::open_holds(std::string_view after, std::uint32_t limit) {
  auto rows = connection_.query(kOpenHolds, {after, std::int64_t(limit)});
  if (!rows) return fail(rows.error());
  std::vector<OpenHold> out;
  out.reserve(rows->size());
  for (const SqlRow& row : *rows) out.push_back({row.text(0), row.text(1)});
  return out;
}

Result<std::optional<Hold>> Reader::hold(std::string_view id) {
  return one_hold(connection_.query(kHold, {id}));
}

Result<std::optional<Hold>> Reader::hold_of(std::string_view reference) {
  return one_hold(connection_.query(kHoldOfIncident, {reference}));
}

Result<std::vector<DecidedHold>> Reader::decided_holds(WallTime since, std::uint32_t limit) {
  auto rows = connection_.query(kDecided, {sql_time(since), std::int64_t(limit)});
  if (!rows) return fail(rows.error());
  std::vector<DecidedHold> out;
  out.reserve(rows->size());
  for (const SqlRow& row : *rows) {
    const auto state = parse_hold_state(row.text(2));
    if (!state) return fail(ErrorKind::corrupt, "a hold has the state '" + row.text(2) + "'");
    out.push_back({row.text(0), row.text(1), *state});
  }
  return out;
}

Result<std::vector<Approval>> Reader::approvals_of(std::string_view hold) {
  auto rows = connection_.query(kApprovals, {hold});
  if (!rows) return fail(rows.error());
  std::vector<Approval> out;
  out.reserve(rows->size());
  for (const SqlRow& row : *rows) out.push_back({row.text(0), row.integer(1) != 0, row.text(2), row.time(3)});
  return out;
}

Result<std::vector<HoldSummary>> Reader::holds(const HoldFilter& filter) {
  const std::string_view sender = filter.sender;
  const SqlValue before = filter.before ? sql_time(filter.before->time) : SqlValue(kAllTime);
  const std::string_view before_id = filter.before ? std::string_view(filter.before->id) : std::string_view();
  const auto limit = std::int64_t(filter.limit);
  auto rows = filter.state ? connection_.query(kHoldsInState, {sender, sender, before, before, before_id,
                                                               to_string(*filter.state), limit})
                           : connection_.query(kHolds, {sender, sender, before, before, before_id, limit});
  if (!rows) return fail(rows.error());
  std::vector<HoldSummary> out;
  for (const SqlRow& row : *rows) {
    auto hold = store::hold_of(row);
    if (!hold) return fail(hold.error());
    auto incident = this->incident(hold->incident);
    if (!incident) return fail(incident.error());
    if (!*incident) return fail(ErrorKind::corrupt, "the hold " + hold->id + " has no incident");
    out.push_back({std::move(*hold), (*incident)->action, std::move((*incident)->recipients)});
  }
  return out;
}

Result<std::vector<Hold>> Reader::holds_to_expire(WallTime now, const HoldCursor& after, std::uint32_t limit) {
  return holds_due(connection_, kHoldsToExpire, now, after, limit);
}

Result<std::vector<Hold>> Reader::holds_to_erase(WallTime decided, const HoldCursor& after, std::uint32_t limit) {
  return holds_due(connection_, kHoldsToErase, decided, after, limit);
}

Result<void> Reader::held_message(std::string_view hold, const std::function<Result<void>(std::string_view)>& sink) {
  auto seal = connection_.query(kSeal, {hold});
  if (!seal) return fail(seal.error());
  if (seal->empty()) return fail(ErrorKind::not_found, "there is no hold " + std::string(hold));
  if (seal->front().text(0) != keys_.id()) {
    return fail(ErrorKind::corrupt, "the hold " + std::string(hold) + " was sealed under the master key " +
                                        seal->front().text(0) + ", this is " + keys_.id());
  }
  auto pieces = connection_.query(kPieces, {hold});
  if (!pieces) return fail(pieces.error());
  const std::int64_t count = pieces->front().integer(0);
  if (count == 0) return fail(ErrorKind::not_found, "the message of hold " + std::string(hold) + " was erased");
  auto unsealer = Unsealer::create(keys_.key(KeyUse::hold), hold, seal->front().text(1));
  if (!unsealer) return fail(unsealer.error());
  std::uint64_t size = 0;
  for (std::int64_t number = 0; number < count; ++number) {
    auto rows = connection_.query(kPiece, {hold, number});
    if (!rows) return fail(rows.error());
    if (rows->empty()) {
      return fail(ErrorKind::corrupt, "piece " + std::to_string(number) + " of hold " + std::string(hold) + " is gone");
    }
    auto plain = (*unsealer)->open(rows->front().text(0));
    if (!plain) return fail(plain.error());
    size += plain->size();
    if (auto ok = sink(*plain); !ok) return ok;
  }
  if (!(*unsealer)->finished() || size != std::uint64_t(seal->front().integer(2))) {
    return fail(ErrorKind::corrupt, "the message of hold " + std::string(hold) + " is cut off");
  }
  return {};
}

Result<std::shared_ptr<const Blob>> Reader::held_blob(std::string_view hold, const std::string& spool_dir) {
  BlobWriter writer(spool_dir);
  if (auto ok = held_message(hold, [&](std::string_view piece) { return writer.append(piece); }); !ok) {
    return fail(ok.error());
  }
  return writer.seal();
}

Result<std::optional<OutboxItem>> Reader::outbox_item(std::int64_t id) {
  auto rows = connection_.query(kOutboxItem, {id});
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  auto item = outbox_item_of(rows->front());
  if (!item) return fail(item.error());
  return std::optional(std::move(*item));
}

Result<std::vector<OutboxItem>> Reader::outbox_of(std::string_view reference) {
  auto rows = connection_.query(kOutboxOf, {reference});
  if (!rows) return fail(rows.error());
  std::vector<OutboxItem> out;
  for (const SqlRow& row : *rows) {
    auto item = outbox_item_of(row);
    if (!item) return fail(item.error());
    out.push_back(std::move(*item));
  }
  return out;
}

Result<std::optional<WallTime>> Reader::next_outbox_time() {
  auto rows = connection_.query(kNextDue);
  if (!rows) return fail(rows.error());
  if (rows->empty()) return std::nullopt;
  return std::optional(rows->front().time(0));
}

Result<std::vector<AuditEvent>> Reader::audit_after(std::int64_t after, std::uint32_t limit) {
  auto rows = connection_.query(kAudit, {after, std::int64_t(limit)});
  if (!rows) return fail(rows.error());
  std::vector<AuditEvent> out;
  for (const SqlRow& row : *rows) out.push_back(event_of(row));
  return out;
}

Result<std::uint64_t> Reader::verify_audit() {
  const SecretKey key = keys_.key(KeyUse::audit);
  std::string before = audit_chain_start();
  std::int64_t last = 0;
  for (;;) {
    auto rows = connection_.query(kAudit, {last, kAuditPage});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return std::uint64_t(last);
    for (const SqlRow& row : *rows) {
      const AuditEvent event = event_of(row);
      if (event.sequence != last + 1) {
        return fail(ErrorKind::corrupt, "audit row " + std::to_string(last + 1) + " is missing");
      }
      if (row.text(6) != audit_hash(key, before, event)) {
        return fail(ErrorKind::corrupt, "audit row " + std::to_string(event.sequence) + " was changed");
      }
      before = row.text(6);
      last = event.sequence;
    }
  }
}

Result<bool> Reader::has_contact(std::string_view hash) {
  auto rows = connection_.query(kContact, {SqlBytes{hash}});
  if (!rows) return fail(rows.error());
  return !rows->empty();
}

Result<bool> Reader::has_contact_before(WallTime day) {
  auto rows = connection_.query(kOldContact, {day_number(day)});
  if (!rows) return fail(rows.error());
  return !rows->empty();
}

Result<std::optional<ContactRecord>> Reader::contact_record() {
  auto rows = connection_.query(kContactFacts);
  if (!rows) return fail(rows.error());
  if (rows->empty() || rows->front().is_null(0) || rows->front().is_null(1)) return std::nullopt;
  return std::optional(ContactRecord{rows->front().time(0), rows->front().time(1)});
}

Result<StoreCounts> Reader::counts() {
  auto rows = connection_.query(kCounts);
  if (!rows) return fail(rows.error());
  const SqlRow& row = rows->front();
  StoreCounts out;
  out.incidents = std::uint64_t(row.integer(0));
  out.holds_open = std::uint64_t(row.integer(1));
  out.outbox_pending = std::uint64_t(row.integer(2));
  out.outbox_failed = std::uint64_t(row.integer(3));
  if (!row.is_null(4)) out.oldest_open_hold = row.time(4);
  out.releases_failed = std::uint64_t(row.integer(5));
  out.releases_asked = std::uint64_t(row.integer(6));
  out.holds_rejected = std::uint64_t(row.integer(7));
  out.notices_suppressed = std::uint64_t(row.integer(8));
  return out;
}

}  // namespace postern::store

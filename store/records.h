// Records: what the store keeps, as plain data.
//
// One struct a table (schema.md), with the words of its closed lists. All
// times are UTC in milliseconds. JSON columns hold what only people and pages
// read; the store never looks into them. No record holds a raw matched value:
// findings and plans are masked before they get here, and the message itself
// is kept only sealed (sealed.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "message/words.h"

namespace postern::store {

// What became of one recipient of a message.
enum class RecipientState : std::uint8_t {
  delivered,      // left to the MTA
  held,           // taken out of the message; a copy waits for a decision
  not_delivered,  // taken out of the message, nothing kept (reject)
  released,       // accepted by the submission host on release
  rejected,       // a reviewer said no
  expired,        // nobody decided in time
  withdrawn,      // the sender took it back
};

enum class HoldState : std::uint8_t { open, released, rejected, expired, withdrawn };

enum class OutboxKind : std::uint8_t { notice, release, webhook, learning };

enum class OutboxState : std::uint8_t {
  pending,  // to be done at `not_before`, or being done until then
  done,
  failed,      // given up; `last_error` says why
  suppressed,  // recorded, never sent: over a limit, nobody to send it to, or overtaken by a decision
};

std::string_view to_string(RecipientState);
std::string_view to_string(HoldState);
std::string_view to_string(OutboxKind);
std::string_view to_string(OutboxState);
std::optional<RecipientState> parse_recipient_state(std::string_view word);
std::optional<HoldState> parse_hold_state(std::string_view word);
std::optional<OutboxKind> parse_outbox_kind(std::string_view word);
std::optional<OutboxState> parse_outbox_state(std::string_view word);

struct IncidentRecipient {
  std::string raw;                      // exactly as the MTA gave it
  std::vector<std::string> parameters;  // of RCPT, exactly
  std::string address;                  // Address::to_string(); empty when it does not parse
  std::vector<DestinationClass> classes;
  Action action = Action::allow;
  RecipientState state = RecipientState::delivered;
  std::string reply;  // the submission host's last answer about it, on release
};

// A message that a rule matched, or that could not be judged and was kept.
struct Incident {
  std::string reference;  // "PN-XXXXXX", unique
  WallTime time;
  std::string queue_id;                        // of the first attempt
  std::string message_id;                      // the header's value, trimmed; for In-Reply-To
  std::string sender;                          // identity: whom it is charged to; "" for the null sender
  std::string sender_raw;                      // envelope sender, exactly
  std::vector<std::string> sender_parameters;  // of MAIL, exactly
  std::string client;                          // client address; "" for local submission
  std::string policy_digest;
  Action action = Action::allow;  // the strictest that was enforced
  Mode mode = Mode::audit;        // audit: findings were recorded and nothing done
  std::string findings_json;      // array, masked
  std::string unreadable_json;    // array of parts that could not be read
  std::string plan_json;          // what was done; replayed on retries
  std::string retry_key;          // hex; response/retry_key.h
  std::string message_digest;     // hex SHA-256 of the whole message
  std::uint64_t message_size = 0;
  WallTime replay_until;  // without an open hold: an equal message under the same policy is a retry until then
  std::vector<IncidentRecipient> recipients;  // in the envelope's order
};

// The kept copy of an incident's message, for the recipients in state `held`.
struct Hold {
  std::string id;        // new_id(): grows with time
  std::string incident;  // reference
  HoldState state = HoldState::open;
  std::string retry_key;  // one open hold a key
  std::string sender;     // identity, as in the incident
  std::string reason;     // one sentence for people
  WallTime created;
  WallTime expires;
  std::uint64_t message_size = 0;
  std::uint32_t release_attempts = 0;
  std::optional<WallTime> release_requested;  // set while a release is on its way
  std::optional<WallTime> decided;            // when it left `open`
  std::string decided_by;
  std::string release_error;       // why the last release ended without the hold being released; empty: it did not
  std::optional<WallTime> erased;  // when the message's bytes were forgotten
};

// One person's yes to the release of a hold.
struct Approval {
  std::string person;  // Address::key() of who approved; of an operator who names nobody, the actor
  bool named = false;  // false: an operator, for whoever is asked
  std::string actor;   // who wrote it down, as in the audit
  WallTime time;
};

// A place in a list of holds: by the time that orders the list, then by id.
struct HoldCursor {
  WallTime time;
  std::string id;
};

struct HoldSummary {
  Hold hold;
  Action action = Action::quarantine;
  std::vector<IncidentRecipient> recipients;  // all of the incident
};

struct HoldFilter {
  std::optional<HoldState> state = HoldState::open;
  std::string sender;                // identity; empty: any
  std::optional<HoldCursor> before;  // for the next page: the last row's `created` and id
  std::uint32_t limit = 100;
};

// Something to be done outside the transaction that decided it, at least once.
struct OutboxItem {
  std::int64_t id = 0;  // given by the store
  OutboxKind kind = OutboxKind::notice;
  std::string dedupe_key;    // unique for ever: the second row of a key is not written
  std::string incident;      // reference; may be empty
  std::string hold;          // id; may be empty
  std::string payload_json;  // for the courier; no message content
  WallTime created;
  WallTime not_before;
  std::uint32_t attempts = 0;  // claims so far
  OutboxState state = OutboxState::pending;
  std::string last_error;
};

// Who did what, and to what. Append-only and chained: each row carries a keyed hash over itself and the
// row before, so that a change, a gap or a swap shows (Reader::verify_audit).
struct AuditEvent {
  std::int64_t sequence = 0;  // given by the store, without gaps
  WallTime time;
  std::string actor;    // "gate", "courier", "console:alice@example.com", "cli:root"
  std::string verb;     // "hold", "release-requested", "released", ...
  std::string subject;  // a reference or hold id
  std::string detail_json;
};

struct StoreCounts {
  std::uint64_t incidents = 0;
  std::uint64_t holds_open = 0;
  std::uint64_t releases_failed = 0;  // open holds whose last release failed
  std::uint64_t outbox_pending = 0;
  std::uint64_t outbox_failed = 0;
  std::optional<WallTime> oldest_open_hold;
  // Of all time: their rows stay.
  std::uint64_t releases_asked = 0;  // one a decision to release; a hold may need several
  std::uint64_t holds_rejected = 0;
  std::uint64_t notices_suppressed = 0;
};

}  // namespace postern::store

// Reader: questions to the store, all answered from one snapshot.
//
// Handed to the function given to Store::read() (and, as a Transaction, to
// Store::commit()); valid only while that function runs, on its thread. Every
// function fails with `unavailable` when the database cannot be read and with
// `corrupt` when what it holds fails a check.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "message/blob.h"
#include "store/contacts.h"
#include "store/records.h"

namespace postern::store {

class SqlConnection;
class KeyRing;

// The decision that an equal message got before.
struct Replay {
  std::string incident;  // reference
  std::string plan_json;
  bool held = false;  // by an open hold; else by `replay_until`
};

// Whose an open hold is, and under which key.
struct OpenHold {
  std::string sender;
  std::string retry_key;
};

// A hold that was decided, for counting.
struct DecidedHold {
  std::string sender;
  std::string findings_json;
  HoldState state = HoldState::released;
};

class Reader {
 public:
  Reader(SqlConnection& connection, const KeyRing& keys) : connection_(connection), keys_(keys) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<std::optional<Incident>> incident(std::string_view reference);
  // Newest first.
  Result<std::vector<Incident>> incidents(std::optional<WallTime> before, std::uint32_t limit);

  // What a retry must replay: the plan of the open hold under the key, whatever the policy says by
  // now; else that of an incident under the key whose `replay_until` is after its time and after `now`, and which the
  // same policy judged, or of which something was held apart and let go. Never that of one whose hold ended otherwise.
  Result<std::optional<Replay>> replay(std::string_view retry_key, std::string_view policy_digest, WallTime now);
  // Whether a hold is open under the key.
  Result<bool> is_held(std::string_view retry_key);
  // The open holds in order of their retry keys, those after `after` ("": from the beginning).
  Result<std::vector<OpenHold>> open_holds(std::string_view after, std::uint32_t limit);

  Result<std::optional<Hold>> hold(std::string_view id);
  // The hold of an incident.
  Result<std::optional<Hold>> hold_of(std::string_view reference);
  // In the order in which they were given.
  Result<std::vector<Approval>> approvals_of(std::string_view hold);
  // Newest first.
  Result<std::vector<HoldSummary>> holds(const HoldFilter& filter);
  // Of the holds made after `since` the newest `limit` that are not open any more, without those that were let go at
  // once by nobody ("gate").
  Result<std::vector<DecidedHold>> decided_holds(WallTime since, std::uint32_t limit);
  // Open holds whose time is over at `now` and that no release is on its way for: by expiry, oldest first, those after
  // the cursor (a default one: from the beginning).
  Result<std::vector<Hold>> holds_to_expire(WallTime now, const HoldCursor& after, std::uint32_t limit);
  // Holds decided at or before `decided` whose message is still kept, in the same way by the time of the decision.
  Result<std::vector<Hold>> holds_to_erase(WallTime decided, const HoldCursor& after, std::uint32_t limit);

  // The held message's exact bytes, in order, in pieces of at most 1 MiB; `sink` may end it with a failure. Pieces
  // are given out before the last one is checked: what a sink wrote is void when this returns a failure.
  Result<void> held_message(std::string_view hold, const std::function<Result<void>(std::string_view)>& sink);
  // The same as a Blob, complete and checked. Past kBlobMemoryBytes it is spooled in `spool_dir`, unlinked.
  Result<std::shared_ptr<const Blob>> held_blob(std::string_view hold, const std::string& spool_dir);

  Result<std::optional<OutboxItem>> outbox_item(std::int64_t id);
  Result<std::vector<OutboxItem>> outbox_of(std::string_view reference);
  // When the next pending row is due; nothing when there is none.
  Result<std::optional<WallTime>> next_outbox_time();

  // In order of sequence, those after `after`.
  Result<std::vector<AuditEvent>> audit_after(std::int64_t after, std::uint32_t limit);
  // Walks the whole chain; the number of rows, or `corrupt` naming the first row that does not fit. Rows cut
  // off the end show only against a sequence remembered elsewhere.
  Result<std::uint64_t> verify_audit();

  // Whether ours wrote to the address of this hash (contacts.h).
  Result<bool> has_contact(std::string_view hash);
  // Whether there is one to whom ours wrote before that day last.
  Result<bool> has_contact_before(WallTime day);
  // Nothing: nobody was ever written down.
  Result<std::optional<ContactRecord>> contact_record();

  Result<StoreCounts> counts();

 protected:
  SqlConnection& connection_;
  const KeyRing& keys_;
};

}  // namespace postern::store

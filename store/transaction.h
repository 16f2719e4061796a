// Transaction: the changes of one unit of work, all or none.
//
// Handed to the function given to Store::commit(), which other messages wait
// behind: no I/O but the store's in there, no waiting. A failure returned from the function takes back every change
// it made and no other's. Functions fail with `unavailable` for the disk's
// and the database's troubles, `conflict` and `not_found` where named.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "message/blob.h"
#include "store/reader.h"

namespace postern::store {

// One recipient's part of a release attempt.
struct ReleaseResult {
  enum class Kind { accepted, refused, postponed };
  size_t recipient = 0;  // index into Incident::recipients
  Kind kind = Kind::postponed;
  std::string reply;  // "550 5.1.1 no such user"
};

class OpenHolds;

class Transaction : public Reader {
 public:
  // What it inserts is in `open_holds` from then on, whatever becomes of the transaction.
  Transaction(SqlConnection& connection, const KeyRing& keys, OpenHolds& open_holds)
      : Reader(connection, keys), open_holds_(open_holds) {}

  // `conflict` when the reference is taken: draw another one.
  Result<void> insert_incident(const Incident& incident);
  // Seals `message` into rows of 1 MiB. `conflict` when a hold is open under the same retry key.
  Result<void> insert_hold(const Hold& hold, const Blob& message);

  // Takes the hold out of `open`, and its recipients in state `held` with it. `not_found`; `conflict`
  // when it is not open, or when a release is on its way.
  Result<void> close_hold(std::string_view id, HoldState state, std::string_view by, WallTime now);
  // Once a person: `conflict` when there is one of the same already.
  Result<void> insert_approval(std::string_view hold, const Approval& approval);
  // Marks that a release is on its way. `not_found`; `conflict` when not open or on its way already.
  Result<void> request_release(std::string_view id, std::string_view by, WallTime now);
  // Writes down what the submission host said about each recipient (those left out stay as they are).
  // When no recipient is `held` any more the hold is `released`. Gives that state back.
  Result<HoldState> record_release(std::string_view id, const std::vector<ReleaseResult>& results, WallTime now);
  // The release is given up because of `why`; the hold stays open for those still held and can be released again.
  Result<void> end_release(std::string_view id, std::string_view why);
  // What reviewers are shown of an open hold, when that has changed since it was made.
  Result<void> replace_reason(std::string_view id, std::string_view reason);
  // Forgets the message bytes of a hold that is no longer open; the record stays. False: they were forgotten before.
  // `conflict` when the hold is open, `corrupt` when a recipient waits for the message all the same.
  Result<bool> erase_message(std::string_view id, WallTime now);

  // False: the dedupe key was there already, nothing written. `id` and `attempts` are the store's.
  Result<bool> enqueue(const OutboxItem& item);
  // Up to `limit` due rows in order of `not_before`, each counted as one more attempt and postponed to `now +
  // lease`: whoever claims and dies before finish_outbox() leaves the row to the next claim.
  Result<std::vector<OutboxItem>> claim_outbox(WallTime now, std::chrono::milliseconds lease, std::uint32_t limit);
  // Makes every pending row due now; how many. For a courier that starts on a store that no other courier uses, since
  // whoever held the leases is dead and people wait for what is in the rows; and for one whose clock was set back.
  Result<std::uint64_t> end_leases(WallTime now);
  // `done`, `failed` or `suppressed`; `not_found`.
  Result<void> finish_outbox(std::int64_t id, OutboxState state, std::string_view error);
  // Leaves it pending, due again at `not_before`; `not_found`.
  Result<void> retry_outbox(std::int64_t id, WallTime not_before, std::string_view error);

  // Writes down that ours wrote to the addresses of these hashes.
  Result<void> note_contacts(const std::vector<std::string>& hashes, WallTime now);
  // Forgets addresses that ours wrote to before that day last, at most `limit`; how many.
  Result<std::uint64_t> forget_contacts(WallTime before, std::uint32_t limit);

  Result<void> append_audit(const AuditEvent& event);

  // Counts one more of `name` in the window that begins at `window`, and returns the new count: the
  // memory of rate limits. The first of a name in its window drops those that began before `forget_before`.
  Result<std::uint64_t> count(std::string_view name, WallTime window, WallTime forget_before);
  // How often `name` was counted in the windows that are remembered, and forgets it.
  Result<std::uint64_t> take_count(std::string_view name);

  // True once enqueue() has written a pending row: the store then wakes the courier after the commit.
  bool enqueued() const { return enqueued_; }

 private:
  OpenHolds& open_holds_;
  bool enqueued_ = false;
};

}  // namespace postern::store

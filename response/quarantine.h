// Quarantine: what people and the courier do with held messages.
//
// Every act is one transaction with its audit row. A hold is named by its
// incident's reference ("PN-XXXXXX"). Acts on a hold that is decided already, or
// whose release is on its way, fail with `conflict`; unknown names with `not_found`. What is shown is
// masked; only message() gives the bytes, for the release and the scanner, never for display.
//
// A hold whose plan names several approvals (plan.h) is released by the last of them; who approved before is kept, and
// nobody counts twice.
//
// Releasing takes two steps. release() asks for it: an outbox row, the hold
// still open. The courier sends the original bytes to the submission host and tells record_release()
// what was said about each recipient; the hold is released when all that were held are accepted. Those
// refused stay held and can be released again; so does everything when the release itself fails (a message that no
// longer opens, a row that no longer parses). Hold::release_error then says why.
//
// What nobody decides expires; what is decided is erased when its retention is over. Both walk all holds that are due,
// oldest first, a bounded page a transaction; a hold that cannot be handled is counted and the others go on.
//
// Safe from several threads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "message/verdict.h"
#include "response/plan.h"
#include "store/store.h"

namespace postern::response {

struct HeldMessage {
  store::Hold hold;
  store::Incident incident;
  std::vector<Finding> findings;  // masked
  std::vector<UnreadablePart> unreadable;
  std::vector<ApprovalNeed> needs;         // empty: one decision is enough
  std::vector<store::Approval> approvals;  // so far
  Plan plan;                               // as it was decided; its recipients are the incident's
};

// Who lets a message go.
struct Releaser {
  std::string actor;  // for the audit
  // Address::key() of the approver for whom the actor speaks; empty: an operator, for himself.
  std::string person = {};
};

struct ReleaseAsked {
  bool under_way = false;             // false: approved, and it waits for others
  std::vector<ApprovalNeed> waiting;  // for these
};

// What the courier needs to submit a held message again.
struct ReleaseJob {
  std::string hold;  // id
  std::string incident;
  std::string sender_raw;                      // exactly as received
  std::vector<std::string> sender_parameters;  // of MAIL
  struct Recipient {
    size_t index = 0;  // into the incident's recipients, for ReleaseResult
    std::string raw;
    std::vector<std::string> parameters;  // of RCPT
  };
  std::vector<Recipient> recipients;  // those still held
  std::shared_ptr<const Blob> message;
};

// What one step of a walk over due holds did.
struct Sweep {
  std::size_t done = 0;
  std::size_t failed = 0;                 // left as they are, and logged
  std::optional<store::HoldCursor> next;  // where the walk goes on; nothing at its end
};

// Holds in one transaction, behind which messages wait.
inline constexpr std::uint32_t kSweepHolds = 32;
// Bytes erased in one transaction: each page of them is overwritten and synced.
inline constexpr std::uint64_t kSweepBytes = 16 << 20;

// Asks for the release of an open hold, inside a transaction: the mark, and the courier's row. Which request it is.
Result<std::uint32_t> enqueue_release(store::Transaction& tx, const store::Hold& hold, std::string_view actor,
                                      WallTime now);

class Quarantine {
 public:
  // Store and clock outlive it. `spool_dir` takes held messages past kBlobMemoryBytes while they are read.
  Quarantine(store::Store& store, const Clock& clock, std::string spool_dir);

  Result<std::vector<store::HoldSummary>> list(const store::HoldFilter& filter);
  Result<HeldMessage> show(std::string_view reference);
  Result<std::shared_ptr<const Blob>> message(std::string_view reference);

  // One approval, and the release once nothing is missing. `conflict` also when the person is no approver of this hold,
  // has approved it, is its sender, or when those still waited for are others.
  Result<ReleaseAsked> release(std::string_view reference, const Releaser& by);
  // `note` is kept in the audit row; the sender is told.
  Result<void> reject(std::string_view reference, std::string_view actor, std::string_view note);
  // Ends the next holds whose time is over. Their senders are told. Fails only when the store cannot work.
  Result<Sweep> expire(const store::HoldCursor& after = {});
  // Erases the bytes of the next messages that were decided `retention` ago or longer. Same failures.
  Result<Sweep> erase(std::chrono::milliseconds retention, const store::HoldCursor& after = {});

  // For a claimed outbox row of kind `release`.
  Result<ReleaseJob> release_job(const store::OutboxItem& item);
  // What became of a try. While recipients are postponed and `next_try` is given the row is tried again then; else the
  // row is done, or failed with the hold still open for those not accepted.
  Result<store::HoldState> record_release(const store::OutboxItem& item,
                                          const std::vector<store::ReleaseResult>& results,
                                          std::optional<WallTime> next_try);
  // A release that cannot be carried out is over: its row is failed, and the hold, still open, can be released again.
  Result<void> fail_release(const store::OutboxItem& item, std::string_view why);

 private:
  using Act = std::function<Result<bool>(store::Transaction&, const store::Hold&, WallTime now)>;
  Result<Sweep> sweep(const std::vector<store::Hold>& page, WallTime now, const Act& act);
  static Result<ReleaseAsked> approve(store::Transaction& tx, const store::Hold& hold, const Releaser& by,
                                      WallTime now);
  Result<HeldMessage> load(store::Reader& reader, std::string_view reference);
  Result<void> close(store::Transaction& tx, const store::Hold& hold, store::HoldState state, std::string_view actor,
                     std::string_view note, WallTime now);

  store::Store& store_;
  const Clock& clock_;
  const std::string spool_dir_;
};

}  // namespace postern::response

// Store: the one place where Postern remembers, durable before it answers.
//
//   commit(unit) ---> queue ---> one at a time: BEGIN; unit; unit; ...; COMMIT (synced)
//   read(question) ---> a pooled read-only connection, one snapshot
//
// commit() returns success only after the group's COMMIT is on disk (SQLite:
// WAL, synchronous=FULL). A unit that finds nobody writing is carried out by the thread that brings it; those that
// arrive meanwhile form the next group, which the store's own thread writes, so that many messages share one sync. When
// a unit fails the group is rolled back and done once more, now each unit in a savepoint, so that the one that fails
// takes no other with it. When the disk or the database fails, every unit of the group fails with `unavailable`,
// nothing of the group is kept as far as can be told, and the store opens a fresh connection for the next one; a unit
// that failed so may, after a crash, turn out to be kept. So units are written to be repeated: within one commit()
// (what they leave in variables of their own is set anew each time) and after it (retry keys, dedupe keys).
//
// The backend is behind store/backend.h; SQLite is the only one yet. Several
// processes may open the same SQLite store: writers take turns.
//
// All functions are safe from several threads. Functions given to commit(),
// read() and read_one() must not call the store again; one that throws a std::exception fails with `internal`.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/keys.h"
#include "store/reader.h"
#include "store/transaction.h"

namespace postern::store {

struct StoreOptions {
  // "sqlite:///var/lib/postern/postern.db". The directory must exist, belong to this user or root and be writable by
  // its owner only; the file is made with mode 0600 and refused with a wider one.
  std::string url;
  // How long a writer of another process is waited for. A message waits within its deadline of 30 s.
  std::chrono::milliseconds busy_timeout{5'000};
  // Units in one group. Bounds what one failed sync fails, and how long the first of a group waits.
  std::uint32_t max_group = 128;
  // Read connections, opened as they are needed and kept. A reader past them waits;
  // with SQLite each may hold 256 KiB of cache.
  std::uint32_t max_readers = 4;
  // Pages (4 KiB) that the SQLite file may have; 0: as many as the disk holds.
  std::uint64_t max_pages = 0;
};

struct StoreStats {
  std::uint64_t units = 0;         // committed
  std::uint64_t units_failed = 0;  // rolled back, or lost with their group
  std::uint64_t groups = 0;        // synced COMMITs
  std::uint64_t groups_failed = 0;
  std::uint64_t waiting = 0;  // units handed in and not begun
};

class Store {
 public:
  // Opens, checks and migrates. Failures: `permission` (directory, file or ownership), `invalid_input` (URL,
  // not a Postern store, made by a newer version), `conflict` (sealed under another master key: the daemon
  // exits 78 for these three), `unavailable` (disk, locked by another process), `corrupt`.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, std::shared_ptr<const KeyRing> keys);

  // Finishes the units already handed in.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `unit`, on this thread or the store's own, once or twice, and returns when it is durable, or why it is not.
  Result<void> commit(const std::function<Result<void>(Transaction&)>& unit);

  // The same without waiting: for what may be lost, when the process dies or the store cannot write. A failure is
  // logged. False: so many units wait that this one is not taken.
  bool post(std::function<Result<void>(Transaction&)> unit);

  // Runs `question` on this thread with a snapshot of what is committed.
  Result<void> read(const std::function<Result<void>(Reader&)>& question);
  // The same for a question that is one statement, and so a snapshot by itself: a third of the price.
  Result<void> read_one(const std::function<Result<void>(Reader&)>& question);

  // Reads whose and which holds are open, so that the two questions below can be answered from memory. Only for a
  // process that alone inserts holds, from now until it ends.
  Result<void> remember_open_holds();
  // False: the sender has no open hold; no hold is open under the key. True: the database has to be asked, always so
  // before remember_open_holds().
  bool may_have_open_hold(std::string_view sender) const;
  bool may_be_held(std::string_view retry_key) const;

  // Called on the thread that wrote, after each COMMIT that added pending outbox rows; must be quick, and must not call
  // this. One listener: when this returns, nobody is in the one before any more, so that what it uses may go.
  void on_outbox(std::function<void()> listener);

  StoreStats stats() const;
  const KeyRing& keys() const;

 private:
  class Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace postern::store

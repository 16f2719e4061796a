#include "store/store.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/fault.h"
#include "base/log.h"
#include "base/thread_name.h"
#include "store/backend.h"
#include "store/open_holds.h"
#include "store/schema.h"

namespace postern::store {

namespace {

using Step = SqlConnection::Step;

// Units that wait before no other is taken that may be lost: they take memory, and a disk that stands still would
// gather them for ever.
constexpr size_t kMostPosted = 1000;

struct Unit {
  const std::function<Result<void>(Transaction&)>* work = nullptr;
  std::function<Result<void>(Transaction&)> posted;  // `work` of a unit that nobody waits for
  Result<void> result;

  // Notified without the lock, on which whoever wakes would go to sleep again.
  void finish() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_one();
  }
  // Sleeps at once: what it waits for takes a sync, and a processor that spins meanwhile is one that judges no mail.
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return finished_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
};

// Shared, so that the writer may still be inside finish() when the waiting thread has gone on.
using UnitPtr = std::shared_ptr<Unit>;

}  // namespace

class Store::Impl {
 public:
  Impl(const StoreOptions& options, std::shared_ptr<const KeyRing> keys, std::unique_ptr<Backend> backend,
       std::unique_ptr<SqlConnection> writer)
      : options_(options), keys_(std::move(keys)), backend_(std::move(backend)), writer_(std::move(writer)) {
    thread_ = std::thread([this] {
      name_thread("store writer");
      write_groups();
    });
  }

  ~Impl() {
    {
      const std::lock_guard lock(queue_mutex_);
      stopping_ = true;
    }
    queue_changed_.notify_one();
    thread_.join();
  }

  Result<void> commit(const std::function<Result<void>(Transaction&)>& work) {
    const auto unit = std::make_shared<Unit>();
    unit->work = &work;
    {
      std::unique_lock lock(queue_mutex_);
      queue_.push_back(unit);
      // Nobody writes: done here, it waits neither for the writer to wake up nor for being woken by it.
      if (!writing_ && queue_.size() == 1) write_group(lock);
      if (!writing_ && (stopping_ || !queue_.empty())) queue_changed_.notify_one();
    }
    unit->wait();
    return std::move(unit->result);
  }

  bool post(std::function<Result<void>(Transaction&)> work) {
    const auto unit = std::make_shared<Unit>();
    unit->posted = std::move(work);
    unit->work = &unit->posted;
    {
      const std::lock_guard lock(queue_mutex_);
      if (queue_.size() >= kMostPosted) return false;
      queue_.push_back(unit);
    }
    queue_changed_.notify_one();
    return true;
  }

  enum class Snapshot { transaction, statement };

  Result<void> read(const std::function<Result<void>(Reader&)>& question, Snapshot snapshot) {
    auto taken = take_reader();
    if (!taken) return fail(taken.error());
    Lease lease(*this, std::move(*taken));
    const bool bracketed = snapshot == Snapshot::transaction;
    if (bracketed) {
      if (auto ok = lease.connection().step(Step::begin_read); !ok) return ok;
    }
    Reader reader(lease.connection(), *keys_);
    Result<void> result;
    try {
      result = question(reader);
    } catch (const std::exception& e) {
      result = fail(ErrorKind::internal, std::string("a question to the store threw: ") + e.what());
    }
    if (bracketed) {
      if (auto ended = lease.connection().step(Step::commit); !ended) return result ? ended : result;
    }
    lease.keep();
    return result;
  }

  void on_outbox(std::function<void()> listener) {
    const std::lock_guard lock(listener_mutex_);
    listener_ = std::move(listener);
  }

  StoreStats stats() const {
    const std::lock_guard lock(queue_mutex_);
    StoreStats out = stats_;
    out.waiting = queue_.size();
    return out;
  }

  const KeyRing& keys() const { return *keys_; }
  Result<void> remember_open_holds() {
    return commit([this](Transaction& transaction) { return open_holds_.fill(transaction); });
  }
  const OpenHolds& open_holds() const { return open_holds_; }

 private:
  // A reader on loan: gives its place back however the loan ends, and the connection too once keep() says that no
  // transaction is left on it.
  class Lease {
   public:
    Lease(Impl& impl, std::unique_ptr<SqlConnection> connection) : impl_(impl), connection_(std::move(connection)) {}
    ~Lease() { impl_.give_back(keep_ ? std::move(connection_) : nullptr); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    SqlConnection& connection() { return *connection_; }
    void keep() { keep_ = true; }

   private:
    Impl& impl_;
    std::unique_ptr<SqlConnection> connection_;
    bool keep_ = false;
  };

  void write_groups() {
    std::unique_lock lock(queue_mutex_);
    for (;;) {
      queue_changed_.wait(lock, [this] { return !writing_ && (stopping_ || !queue_.empty()); });
      if (queue_.empty()) return;
      write_group(lock);
    }
  }

  // Takes the first units of the queue, which is not empty, and carries them out; nobody else is writing. Has the lock
  // at the beginning and at the end, not in between.
  void write_group(std::unique_lock<std::mutex>& lock) {
    const size_t size = std::min<size_t>(queue_.size(), std::max<size_t>(options_.max_group, 1));
    std::vector<UnitPtr> group(queue_.begin(), queue_.begin() + std::ptrdiff_t(size));
    queue_.erase(queue_.begin(), queue_.begin() + std::ptrdiff_t(size));
    writing_ = true;
    lock.unlock();
    bool enqueued = false;
    const Result<void> committed = commit_guarded(group, enqueued);
    lock.lock();
    writing_ = false;
    std::uint64_t kept = 0;
    for (const UnitPtr& unit : group) {
      if (!committed && unit->result) unit->result = fail(committed.error());
      if (unit->result) ++kept;
      if (!unit->result && unit->posted) log_warning("the store did not keep a note: " + unit->result.error().message);
    }
    stats_.units += kept;
    stats_.units_failed += group.size() - kept;
    if (!committed) ++stats_.groups_failed;
    if (kept != 0) ++stats_.groups;
    lock.unlock();
    {
      // Before anybody goes on: who then takes the listener away waits until it was told.
      const std::lock_guard listening(listener_mutex_);
      for (const UnitPtr& unit : group) unit->finish();
      if (committed && enqueued && listener_) listener_();
    }
    lock.lock();
  }

  // What is taken back when a unit fails. A savepoint has SQLite copy each page that the unit touches, and nearly no
  // unit fails.
  enum class Undo { group, unit };

  // An exception must not leave the store as if somebody were writing for ever.
  Result<void> commit_guarded(const std::vector<UnitPtr>& group, bool& enqueued) noexcept {
    try {
      return commit_group(group, enqueued);
    } catch (const std::exception& e) {
      writer_.reset();
      return fail(ErrorKind::unavailable, std::string("the store cannot write: ") + e.what());
    }
  }

  // Failure: nothing of the group is kept.
  Result<void> commit_group(const std::vector<UnitPtr>& group, bool& enqueued) {
    if (!writer_) {
      auto connected = backend_->connect(Backend::Access::write);
      if (!connected) return fail(ErrorKind::unavailable, connected.error().message);
      writer_ = std::move(*connected);
    }
    if (open_holds_.is_to_be_filled()) forget_decided_holds();
    auto all_kept = try_group(group, Undo::group, enqueued);
    // A group of one has its answer; of several the good ones are done once more, each with a way back of its own.
    if (all_kept && !*all_kept && group.size() > 1) all_kept = try_group(group, Undo::unit, enqueued);
    if (!all_kept) return give_up(all_kept.error());
    return {};
  }

  // Without it more questions go to the database, no more.
  void forget_decided_holds() {
    try {
      Reader reader(*writer_, *keys_);
      if (auto ok = open_holds_.fill(reader); !ok) log_warning("open holds cannot be read: " + ok.error().message);
    } catch (const std::exception& e) {
      log_warning(std::string("open holds cannot be read: ") + e.what());
    }
  }

  // False: a unit failed and nothing was committed. Failure: the transaction is still to be ended.
  Result<bool> try_group(const std::vector<UnitPtr>& group, Undo undo, bool& enqueued) {
    enqueued = false;
    if (auto ok = writer_->step(Step::begin_write); !ok) return fail(ok.error());
    for (const UnitPtr& unit : group) {
      if (auto ok = write_unit(*unit, undo, enqueued); !ok) return fail(ok.error());
      if (undo == Undo::unit || unit->result) continue;
      if (auto ok = writer_->step(Step::rollback); !ok) return fail(ok.error());
      return false;
    }
    fault_point(FaultPoint::group_written);
    if (auto ok = writer_->step(Step::commit); !ok) return fail(ok.error());
    fault_point(FaultPoint::group_synced);
    return true;
  }

  // Failure: the whole group is lost. A unit's own failure is its result.
  Result<void> write_unit(Unit& unit, Undo undo, bool& enqueued) {
    if (undo == Undo::unit) {
      if (auto ok = writer_->step(Step::savepoint); !ok) return ok;
    }
    Transaction transaction(*writer_, *keys_, open_holds_);
    try {
      unit.result = (*unit.work)(transaction);
    } catch (const std::exception& e) {
      unit.result = fail(ErrorKind::internal, std::string("a unit of work threw: ") + e.what());
    }
    if (!writer_->healthy()) {
      return fail(ErrorKind::unavailable,
                  unit.result ? std::string("the database failed") : unit.result.error().message);
    }
    if (unit.result) enqueued = enqueued || transaction.enqueued();
    if (undo == Undo::group) return {};
    if (!unit.result) {
      if (auto ok = writer_->step(Step::rollback_savepoint); !ok) return ok;
    }
    return writer_->step(Step::release_savepoint);
  }

  // Leaves no transaction behind. A connection that failed is dropped, not repaired: what it holds in memory
  // may no longer be what the file holds.
  Result<void> give_up(const Error& cause) {
    if (!writer_->healthy() || !writer_->step(Step::rollback)) writer_.reset();
    return fail(ErrorKind::unavailable, "the store cannot write: " + cause.message);
  }

  Result<std::unique_ptr<SqlConnection>> take_reader() {
    std::unique_lock lock(readers_mutex_);
    reader_returned_.wait(lock,
                          [this] { return !idle_readers_.empty() || readers_ < std::max(options_.max_readers, 1U); });
    if (!idle_readers_.empty()) {
      auto out = std::move(idle_readers_.back());
      idle_readers_.pop_back();
      return out;
    }
    ++readers_;
    lock.unlock();
    auto connected = backend_->connect(Backend::Access::read);
    if (!connected) give_back(nullptr);
    return connected;
  }

  void give_back(std::unique_ptr<SqlConnection> connection) {
    {
      const std::lock_guard lock(readers_mutex_);
      if (connection && connection->healthy()) {
        idle_readers_.push_back(std::move(connection));
      } else {
        --readers_;
      }
    }
    reader_returned_.notify_one();
  }

  const StoreOptions options_;
  const std::shared_ptr<const KeyRing> keys_;
  const std::unique_ptr<Backend> backend_;

  std::unique_ptr<SqlConnection> writer_;  // of whoever set `writing_`
  OpenHolds open_holds_;

  mutable std::mutex queue_mutex_;
  std::condition_variable queue_changed_;
  std::deque<UnitPtr> queue_;
  bool writing_ = false;
  bool stopping_ = false;
  StoreStats stats_;

  std::mutex listener_mutex_;
  std::function<void()> listener_;

  std::mutex readers_mutex_;
  std::condition_variable reader_returned_;
  std::vector<std::unique_ptr<SqlConnection>> idle_readers_;
  std::uint32_t readers_ = 0;  // idle and in use

  std::thread thread_;
};

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, std::shared_ptr<const KeyRing> keys) {
  auto backend = make_backend(options);
  if (!backend) return fail(backend.error());
  auto writer = (*backend)->connect(Backend::Access::write);
  if (!writer) return fail_while("open the store", writer.error());
  if (auto ok = open_schema(**writer, (*backend)->dialect(), *keys); !ok)
    return fail_while("open the store", ok.error());
  return std::unique_ptr<Store>(
      new Store(std::make_unique<Impl>(options, std::move(keys), std::move(*backend), std::move(*writer))));
}

Result<void> Store::commit(const std::function<Result<void>(Transaction&)>& unit) {
  return impl_->commit(unit);
}
bool Store::post(std::function<Result<void>(Transaction&)> unit) {
  return impl_->post(std::move(unit));
}
Result<void> Store::read(const std::function<Result<void>(Reader&)>& question) {
  return impl_->read(question, Impl::Snapshot::transaction);
}
Result<void> Store::read_one(const std::function<Result<void>(Reader&)>& question) {
  return impl_->read(question, Impl::Snapshot::statement);
}
Result<void> Store::remember_open_holds() {
  return impl_->remember_open_holds();
}
bool Store::may_have_open_hold(std::string_view sender) const {
  return impl_->open_holds().may_have_sender(sender);
}
bool Store::may_be_held(std::string_view retry_key) const {
  return impl_->open_holds().may_have_key(retry_key);
}
void Store::on_outbox(std::function<void()> listener) {
  impl_->on_outbox(std::move(listener));
}
StoreStats Store::stats() const {
  return impl_->stats();
}
const KeyRing& Store::keys() const {
  return impl_->keys();
}

}  // namespace postern::store

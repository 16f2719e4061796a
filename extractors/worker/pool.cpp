#include "extractors/worker/pool.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <signal.h>

#include "base/thread_name.h"
#include "extractors/memory_limit.h"
#include "extractors/worker/edit_reception.h"
#include "extractors/worker/extraction.h"
#include "extractors/worker/wire.h"
#include "extractors/worker/worker_process.h"

namespace postern::extract {

namespace {

using Worker = std::unique_ptr<WorkerProcess>;

constexpr std::chrono::seconds kHelloTime{20};  // libraries load their tables, on a busy machine
// Between attempts to start a worker when starting fails: the first soon, later ones spare the machine.
constexpr std::chrono::milliseconds kFirstRetry{20};
constexpr std::chrono::milliseconds kLastRetry{5000};
// Failures in a row after which callers are told instead of kept waiting: one may be an accident.
constexpr unsigned kMostStartFailures = 3;

Extraction::Cause cause_of(const Death& death) {
  if (death.signal == 0 && death.status == wire::kExitOutOfMemory) return Extraction::Cause::memory;
  if (death.signal == SIGXCPU) return Extraction::Cause::cpu_limit;
  return death.signal == SIGPROF ? Extraction::Cause::pdf_allowance : Extraction::Cause::crash;
}

class Pool final : public ExtractPool {
 public:
  Pool(PoolOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {
    options_.workers = std::max(1U, options_.workers);
    if (!options_.queue) options_.queue = std::make_shared<ArrivalOrder>();
  }

  ~Pool() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    keeper_wakes_.notify_all();
    if (keeper_.joinable()) keeper_.join();
  }

  Result<void> open() {
    std::vector<Worker> starting;
    for (unsigned i = 0; i < options_.workers; i++) {
      auto worker = WorkerProcess::spawn(options_.worker_path, options_.worker_memory, options_.ocr_languages);
      if (!worker) return fail_while("start the readers", worker.error());
      starting.push_back(std::move(*worker));
    }
    const SteadyTime deadline = clock_.steady() + kHelloTime;
    for (Worker& worker : starting) {
      if (auto ok = worker->greet(clock_, deadline); !ok) return fail_while("start the readers", ok.error());
    }
    idle_ = std::move(starting);
    live_ = idle_.size();
    keeper_ = std::thread([this] {
      name_thread("pool");
      keep();
    });
    return {};
  }

  Result<ExtractedText> extract(const ExtractRequest& request) override {
    counters_.messages++;
    auto parcel = pack(*request.bytes);
    if (!parcel) return fail(parcel.error());
    Extraction extraction(request, clock_, options_.most_crashes);
    Waiting waiting;
    waiting.bytes = request.bytes->size();
    waiting.weight = weigh(*request.bytes);
    for (;;) {
      waiting.resumed = extraction.resumed();
      auto worker = acquire(waiting, request.deadline, request.lane);
      if (!worker && worker.error().kind == ErrorKind::timeout) {
        counters_.timeouts++;
        extraction.give_up(Outcome::timeout, worker.error().message);
        return extraction.take();
      }
      if (!worker && !waiting.resumed) return fail(worker.error());
      if (!worker) {
        extraction.give_up(Outcome::crashed, worker.error().message);
        return extraction.take();
      }
      if (run(std::move(*worker), *parcel, extraction, request.lane)) return extraction.take();
    }
  }

  Result<BodyEdit> edit(const EditRequest& request) override {
    if (request.strip.size() > kMaxStripParts) return fail(ErrorKind::limit, "more than can be taken off one mail");
    counters_.edits++;
    auto parcel = pack(*request.bytes);
    if (!parcel) return fail(parcel.error());
    Waiting waiting;
    waiting.bytes = request.bytes->size();
    auto worker = acquire(waiting, request.deadline, nullptr);
    if (!worker) return fail(worker.error());
    return run_edit(std::move(*worker), request, *parcel);
  }

  const PoolCounters& counters() const override { return counters_; }

 private:
  struct Waiter {
    Waiting entry;
    Worker given;
    std::condition_variable wakes;
  };

  // How a message travels: inside the request, or by descriptor.
  struct Parcel {
    std::optional<std::string_view> carried;
    int fd = -1;
  };
  static Result<Parcel> pack(const Blob& message) {
    Parcel out;
    out.carried = message.in_memory();
    if (out.carried && out.carried->size() <= wire::kMaxCarried) return out;
    out.carried.reset();
    out.fd = message.fd();
    // Without this every worker that could not be given it would pass for a crashed one.
    if (out.fd < 0) return fail(ErrorKind::unavailable, "no descriptor for the message");
    return out;
  }

  // One worker's walk; true when the message is done with.
  bool run(Worker worker, const Parcel& parcel, Extraction& extraction, Lane* lane) {
    wire::Request task = extraction.begin();
    task.carried = parcel.carried;
    const SteadyTime deadline = extraction.worker_deadline();
    const WorkerProcess::Sent sent = worker->send(clock_, deadline, task, parcel.fd);
    if (sent != WorkerProcess::Sent::gone) {
      for (;;) {
        std::string_view bytes;
        WorkerProcess::Got got = WorkerProcess::Got::late;
        if (sent == WorkerProcess::Sent::whole) got = worker->receive(clock_, deadline, bytes, lane);
        if (got == WorkerProcess::Got::late) {
          counters_.timeouts++;
          std::string rest;
          bury(std::move(worker), rest);
          static_cast<void>(extraction.feed(rest));
          extraction.give_up(Outcome::timeout, describe(LimitHit::time, task.limits));
          return true;
        }
        if (got == WorkerProcess::Got::end) break;
        const auto done = extraction.feed(bytes);
        if (!done) {
          counters_.protocol_errors++;
          std::string rest;
          bury(std::move(worker), rest);
          const std::string why = "stopped because it broke the wire format: " + done.error().message;
          return extraction.lost_worker(Extraction::Cause::crash, why) == Extraction::Next::finished;
        }
        if (*done) {
          release(std::move(worker));
          return true;
        }
      }
    }
    counters_.crashes++;
    std::string rest;
    const Death death = bury(std::move(worker), rest);
    static_cast<void>(extraction.feed(rest));
    const Extraction::Cause cause = cause_of(death);
    const std::string why =
        cause == Extraction::Cause::memory ? describe_memory_limit(options_.worker_memory) : death.text();
    return extraction.lost_worker(cause, why) == Extraction::Next::finished;
  }

  Result<BodyEdit> run_edit(Worker worker, const EditRequest& request, const Parcel& parcel) {
    wire::Request task;
    task.task = request.strip.empty() ? wire::Task::edit : wire::Task::strip;
    task.limits = request.limits;
    task.footer = request.footer;
    task.strip = request.strip;
    task.carried = parcel.carried;
    EditReception reception(request.bytes->size(), request.body_offset, task.task);
    WorkerProcess::Got got = WorkerProcess::Got::end;
    switch (worker->send(clock_, request.deadline, task, parcel.fd)) {
      case WorkerProcess::Sent::whole:
        got = WorkerProcess::Got::bytes;
        break;
      case WorkerProcess::Sent::late:
        got = WorkerProcess::Got::late;
        break;
      case WorkerProcess::Sent::gone:
        break;
    }
    Result<bool> done = false;
    while (got == WorkerProcess::Got::bytes) {
      std::string_view bytes;
      got = worker->receive(clock_, request.deadline, bytes);
      if (got != WorkerProcess::Got::bytes) break;
      done = reception.feed(bytes);
      if (done && *done) {
        release(std::move(worker));
        return reception.take();
      }
      if (!done) break;
    }
    std::string unused;
    const Death death = bury(std::move(worker), unused);
    if (!done) {
      counters_.protocol_errors++;
      return fail_while("edit", done.error());
    }
    if (got == WorkerProcess::Got::late) {
      counters_.timeouts++;
      return fail(ErrorKind::timeout, "the edit was not done before the deadline");
    }
    counters_.crashes++;
    return fail(ErrorKind::unavailable, "the editing reader was " + death.text());
  }

  Result<Worker> acquire(Waiting& entry, SteadyTime deadline, Lane* lane) {
    std::unique_lock lock(mutex_);
    if (entry.arrival == 0) entry.arrival = ++arrivals_;
    Waiter waiter;
    waiter.entry = entry;
    waiting_.push_back(&waiter);
    hand_out();
    if (!waiter.given && lane != nullptr) {
      lock.unlock();
      lane->leave();
      lock.lock();
    }
    while (!waiter.given) {
      if (live_ == 0 && start_failures_ >= kMostStartFailures) {
        std::erase(waiting_, &waiter);
        return fail(start_error_);
      }
      const auto left = deadline - clock_.steady();
      if (left <= left.zero()) {
        std::erase(waiting_, &waiter);
        return fail(ErrorKind::timeout, "no reader was free before the deadline");
      }
      waiter.wakes.wait_for(lock, left);
    }
    return std::move(waiter.given);
  }

  // Gives idle workers to those whom the policy names. Under the lock.
  void hand_out() {
    while (!idle_.empty() && !waiting_.empty()) {
      entries_.clear();
      for (const Waiter* waiter : waiting_) entries_.push_back(waiter->entry);
      const auto index = options_.queue->next(entries_, PoolLoad{idle_.size(), live_, heavy_});
      if (!index || *index >= waiting_.size()) return;
      Waiter* waiter = waiting_[*index];
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(*index));
      waiter->given = std::move(idle_.back());  // the one whose memory is warm
      idle_.pop_back();
      waiter->given->reads_heavy = waiter->entry.weight == Weight::heavy;
      if (waiter->given->reads_heavy) heavy_++;
      waiter->wakes.notify_one();
    }
  }

  void release(Worker worker) {
    bool keeper_needed = false;
    {
      const std::lock_guard lock(mutex_);
      const bool heavy = std::exchange(worker->reads_heavy, false);
      if (heavy) heavy_--;
      worker->worn += heavy ? kHeavyWear : 1;
      const bool old = worker->worn >= options_.recycle_after;
      if (old && successors_ > 0) {
        successors_--;
        live_--;
        counters_.recycled++;
        retired_.push_back(std::move(worker));
        keeper_needed = true;
      } else {
        if (old && !worker->replacement_asked) {
          worker->replacement_asked = true;
          successors_wanted_++;
          keeper_needed = true;
        }
        idle_.push_back(std::move(worker));
        hand_out();
      }
    }
    if (keeper_needed) keeper_wakes_.notify_one();
  }

  Death bury(Worker worker, std::string& rest) {
    const bool was_heavy = worker->reads_heavy;
    const Death death = worker->bury(rest);
    {
      const std::lock_guard lock(mutex_);
      if (was_heavy) heavy_--;
      live_--;
      // Its successor, asked for or there already, is now the replacement of a dead one.
      if (worker->replacement_asked && successors_wanted_ > 0) {
        successors_wanted_--;
      } else if (worker->replacement_asked && successors_ > 0) {
        successors_--;
      }
    }
    keeper_wakes_.notify_one();
    return death;
  }

  // The keeper: starts what is missing and buries what was retired.
  void keep() {
    std::chrono::milliseconds retry = kFirstRetry;
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      std::vector<Worker> retired = std::move(retired_);
      retired_.clear();
      const bool missing = live_ < options_.workers;
      if (!missing && successors_wanted_ == 0) {
        if (retired.empty()) {
          keeper_wakes_.wait(lock);
        } else {
          lock.unlock();
          retired.clear();
          lock.lock();
        }
        continue;
      }
      lock.unlock();
      retired.clear();
      auto worker = start_one();
      lock.lock();
      if (worker) {
        retry = kFirstRetry;
        start_failures_ = 0;
        admit(std::move(*worker));
        continue;
      }
      start_error_ = worker.error();
      start_failures_++;
      for (Waiter* waiter : waiting_) waiter->wakes.notify_one();
      keeper_wakes_.wait_for(lock, retry);
      retry = std::min(2 * retry, kLastRetry);
    }
  }

  Result<Worker> start_one() {
    auto worker = WorkerProcess::spawn(options_.worker_path, options_.worker_memory, options_.ocr_languages);
    if (!worker) return worker;
    if (auto ok = (*worker)->greet(clock_, clock_.steady() + kHelloTime); !ok) return fail(ok.error());
    return worker;
  }

  // Under the lock.
  void admit(Worker worker) {
    const bool successor = live_ >= options_.workers && successors_wanted_ > 0;
    if (successor) successors_wanted_--;
    live_++;
    idle_.push_back(std::move(worker));
    if (successor) retire_old();
    hand_out();
  }

  // A successor is there: an old idle worker goes now, a busy one when it is released.
  void retire_old() {
    const auto old = std::find_if(idle_.begin(), idle_.end(), [](const Worker& w) { return w->replacement_asked; });
    if (old == idle_.end()) {
      successors_++;
      return;
    }
    live_--;
    counters_.recycled++;
    retired_.push_back(std::move(*old));
    idle_.erase(old);
  }

  PoolOptions options_;
  const Clock& clock_;
  PoolCounters counters_;

  std::mutex mutex_;
  std::condition_variable keeper_wakes_;
  std::vector<Worker> idle_;
  std::vector<Waiter*> waiting_;
  std::vector<Waiting> entries_;  // scratch of hand_out
  std::vector<Worker> retired_;
  size_t heavy_ = 0;                                   // busy workers that read a heavy message
  std::atomic<std::uint64_t>& live_ = counters_.live;  // idle and busy workers; written under the lock
  unsigned successors_wanted_ = 0;
  unsigned successors_ = 0;      // started ones whose old worker is still busy
  Error start_error_;            // of the last failure
  unsigned start_failures_ = 0;  // in a row
  std::uint64_t arrivals_ = 0;
  bool stopping_ = false;
  std::thread keeper_;
};

}  // namespace

Result<std::unique_ptr<ExtractPool>> ExtractPool::start(PoolOptions options, const Clock& clock) {
  auto pool = std::make_unique<Pool>(std::move(options), clock);
  if (auto ok = pool->open(); !ok) return fail(ok.error());
  return pool;
}

}  // namespace postern::extract

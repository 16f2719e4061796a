// Courier: does what the outbox holds, outside the transaction that decided it.
//
//   claim due rows (leased) -> notice: record -> text -> SMTP
//                           -> release: held bytes + token -> submission host, result per recipient
//   -> done | tried again later | given up (row `failed`, audit row)
//
// At least once: what a courier did not record when it died is done again by the
// next one as it starts, with the same Message-ID and the same bytes, so
// that receivers can tell; what it did and could not record (a full disk), it records as soon as the store works
// again and does not do again. Tries follow one another at growing, jittered
// intervals; what stays undeliverable is given up and stays on record. A
// connection lost after the final dot counts as not sent.
//
// The courier's thread is also the timer that ends holds whose time is over and erases messages whose
// retention is, and forgets old contacts (store/contacts.h).
//
// One thread of its own between start() and stop(); run_once() does the same on
// the caller's thread, for tests and single rounds. wake() may be called from any
// thread, also from Store::on_outbox(); rows written by other processes are
// found by looking every `poll`.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/crypto.h"
#include "response/courier_notice.h"
#include "response/courier_release.h"
#include "response/mailer.h"
#include "response/notice.h"
#include "response/quarantine.h"
#include "store/store.h"

namespace postern::response {

struct CourierOptions {
  std::string domain = "localhost";  // right side of the Message-IDs it makes: this installation's name
  std::string language = "en";       // of notices when nothing better is known
  // Growing from the first to the last; the first covers a restart of the relay, the last is as patient as MTAs are.
  std::chrono::milliseconds first_retry = std::chrono::seconds(30);
  std::chrono::milliseconds last_retry = std::chrono::hours(1);
  // From the row's making. A notice that comes after days helps nobody; a release is waited for.
  std::chrono::milliseconds give_up_notice = std::chrono::hours(48);
  std::chrono::milliseconds give_up_release = std::chrono::hours(48);
  std::chrono::milliseconds token_life = kReleaseTokenLife;
  // Longer than the slowest dialogue (SmtpTimeouts), or a second courier would send the same.
  std::chrono::milliseconds lease = std::chrono::minutes(20);
  std::chrono::milliseconds poll = std::chrono::seconds(5);
  // After the store has failed: short, for mail waits as well, and long enough not to fill the log.
  std::chrono::milliseconds store_retry = std::chrono::seconds(1);
  std::chrono::milliseconds sweep_every = std::chrono::minutes(1);
};

// How long things are kept (policy: privacy.retain).
struct Retention {
  std::chrono::milliseconds held;      // the message of a decided hold
  std::chrono::milliseconds contacts;  // that ours wrote to an address
};

struct CourierServices {
  store::Store& store;
  Quarantine& quarantine;
  // Asked for each notice, so that a reload changes the next one. Never null.
  std::function<std::shared_ptr<const NoticeWriter>()> notices;
  // Asked at each sweep, never null.
  std::function<Retention()> retention;
  // Called at each sweep, behind the rest: for what else is to be looked at now and then. May be null.
  std::function<void()> on_sweep;
  Mailer& notice_mailer;
  Mailer& release_mailer;
  const Clock& clock;
  Entropy& entropy;
};

struct CourierCounters {
  std::atomic<std::uint64_t> notices_sent{0};
  std::atomic<std::uint64_t> notices_failed{0};  // given up
  std::atomic<std::uint64_t> releases_done{0};
  std::atomic<std::uint64_t> releases_failed{0};  // given up or refused, the hold is open again
  std::atomic<std::uint64_t> retries{0};
  std::atomic<std::uint64_t> expired{0};  // holds
  std::atomic<std::uint64_t> erased{0};   // messages of decided holds
  std::atomic<std::uint64_t> store_errors{0};
};

class Courier {
 public:
  // Everything in `services` outlives it.
  Courier(CourierServices services, CourierOptions options);
  // Stops.
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  void start();
  // Interrupts a dialogue under way (its row is tried again at once by the next courier) and joins the thread.
  void stop();
  void wake();

  // Does all that is due now; how many rows. Not together with start().
  Result<size_t> run_once();

  const CourierCounters& counters() const { return counters_; }

  // The wait before the next try after `attempts` tries, before jitter.
  static std::chrono::milliseconds backoff(const CourierOptions& options, std::uint32_t attempts);

 private:
  void loop();
  // Makes every row due: after a courier that was killed, after the store failed this one (what was claimed may be on
  // disk and unknown to us, what was done may not be recorded), and after the clock was set back. One gate uses a store
  // (SQLite), so no other courier is alive.
  Result<void> take_over();
  void note_store_error();
  void sweep_holds();
  Result<void> forget_contacts(std::chrono::milliseconds retention);
  // Takes steps until none is left; what they did in all. `trouble` is for the log.
  size_t walk(std::string_view trouble, const std::function<Result<Sweep>(const store::HoldCursor&)>& step);
  Result<std::vector<store::OutboxItem>> claim();
  void deliver(const store::OutboxItem& item);
  void deliver_notice(const store::OutboxItem& item);
  void deliver_release(const store::OutboxItem& item);
  void give_up_release(const store::OutboxItem& item, const std::string& why);
  // When the next try is; nothing when it is time to give up.
  std::optional<WallTime> next_try(const store::OutboxItem& item, std::chrono::milliseconds give_up);
  void retry(const store::OutboxItem& item, WallTime when, const std::string& why);
  void finish(const store::OutboxItem& item, store::OutboxState state, const std::string& why);
  std::chrono::milliseconds time_to_next();
  void note(const store::OutboxItem& item, std::string_view what, std::string_view why) const;

  CourierServices services_;
  const CourierOptions options_;
  CourierCounters counters_;
  NoticeSender notice_sender_;
  ReleaseSender release_sender_;
  SteadyTime next_sweep_{};
  WallTime last_round_{};
  bool unsure_ = false;  // of what the rows say: the store failed, or the clock was set back
  // By row: what the submission host said, while the store cannot take it down.
  std::map<std::int64_t, std::vector<store::ReleaseResult>> unrecorded_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool woken_ = false;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace postern::response

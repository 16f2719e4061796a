#include "response/courier.h"

#include <algorithm>

#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/thread_name.h"
#include "response/notice_shown.h"

namespace postern::response {

namespace {

// In one transaction, behind which messages wait.
constexpr std::uint32_t kContactsForgotten = 500;
// Such transactions of one sweep.
constexpr int kMostForgetting = 20;

using std::chrono::milliseconds;
using store::OutboxItem;
using store::OutboxKind;
using store::OutboxState;

// Rows claimed at once: few enough to be done well within the lease, many enough to share a commit.
constexpr std::uint32_t kBatch = 8;
// Code points kept of a reason in a row and in the audit. A server's words may be any bytes: what is kept is text.
constexpr size_t kMaxReason = 1000;
// Part of the wait that is drawn at random, so that rows of one outage do not all come back at once.
constexpr double kJitter = 0.25;
// Set back by more is a step; less is what time daemons do.
constexpr milliseconds kClockStep = std::chrono::seconds(2);
// A third of the share of a thread that judges mail, when there is not enough for both.
constexpr int kNiceness = 5;

bool is_passing(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::timeout;
}

}  // namespace

Courier::Courier(CourierServices services, CourierOptions options)
    : services_(std::move(services)),
      options_(std::move(options)),
      notice_sender_(services_.notice_mailer),
      release_sender_(services_.release_mailer, services_.store.keys().key(store::KeyUse::release_token),
                      services_.clock, options_.token_life, options_.domain) {}

Courier::~Courier() {
  stop();
}

void Courier::start() {
  thread_ = std::thread([this] {
    name_thread("courier");
    loop();
  });
}

void Courier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  services_.notice_mailer.interrupt();
  services_.release_mailer.interrupt();
  if (thread_.joinable()) thread_.join();
}

void Courier::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

Result<void> Courier::take_over() {
  auto done = services_.store.commit([&](store::Transaction& tx) -> Result<void> {
    auto ended = tx.end_leases(services_.clock.now());
    if (!ended) return fail(ended.error());
    return {};
  });
  unsure_ = !done;
  return done;
}

void Courier::note_store_error() {
  counters_.store_errors++;
  unsure_ = true;
}

void Courier::loop() {
  // Of this thread alone, on Linux. No mail server waits for a notice.
  ::setpriority(PRIO_PROCESS, 0, kNiceness);
  unsure_ = true;  // whoever was here before may have died
  while (!stopping_) {
    const auto done = run_once();
    if (!done) {
      note_store_error();
      log_error("courier: the store does not answer: " + done.error().message);
    }
    const milliseconds wait = unsure_ ? options_.store_retry : time_to_next();
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, wait, [this] { return woken_ || stopping_; });
    woken_ = false;
  }
}

milliseconds Courier::time_to_next() {
  std::optional<WallTime> next;
  const auto read = services_.store.read([&](store::Reader& reader) -> Result<void> {
    auto time = reader.next_outbox_time();
    if (!time) return fail(time.error());
    next = *time;
    return {};
  });
  if (!read || !next) return options_.poll;
  return std::clamp(*next - services_.clock.now(), milliseconds(0), options_.poll);
}

Result<size_t> Courier::run_once() {
  const WallTime now = services_.clock.now();
  // Rows would wait until the clock has caught up with their times.
  if (now + kClockStep < last_round_) unsure_ = true;
  last_round_ = now;
  if (unsure_) {
    if (auto ok = take_over(); !ok) return fail(ok.error());
  }
  sweep_holds();
  size_t done = 0;
  while (!stopping_) {
    const SteadyTime began = services_.clock.steady();
    const auto items = claim();
    if (!items) return fail(items.error());
    if (items->empty()) break;
    for (const OutboxItem& item : *items) {
      // The rest of the batch is left to its lease rather than sent past it.
      if (stopping_ || services_.clock.steady() - began > options_.lease / 2) break;
      deliver(item);
      done++;
    }
  }
  return done;
}

size_t Courier::walk(std::string_view trouble, const std::function<Result<Sweep>(const store::HoldCursor&)>& step) {
  size_t done = 0;
  std::optional<store::HoldCursor> at = store::HoldCursor{};
  while (at && !stopping_) {
    const auto swept = step(*at);
    if (!swept) {
      note_store_error();
      log_error("courier: " + std::string(trouble) + ": " + swept.error().message);
      break;
    }
    done += swept->done;
    at = swept->next;
  }
  return done;
}

void Courier::sweep_holds() {
  const SteadyTime now = services_.clock.steady();
  if (now < next_sweep_) return;
  next_sweep_ = now + options_.sweep_every;
  counters_.expired += walk("holds whose time is over could not be ended",
                            [this](const store::HoldCursor& after) { return services_.quarantine.expire(after); });
  const Retention retention = services_.retention();
  counters_.erased += walk("messages whose retention is over could not be erased", [&](const store::HoldCursor& after) {
    return services_.quarantine.erase(retention.held, after);
  });
  if (auto ok = forget_contacts(retention.contacts); !ok) {
    note_store_error();
    log_error("courier: old contacts could not be forgotten: " + ok.error().message);
  }
  if (services_.on_sweep) services_.on_sweep();
}

Result<void> Courier::forget_contacts(milliseconds retention) {
  const WallTime before = services_.clock.now() - retention;
  // The next sweep goes on.
  for (int commits = 0; commits < kMostForgetting && !stopping_; ++commits) {
    bool any = false;
    auto looked = services_.store.read_one([&](store::Reader& reader) -> Result<void> {
      auto found = reader.has_contact_before(before);
      if (!found) return fail(found.error());
      any = *found;
      return {};
    });
    if (!looked || !any) return looked;
    auto done = services_.store.commit([&](store::Transaction& tx) -> Result<void> {
      auto forgotten = tx.forget_contacts(before, kContactsForgotten);
      return forgotten ? Result<void>() : fail(forgotten.error());
    });
    if (!done) return done;
  }
  return {};
}

Result<std::vector<OutboxItem>> Courier::claim() {
  std::vector<OutboxItem> items;
  // Nothing is due most of the time, and looking costs no sync.
  bool due = false;
  auto read = services_.store.read([&](store::Reader& reader) -> Result<void> {
    auto next = reader.next_outbox_time();
    if (!next) return fail(next.error());
    due = *next && **next <= services_.clock.now();
    return {};
  });
  if (!read) return fail(read.error());
  if (!due) return items;
  auto claimed = services_.store.commit([&](store::Transaction& tx) -> Result<void> {
    auto rows = tx.claim_outbox(services_.clock.now(), options_.lease, kBatch);
    if (!rows) return fail(rows.error());
    items = std::move(*rows);
    return {};
  });
  if (!claimed) return fail(claimed.error());
  fault_point(FaultPoint::rows_claimed);
  return items;
}

void Courier::deliver(const OutboxItem& item) {
  switch (item.kind) {
    case OutboxKind::notice:
      return deliver_notice(item);
    case OutboxKind::release:
      return deliver_release(item);
    case OutboxKind::webhook:
    case OutboxKind::learning:
      return finish(item, OutboxState::failed, "not in this version");
  }
}

void Courier::deliver_notice(const OutboxItem& item) {
  NoticeFacts facts;
  const auto read = services_.store.read([&](store::Reader& reader) -> Result<void> {
    auto found = notice_facts(reader, item, options_.domain, options_.language);
    if (!found) return fail(found.error());
    facts = std::move(*found);
    return {};
  });
  const auto give_up = [&](const std::string& why) {
    counters_.notices_failed++;
    finish(item, OutboxState::failed, why);
  };
  const auto later = [&](const std::string& why) {
    const auto when = next_try(item, options_.give_up_notice);
    when ? retry(item, *when, why) : give_up(why);
  };
  if (!read) return is_passing(read.error()) ? later(read.error().message) : give_up(read.error().message);
  const auto notice = services_.notices()->write(facts);
  if (!notice) return give_up(notice.error().message);

  fault_point(FaultPoint::notice_read);
  const SendOutcome outcome = notice_sender_.send(item.id, *notice);
  fault_point(FaultPoint::notice_sent);
  switch (outcome.kind) {
    case SendOutcome::Kind::done:
      counters_.notices_sent++;
      note(item, "sent", outcome.why);
      return finish(item, OutboxState::done, outcome.why);
    case SendOutcome::Kind::later:
      return later(outcome.why);
    case SendOutcome::Kind::never:
      return give_up(outcome.why);
  }
}

void Courier::give_up_release(const OutboxItem& item, const std::string& why) {
  const auto recorded = services_.quarantine.fail_release(item, shown(why, kMaxReason));
  if (!recorded) {
    // The row comes back when the store works again.
    note_store_error();
    return note(item, "not recorded", recorded.error().message);
  }
  counters_.releases_failed++;
  note(item, "given up", why);
}

void Courier::deliver_release(const OutboxItem& item) {
  const auto job = services_.quarantine.release_job(item);
  const std::optional<WallTime> when = next_try(item, options_.give_up_release);
  if (!job) {
    if (is_passing(job.error()) && when) return retry(item, *when, job.error().message);
    return give_up_release(item, job.error().message);
  }
  fault_point(FaultPoint::release_read);
  auto results = std::move(unrecorded_[item.id]);
  unrecorded_.erase(item.id);
  if (results.empty()) results = release_sender_.send(*job, item.created);
  fault_point(FaultPoint::release_sent);
  const auto recorded = services_.quarantine.record_release(item, results, when);
  if (!recorded) {
    if (!is_passing(recorded.error())) return give_up_release(item, recorded.error().message);
    // The row comes back when the store works again. Only if this process is gone by then is the mail sent a second
    // time.
    unrecorded_[item.id] = std::move(results);
    note_store_error();
    return note(item, "not recorded", recorded.error().message);
  }
  const std::string reply = results.empty() ? "" : results.front().reply;
  const bool postponed = std::any_of(results.begin(), results.end(), [](const store::ReleaseResult& result) {
    return result.kind == store::ReleaseResult::Kind::postponed;
  });
  if (*recorded == store::HoldState::released) {
    counters_.releases_done++;
    note(item, "released", "");
  } else if (postponed && when) {
    counters_.retries++;
    note(item, "postponed", reply);
  } else {
    counters_.releases_failed++;
    note(item, "not released", reply);
  }
}

milliseconds Courier::backoff(const CourierOptions& options, std::uint32_t attempts) {
  milliseconds wait = options.first_retry;
  for (std::uint32_t i = 1; i < attempts && wait < options.last_retry; i++) wait *= 2;
  return std::min(wait, options.last_retry);
}

std::optional<WallTime> Courier::next_try(const OutboxItem& item, milliseconds give_up) {
  const WallTime now = services_.clock.now();
  // Cut off by us, not by the server: the next courier goes on where this one stopped.
  if (stopping_) return now;
  std::uint32_t random = 0;
  services_.entropy.fill(reinterpret_cast<char*>(&random), sizeof random);
  const double share = 1.0 + kJitter * static_cast<double>(random) / 4294967295.0;
  const auto wait = std::chrono::duration_cast<milliseconds>(backoff(options_, item.attempts) * share);
  if (now + wait > item.created + give_up) return std::nullopt;
  return now + wait;
}

void Courier::retry(const OutboxItem& item, WallTime when, const std::string& why) {
  const auto kept = services_.store.commit(
      [&](store::Transaction& tx) { return tx.retry_outbox(item.id, when, shown(why, kMaxReason)); });
  // A decision may have taken the row's place while it was tried.
  if (!kept && kept.error().kind == ErrorKind::not_found) return note(item, "overtaken", why);
  if (!kept) note_store_error();
  fault_point(FaultPoint::row_postponed);
  counters_.retries++;
  note(item, "postponed", kept ? why : kept.error().message);
}

void Courier::finish(const OutboxItem& item, OutboxState state, const std::string& why) {
  const std::string reason = shown(why, kMaxReason);
  const auto kept = services_.store.commit([&](store::Transaction& tx) -> Result<void> {
    if (auto finished = tx.finish_outbox(item.id, state, reason); !finished) return finished;
    if (state != OutboxState::failed) return {};
    const nlohmann::json detail = {{"row", item.id}, {"attempts", item.attempts}, {"why", reason}};
    return tx.append_audit({0, services_.clock.now(), "courier", std::string(store::to_string(item.kind)) + "-failed",
                            item.incident, detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)});
  });
  if (kept) {
    fault_point(FaultPoint::notice_recorded);
    notice_sender_.forget(item.id);
  } else {
    note_store_error();
  }
  if (!kept || state == OutboxState::failed) note(item, "given up", kept ? why : kept.error().message);
}

void Courier::note(const OutboxItem& item, std::string_view what, std::string_view why) const {
  std::string line = "courier: " + std::string(store::to_string(item.kind)) + " ref=" + log_field(item.incident) +
                     " row=" + std::to_string(item.id) + " attempt=" + std::to_string(item.attempts) +
                     " result=" + log_field(what);
  if (!why.empty()) line += " why=" + log_field(why, kMaxReplyText);
  log_info(line);
}

}  // namespace postern::response

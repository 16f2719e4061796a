#include "milter/judge_pool.h"

#include <algorithm>
#include <utility>

#include "base/fault.h"
#include "base/log.h"
#include "base/thread_name.h"
#include "message/weight.h"

namespace postern::milter {

namespace {

constexpr size_t kLightShare = 4;  // one thread of so many, and at least one, is kept for light mail

size_t heavy_share(size_t threads) {
  return threads < 2 ? 1 : threads - std::max<size_t>(threads / kLightShare, 1);
}

}  // namespace

// Of one message; goes back to the pool at its end, unless it was left before.
class JudgePool::TakenLane final : public Lane {
 public:
  TakenLane(JudgePool& pool, bool held) : pool_(pool), held_(held) {}

  void leave() noexcept override {
    if (std::exchange(held_, false)) pool_.lane_left();
  }
  // True when it is held still.
  bool give_back() { return std::exchange(held_, false); }

 private:
  JudgePool& pool_;
  bool held_;
};

JudgePool::JudgePool(size_t threads, size_t lanes, JudgeProvider provider, Counters& counters)
    : provider_(std::move(provider)),
      counters_(counters),
      most_heavy_(heavy_share(threads)),
      lanes_(lanes == 0 ? std::max<size_t>(threads, 1) : lanes) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); i++) {
    threads_.emplace_back([this, &bed = beds_.emplace_back()] {
      name_thread("judge");
      run(bed);
    });
  }
}

JudgePool::~JudgePool() {
  stop();
}

void JudgePool::submit(std::shared_ptr<Ticket> ticket) {
  Bed* called = nullptr;
  const Weight weight = weigh(*ticket->mail.message);
  {
    const std::lock_guard lock(mutex_);
    (weight == Weight::heavy ? heavy_ : light_).push_back({std::move(ticket), submitted_++});
    called = sleeper_for_more();
  }
  if (called != nullptr) called->called.notify_one();
}

JudgePool::Bed* JudgePool::sleeper_for_more() {
  if (sleepers_.empty() || next() == nullptr) return nullptr;
  Bed* out = sleepers_.back();
  sleepers_.pop_back();
  out->asleep = false;
  return out;
}

void JudgePool::lane_left() {
  Bed* called = nullptr;
  {
    const std::lock_guard lock(mutex_);
    lanes_taken_--;
    called = sleeper_for_more();
  }
  if (called != nullptr) called->called.notify_one();
}

void JudgePool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (Bed* bed : sleepers_) bed->asleep = false;
    sleepers_.clear();
  }
  for (Bed& bed : beds_) bed.called.notify_one();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void JudgePool::run(Bed& bed) {
  std::unique_lock lock(mutex_);
  for (;;) {
    std::deque<Queued>* queue = next();
    while (queue == nullptr) {
      // Heavy messages that may wait still are taken by the threads that judge others now.
      if (stopping_) return;
      bed.asleep = true;
      sleepers_.push_back(&bed);
      bed.called.wait(lock, [&bed] { return !bed.asleep; });
      queue = next();
    }
    const bool heavy = queue == &heavy_;
    std::shared_ptr<Ticket> ticket = std::move(queue->front().ticket);
    queue->pop_front();
    (heavy ? judging_heavy_ : lanes_taken_)++;
    // A lane is free when a document was taken instead of the text behind it.
    Bed* called = sleeper_for_more();
    lock.unlock();
    if (called != nullptr) called->called.notify_one();
    TakenLane lane(*this, !heavy);
    if (ticket->claim()) judge(*ticket, lane);
    ticket.reset();
    lock.lock();
    if (heavy) judging_heavy_--;
    if (lane.give_back()) lanes_taken_--;
  }
}

std::deque<JudgePool::Queued>* JudgePool::next() {
  const bool heavy = !heavy_.empty() && judging_heavy_ < most_heavy_;
  const bool its_turn = light_.empty() || (heavy && heavy_.front().number + kHeadStart < light_.front().number);
  if (its_turn) return heavy ? &heavy_ : nullptr;
  return lanes_taken_ < lanes_ ? &light_ : nullptr;
}

void JudgePool::judge(Ticket& ticket, Lane& lane) {
  const std::shared_ptr<pipeline::Judge> judge = provider_();
  const MtaAnswer answer = judge != nullptr ? judge->judge(ticket.mail, lane) : MtaAnswer{};
  if (!ticket.begin_answer()) {
    count(counters_.late_answers);
    log_warning(log_field(ticket.queue_id) + ": the judgement came after its message was tempfailed");
    return;
  }
  const std::shared_ptr<Connection> connection = std::move(ticket.connection);
  std::string out;
  connection->session.answer(answer, ticket.mail.envelope.recipients, out);
  ticket.mail = {};
  ticket.slot.release();
  fault_point(FaultPoint::answer_made);
  connection->broken = !send_now(*connection, std::move(out));
  fault_point(FaultPoint::answer_sent);
  const bool left_over = connection->broken || !connection->unsent.empty() || connection->behind;
  if (ticket.end_answer() || left_over) connection->mailbox->give_back(connection);
}

}  // namespace postern::milter

#include "milter/judge_pool.h"

#include <algorithm>

#include "base/fault.h"
#include "base/log.h"

namespace postern::milter {

JudgePool::JudgePool(size_t threads, JudgeProvider provider, Counters& counters)
    : provider_(std::move(provider)), counters_(counters) {
  for (size_t i = 0; i < std::max<size_t>(threads, 1); i++) threads_.emplace_back([this] { run(); });
}

JudgePool::~JudgePool() {
  stop();
}

void JudgePool::submit(std::shared_ptr<Ticket> ticket) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(std::move(ticket));
    wake = waiting_ > 0;
  }
  if (wake) work_.notify_one();
}

void JudgePool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void JudgePool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (queue_.empty()) {
      if (stopping_) return;
      waiting_++;
      work_.wait(lock);
      waiting_--;
    }
    std::shared_ptr<Ticket> ticket = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    if (ticket->claim()) judge(*ticket);
    ticket.reset();
    lock.lock();
  }
}

void JudgePool::judge(Ticket& ticket) {
  const std::shared_ptr<pipeline::Judge> judge = provider_();
  const MtaAnswer answer = judge != nullptr ? judge->judge(ticket.mail) : MtaAnswer{};
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
  connection->broken = !send_now(*connection, out);
  fault_point(FaultPoint::answer_sent);
  const bool left_over = connection->broken || !connection->unsent.empty() || connection->behind;
  if (ticket.end_answer() || left_over) connection->mailbox->give_back(connection);
}

}  // namespace postern::milter

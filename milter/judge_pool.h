// The threads that judge: they wait for the pipeline so that the loops need not.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "milter/connection.h"
#include "milter/server_options.h"

namespace postern::milter {

// Light mail (message/weight.h) first, each kind in the order of its coming: a heavy message lets at most kHeadStart
// later ones pass, and a quarter of the threads never takes one, so that text does not wait until documents are read.
// The queue is bounded by the slots of the messages in flight. A judge thread writes the answer itself; only what is
// left over goes back to the loop.
class JudgePool {
 public:
  static constexpr std::uint64_t kHeadStart = 64;  // as many as light mail may pass in some tens of milliseconds

  JudgePool(size_t threads, JudgeProvider provider, Counters& counters);
  ~JudgePool();  // stop()
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;

  void submit(std::shared_ptr<Ticket> ticket);
  // Judges what is queued still (a ticket that was abandoned is skipped), then joins the threads.
  void stop();

 private:
  struct Queued {
    std::shared_ptr<Ticket> ticket;
    std::uint64_t number = 0;  // order of coming
  };

  void run();
  void judge(Ticket& ticket);
  // Under the lock: the queue whose first is next; null when nothing may be begun.
  std::deque<Queued>* next();

  const JudgeProvider provider_;
  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Queued> light_, heavy_;
  std::uint64_t submitted_ = 0;
  size_t judging_heavy_ = 0;
  const size_t most_heavy_;
  size_t waiting_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postern::milter

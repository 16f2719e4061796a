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
// Of threads that wait the last one that worked is woken: its stack and its share of the heap are warm.
// A thread begins light mail only with a lane (base/lane.h), so that under load a thread goes from one message to the
// next while those that could only have waited for a reader sleep on. Heavy mail, which waits for long, needs none.
// The queue is bounded by the slots of the messages in flight. A judge thread writes the answer itself; only what is
// left over goes back to the loop.
class JudgePool {
 public:
  static constexpr std::uint64_t kHeadStart = 64;  // as many as light mail may pass in some tens of milliseconds

  // `lanes`: 0, one a thread.
  JudgePool(size_t threads, size_t lanes, JudgeProvider provider, Counters& counters);
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

  // Of each thread its own, so that the one to wake can be chosen.
  struct Bed {
    std::condition_variable called;
    bool asleep = false;
  };

  class TakenLane;

  void run(Bed& bed);
  void judge(Ticket& ticket, Lane& lane);
  // Under the lock: a sleeper to be called, taken off the list, when something may be begun; or null.
  Bed* sleeper_for_more();
  void lane_left();
  // Under the lock: the queue whose first is next; null when nothing may be begun.
  std::deque<Queued>* next();

  const JudgeProvider provider_;
  Counters& counters_;
  std::mutex mutex_;
  std::deque<Queued> light_, heavy_;
  std::uint64_t submitted_ = 0;
  size_t judging_heavy_ = 0;
  size_t lanes_taken_ = 0;
  const size_t most_heavy_;
  const size_t lanes_;
  std::deque<Bed> beds_;        // never moved: a thread that is called may be gone before the caller has finished
  std::vector<Bed*> sleepers_;  // the last that fell asleep at the end
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postern::milter

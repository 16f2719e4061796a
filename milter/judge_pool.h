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

// Tickets are judged in the order of their coming. The queue is bounded by the slots of the messages in
// flight. A judge thread writes the answer itself; only what is left over goes back to the loop.
class JudgePool {
 public:
  JudgePool(size_t threads, JudgeProvider provider, Counters& counters);
  ~JudgePool();  // stop()
  JudgePool(const JudgePool&) = delete;
  JudgePool& operator=(const JudgePool&) = delete;

  void submit(std::shared_ptr<Ticket> ticket);
  // Judges what is queued still (a ticket that was abandoned is skipped), then joins the threads.
  void stop();

 private:
  void run();
  void judge(Ticket& ticket);

  const JudgeProvider provider_;
  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<std::shared_ptr<Ticket>> queue_;
  size_t waiting_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace postern::milter

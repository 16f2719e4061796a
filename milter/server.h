// Server: the sockets and threads of the gate's front.
//
// Each of a few loop threads owns connections (loop.h), a pool of threads judges
// (judge_pool.h), a Session speaks the protocol (session.h). About six system calls
// a message: wait, read, wake a judge, answer.
//
// More messages in flight than configured are tempfailed at once with 451 4.3.2.
// While a judgement runs the MTA hears progress. A judge that does not answer in time
// is answered for with a tempfail; its own answer is then dropped, which is safe because
// what it committed is found again when the MTA retries (design.md 5.5).
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "milter/counters.h"
#include "milter/listener.h"
#include "milter/server_options.h"

namespace postern::milter {

class JudgePool;
class Loop;

class Server {
 public:
  // Starts serving the listeners, of which there is at least one. `clock` outlives the server. When RLIMIT_NOFILE
  // allows fewer connections than the options beside what messages in flight need, there will be fewer.
  static Result<std::unique_ptr<Server>> start(ServerOptions options, std::vector<Listener> listeners,
                                               JudgeProvider provider, const Clock& clock);
  ~Server();  // stop(0)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Takes no more connections (the sockets are closed and their files removed), ends the idle ones, lets each
  // message in hand be sent to its end and answered; what is left at the deadline is closed unanswered. Returns when
  // all threads have ended, which waits for judgements that are still running. Not from a thread of the server.
  void stop(std::chrono::milliseconds deadline);

  // Every loop thread has gone round since the call before. Asks each to; so not to be called in quick succession. One
  // thread.
  bool loops_turn();

  // Looks at the clock now instead of at the next sweep. For tests that move a ManualClock.
  void tick();

  const Counters& counters() const { return counters_; }

 private:
  Server(ServerOptions options, JudgeProvider provider);

  const ServerOptions options_;
  Counters counters_;
  std::unique_ptr<JudgePool> judges_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::uint64_t> turns_;  // of each loop at the last loops_turn()
  std::vector<std::thread> threads_;
  std::mutex mutex_;
  std::condition_variable ended_;
  size_t running_ = 0;
};

}  // namespace postern::milter

// Loop: one epoll thread that owns connections.
//
// Reads large (kReadBytes), feeds the sessions, writes each batch of replies with one
// call, hands messages to the judges. Sockets are edge-triggered. A connection
// that is between packets holds no buffer. Every time limit is looked at in one sweep,
// at most once in kSweepEvery, by the clock that was handed in; tick() asks for a sweep now.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "milter/connection.h"
#include "milter/judge_pool.h"
#include "milter/listener.h"
#include "milter/server_options.h"

namespace postern::milter {

// Bytes taken from a socket at once: more than a unix socket holds by default, four body chunks.
inline constexpr size_t kReadBytes = 256 << 10;
// Reads for one connection before the others have their turn.
inline constexpr int kReadsPerTurn = 16;
// Replies that a peer may leave unread while it sends on. Without no-reply steps the longest batch is one reply a
// packet read. The answer to a message may be longer (it names each recipient to remove); nothing follows before it is
// read.
inline constexpr size_t kMaxUnsent = 1 << 20;
inline constexpr std::chrono::milliseconds kSweepEvery{1000};
// One content, and one packet, may take this many content timeouts in all, however busily its bytes trickle.
inline constexpr int kContentPatience = 5;

class Loop {
 public:
  enum class Phase {
    serve,
    drain,  // take no connection, end the idle ones, finish messages in hand
    close,  // end all connections
  };

  // The listeners close when the last loop that holds them leaves `serve`.
  static Result<std::unique_ptr<Loop>> create(const ServerOptions& options, const Clock& clock, Counters& counters,
                                              JudgePool& judges,
                                              std::shared_ptr<const std::vector<Listener>> listeners);

  ~Loop();

  // The thread's body; returns when a phase past `serve` has left no connection.
  void run();

  // From any thread.
  void enter(Phase phase);
  void tick();
  // Has it go round once more, and how often it has begun to.
  void nudge() { mailbox_->wake(); }
  std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }

 private:
  struct ListenerSource;

  Loop(const ServerOptions& options, const Clock& clock, Counters& counters, JudgePool& judges,
       std::shared_ptr<const std::vector<Listener>> listeners, UniqueFd epoll, std::unique_ptr<Mailbox> mailbox);

  bool watch_listeners();
  void leave_listeners();
  int patience() const;
  SteadyTime::duration longest_sleep() const;
  void apply_phase();
  void dispatch(Source& source, std::uint32_t events);
  void accept_from(const Listener& listener);
  void serve(Connection& c, std::uint32_t events);
  void read(Connection& c, std::uint32_t events);
  bool process(Connection& c, std::string_view bytes);
  void hand_over(Connection& c, bool more_to_read);
  bool send(Connection& c, std::string bytes);
  bool flush(Connection& c);
  void watch_output(Connection& c, bool wanted);
  void sweep();
  void report_refused();
  SteadyTime look_after(Connection& c);
  SteadyTime look_after_judgement(Connection& c);
  void give_up(Connection& c, TempfailReason reason);
  void close(Connection& c, std::string_view why);

  const ServerOptions& options_;
  const Clock& clock_;
  Counters& counters_;
  JudgePool& judges_;
  std::shared_ptr<const std::vector<Listener>> listeners_;
  std::vector<std::unique_ptr<ListenerSource>> listener_sources_;
  UniqueFd epoll_;
  std::unique_ptr<Mailbox> mailbox_;
  Source mailbox_source_{Source::Kind::mailbox};

  std::atomic<Phase> wanted_{Phase::serve};
  std::atomic<bool> ticked_{false};
  std::atomic<std::uint64_t> turns_{0};
  Phase phase_ = Phase::serve;
  bool accepts_paused_ = false;
  std::uint64_t refused_ = 0;  // connections past the limit, since the last sweep
  bool more_to_read_ = false;  // of the read being processed
  SteadyTime now_{};
  SteadyTime next_sweep_{};
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> ready_;   // had their turn and have more to read
  std::vector<std::shared_ptr<Connection>> closed_;  // kept until no event of this round can mean them
  std::string buffer_;
  std::string out_;
};

}  // namespace postern::milter

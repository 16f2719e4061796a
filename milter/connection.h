// One MTA's connection, and the ticket under which a message of it is judged.
//
// A connection belongs to its loop. While a ticket is out, everything that the
// session needs belongs to the judge thread: session, unread, unsent. The loop
// may then only write progress packets, under begin_progress(). The ticket's
// state hands the connection to and fro without a lock:
//
//   queued -> judging -> answering -> done   (judge thread)
//   queued, judging -> abandoned             (loop: it took too long, or the gate stops)
//
// `done` makes what the judge thread wrote visible to the loop. An event that the loop sees before
// leaves a wish for attention; the judge thread then gives the connection back through
// the mailbox. Otherwise nothing wakes the loop: the MTA's next packet does.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "milter/session.h"

namespace postern::milter {

struct Connection;

// Connections that judge threads give back to a loop, and the eventfd that wakes it.
class Mailbox {
 public:
  static Result<std::unique_ptr<Mailbox>> create();

  int fd() const { return fd_.get(); }
  void give_back(std::shared_ptr<Connection> connection);
  void wake();
  // By the loop: what came since the last time.
  std::vector<std::shared_ptr<Connection>> collect();

 private:
  explicit Mailbox(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Connection>> given_;
};

class Ticket {
 public:
  Ticket(std::shared_ptr<Connection> from, Session::Judging judging, SteadyTime now)
      : connection(std::move(from)),
        mail(std::move(judging.mail)),
        slot(std::move(judging.slot)),
        queue_id(mail.envelope.queue_id),
        since(now) {}

  std::shared_ptr<Connection> connection;  // until the answer is written
  Mail mail;                               // let go with it: an idle connection keeps its last ticket
  Slot slot;
  const std::string queue_id;  // for the log of either side
  const SteadyTime since;

  // Judge thread. False: the loop has given the message up, leave the connection alone.
  bool claim() { return move(kQueued, kJudging); }
  bool begin_answer() { return move(kJudging, kAnswering); }
  // True when the loop wants the connection back.
  bool end_answer() { return (state_.exchange(kDone, std::memory_order_acq_rel) & kAttention) != 0; }

  // Loop. True: the connection is the loop's again.
  bool take_back() { return (state_.fetch_or(kAttention, std::memory_order_acq_rel) & kPhase) == kDone; }
  // The same without the wish.
  bool done() const { return (state_.load(std::memory_order_acquire) & kPhase) == kDone; }
  // True when a progress packet may be written until end_progress(). Not once an answer is being written.
  bool begin_progress();
  void end_progress() { state_.fetch_and(std::uint8_t(~kWriting), std::memory_order_release); }
  // True when the connection is the loop's again, to answer for itself; the judge thread will not touch it.
  bool abandon_queued() { return give_up(kQueued); }
  bool abandon() { return give_up(kQueued) || give_up(kJudging); }

 private:
  static constexpr std::uint8_t kQueued = 0, kJudging = 1, kAnswering = 2, kDone = 3, kAbandoned = 4;
  static constexpr std::uint8_t kPhase = 0x0F, kWriting = 0x40, kAttention = 0x80;

  bool move(std::uint8_t from, std::uint8_t to);
  bool give_up(std::uint8_t from);

  std::atomic<std::uint8_t> state_ = kQueued;
};

// What an epoll event may be about.
struct Source {
  enum class Kind { mailbox, listener, connection };
  explicit Source(Kind of) : kind(of) {}
  const Kind kind;
};

// What could not be sent yet. An answer may be as large as a message: it is moved in, not copied, and stays where it is
// until the last of it is sent.
class Unsent {
 public:
  bool empty() const { return sent_ == bytes_.size(); }
  size_t size() const { return bytes_.size() - sent_; }
  std::string_view rest() const { return std::string_view(bytes_).substr(sent_); }
  void add(std::string bytes);
  // Sends what the socket takes at once. False when the peer is gone.
  bool send(int fd);

 private:
  std::string bytes_;
  size_t sent_ = 0;  // of bytes_, from the front
};

struct Connection : Source, std::enable_shared_from_this<Connection> {
  Connection(UniqueFd socket, bool over_tcp, const SessionOptions& options, const Clock& clock, Counters& counters)
      : Source(Kind::connection), fd(std::move(socket)), tcp(over_tcp), session(options, clock, counters) {}

  UniqueFd fd;
  const bool tcp;
  Session session;
  std::string unread;   // the beginning of a packet, or what came behind an end of message
  bool behind = false;  // the latter: whole packets may wait in `unread`
  size_t wanted = 0;    // bytes of `unread` without which no packet is whole
  Unsent unsent;
  bool broken = false;  // writing failed
  // The loop's alone.
  std::shared_ptr<Ticket> ticket;
  bool watches_output = false;
  bool closed = false;
  size_t index = 0;
  Mailbox* mailbox = nullptr;
  SteadyTime last_activity{};
  SteadyTime last_progress{};
  SteadyTime content_since{};  // zero between contents
  SteadyTime packet_since{};   // the packet that `unread` begins; zero between packets
};

// Sends what the socket takes at once, after what is unsent already; the rest stays unsent. False when the peer is
// gone.
bool send_now(Connection& connection, std::string bytes);

}  // namespace postern::milter

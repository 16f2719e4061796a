#include "milter/loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/log.h"

namespace postern::milter {

namespace {

constexpr int kEventsPerRound = 128;
constexpr int kAcceptsPerRound = 64;
constexpr std::uint32_t kInput = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr std::uint32_t kGone = EPOLLHUP | EPOLLERR;
// Makes a read go on until the socket is empty, when an event may have been seen and not served.
constexpr std::uint32_t kReadAll = EPOLLRDHUP;
constexpr std::string_view kProgressPacket("\0\0\0\1p", 5);

int to_milliseconds(SteadyTime::duration duration) {
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
  return int(std::clamp<std::int64_t>(ms, 0, 60'000));
}

bool out_of_descriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

struct Loop::ListenerSource : Source {
  explicit ListenerSource(const Listener& from) : Source(Kind::listener), listener(from) {}
  const Listener& listener;
};

Result<std::unique_ptr<Loop>> Loop::create(const ServerOptions& options, const Clock& clock, Counters& counters,
                                           JudgePool& judges, std::shared_ptr<const std::vector<Listener>> listeners) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return fail(ErrorKind::unavailable, "cannot make an epoll instance: " + errno_text(errno));
  auto mailbox = Mailbox::create();
  if (!mailbox) return fail(mailbox.error());
  std::unique_ptr<Loop> loop(
      new Loop(options, clock, counters, judges, std::move(listeners), std::move(epoll), std::move(*mailbox)));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &loop->mailbox_source_;
  if (::epoll_ctl(loop->epoll_.get(), EPOLL_CTL_ADD, loop->mailbox_->fd(), &event) != 0 || !loop->watch_listeners()) {
    return fail(ErrorKind::unavailable, "cannot watch the milter sockets: " + errno_text(errno));
  }
  return loop;
}

Loop::Loop(const ServerOptions& options, const Clock& clock, Counters& counters, JudgePool& judges,
           std::shared_ptr<const std::vector<Listener>> listeners, UniqueFd epoll, std::unique_ptr<Mailbox> mailbox)
    : options_(options),
      clock_(clock),
      counters_(counters),
      judges_(judges),
      listeners_(std::move(listeners)),
      epoll_(std::move(epoll)),
      mailbox_(std::move(mailbox)),
      buffer_(kReadBytes + kLengthBytes + kMaxPacket, '\0') {
  for (const Listener& listener : *listeners_) listener_sources_.push_back(std::make_unique<ListenerSource>(listener));
}

Loop::~Loop() = default;

void Loop::enter(Phase phase) {
  wanted_ = phase;
  mailbox_->wake();
}

void Loop::tick() {
  ticked_ = true;
  mailbox_->wake();
}

void Loop::run() {
  std::array<epoll_event, kEventsPerRound> events{};
  for (;;) {
    turns_.fetch_add(1, std::memory_order_relaxed);
    if (phase_ != wanted_.load()) apply_phase();
    closed_.clear();
    if (phase_ != Phase::serve && connections_.empty()) return;
    const int n = ::epoll_wait(epoll_.get(), events.data(), int(events.size()), patience());
    now_ = clock_.steady();
    for (auto& c : std::exchange(ready_, {})) serve(*c, kReadAll);
    for (int i = 0; i < n; i++) {
      const epoll_event& event = events[size_t(i)];
      dispatch(*static_cast<Source*>(event.data.ptr), event.events);
    }
    if (ticked_.exchange(false) || now_ >= next_sweep_) sweep();
  }
}

int Loop::patience() const {
  if (!ready_.empty()) return 0;
  if (connections_.empty() && !accepts_paused_) return -1;
  return to_milliseconds(next_sweep_ - clock_.steady());
}

void Loop::dispatch(Source& source, std::uint32_t events) {
  switch (source.kind) {
    case Source::Kind::mailbox:
      for (auto& c : mailbox_->collect()) serve(*c, kReadAll);
      return;
    case Source::Kind::listener:
      // A listener left in this round is gone from epoll, but its event may still be in hand.
      if (listeners_ != nullptr) accept_from(static_cast<ListenerSource&>(source).listener);
      return;
    case Source::Kind::connection:
      serve(static_cast<Connection&>(source), events);
      return;
  }
}

// Nothing else moves the sweep forward when a connection enters a state with a shorter limit.
SteadyTime::duration Loop::longest_sleep() const {
  return std::max(kSweepEvery, options_.content_timeout / 4);
}

bool Loop::watch_listeners() {
  for (const auto& source : listener_sources_) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    event.data.ptr = source.get();
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, source->listener.fd(), &event) != 0) return false;
  }
  accepts_paused_ = false;
  return true;
}

void Loop::leave_listeners() {
  for (const auto& source : listener_sources_) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, source->listener.fd(), nullptr);
  }
}

void Loop::apply_phase() {
  now_ = clock_.steady();
  phase_ = wanted_.load();
  if (listeners_ != nullptr) {
    if (!accepts_paused_) leave_listeners();
    accepts_paused_ = false;
    listener_sources_.clear();
    listeners_.reset();
  }
  const auto all = connections_;
  for (const auto& c : all) {
    if (phase_ == Phase::close) {
      if (c->ticket != nullptr) c->ticket->abandon();
      close(*c, "the gate stops");
    } else {
      serve(*c, kReadAll);
    }
  }
}

void Loop::accept_from(const Listener& listener) {
  for (int i = 0; i < kAcceptsPerRound; i++) {
    UniqueFd fd(::accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!fd) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (out_of_descriptors(errno)) {
        // Nothing can be done but to let connections wait in the backlog until the next sweep.
        log_error("cannot take a connection on " + listener.name() + ": " + errno_text(errno));
        leave_listeners();
        accepts_paused_ = true;
        next_sweep_ = std::min(next_sweep_, now_ + kSweepEvery);
      }
      return;
    }
    if (counters_.connections_open.fetch_add(1, std::memory_order_relaxed) >= options_.max_connections) {
      counters_.connections_open.fetch_sub(1, std::memory_order_relaxed);
      count(counters_.connections_refused);
      // One line a sweep: a storm of connections must not become one of log lines.
      if (refused_++ == 0) next_sweep_ = std::min(next_sweep_, now_ + kSweepEvery);
      continue;
    }
    count(counters_.connections);
    if (listener.is_tcp()) {
      const int on = 1;
      ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      ::setsockopt(fd.get(), SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
    }
    auto c = std::make_shared<Connection>(std::move(fd), listener.is_tcp(), options_.session, clock_, counters_);
    c->index = connections_.size();
    c->mailbox = mailbox_.get();
    c->last_activity = now_;
    if (connections_.empty()) next_sweep_ = now_ + longest_sleep();
    connections_.push_back(c);
    epoll_event event{};
    event.events = kInput;
    event.data.ptr = static_cast<Source*>(c.get());
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, c->fd.get(), &event) != 0) close(*c, "it cannot be watched");
  }
}

void Loop::serve(Connection& c, std::uint32_t events) {
  if (c.closed) return;
  if (c.ticket != nullptr) {
    if (!c.ticket->take_back()) {
      // A peer that is gone gets no answer; a message that nobody has begun to judge will come again.
      if ((events & kGone) != 0 && c.ticket->abandon_queued()) close(c, "the server went away");
      return;
    }
    c.ticket.reset();
    c.last_activity = now_;
  }
  if (c.broken) return close(c, "the server went away");
  if (!c.unsent.empty()) {
    if (!flush(c)) return;
    events |= kReadAll;
  }
  if (c.behind) {
    c.behind = false;
    const std::string bytes = std::exchange(c.unread, {});
    // What the socket holds has not been looked at: as when a read was not the last.
    more_to_read_ = true;
    if (!process(c, bytes)) return;
  }
  read(c, events);
  if (phase_ == Phase::drain && !c.closed && c.ticket == nullptr && c.session.idle() && c.unsent.empty()) {
    close(c, {});
  }
}

void Loop::read(Connection& c, std::uint32_t events) {
  for (int turn = 0; turn < kReadsPerTurn; turn++) {
    const size_t have = c.unread.size();
    const size_t room = buffer_.size() - have;
    const ssize_t n = ::recv(c.fd.get(), buffer_.data() + have, room, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
    if (n <= 0) return close(c, n < 0 ? "the server went away" : std::string_view());
    c.last_activity = now_;
    more_to_read_ = size_t(n) == room || (events & (kReadAll | kGone)) != 0;
    if (have > 0 && have + size_t(n) < c.wanted) {
      // Copying it to and fro for each byte of a slow peer would cost the square of the packet's size.
      c.unread.append(buffer_, have, size_t(n));
      if (more_to_read_) continue;
      return;
    }
    if (have > 0) {
      std::memcpy(buffer_.data(), c.unread.data(), have);
      c.unread = std::string();
    }
    if (!process(c, std::string_view(buffer_).substr(0, have + size_t(n)))) return;
    if (!more_to_read_) return;
  }
  ready_.push_back(c.shared_from_this());
}

// True when the connection may be read on.
bool Loop::process(Connection& c, std::string_view bytes) {
  out_.clear();
  const Session::Fed fed = c.session.feed(bytes, out_);
  const std::string_view rest = bytes.substr(fed.used);
  if (!rest.empty() && fed.next != Session::Next::close) c.unread = rest;
  c.wanted = fed.wanted;
  if (rest.empty() || fed.next != Session::Next::read) {
    c.packet_since = {};
  } else if (c.packet_since == SteadyTime{} || fed.used > 0) {
    c.packet_since = now_;
  }
  if (fed.next == Session::Next::close) {
    if (!out_.empty()) send_now(c, out_);
    close(c, c.session.error());
    return false;
  }
  if (!out_.empty() && !send(c, out_) && c.closed) return false;
  if (c.unsent.size() > kMaxUnsent) {
    close(c, "the server does not read our replies");
    return false;
  }
  if (fed.next == Session::Next::judge) {
    c.behind = !rest.empty();
    c.content_since = {};
    hand_over(c, more_to_read_);
    return false;
  }
  if (!c.session.in_content()) {
    c.content_since = {};
  } else if (c.content_since == SteadyTime{}) {
    c.content_since = now_;
  }
  if (c.tcp && out_.empty()) {
    // The MTA sends on without waiting for us, but its kernel may wait for our acknowledgement.
    const int on = 1;
    ::setsockopt(c.fd.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
  }
  return c.unsent.empty();
}

void Loop::hand_over(Connection& c, bool more_to_read) {
  fault_point(FaultPoint::spooled);
  auto ticket = std::make_shared<Ticket>(c.shared_from_this(), c.session.take(), now_);
  // Without a wish for attention only the MTA's next packet would bring the connection back.
  if (more_to_read || phase_ == Phase::drain) ticket->take_back();
  c.ticket = ticket;
  c.last_progress = now_;
  next_sweep_ = std::min(next_sweep_, now_ + std::min(options_.progress_interval, options_.max_wait));
  judges_.submit(std::move(ticket));
}

// True when all is sent; closes the connection when it fails.
bool Loop::send(Connection& c, std::string bytes) {
  if (!send_now(c, std::move(bytes))) {
    close(c, "the server went away");
    return false;
  }
  if (!c.unsent.empty()) watch_output(c, true);
  return c.unsent.empty();
}

bool Loop::flush(Connection& c) {
  if (!send(c, {})) return false;
  c.last_activity = now_;
  watch_output(c, false);
  return true;
}

void Loop::watch_output(Connection& c, bool wanted) {
  if (c.watches_output == wanted) return;
  c.watches_output = wanted;
  epoll_event event{};
  event.events = kInput | (wanted ? std::uint32_t(EPOLLOUT) : 0U);
  event.data.ptr = static_cast<Source*>(&c);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, c.fd.get(), &event);
}

void Loop::sweep() {
  if (accepts_paused_) watch_listeners();
  report_refused();
  SteadyTime due = SteadyTime::max();
  // Backwards, for close() moves the last connection into the place of a closed one.
  for (size_t i = connections_.size(); i-- > 0;) due = std::min(due, look_after(*connections_[i]));
  next_sweep_ = std::clamp(due, now_ + kSweepEvery, now_ + longest_sleep());
}

void Loop::report_refused() {
  if (refused_ == 0) return;
  log_warning(std::to_string(refused_) + " connections refused: there are " + std::to_string(options_.max_connections) +
              " already");
  refused_ = 0;
}

// Does what is due for a connection; returns when to look again.
SteadyTime Loop::look_after(Connection& c) {
  if (c.ticket != nullptr && c.ticket->done()) {
    // Nobody has heard of it since; the answer itself is not known to the minute.
    c.last_activity = c.ticket->since;
    c.ticket.reset();
  }
  if (c.ticket != nullptr) return look_after_judgement(c);
  const bool halfway = c.session.in_content() || !c.unread.empty() || !c.unsent.empty();
  SteadyTime due = c.last_activity + (halfway ? options_.content_timeout : options_.idle_timeout);
  for (const SteadyTime since : {c.content_since, c.packet_since}) {
    if (since != SteadyTime{}) due = std::min(due, since + kContentPatience * options_.content_timeout);
  }
  if (now_ < due) return due;
  count(counters_.timeouts);
  close(c, halfway ? "the server fell silent in the middle of a message" : std::string_view());
  return SteadyTime::max();
}

SteadyTime Loop::look_after_judgement(Connection& c) {
  Ticket& ticket = *c.ticket;
  if (now_ >= ticket.since + options_.max_wait && ticket.abandon_queued()) {
    give_up(c, TempfailReason::waited);
    return now_ + kSweepEvery;
  }
  if (now_ >= ticket.since + options_.max_judgement && ticket.abandon()) {
    give_up(c, TempfailReason::overdue);
    return now_ + kSweepEvery;
  }
  if (now_ >= c.last_progress + options_.progress_interval && ticket.begin_progress()) {
    if (c.unsent.empty()) {
      c.broken = !send_now(c, std::string(kProgressPacket));
      count(counters_.progress);
    }
    ticket.end_progress();
    c.last_progress = now_;
  }
  return std::min({c.last_progress + options_.progress_interval,
                   std::max(ticket.since + options_.max_wait, now_ + kSweepEvery),
                   std::max(ticket.since + options_.max_judgement, now_ + kSweepEvery)});
}

void Loop::give_up(Connection& c, TempfailReason reason) {
  c.ticket.reset();
  c.last_activity = now_;
  std::string out;
  c.session.answer_tempfail(reason, out);
  if (!send(c, std::move(out)) && c.closed) return;
  // What came while the message was judged has had its event.
  ready_.push_back(c.shared_from_this());
}

void Loop::close(Connection& c, std::string_view why) {
  if (c.closed) return;
  c.closed = true;
  if (!why.empty()) {
    const std::string& id = c.ticket == nullptr ? c.session.queue_id() : c.ticket->queue_id;
    log_warning((id.empty() ? std::string("milter") : log_field(id)) + ": connection closed: " + std::string(why));
  }
  if (c.ticket == nullptr && !c.session.idle()) count(counters_.aborted);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, c.fd.get(), nullptr);
  // Its answer is being written; the judge thread lets the descriptor go after that.
  if (c.ticket != nullptr) ::shutdown(c.fd.get(), SHUT_RDWR);
  counters_.connections_open.fetch_sub(1, std::memory_order_relaxed);
  std::swap(connections_[c.index], connections_.back());
  connections_[c.index]->index = c.index;
  closed_.push_back(std::move(connections_.back()));
  connections_.pop_back();
}

}  // namespace postern::milter

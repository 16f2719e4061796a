#include "milter/connection.h"

#include <cerrno>
#include <thread>

#include <sys/eventfd.h>
#include <sys/socket.h>

namespace postern::milter {

Result<std::unique_ptr<Mailbox>> Mailbox::create() {
  UniqueFd fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!fd) return fail(ErrorKind::unavailable, "cannot make an eventfd: " + errno_text(errno));
  return std::unique_ptr<Mailbox>(new Mailbox(std::move(fd)));
}

void Mailbox::give_back(std::shared_ptr<Connection> connection) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = given_.empty();
    given_.push_back(std::move(connection));
  }
  if (first) wake();
}

void Mailbox::wake() {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then the loop is awake.
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof(one));
}

std::vector<std::shared_ptr<Connection>> Mailbox::collect() {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &count, sizeof(count));
  const std::lock_guard lock(mutex_);
  return std::exchange(given_, {});
}

bool Ticket::move(std::uint8_t from, std::uint8_t to) {
  std::uint8_t seen = state_.load(std::memory_order_acquire);
  for (;;) {
    if ((seen & kPhase) != from) return false;
    if ((seen & kWriting) != 0) {
      // The loop is in the middle of five bytes.
      std::this_thread::yield();
      seen = state_.load(std::memory_order_acquire);
      continue;
    }
    const auto next = std::uint8_t((seen & kAttention) | to);
    if (state_.compare_exchange_weak(seen, next, std::memory_order_acq_rel, std::memory_order_acquire)) return true;
  }
}

bool Ticket::give_up(std::uint8_t from) {
  if (!move(from, kAbandoned)) return false;
  connection.reset();
  return true;
}

bool Ticket::begin_progress() {
  std::uint8_t seen = state_.load(std::memory_order_acquire);
  for (;;) {
    const std::uint8_t phase = seen & kPhase;
    if (phase != kQueued && phase != kJudging) return false;
    const auto next = std::uint8_t(seen | kWriting);
    if (state_.compare_exchange_weak(seen, next, std::memory_order_acq_rel, std::memory_order_acquire)) return true;
  }
}

void Unsent::add(std::string bytes) {
  if (empty()) {
    bytes_ = std::move(bytes);
    sent_ = 0;
  } else {
    bytes_ += bytes;
  }
}

bool Unsent::send(int fd) {
  while (!empty()) {
    const ssize_t n = ::send(fd, bytes_.data() + sent_, size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    sent_ += size_t(n);
  }
  bytes_ = std::string();
  sent_ = 0;
  return true;
}

bool send_now(Connection& connection, std::string bytes) {
  connection.unsent.add(std::move(bytes));
  return connection.unsent.send(connection.fd.get());
}

}  // namespace postern::milter

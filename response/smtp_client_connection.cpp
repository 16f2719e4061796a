#include "response/smtp_client_connection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace postern::response {

namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(SmtpConnection::Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, 3'600'000));
}

// Ready, interrupted, or past the deadline.
enum class Wake { ready, interrupted, late };

Wake wait_for(int fd, short events, int interrupt_fd, SmtpConnection::Deadline deadline) {
  while (true) {
    pollfd polled[2] = {{fd, events, 0}, {interrupt_fd, POLLIN, 0}};
    const int ready = ::poll(polled, interrupt_fd >= 0 ? 2 : 1, milliseconds_until(deadline));
    if (ready < 0 && errno != EINTR) return Wake::late;
    // What has already arrived is worth more than a quick stop.
    if (ready > 0 && polled[0].revents != 0) return Wake::ready;
    if (ready > 0) return Wake::interrupted;
    if (Clock::now() >= deadline) return Wake::late;
  }
}

// Starts and finishes one connect() on a non-blocking socket.
Result<UniqueFd> connect_to(const sockaddr* address, socklen_t length, SmtpConnection::Deadline deadline,
                            int interrupt_fd) {
  UniqueFd fd(::socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return fail(ErrorKind::unavailable, errno_text(errno));
  if (::connect(fd.get(), address, length) == 0) return fd;
  // A full backlog of a unix socket says EAGAIN and gives nothing to wait for: the next try is the courier's.
  if (errno != EINPROGRESS) return fail(ErrorKind::unavailable, errno_text(errno));
  switch (wait_for(fd.get(), POLLOUT, interrupt_fd, deadline)) {
    case Wake::late:
      return fail(ErrorKind::timeout, "no connection in time");
    case Wake::interrupted:
      return fail(ErrorKind::unavailable, "interrupted");
    case Wake::ready:
      break;
  }
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return fail(ErrorKind::unavailable, errno_text(error));
  return fd;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The length of "d.ddd.ddd" at the start of `text`, whose class must be that of `code` (RFC 2034 4); 0 if there is
// none.
size_t enhanced_length(int code, std::string_view text) {
  if (text.size() < 5 || text[0] != char('0' + code / 100) || text[1] != '.') return 0;
  size_t at = 2;
  for (const char end : {'.', ' '}) {
    const size_t begin = at;
    while (at < text.size() && is_digit(text[at]) && at - begin < 3) at++;
    if (at == begin) return 0;
    if (at == text.size()) return end == ' ' ? at : 0;
    if (text[at] != end) return 0;
    if (end == '.') at++;
  }
  return at;
}

}  // namespace

SmtpReply ReplyLines::to_reply() const {
  SmtpReply reply;
  reply.code = code;
  for (std::string_view line : lines) {
    if (const size_t length = enhanced_length(code, line); length > 0) {
      if (reply.enhanced.empty()) reply.enhanced = line.substr(0, length);
      line.remove_prefix(std::min(line.size(), length + 1));
    }
    if (line.empty()) continue;
    if (!reply.text.empty()) reply.text += ' ';
    for (const char c : line) reply.text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
    if (reply.text.size() > kMaxReplyText) break;
  }
  if (reply.text.size() > kMaxReplyText) {
    size_t end = kMaxReplyText;
    while (end > 0 && (static_cast<unsigned char>(reply.text[end]) & 0xC0) == 0x80) end--;
    reply.text.resize(end);
  }
  return reply;
}

Result<UniqueFd> SmtpConnection::connect_unix(const SmtpEndpoint& server, Deadline deadline, int interrupt_fd) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (server.path.size() >= sizeof address.sun_path) return fail(ErrorKind::invalid_input, "socket path is too long");
  std::memcpy(address.sun_path, server.path.c_str(), server.path.size() + 1);
  return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address, deadline, interrupt_fd);
}

Result<UniqueFd> SmtpConnection::connect_inet(const SmtpEndpoint& server, Deadline deadline, int interrupt_fd) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(server.host.c_str(), std::to_string(server.port).c_str(), &hints, &found);
  if (error != 0) return fail(ErrorKind::unavailable, ::gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  Error last{ErrorKind::unavailable, "no address"};
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    auto fd = connect_to(entry->ai_addr, entry->ai_addrlen, deadline, interrupt_fd);
    if (fd) {
      const int on = 1;
      ::setsockopt(fd->get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
    last = fd.error();
  }
  return fail(std::move(last));
}

Result<SmtpConnection> SmtpConnection::open(const SmtpEndpoint& server, std::chrono::milliseconds timeout,
                                            int interrupt_fd) {
  const Deadline deadline = Clock::now() + timeout;
  auto fd = server.kind == SmtpEndpoint::Kind::unix_socket ? connect_unix(server, deadline, interrupt_fd)
                                                           : connect_inet(server, deadline, interrupt_fd);
  if (!fd) return fail_while("connect to " + server.to_string(), fd.error());
  return SmtpConnection(std::move(*fd), interrupt_fd);
}

Result<void> SmtpConnection::wait(short events, Deadline& deadline) {
  while (true) {
    switch (wait_for(fd_.get(), events, interrupted_ ? -1 : interrupt_fd_, deadline)) {
      case Wake::ready:
        return {};
      case Wake::late:
        return fail(interrupted_ ? ErrorKind::unavailable : ErrorKind::timeout,
                    interrupted_ ? "interrupted" : "the server did not answer in time");
      case Wake::interrupted:
        interrupted_ = true;
        deadline = std::min(deadline, Clock::now() + grace_);
    }
  }
}

Result<void> SmtpConnection::write(std::string_view bytes, Deadline deadline, More more) {
  const int flags = MSG_NOSIGNAL | (more == More::yes ? MSG_MORE : 0);
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), flags);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (auto ready = wait(POLLOUT, deadline); !ready) return ready;
    } else if (errno != EINTR) {
      return fail(ErrorKind::unavailable, "the server went away (" + errno_text(errno) + ")");
    }
  }
  return {};
}

Result<std::string> SmtpConnection::read_line(Deadline& deadline) {
  while (true) {
    if (const size_t end = input_.find('\n'); end != std::string::npos) {
      std::string line = input_.substr(0, end);
      input_.erase(0, end + 1);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    if (input_.size() > kMaxReplyLine) return fail(ErrorKind::corrupt, "the server sent an endless line");
    char buffer[4096];
    const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (got > 0) {
      input_.append(buffer, static_cast<size_t>(got));
    } else if (got == 0) {
      return fail(ErrorKind::unavailable, "the server closed the connection");
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (auto ready = wait(POLLIN, deadline); !ready) return fail(ready.error());
    } else if (errno != EINTR) {
      return fail(ErrorKind::unavailable, "the server went away (" + errno_text(errno) + ")");
    }
  }
}

// RFC 5321 4.2.1: "250-text" goes on, "250 text" or a bare "250" ends.
Result<ReplyLines> SmtpConnection::read_reply(Deadline deadline) {
  ReplyLines reply;
  while (reply.lines.size() < kMaxReplyLines) {
    auto line = read_line(deadline);
    if (!line) return fail(line.error());
    const bool shaped = line->size() >= 3 && (*line)[0] >= '2' && (*line)[0] <= '5' && is_digit((*line)[1]) &&
                        is_digit((*line)[2]) && (line->size() == 3 || (*line)[3] == ' ' || (*line)[3] == '-');
    if (!shaped) return fail(ErrorKind::corrupt, "the server sent something that is no SMTP reply");
    const int code = ((*line)[0] - '0') * 100 + ((*line)[1] - '0') * 10 + ((*line)[2] - '0');
    if (reply.code != 0 && code != reply.code) {
      return fail(ErrorKind::corrupt, "the server changed the code within one reply");
    }
    reply.code = code;
    const bool last = line->size() == 3 || (*line)[3] == ' ';
    reply.lines.push_back(line->size() > 4 ? line->substr(4) : "");
    if (last) return reply;
  }
  return fail(ErrorKind::corrupt, "the server sent an endless reply");
}

}  // namespace postern::response

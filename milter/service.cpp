#include "milter/service.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

namespace postern::milter {

namespace {

constexpr int kFirstPassedIn = 3;  // inherited descriptors begin after standard error

std::optional<long> number(std::string_view text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string taken(const char* name) {
  const char* value = std::getenv(name);
  std::string out = value == nullptr ? "" : value;
  ::unsetenv(name);
  return out;
}

}  // namespace

Result<std::vector<PassedIn>> passed_in_sockets(std::string_view listen_pid, std::string_view listen_fds,
                                                std::string_view listen_names, long pid) {
  std::vector<PassedIn> out;
  // Without a number, or with another's, the variables were left over by some parent.
  if (number(listen_pid).value_or(-1) != pid) return out;
  const auto count = number(listen_fds);
  if (!count || *count < 0 || *count > kMostPassedIn) {
    return fail(ErrorKind::invalid_input,
                "LISTEN_FDS is '" + std::string(listen_fds) + "', not a number up to " + std::to_string(kMostPassedIn));
  }
  for (int i = 0; i < int(*count); i++) {
    const size_t colon = listen_names.find(':');
    out.push_back({kFirstPassedIn + i, std::string(listen_names.substr(0, colon))});
    listen_names = colon == std::string_view::npos ? std::string_view() : listen_names.substr(colon + 1);
  }
  if (!listen_names.empty()) {
    return fail(ErrorKind::invalid_input, "LISTEN_FDNAMES names more than the sockets of LISTEN_FDS");
  }
  return out;
}

Service Service::from_environment() {
  Service out;
  out.listen_pid_ = taken("LISTEN_PID");
  out.listen_fds_ = taken("LISTEN_FDS");
  out.listen_names_ = taken("LISTEN_FDNAMES");
  out.address_ = taken("NOTIFY_SOCKET");
  const auto watchdog = number(taken("WATCHDOG_USEC"));
  const std::string watched = taken("WATCHDOG_PID");
  const bool ours = watched.empty() || number(watched) == ::getpid();
  if (watchdog && *watchdog > 0 && ours) out.watchdog_ = std::chrono::microseconds(*watchdog);
  const bool usable = out.address_.size() > 1 && (out.address_.front() == '/' || out.address_.front() == '@') &&
                      out.address_.size() < sizeof(sockaddr_un::sun_path);
  if (usable) {
    out.socket_ = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  } else if (!out.address_.empty()) {
    log_warning("NOTIFY_SOCKET is no socket's name: " + log_field(out.address_));
  }
  return out;
}

Result<std::vector<PassedIn>> Service::take_sockets() {
  return passed_in_sockets(listen_pid_, listen_fds_, listen_names_, ::getpid());
}

void Service::notify(const std::string& message) {
  if (!socket_) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, address_.data(), address_.size());
  if (address_.front() == '@') address.sun_path[0] = '\0';
  const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + address_.size());
  // Waiting here would stop the thread that ends the gate; a manager that does not read misses a line.
  if (::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
               reinterpret_cast<const sockaddr*>(&address), size) < 0) {
    log_warning("cannot tell the service manager: " + errno_text(errno));
  }
}

void Service::ready(std::string_view status) {
  notify("READY=1\nSTATUS=" + std::string(status));
}

void Service::reloading(SteadyTime now) {
  const auto since_boot = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(since_boot.count()));
}

void Service::stopping() {
  notify("STOPPING=1");
}

void Service::alive(SteadyTime now) {
  if (!has_watchdog() || (last_alive_ && now - *last_alive_ < watchdog_ / 4)) return;
  last_alive_ = now;
  notify("WATCHDOG=1");
}

}  // namespace postern::milter

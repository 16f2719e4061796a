// Service: posternd under a service manager (systemd), by the two documented interfaces and no library.
//
// Passed-in sockets (sd_listen_fds(3)): LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES name
// descriptors from 3 on that listen already. Notifications (sd_notify(3)): datagrams to NOTIFY_SOCKET. The
// watchdog (sd_watchdog_enabled(3)): WATCHDOG_USEC and WATCHDOG_PID.
//
// The environment is read once and its variables are taken out of it, so that no process that
// the gate starts takes them for its own. One thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"

namespace postern::milter {

// Sockets that one unit may pass in: a mistyped LISTEN_FDS must not make us adopt thousands.
inline constexpr int kMostPassedIn = 64;

struct PassedIn {
  int fd = -1;
  std::string name;  // FileDescriptorName= of the socket unit, by default the unit's name; may be empty
};

// The descriptors 3, 4, ... when `listen_pid` is `pid`; empty when nothing is meant for us. `invalid_input` when the
// variables contradict themselves. The arguments are the variables' values, empty when unset.
Result<std::vector<PassedIn>> passed_in_sockets(std::string_view listen_pid, std::string_view listen_fds,
                                                std::string_view listen_names, long pid);

class Service {
 public:
  // Nothing that is set wrongly is an error here: a manager that cannot be told is no reason not to serve mail.
  static Service from_environment();

  // Once. Errors as of passed_in_sockets().
  Result<std::vector<PassedIn>> take_sockets();

  // Each does nothing without a manager.
  void ready(std::string_view status);
  void reloading(SteadyTime now);
  void stopping();
  // To be called when all is well; sends at most one message per quarter of the watchdog's time.
  void alive(SteadyTime now);
  bool has_watchdog() const { return watchdog_.count() > 0; }

 private:
  Service() = default;
  void notify(const std::string& message);

  std::string listen_pid_, listen_fds_, listen_names_;
  UniqueFd socket_;
  std::string address_;  // of NOTIFY_SOCKET; '@' for the NUL of an abstract one
  std::chrono::microseconds watchdog_{0};
  std::optional<SteadyTime> last_alive_;
};

}  // namespace postern::milter

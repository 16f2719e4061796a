// posternd: the mail gate. See posternd(8).
#include <algorithm>
#include <ctime>
#include <iostream>
#include <optional>
#include <thread>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/standard_descriptors.h"
#include "milter/background.h"
#include "milter/daemon.h"
#include "milter/policy_child.h"
#include "milter/service.h"

namespace {

using namespace postern;

int exit_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
    case ErrorKind::conflict:
    case ErrorKind::permission:
    case ErrorKind::not_found:
      return EX_CONFIG;
    case ErrorKind::internal:
      return EX_OSERR;
    default:
      return EX_UNAVAILABLE;
  }
}

LogLevel level_of(const std::string& word) {
  if (word == "debug") return LogLevel::debug;
  if (word == "warning") return LogLevel::warning;
  if (word == "error") return LogLevel::error;
  return LogLevel::info;
}

// How often the policy's files are looked at. Two looks must agree, so that a checkout under way is waited for.
constexpr timespec kLookForChanges{2, 0};

// Serves until SIGTERM or SIGINT; the signals are blocked in every thread and taken here alone.
void serve(milter::Daemon& daemon, milter::Service& service, const sigset_t& signals) {
  service.ready("serving mail");
  for (;;) {
    const int signal = ::sigtimedwait(&signals, nullptr, &kLookForChanges);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP) {
      service.reloading(system_clock().steady());
      daemon.reload();
      service.ready("serving mail");
      continue;
    }
    daemon.reload_if_changed();
    // The allocator keeps what the busiest moment needed, in pieces all over its arenas. Those of its pages that are
    // whole go back to the system: half a millisecond, and the faults of those that are needed again.
    ::malloc_trim(0);
    if (service.has_watchdog() && daemon.alive()) service.alive(system_clock().steady());
  }
}

// A signal to stop waits for serve() to take it.
bool stop_is_asked_for() {
  sigset_t pending;
  return ::sigpending(&pending) == 0 && (::sigismember(&pending, SIGTERM) == 1 || ::sigismember(&pending, SIGINT) == 1);
}

// Each connection of an MTA is a descriptor, and the limit that shells and service managers set by default is 1,024,
// for the sake of programs that use select(2). Nothing here does.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    log_warning("cannot raise the limit of open files: " + errno_text(errno));
}

// Before any thread. Left to itself the allocator gives threads an arena each, up to eight a processor, and each keeps
// what it needed once: of 39 MB of heap 27 were free memory in sixteen arenas. No more threads run at once than there
// are processors; twice as many arenas, so that one who was interrupted in an arena seldom keeps another waiting.
//
// It would also learn from the first large buffers that are freed to take such from its arenas, where they leave holes
// that small things which live long then lie between. Texts and documents of this size are mapped one by one instead:
// five page faults a message more where every tenth has a document, and a fifth less memory.
void bound_allocator() {
  constexpr int kMapped = 256 << 10;
  ::mallopt(M_ARENA_MAX, 2 * static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  ::mallopt(M_MMAP_THRESHOLD, kMapped);
  ::mallopt(M_TRIM_THRESHOLD, kMapped);
}

// Sockets that a .socket unit gives: named "milter", or not named by it, when the name is the unit's.
Result<std::vector<milter::Listener>> adopt(milter::Service& service) {
  auto passed = service.take_sockets();
  if (!passed) return fail(passed.error());
  std::vector<milter::Listener> out;
  for (milter::PassedIn& socket : *passed) {
    if (socket.name != "milter" && socket.name != "unknown" && !socket.name.empty() &&
        !socket.name.ends_with(".socket")) {
      return fail(ErrorKind::invalid_input, "a socket named '" + log_field(socket.name) +
                                                "' was passed in, and this version knows only 'milter'");
    }
    auto listener = milter::Listener::adopt(UniqueFd(socket.fd));
    if (!listener) return fail_while("a socket passed in", listener.error());
    out.push_back(std::move(*listener));
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  occupy_standard_descriptors();
  bound_allocator();
  if (argc > 1 && argv[1] == milter::kCompileWord) {
    return milter::compile_as_child(std::vector<std::string>(argv + 2, argv + argc));
  }
  CLI::App app("The milter that reads outbound mail.", "posternd");
  app.set_version_flag("--version", std::string("posternd ") + POSTERN_VERSION);
  std::string path(kDefaultConfigPath);
  bool foreground = false;
  app.add_option("--config", path, "configuration file")->capture_default_str();
  app.add_flag("--foreground", foreground, "stay in the foreground, for systemd and for trying out");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? EX_OK : EX_USAGE;
  }

  Diagnostics diagnostics;
  Configuration configuration = Configuration::load(path, settings_table(), diagnostics);
  std::cerr << diagnostics.to_text();
  if (diagnostics.has_errors()) return EX_CONFIG;
  log_open(configuration.text("log.target") == "syslog" ? LogTarget::syslog : LogTarget::standard_error,
           level_of(configuration.text("log.level")), "postern");
  std::optional<milter::Background> background;
  if (!foreground) {
    auto entered = milter::Background::enter();
    if (!entered) {
      log_error(entered.error().message);
      return EX_OSERR;
    }
    background = std::move(*entered);
  }

  milter::Service service = milter::Service::from_environment();
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  raise_descriptor_limit();
  auto passed_in = adopt(service);
  Result<std::unique_ptr<milter::Daemon>> daemon = fail(ErrorKind::internal, "not started");
  const auto keep_waiting = [&service, &daemon] {
    if (service.has_watchdog() && (!daemon || (*daemon)->alive())) service.alive(system_clock().steady());
    return !stop_is_asked_for();
  };
  daemon = passed_in ? milter::Daemon::start(std::move(configuration), std::move(*passed_in), keep_waiting)
                     : fail(passed_in.error());
  if (!daemon) {
    log_error("cannot start: " + daemon.error().message);
    return exit_status(daemon.error().kind);
  }
  if (background) background->started();
  serve(**daemon, service, signals);
  service.stopping();
  (*daemon)->stop();
  return EX_OK;
}

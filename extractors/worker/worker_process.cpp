#include "extractors/worker/worker_process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>

#include "base/fault.h"

namespace postern::extract {

namespace {

// The descriptors at which the worker expects its own (serve.h); above them nothing.
constexpr int kSocketTarget = 3;
constexpr int kOutboxTarget = 4;
constexpr int kFirstClosed = 5;
constexpr int kAboveTargets = 10;  // where the originals are moved, so that no dup2 overwrites the other
constexpr size_t kReceiveBytes = 64 << 10;
// One receiving call waits so long at most: the clock is looked at in between.
constexpr std::chrono::milliseconds kMostPatience{1000};

class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  // Standard error stays the caller's: a worker that cannot have its sandbox says why.
  int describe(int socket, int outbox) {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    // An own group: Ctrl-C at a terminal is for the daemon, which drains first.
    const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    for (const int error :
         {::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
          ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0),
          ::posix_spawn_file_actions_adddup2(&actions_, socket, kSocketTarget),
          ::posix_spawn_file_actions_adddup2(&actions_, outbox, kOutboxTarget),
          ::posix_spawn_file_actions_addclosefrom_np(&actions_, kFirstClosed),
          ::posix_spawnattr_setsigmask(&attributes_, &none), ::posix_spawnattr_setsigdefault(&attributes_, &all),
          ::posix_spawnattr_setpgroup(&attributes_, 0), ::posix_spawnattr_setflags(&attributes_, flags)}) {
      if (error != 0) return error;
    }
    return 0;
  }

  int spawn(pid_t& pid, const std::string& path, char* const* arguments, char* const* environment) {
    return ::posix_spawn(&pid, path.c_str(), &actions_, &attributes_, arguments, environment);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Parsers allocate and free millions of small objects in one thread. Freed ones wait in the thread's cache, which
// holds seven of a size unless told otherwise: with more, poppler needs a twelfth less time. The other bounds keep
// glibc from moving them up for good after one large mail, so that a reader gives back what it does not use, but not
// what the next document takes again: up to 4 MiB, which cost a tenth of reading office files page by page.
constexpr const char* kAllocator =
    "GLIBC_TUNABLES=glibc.malloc.tcache_count=2000:glibc.malloc.top_pad=262144:"
    "glibc.malloc.trim_threshold=4194304:glibc.malloc.mmap_threshold=4194304";

// Nothing of the daemon's environment is a parser's business.
std::vector<std::string> worker_environment() {
  std::vector<std::string> out = {"LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/nonexistent", "OMP_THREAD_LIMIT=1", kAllocator};
  std::vector<const char*> kept = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"};
#ifdef POSTERN_FAULTS
  check_faults();  // a reader would take a wrong name with it silently
  kept.push_back("POSTERN_FAULT");
#endif
  for (const char* name : kept) {
    if (const char* value = std::getenv(name); value != nullptr) out.push_back(std::string(name) + "=" + value);
  }
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (std::string& one : strings) out.push_back(one.data());
  out.push_back(nullptr);
  return out;
}

Result<UniqueFd> above_targets(int fd) {
  UniqueFd out(::fcntl(fd, F_DUPFD_CLOEXEC, kAboveTargets));
  if (!out) return fail(ErrorKind::unavailable, "no descriptor for a reader: " + errno_text(errno));
  return out;
}

}  // namespace

std::string Death::text() const {
  if (signal == 0) return "exited with status " + std::to_string(status);
  const char* name = ::sigabbrev_np(signal);
  return "killed by " + (name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name));
}

Result<std::unique_ptr<WorkerProcess>> WorkerProcess::spawn(const std::string& path, std::uint64_t memory,
                                                            const std::string& ocr_languages) {
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    return fail(ErrorKind::unavailable, "no socket pair for a reader: " + errno_text(errno));
  }
  UniqueFd ours(pair[0]);
  const UniqueFd theirs(pair[1]);
  auto memory_file = make_outbox();
  if (!memory_file) return fail(memory_file.error());
  auto mapping = OutboxMapping::map(memory_file->get(), OutboxMapping::Access::read);
  if (!mapping) return fail(mapping.error());
  const auto socket = above_targets(theirs.get());
  const auto outbox = above_targets(memory_file->get());
  if (!socket) return fail(socket.error());
  if (!outbox) return fail(outbox.error());

  std::vector<std::string> arguments = {path, "--memory=" + std::to_string(memory)};
  if (!ocr_languages.empty()) arguments.push_back("--ocr=" + ocr_languages);
  std::vector<std::string> environment = worker_environment();
  SpawnSettings settings;
  std::unique_ptr<WorkerProcess> worker(new WorkerProcess);
  int error = settings.describe(socket->get(), outbox->get());
  if (error == 0) {
    error = settings.spawn(worker->pid_, path, pointers(arguments).data(), pointers(environment).data());
  }
  if (error != 0) return fail(ErrorKind::unavailable, "cannot start " + path + ": " + errno_text(error));
  worker->socket_ = std::move(ours);
  worker->outbox_ = std::move(*mapping);
  worker->buffer_.resize(kReceiveBytes);
  return worker;
}

WorkerProcess::~WorkerProcess() {
  std::string rest;
  bury(rest);
}

Result<void> WorkerProcess::greet(const Clock& clock, SteadyTime deadline) {
  std::string hello;
  for (;;) {
    const auto decoded = wire::decode(hello);
    if (!decoded) return fail(decoded.error());
    if (*decoded) {
      const wire::Hello* said = std::get_if<wire::Hello>(&(*decoded)->frame);
      if (said == nullptr || (*decoded)->used != hello.size())
        return fail(ErrorKind::corrupt, "the reader says no hello");
      if (said->version != wire::kVersion) {
        return fail(ErrorKind::conflict, "the reader speaks version " + std::to_string(said->version) +
                                             " of the wire format, this program " + std::to_string(wire::kVersion) +
                                             "; install both from one build");
      }
      if (said->landlock_abi == 0 || !said->seccomp) return fail(ErrorKind::permission, "the reader has no sandbox");
      return {};
    }
    std::string_view bytes;
    switch (receive(clock, deadline, bytes)) {
      case Got::bytes:
        hello += bytes;
        break;
      case Got::late:
        return fail(ErrorKind::timeout, "the reader did not say hello in time");
      case Got::end: {
        std::string rest;
        const Death death = bury(rest);
        if (death.signal == 0 && death.status == EX_OSERR) {
          return fail(ErrorKind::internal, "the reader cannot have its sandbox; it says why on standard error");
        }
        return fail(ErrorKind::unavailable, "the reader did not start: " + death.text());
      }
    }
  }
}

WorkerProcess::Ready WorkerProcess::wait_to_send(const Clock& clock, SteadyTime deadline) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady()).count();
    if (left <= 0) return Ready::late;
    pollfd waited{socket_.get(), POLLOUT, 0};
    const int ready =
        ::poll(&waited, 1, static_cast<int>(std::min<std::int64_t>(left, std::numeric_limits<int>::max())));
    if (ready > 0) return Ready::yes;
  }
}

WorkerProcess::Sent WorkerProcess::send(const Clock& clock, SteadyTime deadline, const wire::Request& request, int fd) {
  request_.clear();
  wire::encode(request, request_);
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  size_t done = 0;
  while (done < request_.size()) {
    iovec from{request_.data() + done, request_.size() - done};
    msghdr message{};
    message.msg_iov = &from;
    message.msg_iovlen = 1;
    if (done == 0 && !request.carried) {
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      cmsghdr* rights = CMSG_FIRSTHDR(&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof fd);
      std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    }
    // The list of settled parts may be longer than the socket takes, and the worker may read nothing.
    const ssize_t n = ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      if (wait_to_send(clock, deadline) == Ready::late) return Sent::late;
      continue;
    }
    if (n < 0) return Sent::gone;
    done += static_cast<size_t>(n);
  }
  return Sent::whole;
}

// A time limit of the socket costs one system call now and then, where poll() costs one before each recv().
void WorkerProcess::be_patient(std::chrono::milliseconds left) {
  const auto wanted = std::min(left, kMostPatience);
  // Shorter than wanted costs turns of the loop, until it is much shorter.
  if (wanted >= patience_ && wanted / 2 <= patience_) return;
  const timeval limit{wanted.count() / 1000, (wanted.count() % 1000) * 1000};
  if (::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0) patience_ = wanted;
}

WorkerProcess::Got WorkerProcess::receive(const Clock& clock, SteadyTime deadline, std::string_view& bytes,
                                          Lane* lane) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock.steady());
    if (left.count() <= 0) return Got::late;
    be_patient(left);
    const ssize_t n = ::recv(socket_.get(), buffer_.data(), buffer_.size(), 0);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
      if (lane != nullptr) lane->leave();
      continue;
    }
    if (n <= 0) return Got::end;
    received_ += static_cast<std::uint64_t>(n);
    bytes = std::string_view(buffer_).substr(0, static_cast<size_t>(n));
    return Got::bytes;
  }
}

Death WorkerProcess::bury(std::string& rest) {
  Death death;
  if (pid_ < 0) return death;
  // A worker that closed its socket is dying or misbehaving. The signal of a death under way is not changed by ours.
  ::kill(pid_, SIGKILL);
  int status = 0;
  pid_t waited = -1;
  do {
    waited = ::waitpid(pid_, &status, 0);
  } while (waited < 0 && errno == EINTR);
  pid_ = -1;
  if (waited > 0 && WIFSIGNALED(status)) death.signal = WTERMSIG(status);
  if (waited > 0 && WIFEXITED(status)) death.status = WEXITSTATUS(status);

  for (;;) {
    const ssize_t n = ::recv(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    received_ += static_cast<std::uint64_t>(n);
    rest.append(buffer_, 0, static_cast<size_t>(n));
  }
  rest += unsent(outbox_, received_);
  socket_.reset();
  return death;
}

}  // namespace postern::extract

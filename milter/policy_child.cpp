#include "milter/policy_child.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "policy/image_model.h"

extern char** environ;

namespace postern::milter {

namespace {

constexpr int kAnswerTarget = 3;
constexpr int kAliveTarget = 4;  // a pipe that closes when the child ends
constexpr int kAboveTargets = 10;
constexpr std::chrono::milliseconds kLook{200};
// Serving mail goes before compiling.
constexpr int kNiceness = 5;

class Spawning {
 public:
  Spawning() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  ~Spawning() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  Spawning(const Spawning&) = delete;
  Spawning& operator=(const Spawning&) = delete;

  // Zero or an errno value.
  int spawn(pid_t& pid, const std::string& program, int answer, int alive, std::vector<std::string>& arguments) {
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    for (const int failed : {::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0),
                             ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0),
                             ::posix_spawn_file_actions_adddup2(&actions_, answer, kAnswerTarget),
                             ::posix_spawn_file_actions_adddup2(&actions_, alive, kAliveTarget),
                             ::posix_spawn_file_actions_addclosefrom_np(&actions_, kAliveTarget + 1)}) {
      if (failed != 0) return failed;
    }
    std::vector<char*> pointers;
    pointers.reserve(arguments.size() + 1);
    for (std::string& one : arguments) pointers.push_back(one.data());
    pointers.push_back(nullptr);
    return ::posix_spawn(&pid, program.c_str(), &actions_, &attributes_, pointers.data(), environ);
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

// Ends and buries the child, whatever happens.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid) {}
  ~Child() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

 private:
  pid_t pid_;
};

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) {
    const char* const name = ::sigabbrev_np(WTERMSIG(status));
    return "was killed by " + (name != nullptr ? "SIG" + std::string(name) : std::to_string(WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) == EX_TEMPFAIL) return "had no memory left (policy.compile_memory)";
  return "exited with status " + std::to_string(WEXITSTATUS(status));
}

UniqueFd above_targets(UniqueFd fd) {
  return UniqueFd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, kAboveTargets));
}

Result<void> wait_for(int alive, const CompileLimits& limits, const KeepWaiting& keep_waiting) {
  const SteadyTime until = system_clock().steady() + limits.time;
  for (;;) {
    pollfd end{alive, POLLIN, 0};
    const int ready = ::poll(&end, 1, static_cast<int>(kLook.count()));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return fail(ErrorKind::unavailable, "cannot wait for it: " + errno_text(errno));
    if (!keep_waiting()) return fail(ErrorKind::unavailable, "it was given up, since the gate stops");
    if (system_clock().steady() >= until) {
      return fail(ErrorKind::timeout,
                  "it took longer than " + std::to_string(limits.time.count() / 1000) + " s (policy.compile_time)");
    }
  }
}

Result<std::string> read_answer(int fd, std::uint64_t most) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) return fail(ErrorKind::unavailable, errno_text(errno));
  if (static_cast<std::uint64_t>(about.st_size) > most) return fail(ErrorKind::unavailable, "its answer is too large");
  std::string out(static_cast<size_t>(about.st_size), '\0');
  size_t have = 0;
  while (have < out.size()) {
    const ssize_t n = ::pread(fd, out.data() + have, out.size() - have, static_cast<off_t>(have));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorKind::unavailable, "its answer cannot be read");
    have += static_cast<size_t>(n);
  }
  return out;
}

bool write_answer(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(kAnswerTarget, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

constexpr std::string_view kEnd = "answered";

template <typename T>
bool parse_number(const std::string& text, T& out) {
  const auto [rest, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  return failed == std::errc() && rest == text.data() + text.size();
}

// Bounds what this process may take before it does anything.
void limit_this_process([[maybe_unused]] std::uint64_t memory) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
#ifndef POSTERN_SANITIZED  // sanitizers map terabytes
  const rlimit space{memory, memory};
  ::setrlimit(RLIMIT_AS, &space);
#endif
  // The answer is in memory too.
  const rlimit answer{memory, memory};
  ::setrlimit(RLIMIT_FSIZE, &answer);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::setpriority(PRIO_PROCESS, 0, kNiceness);
  // More likely than the daemon to be chosen when the machine's memory ends; not needed, and may be forbidden.
  const UniqueFd score(::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (score) [[maybe_unused]]
    const ssize_t told = ::write(score.get(), "1000", 4);
}

}  // namespace

Result<CompiledImage> compile_in_child(const policy::LoadOptions& options, const CompileLimits& limits,
                                       const KeepWaiting& keep_waiting) {
  const std::string doing = "compile the policy in a child process";
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return fail(ErrorKind::unavailable, doing + ": " + errno_text(errno));
  const UniqueFd alive(pipe_ends[0]);
  UniqueFd theirs = above_targets(UniqueFd(pipe_ends[1]));
  const UniqueFd answer = above_targets(UniqueFd(::memfd_create("postern-policy", MFD_CLOEXEC)));
  if (!theirs || !answer) return fail(ErrorKind::unavailable, doing + ": " + errno_text(errno));
  std::vector<std::string> arguments = {"posternd",
                                        std::string(kCompileWord),
                                        options.dir,
                                        options.packs_dir,
                                        std::to_string(options.now.time_since_epoch().count()),
                                        std::to_string(limits.memory)};
  pid_t pid = 0;
  if (const int error = Spawning().spawn(pid, limits.program, answer.get(), theirs.get(), arguments); error != 0) {
    return fail(ErrorKind::unavailable, doing + ": " + errno_text(error));
  }
  Child child(pid);
  theirs.reset();
  if (auto ended = wait_for(alive.get(), limits, keep_waiting); !ended) return fail_while(doing, ended.error());
  if (const int status = child.wait(); !WIFEXITED(status) || WEXITSTATUS(status) != EX_OK) {
    return fail(ErrorKind::unavailable, doing + ": it " + how_it_ended(status));
  }
  auto bytes = read_answer(answer.get(), limits.memory);
  if (!bytes) return fail_while(doing, bytes.error());
  CompiledImage out;
  policy::ImageReader in(*bytes);
  std::string end;
  in(out.diagnostics, out.image, end);
  if (!in.finished() || end != kEnd) return fail(ErrorKind::unavailable, doing + ": it gave no whole answer");
  return out;
}

int compile_as_child(const std::vector<std::string>& arguments) {
  policy::LoadOptions options;
  WallTime::rep now = 0;
  std::uint64_t memory = 0;
  if (arguments.size() != 4 || !parse_number(arguments[2], now) || !parse_number(arguments[3], memory)) return EX_USAGE;
  limit_this_process(memory);
  options.dir = arguments[0];
  options.packs_dir = arguments[1];
  options.now = WallTime(WallTime::duration(now));
  try {
    Diagnostics diagnostics;
    const std::string image = policy::Policy::compile(options, diagnostics);
    policy::ImageWriter out;
    out(diagnostics.all(), image, std::string(kEnd));
    return write_answer(out.take()) ? EX_OK : EX_IOERR;
  } catch (const std::bad_alloc&) {
    return EX_TEMPFAIL;
  }
}

}  // namespace postern::milter

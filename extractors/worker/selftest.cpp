#include "extractors/worker/selftest.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "extractors/cpu_time.h"

namespace postern::extract {

namespace {

// How an attempt reports back by its exit status.
constexpr int kHeld = 0;
constexpr int kNotHeld = 1;
constexpr int kNoSandbox = 2;

// Each returns kHeld or kNotHeld, or is killed.
int open_file(const char* path, int flags) {
  const int fd = ::open(path, flags, 0600);
  return fd < 0 ? kHeld : kNotHeld;
}

int read_passwd() {
  return open_file("/etc/passwd", O_RDONLY);
}
int list_root() {
  return open_file("/", O_RDONLY | O_DIRECTORY);
}
int read_own_memory() {
  return open_file("/proc/self/mem", O_RDONLY);
}
int create_file() {
  return open_file("/tmp/postern-extract-selftest", O_WRONLY | O_CREAT);
}
int truncate_file() {
  return ::truncate("/etc/hostname", 0) != 0 ? kHeld : kNotHeld;
}
int delete_file() {
  return ::unlink("/tmp/postern-extract-selftest") != 0 && errno != ENOENT ? kHeld : kNotHeld;
}
int memory_file() {
  return ::memfd_create("x", 0) < 0 ? kHeld : kNotHeld;
}

int inet_socket() {
  return ::socket(AF_INET, SOCK_STREAM, 0) < 0 ? kHeld : kNotHeld;
}
int unix_socket() {
  return ::socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? kHeld : kNotHeld;
}
int fork_process() {
  return ::syscall(SYS_fork) < 0 ? kHeld : kNotHeld;
}
int clone_process() {
  return ::syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0 ? kHeld : kNotHeld;
}
int clone3_call() {
  return ::syscall(SYS_clone3, nullptr, 0) < 0 && errno == ENOSYS ? kHeld : kNotHeld;
}

int execute() {
  char name[] = "/bin/true";
  char* const arguments[] = {name, nullptr};
  ::execv(name, arguments);
  return kHeld;
}

int trace() {
  return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) < 0 ? kHeld : kNotHeld;
}
int signal_parent() {
  return ::kill(::getppid(), 0) < 0 ? kHeld : kNotHeld;
}

// The kernel would signal the parent when the descriptor has something to read.
int signal_through_descriptor() {
  return ::fcntl(STDIN_FILENO, F_SETOWN, ::getppid()) < 0 ? kHeld : kNotHeld;
}

int writable_code() {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return page == MAP_FAILED ? kHeld : kNotHeld;
}

// Sanitizers reserve terabytes of addresses, so their builds have no memory limit to try.
#ifndef POSTERN_SANITIZED
int raise_memory() {
  const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
  // Root of a container that could not change its user may raise hard limits.
  return ::setrlimit(RLIMIT_AS, &all) != 0 || ::geteuid() == 0 ? kHeld : kNotHeld;
}

int eat_memory() {
  void* block = ::mmap(nullptr, size_t{4} << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return block == MAP_FAILED ? kHeld : kNotHeld;
}
#endif

int spin() {
  limit_cpu(std::chrono::milliseconds(0), cpu_time());
  rlimit soft{};
  if (::getrlimit(RLIMIT_CPU, &soft) != 0 || soft.rlim_cur == RLIM_INFINITY) return kNotHeld;
  soft.rlim_cur = 1;
  ::setrlimit(RLIMIT_CPU, &soft);
  const volatile bool on = true;
  while (on) {
  }
  return kNotHeld;
}

struct Attempt {
  const char* name;
  int (*run)();
};

constexpr Attempt kAttempts[] = {
    {"read /etc/passwd", read_passwd},
    {"list the root directory", list_root},
    {"read /proc/self/mem", read_own_memory},
    {"create a file", create_file},
    {"truncate a file", truncate_file},
    {"delete a file", delete_file},
    {"make a memory file", memory_file},
    {"open an internet socket", inet_socket},
    {"open a unix socket", unix_socket},
    {"fork", fork_process},
    {"clone a process", clone_process},
    {"clone3", clone3_call},
    {"run a program", execute},
    {"be traced", trace},
    {"signal the parent", signal_parent},
    {"signal the parent through a descriptor", signal_through_descriptor},
    {"map writable code", writable_code},
#ifndef POSTERN_SANITIZED
    {"raise the memory limit", raise_memory},
    {"take more memory than allowed", eat_memory},
#endif
    {"use more CPU time than allowed", spin},
};

// Runs `one` in a child inside the sandbox and gives the status that waitpid() does.
template <typename Run>
int status_of(const SandboxOptions& options, const Run& one) {
  std::fflush(stdout);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto inside = enter_sandbox(options);
    if (!inside) std::fprintf(stderr, "postern-extract: %s\n", inside.error().message.c_str());
    ::_exit(inside ? one() : kNoSandbox);
  }
  int status = kNoSandbox << 8;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool holds(const SandboxOptions& options, const Attempt& one) {
  const int status = status_of(options, one.run);
  if (WIFSIGNALED(status)) {
    std::printf("%s: ok (killed by SIG%s)\n", one.name, ::sigabbrev_np(WTERMSIG(status)));
    return true;
  }
  if (WEXITSTATUS(status) == kHeld) {
    std::printf("%s: ok (refused)\n", one.name);
    return true;
  }
  std::printf("%s: NOT HELD (%s)\n", one.name, WEXITSTATUS(status) == kNoSandbox ? "no sandbox" : "it worked");
  return false;
}

// What the sandbox must let happen.
bool loads(const SandboxOptions& options, const Modules& modules, std::string_view name) {
  const std::string module(name);
  const int status = status_of(options, [&] {
    const auto loaded = modules.load(name);
    if (!loaded) std::printf("load the module %s: NOT LOADED (%s)\n", module.c_str(), loaded.error().message.c_str());
    std::fflush(stdout);
    return loaded ? kHeld : kNotHeld;
  });
  if (!WIFEXITED(status) || WEXITSTATUS(status) != kHeld) return false;
  std::printf("load the module %s: ok\n", module.c_str());
  return true;
}

}  // namespace

int run_selftest(const SandboxOptions& options, const Modules& modules) {
  bool all_held = true;
  for (const Attempt& one : kAttempts) all_held = holds(options, one) && all_held;
  for (const std::string_view name : kModules) all_held = loads(options, modules, name) && all_held;
  return all_held ? EX_OK : EX_OSERR;
}

}  // namespace postern::extract

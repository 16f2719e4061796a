// io_faults: makes writes and syncs of files fail as a full or a dying disk does, and moves the clock.
//
// Loaded by LD_PRELOAD. A test and the program share a page, the file POSTERN_IO_CONTROL (Control below); nothing
// happens while `kinds` and `clock_offset` are 0. Calls count that are of a kind in `kinds` and go to a file whose
// name, as /proc/self/fd tells it, begins with one of the colon-separated prefixes of POSTERN_IO_UNDER ("/memfd:" is
// that of the mails in memory). The call number `first` fails with `error`, and with `sticky` every one after it too.
//
// Counting is atomic over all threads and processes that share the page. Sandboxed readers are left alone.
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

namespace {

enum Kind : std::uint32_t { kWrite = 1, kSync = 2, kGrow = 4 };

// Read and written by tests/e2e/fault_io.py: six little-endian 64-bit numbers.
struct Control {
  std::atomic<std::uint64_t> kinds;
  std::atomic<std::int64_t> first;  // 1: the next
  std::atomic<std::int64_t> error;  // errno
  std::atomic<std::int64_t> sticky;
  std::atomic<std::int64_t> seen;          // calls since `kinds` was set; the test writes 0 first
  std::atomic<std::int64_t> clock_offset;  // ns added to CLOCK_REALTIME
};

const std::string* g_prefixes = nullptr;
Control* g_control = nullptr;

// dlsym() allocates at most once a name, before any fault is armed.
template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

__attribute__((constructor)) void attach() {
  const char* path = std::getenv("POSTERN_IO_CONTROL");
  const char* under = std::getenv("POSTERN_IO_UNDER");
  if (path == nullptr || under == nullptr) return;
  if (std::string_view(program_invocation_short_name) == "postern-extract") return;
  const int fd = ::open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void* page = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  if (page == MAP_FAILED) return;
  g_prefixes = new std::string(under);
  g_control = static_cast<Control*>(page);
}

bool is_ours(int fd) {
  char link[64];
  char name[4096];
  std::strcpy(link, "/proc/self/fd/");
  char digits[16];
  int n = 0;
  for (unsigned rest = unsigned(fd); n == 0 || rest > 0; rest /= 10) digits[n++] = char('0' + rest % 10);
  char* out = link + std::strlen(link);
  while (n > 0) *out++ = digits[--n];
  *out = '\0';
  const ssize_t length = ::readlink(link, name, sizeof(name));
  if (length <= 0) return false;
  const std::string_view file(name, size_t(length));
  std::string_view rest = *g_prefixes;
  while (!rest.empty()) {
    const std::string_view prefix = rest.substr(0, rest.find(':', 1));
    if (!prefix.empty() && file.starts_with(prefix)) return true;
    rest.remove_prefix(prefix.size());
    if (rest.starts_with(':')) rest.remove_prefix(1);
  }
  return false;
}

// True when this call is to fail; errno is set then.
bool fails(Kind kind, int fd) {
  if (g_control == nullptr || (g_control->kinds.load() & kind) == 0) return false;
  const int before = errno;
  const bool ours = is_ours(fd);
  errno = before;
  if (!ours) return false;
  const std::int64_t number = g_control->seen.fetch_add(1) + 1;
  const std::int64_t first = g_control->first.load();
  if (number != first && !(g_control->sticky.load() != 0 && number > first)) return false;
  errno = int(g_control->error.load());
  return true;
}

}  // namespace

#define POSTERN_INTERPOSE(kind, result, name, parameters, arguments) \
  extern "C" result name parameters {                                \
    static const auto kNext = next<result(*) parameters>(#name);     \
    return fails(kind, fd) ? result(-1) : kNext arguments;           \
  }

POSTERN_INTERPOSE(kWrite, ssize_t, write, (int fd, const void* bytes, size_t size), (fd, bytes, size))
POSTERN_INTERPOSE(kWrite, ssize_t, pwrite, (int fd, const void* bytes, size_t size, off_t at), (fd, bytes, size, at))
POSTERN_INTERPOSE(kWrite, ssize_t, pwrite64, (int fd, const void* bytes, size_t size, off64_t at),
                  (fd, bytes, size, at))
POSTERN_INTERPOSE(kWrite, ssize_t, writev, (int fd, const struct iovec* parts, int count), (fd, parts, count))
POSTERN_INTERPOSE(kSync, int, fsync, (int fd), (fd))
POSTERN_INTERPOSE(kSync, int, fdatasync, (int fd), (fd))
POSTERN_INTERPOSE(kGrow, int, ftruncate, (int fd, off_t size), (fd, size))
POSTERN_INTERPOSE(kGrow, int, ftruncate64, (int fd, off64_t size), (fd, size))
POSTERN_INTERPOSE(kGrow, int, fallocate, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))

extern "C" int posix_fallocate(int fd, off_t at, off_t size) {
  static const auto kNext = next<int (*)(int, off_t, off_t)>("posix_fallocate");
  // Its error is its result (POSIX).
  return fails(kGrow, fd) ? errno : kNext(fd, at, size);
}

extern "C" int clock_gettime(clockid_t clock, struct timespec* out) {
  static const auto kNext = next<int (*)(clockid_t, struct timespec*)>("clock_gettime");
  const int done = kNext(clock, out);
  if (done != 0 || clock != CLOCK_REALTIME || g_control == nullptr) return done;
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t offset = g_control->clock_offset.load();
  if (offset == 0) return done;
  const std::int64_t now = std::int64_t(out->tv_sec) * kSecond + out->tv_nsec + offset;
  out->tv_sec = time_t(now / kSecond);
  out->tv_nsec = long(now % kSecond);
  return done;
}

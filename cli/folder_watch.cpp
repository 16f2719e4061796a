#include "cli/folder_watch.h"

#include <array>
#include <cerrno>
#include <filesystem>

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace postern::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO;
// After an event: what an editor does to save one file is over by then.
constexpr int kQuietMilliseconds = 150;

Error system_error(const std::string& dir) {
  return {ErrorKind::unavailable, dir + ": cannot be watched: " + errno_text(errno)};
}

}  // namespace

Result<FolderWatch> FolderWatch::create(std::string dir) {
  UniqueFd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd) return fail(system_error(dir));
  FolderWatch out(std::move(dir), std::move(fd));
  if (auto ok = out.look_again(); !ok) return fail(ok.error());
  return out;
}

Result<void> FolderWatch::look_again() {
  // Watching a folder that is watched already changes nothing.
  if (::inotify_add_watch(fd_.get(), dir_.c_str(), kEvents) < 0) return fail(system_error(dir_));
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(dir_, failed), end; !failed && entry != end; entry.increment(failed)) {
    std::error_code ignored;
    if (!entry->is_directory(ignored) || entry->is_symlink(ignored)) continue;
    // One that is gone by now needs no watch.
    if (::inotify_add_watch(fd_.get(), entry->path().c_str(), kEvents) < 0 && errno != ENOENT) {
      return fail(system_error(entry->path().string()));
    }
  }
  return {};
}

Result<void> FolderWatch::wait() const {
  int patience = -1;
  for (;;) {
    pollfd ready{fd_.get(), POLLIN, 0};
    const int n = ::poll(&ready, 1, patience);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(system_error(dir_));
    if (n == 0) return {};
    std::array<char, 16384> events{};
    while (::read(fd_.get(), events.data(), events.size()) > 0) {
    }
    patience = kQuietMilliseconds;
  }
}

}  // namespace postern::cli

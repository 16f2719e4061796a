#include "milter/background.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

namespace postern::milter {

namespace {

Result<std::pair<UniqueFd, UniqueFd>> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorKind::internal, "cannot make a pipe: " + errno_text(errno));
  return std::pair(UniqueFd(ends[0]), UniqueFd(ends[1]));
}

// What there is; false at the end.
bool copy_some(int from, int to) {
  std::array<char, 4096> bytes{};
  const ssize_t got = ::read(from, bytes.data(), bytes.size());
  if (got < 0) return errno == EINTR;
  for (ssize_t done = 0; done < got;) {
    const ssize_t written = ::write(to, bytes.data() + done, size_t(got - done));
    if (written < 0 && errno != EINTR) break;
    if (written > 0) done += written;
  }
  return got > 0;
}

// Until the child serves or is gone. The status to end with.
int wait_for(pid_t child, const UniqueFd& ready, const UniqueFd& said) {
  bool serves = false;
  for (bool waiting = true; waiting;) {
    std::array<pollfd, 2> polled = {{{ready.get(), POLLIN, 0}, {said.get(), POLLIN, 0}}};
    if (::poll(polled.data(), polled.size(), -1) < 0) continue;
    if (polled[1].revents != 0 && copy_some(said.get(), STDERR_FILENO)) continue;
    if (polled[0].revents == 0) continue;
    char byte = 0;
    serves = ::read(ready.get(), &byte, 1) == 1;
    waiting = false;
  }
  if (serves) return EX_OK;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EX_OSERR;
}

}  // namespace

Result<Background> Background::enter() {
  auto ready = make_pipe();
  if (!ready) return fail(ready.error());
  auto said = make_pipe();
  if (!said) return fail(said.error());
  UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!nowhere) return fail(ErrorKind::internal, "cannot open /dev/null: " + errno_text(errno));
  const pid_t child = ::fork();
  if (child < 0) return fail(ErrorKind::internal, "cannot go to the background: " + errno_text(errno));
  if (child > 0) {
    ready->second.reset();
    said->second.reset();
    ::_exit(wait_for(child, ready->first, said->first));
  }
  ::setsid();
  if (::chdir("/") != 0) return fail(ErrorKind::internal, "cannot change to /: " + errno_text(errno));
  ::dup2(nowhere.get(), STDIN_FILENO);
  ::dup2(nowhere.get(), STDOUT_FILENO);
  ::dup2(said->second.get(), STDERR_FILENO);
  return Background(std::move(ready->second));
}

void Background::started() {
  const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (nowhere) ::dup2(nowhere.get(), STDERR_FILENO);
  // Fails only when the caller is gone, and then nobody waits.
  [[maybe_unused]] const ssize_t written = ::write(ready_.get(), "r", 1);
  ready_.reset();
}

}  // namespace postern::milter

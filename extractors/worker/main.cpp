// postern-extract: the sandboxed reader. Started by the programs of Postern, never by hand, except
//
//   postern-extract --selftest    tries what the sandbox forbids and says how each attempt ends
//
// Exits 0 when its client closes the socket, 64 on a wrong call, 71 without its sandbox, 76 when the
// client does not speak the wire format.
#include <charconv>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#include "extractors/registry.h"
#include "extractors/worker/outbox.h"
#include "extractors/worker/sandbox.h"
#include "extractors/worker/selftest.h"
#include "extractors/worker/serve.h"

namespace {

using namespace postern;
using namespace postern::extract;

struct Options {
  SandboxOptions sandbox;
  bool selftest = false;
};

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i++) {
    const std::string_view word = argv[i];
    if (word == "--selftest") {
      options.selftest = true;
    } else if (word.starts_with("--user=")) {
      options.sandbox.user = word.substr(7);
    } else if (word.starts_with("--memory=")) {
      const std::string_view number = word.substr(9);
      const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), options.sandbox.memory);
      if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return options;
}

int complain(int code, std::string_view what) {
  std::fprintf(stderr, "postern-extract: %.*s\n", static_cast<int>(what.size()), what.data());
  return code;
}

// Parsers print what they think of their input; none of that may reach the log.
void silence() {
#ifndef POSTERN_SANITIZED
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) {
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::close(null);
  }
#endif
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Options> options = parse(argc, argv);
  if (!options) return complain(EX_USAGE, "usage: postern-extract [--memory=BYTES] [--user=NAME] | --selftest");
  if (options->selftest) return run_selftest(options->sandbox);

  ::setenv("OMP_THREAD_LIMIT", "1", 1);
  if (std::setlocale(LC_ALL, "C.UTF-8") == nullptr) return complain(EX_OSERR, "the locale C.UTF-8 is missing");
  ::signal(SIGPIPE, SIG_IGN);
  auto mapping = OutboxMapping::map(kOutboxFd, OutboxMapping::Access::write);
  if (!mapping) return complain(EX_USAGE, "started without a client; " + mapping.error().message);
  ::close(kOutboxFd);

  const Registry registry = builtin_registry();
  const auto report = enter_sandbox(options->sandbox);
  if (!report) return complain(EX_OSERR, "no sandbox: " + report.error().message);
  silence();
  const auto served = serve(registry, detect_type, *report, kSocketFd, Outbox(std::move(*mapping), kSocketFd));
  // Nobody needs what destructors of libraries would do.
  std::_Exit(served ? EX_OK : EX_PROTOCOL);
}

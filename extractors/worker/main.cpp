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
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "extractors/detect/detect.h"
#include "extractors/footer/footer.h"
#include "extractors/modules.h"
#include "extractors/pixels/pixels.h"
#include "extractors/registry.h"
#include "extractors/strip/strip.h"
#include "extractors/text_builder.h"
#include "extractors/walker.h"
#include "extractors/worker/outbox.h"
#include "extractors/worker/sandbox.h"
#include "extractors/worker/selftest.h"
#include "extractors/worker/serve.h"
#include "extractors/worker/wire.h"

namespace {

using namespace postern;
using namespace postern::extract;

struct Options {
  SandboxOptions sandbox;
  std::string ocr_languages;
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
    } else if (word.starts_with("--ocr=")) {
      options.ocr_languages = word.substr(6);
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

int complain(int code, std::string_view what, int fd = STDERR_FILENO) {
  ::dprintf(fd, "postern-extract: %.*s\n", static_cast<int>(what.size()), what.data());
  return code;
}

// Parsers print what they think of their input; none of that may reach the log. Done before the sandbox,
// which allows no /dev/null; what the start itself has to say still goes to `complaints`.
UniqueFd silence() {
#ifdef POSTERN_SANITIZED
  return UniqueFd(::dup(STDERR_FILENO));
#else
  UniqueFd complaints(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, kOutboxFd + 1));
  const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (null) ::dup2(null.get(), STDERR_FILENO);
  return complaints;
#endif
}

// Poppler knows no way out but abort() when it gets no memory. Then nothing of this size is to be had either, and the
// client is told; after any other abort() the process goes on to end by the signal.
void tell_out_of_memory(int) {
  constexpr size_t kProbe = 64 << 20;
  if (::mmap(nullptr, kProbe, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
    ::_exit(wire::kExitOutOfMemory);
}

// Reads a mail of our own, so that the first one from outside finds tables loaded and memory mapped.
void warm_up(const Registry& registry) {
  constexpr std::string_view kSample =
      "Subject: =?iso-8859-1?q?caf=E9?=\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
      "--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9\n"
      "--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: base64\n\nPGI+Y2Fmw6k8L2I+\n--b--\n";
  TextBuilder unused;
  Budget budget(Limits{}, Spent{}, system_clock());
  const Resume nothing;
  Walker(registry, budget, unused, nothing).walk(Root{kSample, "", "message/rfc822"});
}

}  // namespace

int main(int argc, char** argv) {
  std::optional<Options> options = parse(argc, argv);
  if (!options)
    return complain(EX_USAGE, "usage: postern-extract [--memory=BYTES] [--user=NAME] [--ocr=LANGUAGES] | --selftest");
  const Modules modules;
  options->sandbox.readable = modules.paths();
  if (options->selftest) return run_selftest(options->sandbox, modules);

  ::setenv("OMP_THREAD_LIMIT", "1", 1);
  const Ocr ocr = options->ocr_languages.empty() ? Ocr::off : Ocr::on;
  if (ocr == Ocr::on) ::setenv(kOcrLanguages, options->ocr_languages.c_str(), 1);
  if (std::setlocale(LC_ALL, "C.UTF-8") == nullptr) return complain(EX_OSERR, "the locale C.UTF-8 is missing");
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGABRT, tell_out_of_memory);
  auto mapping = OutboxMapping::map(kOutboxFd, OutboxMapping::Access::write);
  if (!mapping) return complain(EX_USAGE, "started without a client; " + mapping.error().message);
  ::close(kOutboxFd);

  UniqueFd complaints = silence();
  const Registry registry = builtin_registry(modules, ocr);
  detect_warm_up();
  prepare_socket(kSocketFd);
  const auto report = enter_sandbox(options->sandbox);
  if (!report) return complain(EX_OSERR, "no sandbox: " + report.error().message, complaints.get());
  complaints.reset();
  warm_up(registry);
  const auto served = serve(registry, detect_type, {edit_footer, strip_parts}, *report, kSocketFd,
                            Outbox(std::move(*mapping), kSocketFd));
  // Nobody needs what destructors of libraries would do.
  std::_Exit(served ? EX_OK : EX_PROTOCOL);
}

// A worker whose formats are made for tests: the real sandbox, service and walk, with readers that
// crash, hang and lie on demand.
//
//   text:WORDS      a text           box:N:BYTES...  a container of netstrings without commas
//   segv: exit: hang: eat:           what they say, after the text "before"
//   fds:            the open descriptors, as text
//
// --control=FILE: a shared Control, which ends the worker after a frame. --raw=FILE: no service; sends the
// file as it is. --selftest: as the real one.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "extractors/modules.h"
#include "extractors/registry.h"
#include "extractors/worker/outbox.h"
#include "extractors/worker/sandbox.h"
#include "extractors/worker/selftest.h"
#include "extractors/worker/serve.h"
#include "tests/extractors/worker/control.h"

namespace {

using namespace postern;
using namespace postern::extract;

class Fake final : public Extractor {
 public:
  using Script = Ending (*)(std::string_view, Sink&);
  explicit Fake(Script script) : script_(script) {}
  Ending extract(const Source& source, Sink& sink) override {
    return script_(source.bytes.substr(std::min(source.bytes.find(':') + 1, source.bytes.size())), sink);
  }

 private:
  Script script_;
};

Ending text(std::string_view bytes, Sink& sink) {
  const LimitHit hit = sink.text(Place::body, "", bytes);
  return hit == LimitHit::none ? complete() : limit_ending(hit, sink.budget().limits());
}

Ending box(std::string_view bytes, Sink& sink) {
  static_cast<void>(sink.text(Place::comment, "", "head"));
  while (!bytes.empty()) {
    size_t size = 0;
    const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), size);
    if (error != std::errc()) return {Outcome::malformed, "no box"};
    bytes.remove_prefix(static_cast<size_t>(end - bytes.data()) + 1);
    Child child;
    child.name = "part";
    static_cast<void>(sink.child(child, bytes.substr(0, size)));
    bytes.remove_prefix(size);
  }
  static_cast<void>(sink.text(Place::comment, "", "tail"));
  return complete();
}

Ending segv(std::string_view, Sink& sink) {
  static_cast<void>(sink.text(Place::body, "", "before"));
  ::signal(SIGSEGV, SIG_DFL);  // sanitizers catch it
  ::raise(SIGSEGV);
  return complete();
}

Ending leave(std::string_view, Sink& sink) {
  static_cast<void>(sink.text(Place::body, "", "before"));
  ::_exit(3);
}

Ending hang(std::string_view, Sink& sink) {
  static_cast<void>(sink.text(Place::body, "", "before"));
  for (;;) ::sleep(1000);
}

Ending eat(std::string_view, Sink& sink) {
  static_cast<void>(sink.text(Place::body, "", "before"));
  std::vector<std::unique_ptr<char[]>> all;
  // More than any limit a test sets; touched nowhere.
  for (int i = 0; i < 64; i++) all.push_back(std::make_unique_for_overwrite<char[]>(size_t{1} << 30));
  return complete();
}

Ending descriptors(std::string_view, Sink& sink) {
  std::string open;
  for (int fd = 0; fd < 64; fd++) {
    if (::fcntl(fd, F_GETFD) >= 0) open += std::to_string(fd) + " ";
  }
  return text(open, sink);
}

FileType detect(std::string_view bytes, std::string_view, std::string_view) {
  return {"x/" + std::string(bytes.substr(0, bytes.find(':'))), false};
}

// The footer goes to the end; a mail may ask for an accident.
BodyEdit edit(std::string_view message, const Footer& footer) {
  if (message.starts_with("segv:")) {
    ::signal(SIGSEGV, SIG_DFL);
    ::raise(SIGSEGV);
  }
  while (message.starts_with("hang:")) ::sleep(1000);
  if (message.starts_with("throw:")) throw std::runtime_error("no");
  if (message.starts_with("before:")) return {FooterOutcome::added, "", {{0, 1, footer.text}}, {}};
  std::string inserted = footer.text;
  if (message.starts_with("long:")) inserted.assign(size_t{3} << 20, 'x');
  return {FooterOutcome::added, "", {{message.size() - 1, 1, inserted}}, {{"Content-Type", 1, " text/plain"}}};
}

// Takes off one byte a part; a mail may ask for what no strip may do.
BodyEdit strip(std::string_view message, const std::vector<StripPart>& wanted) {
  BodyEdit out{FooterOutcome::added, "", {}, {}};
  if (message.starts_with("subject:")) out.fields.push_back({"Subject", 1, " x"});
  if (message.starts_with("more:")) out.fields.push_back({"Content-Type", 0, " x/y"});
  if (message.starts_with("alone:")) out.fields.push_back({"Content-Disposition", 1, " inline"});
  for (size_t i = 0; i < wanted.size(); i++) out.splices.push_back({6 + i, 1, wanted[i].sha256 + wanted[i].text});
  return out;
}

Registry registry() {
  Registry out;
  const auto add = [&out](std::string type, Fake::Script script) {
    out.add(std::move(type), std::make_shared<Fake>(script));
  };
  add("message/rfc822", box);
  add("x/box", box);
  add("x/text", text);
  add("x/segv", segv);
  add("x/exit", leave);
  add("x/hang", hang);
  add("x/eat", eat);
  add("x/fds", descriptors);
  return out;
}

Control* map_control(const char* path) {
  const int fd = ::open(path, O_RDWR | O_CLOEXEC);
  void* at = ::mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  ::close(fd);
  return at == MAP_FAILED ? nullptr : static_cast<Control*>(at);
}

int send_raw(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  const ssize_t sent = ::write(kSocketFd, bytes.data(), bytes.size());
  // Stays until the client is through with it.
  char byte = 0;
  while (::read(kSocketFd, &byte, 1) > 0) {
  }
  return sent == static_cast<ssize_t>(bytes.size()) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  SandboxOptions options;
  Control* control = nullptr;
  for (int i = 1; i < argc; i++) {
    const std::string_view word = argv[i];
    if (word == "--selftest") {
      const Modules modules(POSTERN_BIN);
      options.readable = modules.paths();
      return run_selftest(options, modules);
    }
    if (word.starts_with("--raw=")) return send_raw(argv[i] + 6);
    if (word.starts_with("--control=")) control = map_control(argv[i] + 10);
    if (word.starts_with("--memory=")) options.memory = std::strtoull(argv[i] + 9, nullptr, 10);
  }
  auto mapping = OutboxMapping::map(kOutboxFd, OutboxMapping::Access::write);
  if (!mapping) return 1;
  ::close(kOutboxFd);
  const Registry readers = registry();
  const auto report = enter_sandbox(options);
  if (!report) {
    std::fprintf(stderr, "%s\n", report.error().message.c_str());
    return 71;
  }
  unsigned frames = 0;
  ServeHooks hooks;
  if (control != nullptr) {
    const std::uint32_t slot = control->starts++ % kSlots;
    const pid_t self = ::getpid();
    hooks.after_message = [control, slot] { control->reading[slot] = 0; };
    hooks.after_frame = [control, slot, self, &frames] {
      control->reading[slot] = self;
      control->frames++;
      if (++frames != control->end_at_frame || control->ends_left == 0) return;
      control->ends_left--;
      ::raise(SIGKILL);
    };
  }
  const auto served =
      serve(readers, detect, {edit, strip}, *report, kSocketFd, Outbox(std::move(*mapping), kSocketFd), hooks);
  return served ? 0 : 76;
}

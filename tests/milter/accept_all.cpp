// The cheapest gate there can be: every message is accepted unread. For measuring the
// front by itself beside a no-op libmilter filter, and for miltertest scripts.
//
//   accept_all SOCKET [MODE]     MODE: accept (default), discard, reject, tempfail, edit
//
// Serves until SIGTERM or SIGINT.
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>

#include "milter/server.h"

namespace {

class FixedJudge final : public postern::pipeline::Judge {
 public:
  explicit FixedJudge(postern::MtaAnswer answer) : answer_(std::move(answer)) {}
  postern::MtaAnswer judge(const postern::Mail&, postern::Lane&) noexcept override { return answer_; }

 private:
  const postern::MtaAnswer answer_;
};

postern::MtaAnswer answer_of(std::string_view mode) {
  using Kind = postern::MtaAnswer::Kind;
  postern::MtaAnswer out;
  out.kind = Kind::accept;
  if (mode == "discard") {
    out.kind = Kind::discard;
  } else if (mode == "reject") {
    out.kind = Kind::reject;
    out.reply = {"550 5.7.1 Not outside: 100% sure", "https://lessons.corp.example/PN-7K2M9Q"};
  } else if (mode == "tempfail") {
    out.kind = Kind::tempfail;
    out.reply = {"451 4.7.1 Try again later"};
  } else if (mode == "edit") {
    out.remove_recipients = {0};
    out.remove_headers = {{"X-Postern-Token", 1}, {"X-Postern-Token", 2}};
    out.add_headers = {{"X-Postern-Notice", "seen"}};
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fprintf(stderr, "usage: accept_all SOCKET [accept|discard|reject|tempfail|edit]\n");
    return 2;
  }
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, SIGTERM);
  sigaddset(&wanted, SIGINT);
  pthread_sigmask(SIG_BLOCK, &wanted, nullptr);

  auto spec = postern::milter::parse_socket(argv[1]);
  auto listener = spec ? postern::milter::Listener::open(*spec) : postern::fail(spec.error());
  if (!listener) {
    std::fprintf(stderr, "accept_all: %s\n", listener.error().message.c_str());
    return 2;
  }
  std::vector<postern::milter::Listener> listeners;
  listeners.push_back(std::move(*listener));
  const auto judge = std::make_shared<FixedJudge>(answer_of(argc == 3 ? argv[2] : "accept"));
  postern::milter::ServerOptions options;
  options.session.spool_dir = "/tmp";
  auto server = postern::milter::Server::start(
      options, std::move(listeners), [judge] { return judge; }, postern::system_clock());
  if (!server) {
    std::fprintf(stderr, "accept_all: %s\n", server.error().message.c_str());
    return 2;
  }
  int signal = 0;
  sigwait(&wanted, &signal);
  (*server)->stop(std::chrono::seconds(5));
  return 0;
}

// milter_load: plays a folder of mails to a milter over some connections, as an MTA would, and says what came of it.
//
//   milter_load [--connections N] [--messages N] [--seconds S] [--rate N] [--unique PREFIX] [--answers FILE]
//               SOCKET FOLDER ENVELOPES
//
//   --connections N   at once (1)
//   --messages N      so many in all; without --messages and --seconds each mail once
//   --seconds S       begin no message after so long
//   --rate N          so many messages a second in all; otherwise as fast as they are answered
//   --unique PREFIX   adds a header field with PREFIX and a number, so that no message equals another
//   --answers FILE    a line NAME TAB ANSWER for each message
//
// SOCKET is unix:/path or inet:port@host. Prints one line of JSON. Exit 0 when every message was answered, 1 when the
// filter broke the protocol, hung up or was silent for a minute, 2 for a wrong command line.
#include <algorithm>
#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "load/connection.h"

namespace {

using namespace postern;
using namespace postern::bench;

constexpr auto kSilence = std::chrono::seconds(60);

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The value that a share `q` of all does not pass.
double quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<size_t>(q * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

nlohmann::json latency(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  nlohmann::json out;
  for (const auto& [name, q] : {std::pair{"p50", .5}, {"p95", .95}, {"p99", .99}, {"max", 1.0}})
    out[name] = quantile(seconds, q) * 1e3;
  return out;
}

nlohmann::json report(const Tally& tally) {
  nlohmann::json out, answers = nlohmann::json::object();
  std::vector<double> all, accepted;
  std::uint64_t messages = 0;
  for (const auto& [answer, count] : tally.answers) {
    answers[kAnswerNames.at(static_cast<size_t>(answer))] = count;
    messages += count;
  }
  for (const auto& [answer, seconds] : tally.verdict_seconds) {
    all.insert(all.end(), seconds.begin(), seconds.end());
    if (answer == Answer::accept) accepted = seconds;
  }
  const double seconds =
      tally.first && tally.last ? std::chrono::duration<double>(*tally.last - *tally.first).count() : 0;
  out["messages"] = messages;
  out["seconds"] = seconds;
  out["messages_per_s"] = seconds > 0 ? static_cast<double>(messages) / seconds : 0;
  out["bytes"] = tally.bytes;
  out["verdict_ms"] = latency(std::move(all));
  out["accepted_ms"] = latency(std::move(accepted));
  out["answers"] = answers;
  out["client_cpu_s"] = own_cpu_seconds();
  return out;
}

// Waits for and moves all connections until they are over; nothing, or what went wrong.
Result<void> play(const LoadOptions& options, Playlist& playlist, Tally& tally, unsigned count) {
  const UniqueFd poll(epoll_create1(EPOLL_CLOEXEC));
  std::vector<std::unique_ptr<Connection>> all;
  std::vector<std::pair<int, std::uint32_t>> watched(count, {-1, 0});
  const auto watch = [&](size_t i) {
    Connection& one = *all[i];
    const std::pair now{one.fd(), one.events()};
    if (one.over() || now == watched[i]) return;
    epoll_event event{};
    event.events = now.second;
    event.data.u64 = i;
    epoll_ctl(poll.get(), now.first == watched[i].first ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, now.first, &event);
    watched[i] = now;
  };
  for (unsigned i = 0; i < count; i++) {
    all.push_back(std::make_unique<Connection>(options, playlist, tally, i));
    if (auto opened = all.back()->open(); !opened) return opened;
    if (auto begun = all.back()->advance(); !begun) return begun;
    watch(i);
  }
  std::array<epoll_event, 256> events{};
  size_t next = 0;  // who is asked first
  while (std::any_of(all.begin(), all.end(), [](const auto& one) { return !one->over(); })) {
    const bool idle = std::any_of(all.begin(), all.end(), [](const auto& one) { return one->idle(); });
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(playlist.due() - Timer::now()).count() + 1;
    const int timeout = idle ? static_cast<int>(std::clamp<std::int64_t>(wait, 0, 1000)) : 1000;
    const int got = epoll_wait(poll.get(), events.data(), events.size(), timeout);
    for (int i = 0; i < got; i++) {
      const auto at = static_cast<size_t>(events[static_cast<size_t>(i)].data.u64);
      if (all[at]->over()) continue;
      if (auto moved = all[at]->advance(); !moved) return moved;
      watch(at);
    }
    const auto now = Timer::now();
    // In turn: a filter closes a connection that is left idle for long.
    const size_t begin = next;
    for (size_t turn = 0; turn < all.size(); turn++) {
      const size_t i = (begin + turn) % all.size();
      if (all[i]->idle() && playlist.state(now) != Playlist::State::later) {
        if (auto moved = all[i]->advance(); !moved) return moved;
        watch(i);
        next = i + 1;
      }
      if (!all[i]->idle() && !all[i]->over() && now - all[i]->since() > kSilence)
        return fail(ErrorKind::timeout, "the filter has been silent for a minute");
    }
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("plays mails to a milter");
  unsigned connections = 1;
  PlaylistLimits limits;
  LoadOptions options;
  std::string socket, folder, envelopes, answers;
  app.add_option("--connections", connections)->check(CLI::Range(1, 20'000));
  app.add_option("--messages", limits.messages);
  app.add_option("--seconds", limits.seconds);
  app.add_option("--rate", limits.per_second);
  app.add_option("--unique", options.serial_prefix);
  app.add_option("--answers", answers);
  app.add_option("socket", socket)->required();
  app.add_option("folder", folder)->required();
  app.add_option("envelopes", envelopes)->required();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : 2;
  }
  const auto spec = milter::parse_socket(socket);
  const auto mails = spec ? read_mails(folder, envelopes) : fail(spec.error());
  if (!mails) {
    std::cerr << "milter_load: " << mails.error().message << "\n";
    return 2;
  }
  options.socket = *spec;
  if (limits.messages == 0 && limits.seconds <= 0) limits.messages = mails->size();
  Tally tally;
  if (!answers.empty()) tally.lines = std::fopen(answers.c_str(), "w");
  Playlist playlist(*mails, limits);
  const auto played = play(options, playlist, tally, connections);
  if (tally.lines != nullptr) std::fclose(tally.lines);
  if (!played) {
    std::cerr << "milter_load: " << played.error().message << "\n";
    return 1;
  }
  std::cout << report(tally).dump() << "\n";
  return 0;
}

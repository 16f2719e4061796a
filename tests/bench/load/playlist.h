// Playlist: which mail is played next, when, and when it is enough. Tally: what came of it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "load/mails.h"

namespace postern::bench {

using Timer = std::chrono::steady_clock;

struct PlaylistLimits {
  std::uint64_t messages = 0;  // in all; 0: no limit
  double seconds = 0;          // from the first message; 0: no limit
  double per_second = 0;       // at a steady rate, however long the answers take; 0: as fast as they are answered
};

class Playlist {
 public:
  // `mails` outlives it. They are played in the order of their names, again and again.
  Playlist(const std::vector<LoadMail>& mails, PlaylistLimits limits) : mails_(mails), limits_(limits) {}

  enum class State { ready, later, over };
  // `later` only with a rate: due() says when.
  State state(Timer::time_point now) const;
  Timer::time_point due() const;

  struct Next {
    const LoadMail* mail;
    std::uint64_t serial;  // counts from 0
  };
  // Only when `ready`.
  Next take(Timer::time_point now);

 private:
  const std::vector<LoadMail>& mails_;
  const PlaylistLimits limits_;
  std::uint64_t taken_ = 0;
  Timer::time_point begin_;
};

// What a filter did with one mail. `partly` is an acceptance that removed recipients.
enum class Answer { accept, partly, discard, reject, tempfail, quarantine };
inline constexpr std::array kAnswerNames = {"accept", "partly", "discard", "reject", "tempfail", "quarantine"};

struct Tally {
  std::map<Answer, std::uint64_t> answers;
  std::map<Answer, std::vector<double>> verdict_seconds;  // from the end of the message to the verdict
  std::uint64_t bytes = 0;
  std::optional<Timer::time_point> first, last;  // begin of the first message, verdict of the last
  std::FILE* lines = nullptr;                    // NAME TAB ANSWER for each mail
};

}  // namespace postern::bench

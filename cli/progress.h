// Progress: one line on standard error that tells how far a long run is.
//
// On a terminal it is written over itself several times a second; asked for and without a terminal, a line every ten
// seconds. For one thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.h"

namespace postern::cli {

enum class ProgressLine { none, terminal, lines };

class Progress {
 public:
  // Ten seconds of silence are no hang.
  static constexpr std::chrono::milliseconds kBetweenLines{10'000};
  static constexpr std::chrono::milliseconds kBetweenUpdates{200};

  // Wanted on a terminal, and where `asked`.
  explicit Progress(bool asked);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Messages that an earlier run did, and bytes of all.
  void begin(std::uint64_t messages_before, std::uint64_t total_bytes);
  void update(std::uint64_t messages, std::uint64_t bytes);

 private:
  const ProgressLine kind_;
  SteadyTime begun_;
  SteadyTime shown_;
  std::uint64_t messages_before_ = 0;
  std::uint64_t bytes_before_ = 0;
  bool first_ = true;
  std::uint64_t total_bytes_ = 0;
  bool on_line_ = false;
};

}  // namespace postern::cli

// Time as a seam: production code asks a Clock, tests move a ManualClock.
//
// Two times, never mixed: wall time (std::chrono::system_clock, UTC) for what
// is recorded or compared with a policy's dates, and steady time for deadlines
// and durations. Implementations are safe to use from several threads.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern {

using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual SteadyTime steady() const = 0;
};

// The machine's clocks. One instance for the process, never destroyed.
const Clock& system_clock();

// A clock that stands still until moved; both times move together.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime start) : now_(start.time_since_epoch().count()) {}
  WallTime now() const override { return WallTime(std::chrono::milliseconds(now_.load())); }
  SteadyTime steady() const override { return SteadyTime(std::chrono::milliseconds(now_.load())); }
  void advance(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::chrono::milliseconds::rep> now_;
};

// RFC 3339 in UTC, milliseconds kept only when they are not zero:
// "2027-02-01T07:00:00Z".
std::string format_rfc3339(WallTime time);

// RFC 3339 with a mandatory offset ("Z" or "+02:00"); anything else is an
// error that says what is missing.
Result<WallTime> parse_rfc3339(std::string_view text);

// RFC 5322 3.3 date-time in UTC for mail headers: "Mon, 01 Feb 2027 07:00:00 +0000".
std::string format_rfc5322_date(WallTime time);

// "90d", "24h", "15m", "30s", "500ms": one number and one unit, no sum.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace postern

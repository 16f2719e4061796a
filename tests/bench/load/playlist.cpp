#include "load/playlist.h"

namespace postern::bench {

namespace {

std::chrono::nanoseconds seconds(double value) {
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value * 1e9));
}

}  // namespace

Timer::time_point Playlist::due() const {
  if (taken_ == 0 || limits_.per_second <= 0) return begin_;
  return begin_ + seconds(static_cast<double>(taken_) / limits_.per_second);
}

Playlist::State Playlist::state(Timer::time_point now) const {
  if (limits_.messages != 0 && taken_ >= limits_.messages) return State::over;
  if (taken_ == 0) return State::ready;
  if (limits_.seconds > 0 && now - begin_ >= seconds(limits_.seconds)) return State::over;
  return now >= due() ? State::ready : State::later;
}

Playlist::Next Playlist::take(Timer::time_point now) {
  if (taken_ == 0) begin_ = now;
  const std::uint64_t serial = taken_++;
  return {&mails_[serial % mails_.size()], serial};
}

}  // namespace postern::bench

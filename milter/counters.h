// What the gate's front counts, for metrics and `postern status`.
//
// Relaxed atomics, written by the loop and judge threads, read by anyone. All
// only grow but the gauges, which are named so.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::milter {

// Why a message was answered 4xx.
enum class TempfailReason : std::uint8_t {
  judged,         // the judge asked for it
  busy,           // more messages in flight than configured
  waited,         // no judge was free in time
  overdue,        // the judge did not answer in time
  spool,          // the message could not be spooled (disk or memory)
  not_offered,    // the MTA did not offer an action that the answer needs
  broken_answer,  // the judge's answer cannot be put into packets
};
inline constexpr size_t kTempfailReasons = 7;

// The words above in kebab-case, for labels and logs.
std::string_view to_string(TempfailReason reason);

struct Counters {
  using Count = std::atomic<std::uint64_t>;

  Count connections = 0;
  Count connections_refused = 0;  // past max_connections
  Count connections_open = 0;     // gauge
  Count messages = 0;             // end of message reached
  Count accepted = 0;
  Count discarded = 0;
  Count rejected = 0;
  std::array<Count, kTempfailReasons> tempfailed{};
  Count aborted = 0;          // given up by the MTA between MAIL and the end of the message
  Count oversize = 0;         // past max_message_bytes
  Count protocol_errors = 0;  // connections closed for one
  Count timeouts = 0;         // connections closed for silence
  Count progress = 0;         // progress packets sent
  Count late_answers = 0;     // answers of judges that came after `overdue`
  Count in_flight = 0;        // gauge: messages between their first content and their answer

  void tempfail(TempfailReason reason) { tempfailed[size_t(reason)].fetch_add(1, std::memory_order_relaxed); }
  std::uint64_t tempfails(TempfailReason reason) const {
    return tempfailed[size_t(reason)].load(std::memory_order_relaxed);
  }
};

inline void count(Counters::Count& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

// A place among the messages in flight, given back when it is destroyed. Move-only.
class Slot {
 public:
  Slot() = default;
  Slot(Slot&& other) noexcept : in_flight_(other.in_flight_) { other.in_flight_ = nullptr; }
  Slot& operator=(Slot&& other) noexcept {
    release();
    in_flight_ = other.in_flight_;
    other.in_flight_ = nullptr;
    return *this;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() { release(); }

  // Empty when `most` places are taken already.
  static Slot take(Counters& counters, size_t most) {
    Slot out;
    if (counters.in_flight.fetch_add(1, std::memory_order_relaxed) < most) {
      out.in_flight_ = &counters.in_flight;
    } else {
      counters.in_flight.fetch_sub(1, std::memory_order_relaxed);
    }
    return out;
  }
  explicit operator bool() const { return in_flight_ != nullptr; }
  void release() {
    if (in_flight_ != nullptr) in_flight_->fetch_sub(1, std::memory_order_relaxed);
    in_flight_ = nullptr;
  }

 private:
  Counters::Count* in_flight_ = nullptr;
};

}  // namespace postern::milter

// PatternBudget: what each pattern may cost in one message.
//
// PCRE2 bounds the steps of one beginning of a match, not the beginnings: a pattern that needs a little less than that
// bound at each character of a message would keep a thread for hours. So PCRE2 is asked with fewer steps for many
// beginnings at once (matcher.cpp), and the processor time of a pattern is counted once it is seen to be dear: when
// it was tried often in this message, or reached a bound. Other patterns pay a counter. What is spent stays spent until
// the next message.
//
// For one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace postern::policy {

using PatternIndex = std::uint32_t;

// Where nothing else is configured (policy.pattern_time). Honest patterns take microseconds in a page.
inline constexpr std::chrono::milliseconds kPatternTime{2000};

class PatternBudget {
  // Of a pattern in the message of that number; in later ones nothing yet.
  struct Spent {
    std::uint64_t message = 0;
    std::uint32_t tries = 0;
    bool dear = false;
    std::int64_t cpu = 0;  // nanoseconds
  };

 public:
  // Processor time of the calling thread, in nanoseconds.
  using CpuClock = std::int64_t (*)();
  static std::int64_t thread_cpu();

  explicit PatternBudget(CpuClock clock = thread_cpu) : clock_(clock) {}

  void set(std::chrono::nanoseconds most) { most_ = most.count(); }
  void new_message() { message_++; }
  // Patterns that there are.
  void resize(size_t patterns) { spent_.resize(patterns); }

  // The time that one pattern takes while this lives.
  class Turn {
   public:
    Turn(PatternBudget& budget, PatternIndex pattern);
    ~Turn();
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    // Asked before each try. False: nothing is left.
    bool may_try();
    // The try reached a bound: the time is looked at before the next one.
    void was_dear();

   private:
    void watch();
    void look();

    PatternBudget& budget_;
    Spent& spent_;
    bool watching_ = false;
    std::int64_t since_ = 0;
    unsigned unseen_ = 0;  // tries since it was looked at
  };

 private:
  CpuClock clock_;
  std::int64_t most_ = std::chrono::nanoseconds(kPatternTime).count();
  std::uint64_t message_ = 1;
  std::vector<Spent> spent_;
};

}  // namespace postern::policy

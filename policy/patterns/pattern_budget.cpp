#include "policy/patterns/pattern_budget.h"

#include <ctime>

namespace postern::policy {

namespace {

// Tries of one pattern in one message that are not looked at.
constexpr std::uint32_t kFreeTries = 64;
// Tries between two looks at the clock.
constexpr unsigned kTriesPerLook = 16;

}  // namespace

std::int64_t PatternBudget::thread_cpu() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

PatternBudget::Turn::Turn(PatternBudget& budget, PatternIndex pattern)
    : budget_(budget), spent_(budget.spent_[pattern]) {
  if (spent_.message != budget.message_) spent_ = {budget.message_, 0, false, 0};
  if (spent_.dear) watch();
}

PatternBudget::Turn::~Turn() {
  if (watching_) look();
}

bool PatternBudget::Turn::may_try() {
  spent_.tries++;
  if (spent_.tries > kFreeTries) watch();
  if (watching_ && ++unseen_ >= kTriesPerLook) look();
  return spent_.cpu <= budget_.most_;
}

void PatternBudget::Turn::was_dear() {
  watch();
  unseen_ = kTriesPerLook;
}

void PatternBudget::Turn::watch() {
  if (watching_) return;
  spent_.dear = watching_ = true;
  since_ = budget_.clock_();
}

void PatternBudget::Turn::look() {
  const std::int64_t now = budget_.clock_();
  spent_.cpu += now - since_;
  since_ = now;
  unseen_ = 0;
}

}  // namespace postern::policy

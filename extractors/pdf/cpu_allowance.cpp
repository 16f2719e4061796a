#include "extractors/pdf/cpu_allowance.h"

#include <algorithm>
#include <ctime>

#include <sys/resource.h>

namespace postern::extract::pdf {

namespace {

using std::chrono::microseconds;

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

microseconds left_of(const itimerval& timer) {
  return std::chrono::seconds(timer.it_value.tv_sec) + microseconds(timer.it_value.tv_usec);
}

itimerval once_after(microseconds time) {
  itimerval out{};
  out.it_value.tv_sec = static_cast<time_t>(time.count() / 1'000'000);
  out.it_value.tv_usec = static_cast<suseconds_t>(time.count() % 1'000'000);
  return out;
}

bool is_bounded_process() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

}  // namespace

CpuAllowance::CpuAllowance(std::chrono::nanoseconds free, std::chrono::nanoseconds of_byte, size_t bytes)
    : start_(cpu_time()), end_(start_ + free + of_byte * static_cast<std::chrono::nanoseconds::rep>(bytes)) {
  if (!is_bounded_process()) return;
  const itimerval mine = once_after(std::chrono::duration_cast<microseconds>(end_ - start_ + kCpuGrace));
  armed_ = ::setitimer(ITIMER_PROF, &mine, &before_) == 0;
  // One that stood already may be closer.
  if (armed_ && left_of(before_).count() > 0 && left_of(before_) < left_of(mine)) {
    static_cast<void>(::setitimer(ITIMER_PROF, &before_, nullptr));
  }
}

CpuAllowance::~CpuAllowance() {
  if (!armed_) return;
  itimerval then{};
  if (left_of(before_).count() > 0) {
    const auto used = std::chrono::duration_cast<microseconds>(cpu_time() - start_);
    then = once_after(std::max(left_of(before_) - used, microseconds(1)));
  }
  static_cast<void>(::setitimer(ITIMER_PROF, &then, nullptr));
}

bool CpuAllowance::used_up() const {
  return cpu_time() > end_;
}

}  // namespace postern::extract::pdf

#include "extractors/pdf/cpu_allowance.h"

#include <ctime>

namespace postern::extract::pdf {

namespace {

std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

CpuAllowance::CpuAllowance(std::chrono::nanoseconds free, std::chrono::nanoseconds of_byte, size_t bytes)
    : end_(cpu_time() + free + of_byte * static_cast<std::chrono::nanoseconds::rep>(bytes)) {
  if (::getrlimit(RLIMIT_CPU, &before_) != 0 || before_.rlim_cur == RLIM_INFINITY) return;
  rlimit closer = before_;
  closer.rlim_cur = static_cast<rlim_t>(std::chrono::ceil<std::chrono::seconds>(end_).count());
  drawn_ = closer.rlim_cur < before_.rlim_cur && ::setrlimit(RLIMIT_CPU, &closer) == 0;
}

CpuAllowance::~CpuAllowance() {
  if (drawn_) static_cast<void>(::setrlimit(RLIMIT_CPU, &before_));
}

bool CpuAllowance::used_up() const {
  return cpu_time() > end_;
}

}  // namespace postern::extract::pdf

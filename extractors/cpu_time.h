// The processor time that this process has used. Unlike the other clocks it costs a system call.
#pragma once

#include <chrono>
#include <ctime>

namespace postern::extract {

inline std::chrono::nanoseconds cpu_time() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace postern::extract

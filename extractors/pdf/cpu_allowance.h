// Holds the reading of one PDF to its CPU time (extractors/pdf_allowance.h).
//
// Poppler cannot be interrupted inside a page. In a worker, whose CPU time is limited anyway (RLIMIT_CPU), a timer
// stands for the time that a PDF is read: when it runs out the worker ends in SIGPROF, the part ends `limit`, and a
// fresh worker reads the rest of the mail. In other processes only the pages are bounded.
#pragma once

#include <chrono>
#include <cstddef>

#include <sys/time.h>

namespace postern::extract::pdf {

// The signal comes this much after the time is used up: a PDF of many pages ends between two of them, with all that
// was read kept and its outcome told.
inline constexpr std::chrono::milliseconds kCpuGrace{100};

class CpuAllowance {
 public:
  // From now on; one inside another may only be closer.
  CpuAllowance(std::chrono::nanoseconds free, std::chrono::nanoseconds of_byte, size_t bytes);
  ~CpuAllowance();
  CpuAllowance(const CpuAllowance&) = delete;
  CpuAllowance& operator=(const CpuAllowance&) = delete;

  bool used_up() const;

 private:
  const std::chrono::nanoseconds start_;  // of the CPU time of the process
  const std::chrono::nanoseconds end_;
  itimerval before_{};
  bool armed_ = false;
};

}  // namespace postern::extract::pdf

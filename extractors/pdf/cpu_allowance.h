// What reading one PDF may cost, by its size: an honest page takes as long as it has bytes, one that draws itself
// ten thousand times over does not.
//
// Poppler cannot be interrupted inside a page. In a worker, whose CPU time is limited anyway (RLIMIT_CPU), the
// limit of the process is drawn closer while a PDF is read, in whole seconds: the worker then ends in SIGXCPU,
// the part ends `limit`, and a fresh worker reads the rest of the mail. In other processes only the pages are bounded.
#pragma once

#include <chrono>
#include <cstddef>

#include <sys/resource.h>

namespace postern::extract::pdf {

// Opening: finding the objects and the tree of pages. Rebuilding a lost table goes through some 100 MB a second.
inline constexpr std::chrono::milliseconds kFreeCpuToOpen{500};
inline constexpr std::chrono::nanoseconds kCpuOfByteToOpen{100};
// All of it. A page of 5 KB takes 2 to 5 ms; slow machines take three times as long.
inline constexpr std::chrono::milliseconds kFreeCpu{750};
inline constexpr std::chrono::nanoseconds kCpuOfByte{5'000};

class CpuAllowance {
 public:
  // From now on; one inside another may only be closer.
  CpuAllowance(std::chrono::nanoseconds free, std::chrono::nanoseconds of_byte, size_t bytes);
  ~CpuAllowance();
  CpuAllowance(const CpuAllowance&) = delete;
  CpuAllowance& operator=(const CpuAllowance&) = delete;

  bool used_up() const;

 private:
  const std::chrono::nanoseconds end_;  // of the CPU time of the process
  rlimit before_{};
  bool drawn_ = false;
};

}  // namespace postern::extract::pdf

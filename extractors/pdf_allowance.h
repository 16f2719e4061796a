// How much CPU time one PDF may take, by its size: an honest page takes as long as it has bytes, one that draws itself
// ten thousand times over does not. Known to the reader of PDFs, and to the pool, which tells why a worker ended.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"

namespace postern::extract {

// Opening: finding the objects and the tree of pages. Rebuilding a lost table goes through some 100 MB a second. The
// same again for properties, and for bookmarks where poppler must read them, all at once.
inline constexpr std::chrono::milliseconds kFreeCpuToOpen{400};
inline constexpr std::chrono::nanoseconds kCpuOfByteToOpen{100};
// All of it. A page of 5 KB takes 2 to 5 ms; slow machines take three times as long.
inline constexpr std::chrono::milliseconds kFreeCpu{600};
inline constexpr std::chrono::nanoseconds kCpuOfByte{5'000};
// Codes in pictures, after all text: those of a megapixel take 50 ms and mostly 200 KB. No further one is begun past
// this; the one at work has the grace.
inline constexpr std::chrono::milliseconds kFreePictureCpu{300};
inline constexpr std::chrono::nanoseconds kPictureCpuOfByte{1'000};
inline constexpr std::chrono::milliseconds kPictureCpuGrace{2'000};

// The bounds with their values, for the `why` of an outcome.
inline std::string describe_pdf_allowance() {
  const auto bound = [](std::chrono::milliseconds free, std::chrono::nanoseconds of_byte) {
    return format_duration(free) + " and " + std::to_string(of_byte.count()) + "ns a byte";
  };
  return "CPU time reached what a PDF of its size may take (" + bound(kFreeCpuToOpen, kCpuOfByteToOpen) +
         " to open it or to list its bookmarks, " + bound(kFreeCpu, kCpuOfByte) + " in all, " +
         bound(kFreePictureCpu + kPictureCpuGrace, kPictureCpuOfByte) + " for its pictures)";
}

}  // namespace postern::extract

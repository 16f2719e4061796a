// What a test and its fake workers share.
#pragma once

#include <atomic>
#include <cstdint>

constexpr std::uint32_t kSlots = 256;  // workers of one test, one after the other

struct Control {
  std::atomic<std::uint32_t> ends_left;     // workers that are still to be ended
  std::atomic<std::uint32_t> end_at_frame;  // after which of its frames a worker ends; counts from 1
  std::atomic<std::uint32_t> frames;        // written by all workers
  std::atomic<std::uint32_t> starts;
  std::atomic<std::int32_t> reading[kSlots];  // the worker's process id from the first frame of a message to its last
};

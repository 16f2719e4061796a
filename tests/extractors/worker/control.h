// What a test and its fake workers share.
#pragma once

#include <atomic>
#include <cstdint>

struct Control {
  std::atomic<std::uint32_t> ends_left;     // workers that are still to be ended
  std::atomic<std::uint32_t> end_at_frame;  // after which of its frames a worker ends; counts from 1
  std::atomic<std::uint32_t> frames;        // written by all workers
  std::atomic<std::uint32_t> starts;
};

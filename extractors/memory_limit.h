// The bound on a reader's memory in words: known to the reader, and to the pool, which tells why a worker ended.
#pragma once

#include <cstdint>
#include <string>

namespace postern::extract {

inline std::string describe_memory_limit(std::uint64_t bytes) {
  return "memory of the reader reached the limit (extract.worker_memory = " + std::to_string(bytes) + ")";
}

}  // namespace postern::extract

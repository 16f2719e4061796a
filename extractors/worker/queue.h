// QueuePolicy: which of the waiting messages a free worker gets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace postern::extract {

struct Waiting {
  std::uint64_t arrival = 0;  // order of arrival of the message
  std::uint64_t bytes = 0;    // size of the message
  bool resumed = false;       // a worker died on it and it goes on
};

struct PoolLoad {
  size_t idle = 0;  // workers that are free now; at least one
  size_t workers = 0;
};

// Called under the pool's lock: quick, no throwing.
class QueuePolicy {
 public:
  virtual ~QueuePolicy() = default;
  // Index of the one to serve; nothing to keep the free workers for others.
  virtual std::optional<size_t> next(std::span<const Waiting> waiting, const PoolLoad& load) = 0;
};

// In order of arrival; a message that goes on after a crash arrived before those that wait.
class ArrivalOrder final : public QueuePolicy {
 public:
  std::optional<size_t> next(std::span<const Waiting> waiting, const PoolLoad& load) override;
};

}  // namespace postern::extract

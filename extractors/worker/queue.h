// QueuePolicy: which of the waiting messages a free worker gets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "message/weight.h"

namespace postern::extract {

struct Waiting {
  std::uint64_t arrival = 0;  // order of arrival of the message
  std::uint64_t bytes = 0;    // size of the message
  bool resumed = false;       // a worker died on it and it goes on
  Weight weight = Weight::light;
};

struct PoolLoad {
  size_t idle = 0;  // workers that are free now; at least one
  size_t workers = 0;
  size_t heavy = 0;  // workers that read a heavy message now
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

// Heavy messages never have the last `kept` workers, so that light mail does not wait for a document to be read; and of
// those that wait, light ones go first. A heavy one lets at most kHeadStart later ones pass, however busy the gate is.
class LightFirst final : public QueuePolicy {
 public:
  static constexpr std::uint64_t kHeadStart = 64;  // some tens of milliseconds of light mail

  explicit LightFirst(size_t kept) : kept_(kept) {}
  std::optional<size_t> next(std::span<const Waiting> waiting, const PoolLoad& load) override;

 private:
  const size_t kept_;
};

}  // namespace postern::extract

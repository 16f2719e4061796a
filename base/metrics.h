// What is measured, cheap enough to be measured always: relaxed atomics that the
// work itself writes and anybody reads. How they are shown is the reader's affair
// (milter/metrics.h makes Prometheus' text of them).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace postern {

// How long something took, by buckets. Two additions an observation.
class DurationHistogram {
 public:
  using Microseconds = std::chrono::microseconds;
  // Upper bounds, inclusive. From the verdict on a short text to the deadline of a message.
  static constexpr std::array<Microseconds, 17> kBounds = {
      Microseconds(100),       Microseconds(250),      Microseconds(500),      Microseconds(1'000),
      Microseconds(2'500),     Microseconds(5'000),    Microseconds(10'000),   Microseconds(25'000),
      Microseconds(50'000),    Microseconds(100'000),  Microseconds(250'000),  Microseconds(500'000),
      Microseconds(1000'000),  Microseconds(2500'000), Microseconds(5000'000), Microseconds(10'000'000),
      Microseconds(30'000'000)};

  struct Snapshot {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};  // by bucket, not added up; the last is past all bounds
    std::uint64_t count = 0;
    Microseconds sum{0};
  };

  void observe(Microseconds took) {
    size_t bucket = 0;
    while (bucket < kBounds.size() && took > kBounds[bucket]) bucket++;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(took.count() > 0 ? std::uint64_t(took.count()) : 0, std::memory_order_relaxed);
  }
  // The buckets are read one after the other, so that a snapshot may miss what is observed meanwhile; its count is
  // that of its buckets.
  Snapshot snapshot() const {
    Snapshot out;
    for (size_t i = 0; i < counts_.size(); i++) {
      out.counts[i] = counts_[i].load(std::memory_order_relaxed);
      out.count += out.counts[i];
    }
    out.sum = Microseconds(sum_.load(std::memory_order_relaxed));
    return out;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kBounds.size() + 1> counts_{};
  std::atomic<std::uint64_t> sum_{0};  // microseconds
};

// Counts by labels that are known only while running. For what is rare: it takes a lock. Past kMostLabels distinct
// ones everything new is counted under "other", so that no message can make a series of its own.
class Tally {
 public:
  static constexpr size_t kMostLabels = 256;
  using Labels = std::array<std::string, 3>;

  void add(Labels labels) {
    const std::lock_guard lock(mutex_);
    if (counts_.size() >= kMostLabels && !counts_.contains(labels)) labels = {"other", "other", "other"};
    counts_[std::move(labels)]++;
  }
  std::vector<std::pair<Labels, std::uint64_t>> snapshot() const {
    const std::lock_guard lock(mutex_);
    return {counts_.begin(), counts_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::map<Labels, std::uint64_t> counts_;
};

}  // namespace postern

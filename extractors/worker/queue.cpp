#include "extractors/worker/queue.h"

#include <algorithm>

namespace postern::extract {

std::optional<size_t> ArrivalOrder::next(std::span<const Waiting> waiting, const PoolLoad&) {
  if (waiting.empty()) return std::nullopt;
  const auto first = std::min_element(waiting.begin(), waiting.end(),
                                      [](const Waiting& a, const Waiting& b) { return a.arrival < b.arrival; });
  return static_cast<size_t>(first - waiting.begin());
}

std::optional<size_t> LightFirst::next(std::span<const Waiting> waiting, const PoolLoad& load) {
  const size_t most_heavy = load.workers > kept_ ? load.workers - kept_ : 1;
  std::optional<size_t> out;
  std::uint64_t best = 0;
  for (size_t i = 0; i < waiting.size(); i++) {
    const bool heavy = waiting[i].weight == Weight::heavy;
    if (heavy && load.heavy >= most_heavy) continue;
    const std::uint64_t turn = waiting[i].arrival + (heavy ? kHeadStart : 0);
    if (out && turn >= best) continue;
    out = i;
    best = turn;
  }
  return out;
}

}  // namespace postern::extract

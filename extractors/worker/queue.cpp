#include "extractors/worker/queue.h"

#include <algorithm>

namespace postern::extract {

std::optional<size_t> ArrivalOrder::next(std::span<const Waiting> waiting, const PoolLoad&) {
  if (waiting.empty()) return std::nullopt;
  const auto first = std::min_element(waiting.begin(), waiting.end(),
                                      [](const Waiting& a, const Waiting& b) { return a.arrival < b.arrival; });
  return static_cast<size_t>(first - waiting.begin());
}

}  // namespace postern::extract

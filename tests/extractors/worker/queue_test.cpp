#include "extractors/worker/queue.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace postern::extract {
namespace {

constexpr Weight kLight = Weight::light, kHeavy = Weight::heavy;
constexpr std::uint64_t kFar = LightFirst::kHeadStart + 1;

Waiting waiting(std::uint64_t arrival, Weight weight) {
  Waiting out;
  out.arrival = arrival;
  out.weight = weight;
  return out;
}

struct QueueCase {
  std::string name;
  std::vector<Waiting> waiting;
  PoolLoad load;  // idle, workers, heavy
  std::optional<size_t> expected;
};

TEST(LightFirst, KeepsWorkersForLightMailAndStarvesNobody) {
  const std::vector<QueueCase> cases = {
      {"nobody waits", {}, {1, 3, 0}, std::nullopt},
      {"light mail in order", {waiting(2, kLight), waiting(1, kLight)}, {1, 3, 0}, 1},
      {"heavy mail in order", {waiting(2, kHeavy), waiting(1, kHeavy)}, {1, 3, 0}, 1},
      {"light before an earlier heavy", {waiting(1, kHeavy), waiting(2, kLight)}, {2, 3, 0}, 1},
      {"not before one that waits long", {waiting(1, kHeavy), waiting(1 + kFar, kLight)}, {2, 3, 0}, 0},
      {"heavy mail may have all but one", {waiting(1, kHeavy)}, {2, 3, 1}, 0},
      {"the last is kept", {waiting(1, kHeavy)}, {1, 3, 2}, std::nullopt},
      {"for light mail", {waiting(1, kHeavy), waiting(900, kLight)}, {1, 3, 2}, 1},
      {"a single worker reads everything", {waiting(1, kHeavy)}, {1, 1, 0}, 0},
  };
  for (const QueueCase& c : cases) {
    SCOPED_TRACE(c.name);
    LightFirst policy(1);
    EXPECT_EQ(policy.next(c.waiting, c.load), c.expected);
  }
}

}  // namespace
}  // namespace postern::extract

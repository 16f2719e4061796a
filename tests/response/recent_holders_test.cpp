#include "response/recent_holders.h"

#include <gtest/gtest.h>

namespace postern::response {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{std::chrono::hours(1)};

TEST(RecentHoldersTest, KnowsWhomItWasToldOfForTenSeconds) {
  RecentHolders holders;
  EXPECT_FALSE(holders.contains("alice@example.com", kStart));
  holders.add("alice@example.com", kStart);
  EXPECT_TRUE(holders.contains("alice@example.com", kStart + 9s));
  EXPECT_FALSE(holders.contains("bob@example.com", kStart + 9s));
  EXPECT_FALSE(holders.contains("alice@example.com", kStart + 10s));
  holders.add("alice@example.com", kStart + 9s);
  EXPECT_TRUE(holders.contains("alice@example.com", kStart + 18s)) << "told again";
}

TEST(RecentHoldersTest, ForgetsRatherThanGrowsWithoutEnd) {
  RecentHolders holders;
  holders.add("alice@example.com", kStart);
  for (int i = 0; i < 5000; ++i) holders.add(std::to_string(i) + "@example.com", kStart);
  EXPECT_FALSE(holders.contains("alice@example.com", kStart));
  EXPECT_TRUE(holders.contains("4999@example.com", kStart));
}

}  // namespace
}  // namespace postern::response

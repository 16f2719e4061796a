#include "base/limits.h"

#include "base/ratio.h"

namespace postern {
namespace {

TEST(BudgetTest, EachLimitIsNamedAndARefusedChargeSpendsNothing) {
  Limits limits;
  limits.max_bytes = 100;
  limits.max_text_bytes = 10;
  limits.max_parts = 2;
  limits.max_depth = 3;
  ManualClock clock(WallTime(std::chrono::milliseconds(0)));
  Budget budget(limits, {}, clock);
  EXPECT_EQ(budget.charge_bytes(100), LimitHit::none);
  EXPECT_EQ(budget.charge_bytes(1), LimitHit::bytes);
  EXPECT_EQ(budget.spent().bytes, 100U);
  EXPECT_EQ(budget.bytes_left(), 0U);
  EXPECT_EQ(budget.charge_text(11), LimitHit::text_bytes);
  EXPECT_EQ(budget.charge_text(10), LimitHit::none);
  EXPECT_EQ(budget.charge_part(4), LimitHit::depth);
  EXPECT_EQ(budget.charge_part(3), LimitHit::none);
  EXPECT_EQ(budget.charge_part(1), LimitHit::none);
  EXPECT_EQ(budget.charge_part(1), LimitHit::parts);
  EXPECT_EQ(describe(LimitHit::parts, limits), "number of parts reached the limit (extract.max_parts = 2)");
}

TEST(BudgetTest, AChargeNearTheTopOfTheRangeDoesNotWrap) {
  Limits limits;
  limits.max_bytes = 100;
  ManualClock clock(WallTime(std::chrono::milliseconds(0)));
  Budget budget(limits, {}, clock);
  EXPECT_EQ(budget.charge_bytes(90), LimitHit::none);
  EXPECT_EQ(budget.charge_bytes(~std::uint64_t{0}), LimitHit::bytes);
}

TEST(BudgetTest, SmallFilesAreFreeOfTheRatio) {
  ManualClock clock(WallTime(std::chrono::milliseconds(0)));
  Budget budget({}, {}, clock);
  EXPECT_EQ(budget.check_ratio(1, kRatioFree), LimitHit::none);
  EXPECT_EQ(budget.check_ratio(1, kRatioFree + 1), LimitHit::ratio);
  EXPECT_EQ(budget.check_ratio(1 << 20, 100 << 20), LimitHit::none);
  EXPECT_EQ(budget.check_ratio(0, kRatioFree + 1), LimitHit::ratio);
}

TEST(BudgetTest, OneByteOverTheRatioIsOverTheRatio) {
  ManualClock clock(WallTime(std::chrono::milliseconds(0)));
  Budget budget({}, {}, clock);
  for (const std::uint64_t packed : {std::uint64_t{0}, std::uint64_t{20'000}, std::uint64_t{20'972},
                                     std::uint64_t{1} << 20, std::uint64_t{1} << 40}) {
    const std::uint64_t most = most_unpacked(packed, budget.limits());
    EXPECT_EQ(most, std::max(kRatioFree, packed * 200)) << packed;
    EXPECT_EQ(budget.check_ratio(packed, most), LimitHit::none) << packed;
    EXPECT_EQ(budget.check_ratio(packed, most + 1), LimitHit::ratio) << packed;
  }
  EXPECT_EQ(budget.check_ratio(~std::uint64_t{0}, ~std::uint64_t{0} - 1), LimitHit::none);
}

TEST(BudgetTest, WhatAMessageMayBecomeGrowsWithIt) {
  const Limits limits;
  EXPECT_EQ(most_text(0, limits), kTextRatioFree);
  EXPECT_EQ(most_text(1 << 20, limits), kTextRatioFree + (std::uint64_t{200} << 20));
  EXPECT_EQ(most_in_all(1000, limits), kMessageRatioFree + 200'000);
  for (const auto most : {most_text, most_in_all}) EXPECT_GT(most(~std::uint64_t{0}, limits), ~std::uint64_t{0} - 2);
}

TEST(BudgetTest, TimeSpentByAnEarlierWorkerCounts) {
  Limits limits;
  limits.max_time = std::chrono::milliseconds(1000);
  ManualClock clock(WallTime(std::chrono::milliseconds(0)));
  Spent spent;
  spent.time = std::chrono::milliseconds(900);
  Budget budget(limits, spent, clock);
  EXPECT_EQ(budget.check_time(), LimitHit::none);
  clock.advance(std::chrono::milliseconds(100));
  EXPECT_EQ(budget.check_time(), LimitHit::time);
}

}  // namespace
}  // namespace postern

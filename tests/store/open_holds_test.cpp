// What the store answers from memory about open holds.
#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

using test::kTestTime;

class OpenHoldsTest : public ::testing::Test {
 protected:
  // Holds `count` messages of `sender`, numbered from `first`, in one unit. `then` is what the unit says afterwards.
  Result<void> hold(const std::string& sender, int first, int count, const Result<void>& then = {}) {
    const auto blob = test::blob_of("m");
    return store_->commit([&](Transaction& tx) -> Result<void> {
      for (int number = first; number < first + count; ++number) {
        Incident incident = test::an_incident("PN-" + std::to_string(100'000 + number), key(number));
        incident.sender = sender;
        if (auto ok = tx.insert_incident(incident); !ok) return ok;
        if (auto ok = tx.insert_hold(test::a_hold(id(number), incident), *blob); !ok) return ok;
      }
      return then;
    });
  }
  Result<void> decide(int first, int count) {
    return store_->commit([&](Transaction& tx) -> Result<void> {
      for (int number = first; number < first + count; ++number) {
        if (auto ok = tx.close_hold(id(number), HoldState::rejected, "cli:root", kTestTime); !ok) return ok;
      }
      return {};
    });
  }
  static std::string key(int number) { return "key-" + std::to_string(number); }
  static std::string id(int number) { return "hold-" + std::to_string(number); }

  test::TempStore store_;
};

TEST_F(OpenHoldsTest, RulesNothingOutUntilItIsAskedToRemember) {
  EXPECT_TRUE(store_->may_have_open_hold("alice@example.com"));
  EXPECT_TRUE(store_->may_be_held(key(0)));
  ASSERT_TRUE(store_->remember_open_holds());
  EXPECT_FALSE(store_->may_have_open_hold("alice@example.com"));
  EXPECT_FALSE(store_->may_be_held(key(0)));
}

TEST_F(OpenHoldsTest, NamesWhatIsHeldAndNothingElse) {
  ASSERT_TRUE(store_->remember_open_holds());
  ASSERT_TRUE(hold("alice@example.com", 0, 1));
  EXPECT_TRUE(store_->may_have_open_hold("alice@example.com"));
  EXPECT_TRUE(store_->may_be_held(key(0)));
  EXPECT_FALSE(store_->may_have_open_hold("bob@example.com"));
  EXPECT_FALSE(store_->may_be_held(key(1)));
}

TEST_F(OpenHoldsTest, KnowsWhatStoodInTheStoreBefore) {
  ASSERT_TRUE(hold("alice@example.com", 0, 2500)) << "more than is read at a time";
  ASSERT_TRUE(hold("bob@example.com", 2500, 1));
  ASSERT_TRUE(decide(2500, 1));
  store_.reopen();
  ASSERT_TRUE(store_->remember_open_holds());
  EXPECT_TRUE(store_->may_have_open_hold("alice@example.com"));
  for (int number = 0; number < 2500; ++number) ASSERT_TRUE(store_->may_be_held(key(number))) << number;
  EXPECT_FALSE(store_->may_have_open_hold("bob@example.com")) << "decided before";
  EXPECT_FALSE(store_->may_be_held(key(2500)));
}

// The database may have kept what it said it lost.
TEST_F(OpenHoldsTest, NamesWhatATransactionInsertedWhateverBecameOfIt) {
  ASSERT_TRUE(store_->remember_open_holds());
  ASSERT_FALSE(hold("alice@example.com", 0, 1, fail(ErrorKind::internal, "on purpose")));
  EXPECT_TRUE(store_->may_have_open_hold("alice@example.com"));
  EXPECT_TRUE(store_->may_be_held(key(0)));
}

TEST_F(OpenHoldsTest, ForgetsDecidedOnesAsItGrows) {
  ASSERT_TRUE(store_->remember_open_holds());
  ASSERT_TRUE(hold("alice@example.com", 0, 4000));
  ASSERT_TRUE(decide(0, 4000));
  EXPECT_TRUE(store_->may_have_open_hold("alice@example.com")) << "nobody has looked";
  ASSERT_TRUE(hold("bob@example.com", 4000, 500));
  ASSERT_TRUE(hold("carol@example.com", 4500, 1));
  EXPECT_FALSE(store_->may_have_open_hold("alice@example.com"));
  EXPECT_FALSE(store_->may_be_held(key(0)));
  EXPECT_TRUE(store_->may_have_open_hold("bob@example.com"));
  EXPECT_TRUE(store_->may_be_held(key(4499)));
  EXPECT_TRUE(store_->may_have_open_hold("carol@example.com"));
  EXPECT_TRUE(store_->may_be_held(key(4500)));
}

}  // namespace
}  // namespace postern::store

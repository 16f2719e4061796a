// What the store takes of memory, by SQLite's own count.
#include <sqlite3.h>

#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

// The writer's page cache, and what else one connection takes.
constexpr std::int64_t kBound = std::int64_t{20} << 20;
constexpr size_t kMessageBytes = size_t{12} << 20;

class StoreMemory : public ::testing::Test {
 protected:
  // What was taken at most while `work` ran.
  template <typename Work>
  static std::int64_t peak(const Work& work) {
    sqlite3_memory_highwater(1);
    work();
    return sqlite3_memory_highwater(0);
  }
  Result<void> decide(const std::string& reference, bool& erased) {
    return store_->commit([&](Transaction& tx) -> Result<void> {
      const std::string id = "hold-" + reference;
      if (auto ok = tx.close_hold(id, HoldState::rejected, "cli:root", test::kTestTime); !ok) return ok;
      auto done = tx.erase_message(id, test::kTestTime);
      if (!done) return fail(done.error());
      erased = *done;
      return {};
    });
  }

  test::TempStore store_;
};

TEST_F(StoreMemory, HoldingAndErasingAHugeMessageTakesNoMoreThanItsCache) {
  const std::string message(kMessageBytes, 'x');
  EXPECT_LT(peak([&] { ASSERT_TRUE(test::put_hold(*store_, "PN-AAAAAA", message, "a")); }), kBound);
  bool erased = false;
  EXPECT_LT(peak([&] {
              const auto done = decide("PN-AAAAAA", erased);
              ASSERT_TRUE(done) << done.error().message;
            }),
            kBound);
  EXPECT_TRUE(erased);
  // Into the pages that the first one left.
  EXPECT_LT(peak([&] { ASSERT_TRUE(test::put_hold(*store_, "PN-BBBBBB", message, "b")); }), kBound);
}

// A unit that fails after touching many pages is undone as a whole, from the file too.
TEST_F(StoreMemory, UndoesMoreThanItKeepsInMemory) {
  const std::string message(size_t{2} << 20, 'x');
  ASSERT_TRUE(test::put_hold(*store_, "PN-AAAAAA", message, "a"));
  const auto failed = store_->commit([&](Transaction& tx) -> Result<void> {
    if (auto ok = tx.close_hold("hold-PN-AAAAAA", HoldState::rejected, "cli:root", test::kTestTime); !ok) return ok;
    if (auto erased = tx.erase_message("hold-PN-AAAAAA", test::kTestTime); !erased) return fail(erased.error());
    return fail(ErrorKind::internal, "on purpose");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "on purpose");
  std::string back;
  ASSERT_TRUE(store_->read([&](Reader& reader) {
    return reader.held_message("hold-PN-AAAAAA", [&](std::string_view piece) -> Result<void> {
      back += piece;
      return {};
    });
  }));
  EXPECT_TRUE(back == message);
}

}  // namespace
}  // namespace postern::store

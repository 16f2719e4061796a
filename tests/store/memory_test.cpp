// What the store takes of memory: all that SQLite asks its allocator for.
#include <atomic>
#include <semaphore>
#include <thread>

#include <sqlite3.h>

#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

// SQLite's own allocator, counted: the store tells SQLite not to count.
class Counted {
 public:
  // Before SQLite is first used in the process.
  static void install() {
    ASSERT_EQ(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_), SQLITE_OK);
    sqlite3_mem_methods counted = real_;
    counted.xMalloc = [](int size) { return added(real_.xMalloc(size)); };
    counted.xFree = [](void* block) {
      now_ -= real_.xSize(block);
      real_.xFree(block);
    };
    counted.xRealloc = [](void* block, int size) -> void* {
      const std::int64_t before = real_.xSize(block);
      void* moved = real_.xRealloc(block, size);
      if (moved != nullptr) now_ -= before;
      return added(moved);
    };
    ASSERT_EQ(sqlite3_config(SQLITE_CONFIG_MALLOC, &counted), SQLITE_OK);
  }
  static void begin() { most_ = now_.load(); }
  static std::int64_t most() { return most_; }

 private:
  static void* added(void* block) {
    if (block == nullptr) return block;
    const std::int64_t now = now_ += real_.xSize(block);
    for (std::int64_t most = most_; most < now && !most_.compare_exchange_weak(most, now);) {
    }
    return block;
  }

  static inline sqlite3_mem_methods real_{};
  static inline std::atomic<std::int64_t> now_{0};
  static inline std::atomic<std::int64_t> most_{0};
};

// The writer's page cache, and what else one connection takes.
constexpr std::int64_t kBound = std::int64_t{20} << 20;
constexpr size_t kMessageBytes = size_t{12} << 20;

class StoreMemory : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { Counted::install(); }

  // What was taken at most while `work` ran.
  template <typename Work>
  static std::int64_t peak(const Work& work) {
    Counted::begin();
    work();
    return Counted::most();
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
  EXPECT_GT(Counted::most(), std::int64_t{1} << 20) << "nothing was counted";
  // Into the pages that the first one left.
  EXPECT_LT(peak([&] { ASSERT_TRUE(test::put_hold(*store_, "PN-BBBBBB", message, "b")); }), kBound);
}

// A unit that fails after touching many pages is undone as a whole, from the file too: by itself, and in a group whose
// other unit stays.
TEST_F(StoreMemory, UndoesMoreThanItKeepsInMemory) {
  const std::string message(size_t{2} << 20, 'x');
  ASSERT_TRUE(test::put_hold(*store_, "PN-AAAAAA", message, "a"));
  std::atomic<int> runs{0};
  const auto fail_to_erase = [&] {
    return store_->commit([&](Transaction& tx) -> Result<void> {
      ++runs;
      if (auto ok = tx.close_hold("hold-PN-AAAAAA", HoldState::rejected, "cli:root", test::kTestTime); !ok) return ok;
      if (auto erased = tx.erase_message("hold-PN-AAAAAA", test::kTestTime); !erased) return fail(erased.error());
      return fail(ErrorKind::internal, "on purpose");
    });
  };
  auto failed = fail_to_erase();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "on purpose");
  EXPECT_EQ(runs, 1);

  std::binary_semaphore begun{0};
  std::binary_semaphore go{0};
  std::thread first([&] {
    (void)store_->commit([&](Transaction&) -> Result<void> {
      begun.release();
      go.acquire();
      return {};
    });
  });
  begun.acquire();
  std::vector<std::thread> group;
  group.emplace_back([&] { EXPECT_TRUE(test::put_hold(*store_, "PN-BBBBBB", "kept", "b")); });
  group.emplace_back([&] { failed = fail_to_erase(); });
  while (store_->stats().waiting != 2) std::this_thread::yield();
  go.release();
  first.join();
  for (std::thread& thread : group) thread.join();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "on purpose");
  EXPECT_EQ(runs, 3) << "with the group, and once more in a savepoint";
  EXPECT_TRUE(store_->read([](Reader& reader) -> Result<void> {
    EXPECT_TRUE(reader.incident("PN-BBBBBB").value());
    return {};
  }));
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

// What each question costs the database, counted in steps of SQLite's own machine: on the way of a message none may
// cost more because more is in the store.
#include <algorithm>
#include <map>
#include <mutex>

#include <sqlite3.h>

#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

using test::kTestTime;

// The most steps that each statement took since begin(), by its text, over all connections.
class Steps {
 public:
  // Before a store is opened.
  static void install() {
    const auto watch = [](sqlite3* connection, char**, const sqlite3_api_routines*) {
      return sqlite3_trace_v2(connection, SQLITE_TRACE_PROFILE, &Steps::ended, nullptr);
    };
    // The type in sqlite3.h stands for any function, as its manual says.
    ASSERT_EQ(sqlite3_auto_extension(reinterpret_cast<void (*)()>(
                  static_cast<int (*)(sqlite3*, char**, const sqlite3_api_routines*)>(watch))),
              SQLITE_OK);
  }
  static void begin() {
    const std::lock_guard lock(mutex_);
    most_.clear();
  }
  static std::map<std::string, int> most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  static int ended(unsigned, void*, void* statement, void*) {
    auto* ended = static_cast<sqlite3_stmt*>(statement);
    const int steps = sqlite3_stmt_status(ended, SQLITE_STMTSTATUS_VM_STEP, 1);
    const std::lock_guard lock(mutex_);
    int& most = most_[sqlite3_sql(ended)];
    most = std::max(most, steps);
    return 0;
  }

  static inline std::mutex mutex_;
  static inline std::map<std::string, int> most_;
};

std::string reference_of(int number) {
  return "PN-" + std::to_string(100'000 + number);
}

// So many messages held and not decided, as many recorded only, their notices not sent yet.
void fill(Store& store, int messages) {
  const auto blob = test::blob_of("m");
  auto put = store.commit([&](Transaction& tx) -> Result<void> {
    for (int number = 0; number < messages; ++number) {
      Incident held = test::an_incident(reference_of(2 * number), "held-" + std::to_string(number));
      held.sender = "sender-" + std::to_string(number % 50) + "@example.com";
      Incident recorded = test::an_incident(reference_of(2 * number + 1), "recorded-" + std::to_string(number));
      recorded.replay_until = kTestTime + std::chrono::hours(2);
      if (auto ok = tx.insert_incident(held); !ok) return ok;
      if (auto ok = tx.insert_hold(test::a_hold("hold-" + held.reference, held), *blob); !ok) return ok;
      if (auto ok = tx.insert_incident(recorded); !ok) return ok;
      auto queued = tx.enqueue(test::an_item("waiting-" + std::to_string(number), kTestTime + std::chrono::hours(1)));
      if (!queued) return fail(queued.error());
      const std::string name = "notice " + std::to_string(number);
      if (auto counted = tx.count(name, kTestTime, kTestTime); !counted) return fail(counted.error());
      if (auto ok = tx.append_audit({0, kTestTime, "gate", "held", held.reference, "{}"}); !ok) return ok;
      if (auto ok = tx.note_contacts({"contact-" + std::to_string(number)}, kTestTime); !ok) return ok;
    }
    return {};
  });
  ASSERT_TRUE(put) << put.error().message;
}

// What the store is asked and told between a message's arrival and its release, or its end.
void way_of_a_message(Store& store) {
  auto asked = store.read([&](Reader& reader) -> Result<void> {
    EXPECT_FALSE(reader.is_held("new").value());
    EXPECT_FALSE(reader.replay("new", "policy-1", kTestTime).value());
    EXPECT_TRUE(reader.replay("held-7", "policy-1", kTestTime).value());
    EXPECT_TRUE(reader.replay("recorded-7", "policy-1", kTestTime).value());
    EXPECT_TRUE(reader.incident(reference_of(7)).value());
    EXPECT_TRUE(reader.hold_of(reference_of(8)).value());
    EXPECT_TRUE(reader.next_outbox_time().value());
    EXPECT_TRUE(reader.has_contact("contact-7").value());
    EXPECT_FALSE(reader.has_contact("contact-new").value());
    EXPECT_TRUE(reader.contact_record().value());
    return {};
  });
  ASSERT_TRUE(asked) << asked.error().message;
  const Incident incident = test::an_incident("PN-NEWNEW", "new");
  const Hold hold = test::a_hold("hold-new", incident);
  const auto blob = test::blob_of("m");
  std::int64_t item = 0;
  auto told = store.commit([&](Transaction& tx) -> Result<void> {
    if (auto ok = tx.insert_incident(incident); !ok) return ok;
    if (auto ok = tx.insert_hold(hold, *blob); !ok) return ok;
    if (auto queued = tx.enqueue(test::an_item("new")); !queued) return fail(queued.error());
    if (auto counted = tx.count("notice new", kTestTime, kTestTime); !counted) return fail(counted.error());
    if (auto kept_back = tx.take_count("notice new"); !kept_back) return fail(kept_back.error());
    if (auto ok = tx.close_hold("hold-" + reference_of(8), HoldState::rejected, "cli:root", kTestTime); !ok) return ok;
    if (auto ok = tx.append_audit({0, kTestTime, "cli:root", "release", hold.id, "{}"}); !ok) return ok;
    auto due = tx.claim_outbox(kTestTime, std::chrono::minutes(1), 10);
    if (!due) return fail(due.error());
    EXPECT_EQ(due->size(), 1U);
    item = due->front().id;
    if (auto ok = tx.retry_outbox(item, kTestTime, "later"); !ok) return ok;
    if (auto ok = tx.finish_outbox(item, OutboxState::done, ""); !ok) return ok;
    if (auto ok = tx.note_contacts({"contact-new"}, kTestTime); !ok) return ok;
    if (auto ok = tx.insert_approval(hold.id, {"a@example.com", true, "cli:root", kTestTime}); !ok) return ok;
    EXPECT_EQ(tx.approvals_of(hold.id).value().size(), 1U);
    if (auto ok = tx.request_release(hold.id, "cli:root", kTestTime); !ok) return ok;
    auto released = tx.record_release(hold.id, {{0, ReleaseResult::Kind::accepted, "250 ok"}}, kTestTime);
    if (!released) return fail(released.error());
    EXPECT_EQ(*released, HoldState::released);
    auto erased = tx.erase_message(hold.id, kTestTime);
    if (!erased) return fail(erased.error());
    return {};
  });
  ASSERT_TRUE(told) << told.error().message;
}

std::map<std::string, int> steps_beside(int messages) {
  test::TempStore store;
  fill(*store, messages);
  Steps::begin();
  way_of_a_message(*store);
  return Steps::most();
}

TEST(StoreWork, NoQuestionOnTheWayOfAMessageCostsMoreBesideManyHolds) {
  Steps::install();
  const auto few = steps_beside(60);
  const auto many = steps_beside(1200);
  ASSERT_GT(few.size(), 20U) << "the statements are not seen";
  for (const auto& [statement, steps] : many) {
    const auto before = few.find(statement);
    ASSERT_NE(before, few.end()) << statement;
    EXPECT_LE(steps, before->second * 3 / 2 + 10) << statement;
  }
}

}  // namespace
}  // namespace postern::store

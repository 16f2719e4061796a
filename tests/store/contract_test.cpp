// What every backend of the store must do, run on each of them.
#include <atomic>
#include <semaphore>
#include <thread>

#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

using namespace std::chrono_literals;
using test::a_hold;
using test::an_incident;
using test::an_item;
using test::kTestTime;
using test::put_hold;

class StoreContract : public testing::TestWithParam<std::string> {
 protected:
  // Runs a unit and expects it to be kept.
  void commit(const std::function<Result<void>(Transaction&)>& unit) {
    auto ok = store_->commit(unit);
    ASSERT_TRUE(ok) << ok.error().message;
  }
  template <typename T>
  T read(const std::function<Result<T>(Reader&)>& question) {
    std::optional<T> out;
    auto ok = store_->read([&](Reader& reader) -> Result<void> {
      auto answer = question(reader);
      if (!answer) return fail(answer.error());
      out = std::move(*answer);
      return {};
    });
    EXPECT_TRUE(ok) << ok.error().message;
    return out ? std::move(*out) : T();
  }
  std::optional<Incident> incident(const std::string& reference) {
    return read<std::optional<Incident>>([&](Reader& r) { return r.incident(reference); });
  }
  std::optional<Hold> hold(const std::string& id) {
    return read<std::optional<Hold>>([&](Reader& r) { return r.hold(id); });
  }

  test::TempStore store_;
};

INSTANTIATE_TEST_SUITE_P(Backends, StoreContract, testing::Values("sqlite"),
                         [](const auto& backend) { return backend.param; });

TEST_P(StoreContract, KeepsAnIncidentWhole) {
  Incident put = an_incident("PN-AAAAAA");
  put.message_id = "<caf\xE9@x>";  // not UTF-8
  put.recipients[0].raw =
      "<b\xFF"
      "b@social.example>";
  put.findings_json = R"([{"rule":"r"}])";
  commit([&](Transaction& tx) { return tx.insert_incident(put); });
  store_.reopen();
  const auto got = incident("PN-AAAAAA");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->message_id, put.message_id);
  EXPECT_EQ(got->time, put.time);
  EXPECT_EQ(got->sender_raw, put.sender_raw);
  EXPECT_EQ(got->sender_parameters, put.sender_parameters);
  EXPECT_EQ(got->findings_json, put.findings_json);
  EXPECT_EQ(got->action, Action::quarantine);
  EXPECT_EQ(got->mode, Mode::enforce);
  EXPECT_EQ(got->message_size, 10U);
  ASSERT_EQ(got->recipients.size(), 2U);
  EXPECT_EQ(got->recipients[0].raw, put.recipients[0].raw);
  EXPECT_EQ(got->recipients[0].parameters, put.recipients[0].parameters);
  EXPECT_EQ(got->recipients[0].classes, put.recipients[0].classes);
  EXPECT_EQ(got->recipients[0].state, RecipientState::held);
  EXPECT_EQ(got->recipients[1].raw, "carol@example.com");
  EXPECT_EQ(got->recipients[1].state, RecipientState::delivered);
}

TEST_P(StoreContract, TellsATakenReference) {
  commit([](Transaction& tx) { return tx.insert_incident(an_incident("PN-AAAAAA")); });
  auto again = store_->commit([](Transaction& tx) { return tx.insert_incident(an_incident("PN-AAAAAA")); });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
}

TEST_P(StoreContract, DrawsAnotherReferenceInTheSameUnit) {
  commit([](Transaction& tx) { return tx.insert_incident(an_incident("PN-AAAAAA")); });
  commit([](Transaction& tx) -> Result<void> {
    if (tx.insert_incident(an_incident("PN-AAAAAA"))) return fail(ErrorKind::internal, "took a taken reference");
    return tx.insert_incident(an_incident("PN-BBBBBB"));
  });
  EXPECT_TRUE(incident("PN-BBBBBB"));
}

TEST_P(StoreContract, TakesBackAFailedUnitWhole) {
  auto failed = store_->commit([](Transaction& tx) -> Result<void> {
    if (auto ok = tx.insert_incident(an_incident("PN-AAAAAA")); !ok) return ok;
    if (auto ok = tx.enqueue(an_item("k")); !ok) return fail(ok.error());
    return fail(ErrorKind::limit, "no further");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::limit);
  EXPECT_FALSE(incident("PN-AAAAAA"));
  EXPECT_FALSE(read<std::optional<WallTime>>([](Reader& r) { return r.next_outbox_time(); }));
}

TEST_P(StoreContract, AThrowingUnitFailsAlone) {
  auto failed = store_->commit([](Transaction& tx) -> Result<void> {
    (void)tx.insert_incident(an_incident("PN-AAAAAA"));
    throw std::runtime_error("a defect");
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::internal);
  EXPECT_FALSE(incident("PN-AAAAAA"));
  commit([](Transaction& tx) { return tx.insert_incident(an_incident("PN-AAAAAA")); });
}

// Units that wait while another one runs form one group: fewer syncs than units, and a bad one takes no other with it.
TEST_P(StoreContract, GroupsWaitingUnitsUnderOneSync) {
  constexpr int kThreads = 24;
  std::atomic<int> waiting{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> threads;
  std::binary_semaphore blocked{0};
  std::binary_semaphore go{0};
  std::thread first([&] {
    (void)store_->commit([&](Transaction&) -> Result<void> {
      blocked.release();
      go.acquire();
      return {};
    });
  });
  blocked.acquire();
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      ++waiting;
      auto ok = store_->commit([&](Transaction& tx) -> Result<void> {
        if (auto done = tx.insert_incident(an_incident("PN-" + std::to_string(100'000 + i))); !done) return done;
        if (i % 6 == 5) return fail(ErrorKind::limit, "a bad one");
        return {};
      });
      if (!ok) ++failed;
    });
  }
  while (waiting != kThreads) std::this_thread::yield();
  go.release();
  first.join();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failed, kThreads / 6);
  const StoreStats stats = store_->stats();
  EXPECT_EQ(stats.units, 1U + kThreads - kThreads / 6);
  EXPECT_EQ(stats.units_failed, std::uint64_t(kThreads / 6));
  EXPECT_LT(stats.groups, std::uint64_t(kThreads));
  const auto counts = read<StoreCounts>([](Reader& r) { return r.counts(); });
  EXPECT_EQ(counts.incidents, std::uint64_t(kThreads - kThreads / 6));
}

TEST_P(StoreContract, ReadersSeeOneSnapshot) {
  commit([](Transaction& tx) { return tx.insert_incident(an_incident("PN-AAAAAA")); });
  auto ok = store_->read([&](Reader& reader) -> Result<void> {
    auto before = reader.counts();
    if (!before) return fail(before.error());
    std::thread([&] { commit([](Transaction& tx) { return tx.insert_incident(an_incident("PN-BBBBBB")); }); }).join();
    auto after = reader.counts();
    if (!after) return fail(after.error());
    EXPECT_EQ(before->incidents, after->incidents);
    return {};
  });
  ASSERT_TRUE(ok) << ok.error().message;
  EXPECT_EQ(read<StoreCounts>([](Reader& r) { return r.counts(); }).incidents, 2U);
}

struct MessageCase {
  const char* name;
  size_t size;
};

TEST_P(StoreContract, GivesHeldMessagesBackByteForByte) {
  const MessageCase cases[] = {{"empty", 0},
                               {"one byte", 1},
                               {"small", 5'000},
                               {"one row", 1 << 20},
                               {"one row and one", (1 << 20) + 1},
                               {"rows", 5 * (1 << 20) / 2}};
  int number = 0;
  for (const MessageCase& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string bytes = test::noise(c.size, std::uint32_t(c.size));
    const std::string reference = "PN-" + std::to_string(100'000 + number++);
    auto put = put_hold(*store_, reference, bytes, reference);
    ASSERT_TRUE(put) << put.error().message;
    const auto blob = read<std::shared_ptr<const Blob>>(
        [&](Reader& r) { return r.held_blob("hold-" + reference, store_.directory()); });
    ASSERT_TRUE(blob);
    auto view = blob->view();
    ASSERT_TRUE(view);
    EXPECT_TRUE(*view == bytes);
    EXPECT_EQ(hold("hold-" + reference)->message_size, c.size);
  }
}

TEST_P(StoreContract, ReplaysTheOpenHoldWhateverThePolicyAndNothingAfterIt) {
  ASSERT_TRUE(put_hold(*store_, "PN-AAAAAA", "m", "key-1"));
  const auto replay = [&](const std::string& key, const std::string& policy, WallTime now) {
    return read<std::optional<Replay>>([&](Reader& r) { return r.replay(key, policy, now); });
  };
  const auto found = replay("key-1", "another policy", kTestTime + 48h);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->incident, "PN-AAAAAA");
  EXPECT_TRUE(found->held);
  EXPECT_FALSE(replay("key-2", "policy-1", kTestTime));
  EXPECT_TRUE(read<bool>([](Reader& r) { return r.has_open_hold("alice@example.com"); }));
  EXPECT_FALSE(read<bool>([](Reader& r) { return r.has_open_hold("bob@example.com"); }));
  commit([](Transaction& tx) { return tx.close_hold("hold-PN-AAAAAA", HoldState::rejected, "cli:root", kTestTime); });
  EXPECT_FALSE(replay("key-1", "policy-1", kTestTime - 1ms));
  EXPECT_FALSE(read<bool>([](Reader& r) { return r.has_open_hold("alice@example.com"); }));
  EXPECT_TRUE(put_hold(*store_, "PN-BBBBBB", "m", "key-1")) << "equal mail is new then";
}

TEST_P(StoreContract, ReplaysAnIncidentWithoutAHoldForItsTimeUnderItsPolicy) {
  Incident put = an_incident("PN-AAAAAA", "key-1");
  put.replay_until = kTestTime + 2h;
  commit([&](Transaction& tx) { return tx.insert_incident(put); });
  struct Case {
    const char* name;
    const char* policy;
    WallTime now;
    bool found;
  };
  for (const Case& c :
       {Case{"at once", "policy-1", kTestTime, true}, Case{"later", "policy-1", kTestTime + 119min, true},
        Case{"too late", "policy-1", kTestTime + 2h, false},
        Case{"under a new policy", "policy-2", kTestTime, false}}) {
    const auto found = read<std::optional<Replay>>([&](Reader& r) { return r.replay("key-1", c.policy, c.now); });
    EXPECT_EQ(found.has_value(), c.found) << c.name;
    EXPECT_FALSE(found && found->held) << c.name;
  }
}

TEST_P(StoreContract, OneOpenHoldAKey) {
  ASSERT_TRUE(put_hold(*store_, "PN-AAAAAA", "m", "key-1"));
  auto second = put_hold(*store_, "PN-BBBBBB", "m", "key-1");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_FALSE(incident("PN-BBBBBB"));
}

TEST_P(StoreContract, ReleaseIsRecordedRecipientByRecipient) {
  Incident put = an_incident("PN-AAAAAA");
  put.recipients[1].state = RecipientState::held;
  const auto message = test::blob_of("m");
  commit([&](Transaction& tx) -> Result<void> {
    if (auto ok = tx.insert_incident(put); !ok) return ok;
    return tx.insert_hold(a_hold("h", put), *message);
  });
  commit([](Transaction& tx) { return tx.request_release("h", "cli:root", kTestTime); });
  EXPECT_TRUE(hold("h")->release_requested);
  EXPECT_EQ(hold("h")->release_attempts, 1U);

  const auto expect_conflict = [&](const std::function<Result<void>(Transaction&)>& unit) {
    auto refused = store_->commit(unit);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  };
  expect_conflict([](Transaction& tx) { return tx.request_release("h", "cli:root", kTestTime); });
  expect_conflict([](Transaction& tx) { return tx.close_hold("h", HoldState::rejected, "cli:root", kTestTime); });
  const auto erase = [](Transaction& tx) -> Result<void> {
    auto erased = tx.erase_message("h", kTestTime + 2s);
    if (!erased) return fail(erased.error());
    return {};
  };
  expect_conflict(erase);

  using Kind = ReleaseResult::Kind;
  const auto record = [&](std::vector<ReleaseResult> results) {
    HoldState state = HoldState::open;
    commit([&](Transaction& tx) -> Result<void> {
      auto now = tx.record_release("h", results, kTestTime + 1s);
      if (!now) return fail(now.error());
      state = *now;
      return {};
    });
    return state;
  };
  EXPECT_EQ(record({{0, Kind::accepted, "250 ok"}, {1, Kind::refused, "550 no"}}), HoldState::open);
  EXPECT_EQ(incident("PN-AAAAAA")->recipients[0].state, RecipientState::released);
  EXPECT_EQ(incident("PN-AAAAAA")->recipients[1].state, RecipientState::held);
  EXPECT_EQ(incident("PN-AAAAAA")->recipients[1].reply, "550 no");
  commit([](Transaction& tx) { return tx.end_release("h", "550 no"); });
  EXPECT_EQ(hold("h")->release_error, "550 no");
  EXPECT_EQ(read<StoreCounts>([](Reader& r) { return r.counts(); }).releases_failed, 1U);
  expect_conflict(erase);
  commit([](Transaction& tx) { return tx.request_release("h", "cli:root", kTestTime); });
  EXPECT_EQ(hold("h")->release_error, "");
  EXPECT_EQ(record({{1, Kind::accepted, "250 ok"}}), HoldState::released);
  EXPECT_EQ(record({{1, Kind::refused, "550 twice"}}), HoldState::released);
  EXPECT_EQ(incident("PN-AAAAAA")->recipients[1].reply, "250 ok");
  EXPECT_EQ(hold("h")->state, HoldState::released);
  EXPECT_EQ(hold("h")->decided, kTestTime + 1s);
  expect_conflict([](Transaction& tx) { return tx.request_release("h", "cli:root", kTestTime); });
  EXPECT_FALSE(hold("h")->erased);
  commit(erase);
  EXPECT_EQ(hold("h")->erased, kTestTime + 2s);
  commit([](Transaction& tx) -> Result<void> {
    EXPECT_FALSE(tx.erase_message("h", kTestTime + 3s).value()) << "once";
    return {};
  });
  EXPECT_EQ(hold("h")->erased, kTestTime + 2s);
  auto gone =
      store_->read([](Reader& r) { return r.held_message("h", [](std::string_view) -> Result<void> { return {}; }); });
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::not_found);
}

TEST_P(StoreContract, ClosingAHoldDecidesItsRecipients) {
  struct Case {
    HoldState hold;
    RecipientState recipient;
  };
  for (const Case& c :
       {Case{HoldState::rejected, RecipientState::rejected}, Case{HoldState::expired, RecipientState::expired},
        Case{HoldState::withdrawn, RecipientState::withdrawn}}) {
    const std::string reference = "PN-" + std::string(to_string(c.hold));
    ASSERT_TRUE(put_hold(*store_, reference, "m", reference));
    commit([&](Transaction& tx) { return tx.close_hold("hold-" + reference, c.hold, "console:eve", kTestTime + 1s); });
    const auto got = hold("hold-" + reference);
    EXPECT_EQ(got->state, c.hold);
    EXPECT_EQ(got->decided_by, "console:eve");
    EXPECT_EQ(incident(reference)->recipients[0].state, c.recipient);
    EXPECT_EQ(incident(reference)->recipients[1].state, RecipientState::delivered);
  }
  auto unknown =
      store_->commit([](Transaction& tx) { return tx.close_hold("nothing", HoldState::rejected, "x", kTestTime); });
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
}

TEST_P(StoreContract, ListsHoldsByFilter) {
  for (int i = 0; i < 3; ++i) {
    const std::string reference = "PN-00000" + std::to_string(i);
    Incident put = an_incident(reference, reference);
    put.time = kTestTime + i * 1s;
    if (i == 2) put.sender = "zoe@example.com";
    const auto message = test::blob_of("m");
    commit([&](Transaction& tx) -> Result<void> {
      if (auto ok = tx.insert_incident(put); !ok) return ok;
      return tx.insert_hold(a_hold(reference, put), *message);
    });
  }
  commit([](Transaction& tx) { return tx.close_hold("PN-000000", HoldState::expired, "gate", kTestTime); });
  struct Case {
    const char* name;
    HoldFilter filter;
    std::vector<std::string> ids;
  };
  HoldFilter everything;
  everything.state.reset();
  HoldFilter one;
  one.limit = 1;
  HoldFilter next;
  next.before = HoldCursor{kTestTime + 2s, "PN-000002"};
  HoldFilter sender;
  sender.sender = "zoe@example.com";
  HoldFilter expired;
  expired.state = HoldState::expired;
  for (const Case& c :
       {Case{"open", {}, {"PN-000002", "PN-000001"}}, Case{"all", everything, {"PN-000002", "PN-000001", "PN-000000"}},
        Case{"first page", one, {"PN-000002"}}, Case{"next page", next, {"PN-000001"}},
        Case{"of one sender", sender, {"PN-000002"}}, Case{"expired", expired, {"PN-000000"}}}) {
    std::vector<std::string> ids;
    for (const HoldSummary& summary : read<std::vector<HoldSummary>>([&](Reader& r) { return r.holds(c.filter); })) {
      ids.push_back(summary.hold.id);
      EXPECT_EQ(summary.recipients.size(), 2U);
    }
    EXPECT_EQ(ids, c.ids) << c.name;
  }
}

// Many holds of one instant: a page that ended between them must not lose the rest.
TEST_P(StoreContract, PagesThroughHoldsOfOneInstant) {
  for (const char* key : {"a", "b", "c", "d", "e"}) ASSERT_TRUE(put_hold(*store_, std::string("PN-") + key, "m", key));
  commit([](Transaction& tx) { return tx.request_release("hold-PN-c", "cli:root", kTestTime); });
  const auto ids_of = [](const std::vector<Hold>& holds) {
    std::vector<std::string> out;
    for (const Hold& hold : holds) out.push_back(hold.id);
    return out;
  };
  using Ids = std::vector<std::string>;

  HoldFilter filter;
  filter.limit = 2;
  Ids listed;
  for (;;) {
    const auto page = read<std::vector<HoldSummary>>([&](Reader& r) { return r.holds(filter); });
    for (const HoldSummary& row : page) listed.push_back(row.hold.id);
    if (page.size() < filter.limit) break;
    filter.before = HoldCursor{page.back().hold.created, page.back().hold.id};
  }
  EXPECT_EQ(listed, (Ids{"hold-PN-e", "hold-PN-d", "hold-PN-c", "hold-PN-b", "hold-PN-a"}));

  const WallTime expiry = kTestTime + 120h;
  const auto to_expire = [&](WallTime now, const HoldCursor& after) {
    return ids_of(read<std::vector<Hold>>([&](Reader& r) { return r.holds_to_expire(now, after, 2); }));
  };
  EXPECT_EQ(to_expire(expiry - 1ms, {}), Ids{});
  EXPECT_EQ(to_expire(expiry, {}), (Ids{"hold-PN-a", "hold-PN-b"}));
  EXPECT_EQ(to_expire(expiry, {expiry, "hold-PN-b"}), (Ids{"hold-PN-d", "hold-PN-e"})) << "none on its way";
  EXPECT_EQ(to_expire(expiry, {expiry, "hold-PN-e"}), Ids{});

  for (const char* id : {"hold-PN-a", "hold-PN-b", "hold-PN-d"}) {
    commit([&](Transaction& tx) { return tx.close_hold(id, HoldState::expired, "gate", kTestTime + 1s); });
  }
  const auto to_erase = [&](WallTime decided, const HoldCursor& after) {
    return ids_of(read<std::vector<Hold>>([&](Reader& r) { return r.holds_to_erase(decided, after, 2); }));
  };
  EXPECT_EQ(to_erase(kTestTime, {}), Ids{});
  EXPECT_EQ(to_erase(kTestTime + 1s, {}), (Ids{"hold-PN-a", "hold-PN-b"}));
  EXPECT_EQ(to_erase(kTestTime + 1s, {kTestTime + 1s, "hold-PN-b"}), Ids{"hold-PN-d"});
  commit([](Transaction& tx) -> Result<void> {
    EXPECT_TRUE(tx.erase_message("hold-PN-a", kTestTime + 2s).value());
    return {};
  });
  EXPECT_EQ(to_erase(kTestTime + 1s, {}), (Ids{"hold-PN-b", "hold-PN-d"}));
}

TEST_P(StoreContract, AQuestionThatThrowsGivesItsReaderBack) {
  test::TempStore store({.url = "", .max_readers = 1});
  for (int i = 0; i < 3; ++i) {
    auto thrown = store->read([](Reader& r) -> Result<void> {
      EXPECT_TRUE(r.counts());
      throw std::runtime_error("out of order");
    });
    ASSERT_FALSE(thrown);
    EXPECT_EQ(thrown.error().kind, ErrorKind::internal);
  }
  ASSERT_TRUE(put_hold(*store, "PN-AAAAAA", "m", "a"));
  EXPECT_TRUE(store->read([](Reader& r) -> Result<void> {
    EXPECT_EQ(r.counts().value().incidents, 1U) << "no snapshot of before is left on it";
    return {};
  }));
}

TEST_P(StoreContract, OutboxKeepsOneRowAKeyAndWakesTheCourier) {
  std::atomic<int> woken{0};
  store_->on_outbox([&] { ++woken; });
  std::vector<bool> written;
  commit([&](Transaction& tx) -> Result<void> {
    for (const char* key : {"a", "b", "a"}) {
      auto ok = tx.enqueue(an_item(key));
      if (!ok) return fail(ok.error());
      written.push_back(*ok);
    }
    return {};
  });
  EXPECT_EQ(written, (std::vector<bool>{true, true, false}));
  commit([&](Transaction& tx) -> Result<void> {
    OutboxItem item = an_item("c");
    item.state = OutboxState::suppressed;
    auto ok = tx.enqueue(item);
    if (!ok) return fail(ok.error());
    EXPECT_TRUE(*ok);
    return {};
  });
  store_->on_outbox(nullptr);
  commit([](Transaction&) -> Result<void> { return {}; });  // the listener has run by the time the next unit ends
  EXPECT_EQ(woken, 1);
}

TEST_P(StoreContract, ClaimedRowsComeBackWhenTheirCourierDied) {
  commit([](Transaction& tx) -> Result<void> {
    for (const auto& [key, at] : {std::pair{"late", 10s}, std::pair{"first", 0s}, std::pair{"second", 1s}}) {
      if (auto ok = tx.enqueue(an_item(key, kTestTime + at)); !ok) return fail(ok.error());
    }
    return {};
  });
  const auto claim = [&](WallTime now, std::uint32_t limit = 10) {
    std::vector<OutboxItem> out;
    commit([&](Transaction& tx) -> Result<void> {
      auto claimed = tx.claim_outbox(now, 60s, limit);
      if (!claimed) return fail(claimed.error());
      out = std::move(*claimed);
      return {};
    });
    return out;
  };
  EXPECT_EQ(read<std::optional<WallTime>>([](Reader& r) { return r.next_outbox_time(); }), kTestTime);
  const auto one = claim(kTestTime + 5s, 1);
  ASSERT_EQ(one.size(), 1U);
  EXPECT_EQ(one[0].dedupe_key, "first");
  EXPECT_EQ(one[0].attempts, 1U);
  const auto two = claim(kTestTime + 5s);
  ASSERT_EQ(two.size(), 1U);
  EXPECT_EQ(two[0].dedupe_key, "second");
  EXPECT_TRUE(claim(kTestTime + 6s).empty());
  commit([&](Transaction& tx) { return tx.finish_outbox(one[0].id, OutboxState::done, ""); });
  commit([&](Transaction& tx) { return tx.retry_outbox(two[0].id, kTestTime + 300s, "host away"); });
  store_.reopen();
  const auto after = claim(kTestTime + 65s);
  ASSERT_EQ(after.size(), 1U) << "the finished and the postponed row stay away";
  EXPECT_EQ(after[0].dedupe_key, "late");
  const auto again = claim(kTestTime + 300s);
  ASSERT_EQ(again.size(), 2U) << "an unfinished claim comes back";
  EXPECT_EQ(again[0].dedupe_key, "late");
  EXPECT_EQ(again[0].attempts, 2U);
  EXPECT_TRUE(claim(kTestTime + 301s).empty());
  commit([&](Transaction& tx) -> Result<void> {
    auto ended = tx.end_leases(kTestTime + 301s);
    if (!ended) return fail(ended.error());
    EXPECT_EQ(*ended, 2U) << "those claimed and not finished";
    return {};
  });
  EXPECT_EQ(claim(kTestTime + 301s).size(), 2U) << "a courier that starts need not wait for the leases of a dead one";
  EXPECT_EQ(again[1].last_error, "host away");
  commit([&](Transaction& tx) { return tx.finish_outbox(again[1].id, OutboxState::failed, "gave up"); });
  const auto row = read<std::optional<OutboxItem>>([&](Reader& r) { return r.outbox_item(again[1].id); });
  EXPECT_EQ(row->state, OutboxState::failed);
  EXPECT_EQ(row->last_error, "gave up");
  EXPECT_EQ(read<StoreCounts>([](Reader& r) { return r.counts(); }).outbox_failed, 1U);
}

TEST_P(StoreContract, AuditRowsAreNumberedAndChained) {
  for (int i = 1; i <= 3; ++i) {
    commit([&](Transaction& tx) {
      return tx.append_audit({0, kTestTime + i * 1s, "gate", "hold", "PN-" + std::to_string(i), "{}"});
    });
  }
  EXPECT_EQ(read<std::uint64_t>([](Reader& r) { return r.verify_audit(); }), 3U);
  const auto events = read<std::vector<AuditEvent>>([](Reader& r) { return r.audit_after(1, 10); });
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].sequence, 2);
  EXPECT_EQ(events[0].subject, "PN-2");
}

TEST_P(StoreContract, CountsInWindowsAndForgetsOldOnes) {
  const auto count = [&](const char* name, WallTime window, WallTime forget) {
    std::uint64_t out = 0;
    commit([&](Transaction& tx) -> Result<void> {
      auto value = tx.count(name, window, forget);
      if (!value) return fail(value.error());
      out = *value;
      return {};
    });
    return out;
  };
  EXPECT_EQ(count("a", kTestTime, kTestTime), 1U);
  EXPECT_EQ(count("a", kTestTime, kTestTime), 2U);
  EXPECT_EQ(count("b", kTestTime, kTestTime), 1U);
  EXPECT_EQ(count("a", kTestTime + 1h, kTestTime), 1U);
  EXPECT_EQ(count("a", kTestTime, kTestTime), 3U);
  EXPECT_EQ(count("a", kTestTime + 1h, kTestTime + 1h), 2U);
  EXPECT_EQ(count("a", kTestTime, kTestTime), 1U) << "forgotten";
}

}  // namespace
}  // namespace postern::store

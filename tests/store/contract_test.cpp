// Units, snapshots, the outbox, the audit chain, counters.
#include <atomic>
#include <semaphore>
#include <thread>

#include "tests/store/contract_fixture.h"

namespace postern::store {
namespace {

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

TEST_P(StoreContract, NobodyIsInAListenerThatWasTakenAway) {
  std::binary_semaphore entered{0};
  std::atomic<bool> left{false};
  store_->on_outbox([&] {
    entered.release();
    std::this_thread::sleep_for(20ms);  // as one that is slow to leave
    left = true;
  });
  commit([](Transaction& tx) -> Result<void> {
    auto written = tx.enqueue(an_item("notice:1"));
    if (!written) return fail(written.error());
    return {};
  });
  entered.acquire();
  store_->on_outbox(nullptr);
  EXPECT_TRUE(left);
}

TEST_P(StoreContract, CountsWhatWasAskedAndWhatWasNotSaid) {
  commit([](Transaction& tx) -> Result<void> {
    using Row = std::pair<OutboxKind, OutboxState>;
    int key = 0;
    for (const auto& [kind, state] :
         {Row{OutboxKind::release, OutboxState::pending}, Row{OutboxKind::release, OutboxState::done},
          Row{OutboxKind::release, OutboxState::failed}, Row{OutboxKind::notice, OutboxState::pending},
          Row{OutboxKind::notice, OutboxState::done}, Row{OutboxKind::notice, OutboxState::failed},
          Row{OutboxKind::notice, OutboxState::suppressed}, Row{OutboxKind::notice, OutboxState::suppressed},
          Row{OutboxKind::webhook, OutboxState::suppressed}}) {
      OutboxItem item = an_item(std::to_string(key++));
      item.kind = kind;
      item.state = state;
      if (auto ok = tx.enqueue(item); !ok) return fail(ok.error());
    }
    return {};
  });
  const auto counts = read<StoreCounts>([](Reader& r) { return r.counts(); });
  EXPECT_EQ(counts.releases_asked, 3U);
  EXPECT_EQ(counts.notices_suppressed, 2U);
  EXPECT_EQ(counts.outbox_pending, 2U);
  EXPECT_EQ(counts.outbox_failed, 2U);
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
  EXPECT_EQ(count("b", kTestTime + 1h, kTestTime + 1h), 1U);
  EXPECT_EQ(count("a", kTestTime, kTestTime), 1U) << "forgotten";
}

}  // namespace
}  // namespace postern::store

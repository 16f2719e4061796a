// Held messages, their replay, release and decision.
#include "tests/store/contract_fixture.h"

namespace postern::store {
namespace {

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
  commit([](Transaction& tx) { return tx.close_hold("hold-PN-AAAAAA", HoldState::rejected, "cli:root", kTestTime); });
  EXPECT_FALSE(replay("key-1", "policy-1", kTestTime - 1ms));
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

// A mail that was sent apart: the MTA delivered to some, and the hold of the others was let go by itself.
TEST_P(StoreContract, ReplaysAMailSentApartWhateverThePolicyButNotOneThatWasRefused) {
  struct Case {
    HoldState state;
    bool found;
  };
  int number = 0;
  for (const Case& c : {Case{HoldState::released, true}, Case{HoldState::rejected, false},
                        Case{HoldState::expired, false}, Case{HoldState::withdrawn, false}}) {
    SCOPED_TRACE(to_string(c.state));
    const std::string key = "key-" + std::to_string(number);
    Incident put = an_incident("PN-AAAAA" + std::to_string(number++), key);
    put.replay_until = kTestTime + 2h;
    const auto message = test::blob_of("m");
    commit([&](Transaction& tx) -> Result<void> {
      if (auto ok = tx.insert_incident(put); !ok) return ok;
      return tx.insert_hold(a_hold(key, put), *message);
    });
    const auto replay = [&](const std::string& policy, WallTime now) {
      return read<std::optional<Replay>>([&](Reader& r) { return r.replay(key, policy, now); });
    };
    ASSERT_TRUE(replay("policy-2", kTestTime));
    EXPECT_TRUE(replay("policy-2", kTestTime)->held);
    commit([&](Transaction& tx) -> Result<void> {
      if (c.state != HoldState::released) return tx.close_hold(key, c.state, "cli:root", kTestTime);
      if (auto ok = tx.request_release(key, "gate", kTestTime); !ok) return ok;
      std::vector<ReleaseResult> results;
      for (size_t i = 0; i < put.recipients.size(); ++i) results.push_back({i, ReleaseResult::Kind::accepted, "250"});
      auto state = tx.record_release(key, results, kTestTime);
      if (!state) return fail(state.error());
      EXPECT_EQ(*state, HoldState::released);
      return {};
    });
    for (const char* policy : {"policy-1", "policy-2", ""}) {
      const auto found = replay(policy, kTestTime + 119min);
      EXPECT_EQ(found.has_value(), c.found) << policy;
      EXPECT_FALSE(found && found->held) << policy;
      EXPECT_FALSE(replay(policy, kTestTime + 2h)) << policy;
    }
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
  EXPECT_EQ(read<StoreCounts>([](Reader& r) { return r.counts(); }).holds_rejected, 1U);
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

}  // namespace
}  // namespace postern::store

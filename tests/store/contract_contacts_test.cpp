// Contacts and approvals, on each backend.
#include <set>

#include "store/contacts.h"
#include "tests/store/contract_fixture.h"

namespace postern::store {
namespace {

using namespace std::chrono_literals;

class StoreContractOfContacts : public StoreContract {
 protected:
  std::string hash(const std::string& address) {
    return contact_hash(store_->keys().key(KeyUse::contact), *parse_address(address));
  }
  void note(const std::vector<std::string>& addresses, WallTime now) {
    std::vector<std::string> hashes;
    for (const std::string& address : addresses) hashes.push_back(hash(address));
    commit([&](Transaction& tx) { return tx.note_contacts(hashes, now); });
  }
  bool has(const std::string& address) {
    return read<bool>([&](Reader& r) { return r.has_contact(hash(address)); });
  }
  std::optional<ContactRecord> record() {
    return read<std::optional<ContactRecord>>([](Reader& r) { return r.contact_record(); });
  }
  std::uint64_t forget(WallTime before, std::uint32_t limit) {
    std::uint64_t out = 0;
    commit([&](Transaction& tx) -> Result<void> {
      auto forgotten = tx.forget_contacts(before, limit);
      if (!forgotten) return fail(forgotten.error());
      out = *forgotten;
      return {};
    });
    return out;
  }
};

INSTANTIATE_TEST_SUITE_P(Backends, StoreContractOfContacts, testing::Values("sqlite"),
                         [](const auto& backend) { return backend.param; });

TEST_P(StoreContractOfContacts, AreKnownOnceTheyWereNoted) {
  EXPECT_FALSE(record());
  note({"a@x.example", "b@x.example"}, kTestTime);
  EXPECT_TRUE(has("a@x.example"));
  EXPECT_TRUE(has("A@X.EXAMPLE")) << "however it is written";
  EXPECT_FALSE(has("c@x.example"));
  EXPECT_FALSE(has("a@y.example"));
  note({"a@x.example"}, kTestTime + 24h);
  EXPECT_EQ(record()->since, kTestTime);
  EXPECT_EQ(record()->seen, kTestTime + 24h);
  note({"a@x.example"}, kTestTime);
  EXPECT_EQ(record()->seen, kTestTime + 24h) << "never back in time";
}

TEST_P(StoreContractOfContacts, TellWhatIsNewAfterThirtyDaysWithoutAGap) {
  note({"a@x.example"}, kTestTime);
  struct Case {
    const char* name;
    std::chrono::milliseconds since, seen;  // before now
    bool tells;
  };
  for (const Case& c : {Case{"just begun", 0ms, 0ms, false}, Case{"30 days less a moment", 30 * 24h - 1ms, 0ms, false},
                        Case{"30 days", 30 * 24h, 0ms, true}, Case{"a week's gap", 60 * 24h, 7 * 24h, true},
                        Case{"a longer one", 60 * 24h, 7 * 24h + 1ms, false}}) {
    EXPECT_EQ(tells_first_contacts({kTestTime - c.since, kTestTime - c.seen}, kTestTime), c.tells) << c.name;
  }
  note({"b@x.example"}, kTestTime + 7 * 24h);
  EXPECT_EQ(record()->since, kTestTime);
  note({"c@x.example"}, kTestTime + 15 * 24h);
  EXPECT_EQ(record()->since, kTestTime + 15 * 24h) << "begun anew";
  EXPECT_TRUE(has("a@x.example")) << "what is known stays known";
}

TEST_P(StoreContractOfContacts, AreForgottenByTheLastDay) {
  const WallTime late = kTestTime + 10 * 24h;
  note({"a@x.example", "b@x.example", "c@x.example"}, kTestTime);
  note({"b@x.example", "d@x.example"}, late);
  EXPECT_FALSE(read<bool>([&](Reader& r) { return r.has_contact_before(kTestTime); }));
  EXPECT_TRUE(read<bool>([&](Reader& r) { return r.has_contact_before(late); }));
  EXPECT_EQ(forget(kTestTime, 10), 0U);
  EXPECT_EQ(forget(late, 1), 1U) << "no more than asked at a time";
  EXPECT_EQ(forget(late, 10), 1U);
  EXPECT_EQ(forget(late, 10), 0U);
  EXPECT_FALSE(has("a@x.example"));
  EXPECT_TRUE(has("b@x.example"));
  EXPECT_FALSE(has("c@x.example"));
  EXPECT_TRUE(has("d@x.example"));
}

TEST_P(StoreContractOfContacts, AreHashedUnderTheInstallationsKey) {
  SecretKey other{};
  other.fill(7);
  EXPECT_EQ(hash("a@x.example").size(), 16U);
  EXPECT_NE(hash("a@x.example"), contact_hash(other, *parse_address("a@x.example")));
}

TEST_P(StoreContractOfContacts, APostedUnitIsWrittenBehindTheOthers) {
  for (int i = 0; i < 100; ++i) {
    const std::string hashed = hash("p" + std::to_string(i) + "@x.example");
    ASSERT_TRUE(store_->post([hashed](Transaction& tx) { return tx.note_contacts({hashed}, kTestTime); }));
  }
  ASSERT_TRUE(store_->post([](Transaction&) -> Result<void> { return fail(ErrorKind::conflict, "of its own"); }));
  commit([](Transaction&) -> Result<void> { return {}; });
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(has("p" + std::to_string(i) + "@x.example")) << i;
  EXPECT_EQ(store_->stats().units_failed, 1U);
}

TEST_P(StoreContract, ApprovalsAreOnceAPerson) {
  ASSERT_TRUE(put_hold(*store_, "PN-AAAAAA", "m", "key"));
  const std::string id = read<std::optional<Hold>>([](Reader& r) { return r.hold_of("PN-AAAAAA"); })->id;
  const auto approve = [&](const std::string& person, WallTime time) {
    return store_->commit([&](Transaction& tx) { return tx.insert_approval(id, {person, true, "cli:root", time}); });
  };
  ASSERT_TRUE(approve("b@example.com", kTestTime));
  ASSERT_TRUE(approve("a@example.com", kTestTime + 1s));
  const auto again = approve("b@example.com", kTestTime + 2s);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::conflict);
  const auto approvals = read<std::vector<Approval>>([&](Reader& r) { return r.approvals_of(id); });
  ASSERT_EQ(approvals.size(), 2U);
  EXPECT_EQ(approvals[0].person, "b@example.com");
  EXPECT_TRUE(approvals[0].named);
  EXPECT_EQ(approvals[0].actor, "cli:root");
  EXPECT_EQ(approvals[0].time, kTestTime);
  EXPECT_EQ(approvals[1].person, "a@example.com");
}

}  // namespace
}  // namespace postern::store

#include "response/rule_records.h"

#include "response/commit.h"
#include "response/quarantine.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::response {
namespace {

using namespace std::chrono_literals;

class RuleRecordsTest : public testing::Test {
 protected:
  RuleRecordsTest() : quarantine_(*store_, clock_, store_.directory()) {
    routing_.of_organisation = [](const Address& address) { return address.domain == "example.com"; };
  }

  // A mail of this sender, held by these rules; those in audit only saw it.
  std::string hold(const std::string& sender, const std::vector<std::string>& rules,
                   const std::vector<std::string>& audit = {}) {
    Verdict verdict = test::a_verdict({Action::quarantine});
    verdict.findings.clear();
    verdict.recipients[0].findings.clear();
    for (const std::string& rule : rules) {
      // Several finds of one rule are one mail.
      for (int i = 0; i < 2; ++i) verdict.findings.push_back(test::a_finding(rule, Action::quarantine));
    }
    for (const std::string& rule : audit) {
      verdict.findings.push_back(test::a_finding(rule, Action::quarantine, Mode::audit));
    }
    verdict.findings.push_back(test::a_finding("mild", Action::annotate));
    for (size_t i = 0; i < verdict.findings.size(); ++i) verdict.recipients[0].findings.push_back(i);
    SenderFacts facts;
    facts.identity = {sender, "example.com"};
    const Mail mail = test::a_mail({{"Subject", " x"}}, std::to_string(number_++) + "\r\n", {"<bob@social.example>"});
    Committer committer(*store_, clock_, system_entropy(), CommitOptions());
    auto out = committer.commit({mail, verdict, facts, routing_});
    EXPECT_TRUE(out) << out.error().message;
    return out->reference;
  }
  void release(const std::string& reference) {
    ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
    store::OutboxItem item;
    ASSERT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto rows = reader.outbox_of(reference).value();
      for (const store::OutboxItem& row : rows) {
        if (row.kind == store::OutboxKind::release) item = row;
      }
      return {};
    }));
    ASSERT_TRUE(quarantine_.record_release(item, {{0, store::ReleaseResult::Kind::accepted, "250 ok"}}, std::nullopt));
  }
  // "RULE: overridden/decided of senders; ..."
  std::string records() {
    const auto got = rule_records(*store_, clock_.now());
    EXPECT_TRUE(got) << got.error().message;
    std::string out;
    for (const auto& [rule, record] : *got) {
      out += (out.empty() ? "" : "; ") + rule + ": " + std::to_string(record.overridden) + "/" +
             std::to_string(record.decided) + " of " + std::to_string(record.senders);
    }
    return out;
  }

  test::TempStore store_;
  ManualClock clock_{test::kTestTime};
  Quarantine quarantine_;
  NoticeRouting routing_;
  int number_ = 0;
};

TEST_F(RuleRecordsTest, CountWhatPeopleDecidedOfWhatARuleHeld) {
  EXPECT_EQ(records(), "");
  const std::string first = hold("ann", {"a", "b"}, {"watching"});
  EXPECT_EQ(records(), "") << "nobody has decided";
  release(first);
  EXPECT_EQ(records(), "a: 1/1 of 1; b: 1/1 of 1");
  ASSERT_TRUE(quarantine_.reject(hold("ann", {"a"}), "cli:root", ""));
  release(hold("ben", {"a"}));
  hold("carl", {"a"});
  EXPECT_EQ(records(), "a: 2/3 of 2; b: 1/1 of 1");
  clock_.advance(6 * 24h);
  ASSERT_TRUE(quarantine_.expire());
  EXPECT_EQ(records(), "a: 2/4 of 3; b: 1/1 of 1") << "one that expired was not let go";
  clock_.advance(25 * 24h);
  EXPECT_EQ(records(), "") << "of the last 30 days";
}

// A mail that is sent apart is let go by the gate in the transaction that holds it.
TEST_F(RuleRecordsTest, WhatTheGateLetGoByItselfNobodyDecided) {
  const std::string held = hold("ann", {"a"});
  ASSERT_TRUE(store_->commit([&](store::Transaction& tx) -> Result<void> {
    auto asked = enqueue_release(tx, tx.hold_of(held).value().value(), "gate", clock_.now());
    if (!asked) return fail(asked.error());
    auto state = tx.record_release(tx.hold_of(held).value()->id, {{0, store::ReleaseResult::Kind::accepted, "250 ok"}},
                                   clock_.now());
    if (!state) return fail(state.error());
    return {};
  }));
  EXPECT_EQ(records(), "");
  hold("ben", {"a"});
  clock_.advance(6 * 24h);
  ASSERT_TRUE(quarantine_.expire());
  EXPECT_EQ(records(), "a: 0/1 of 1") << "one that expired counts, though the gate ended it";
}

}  // namespace
}  // namespace postern::response

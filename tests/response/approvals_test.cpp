#include "response/approvals.h"

#include "response/commit_payload.h"
#include "response/quarantine.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::response {
namespace {

using store::Approval;
using store::HoldState;
using store::OutboxKind;
using Strings = std::vector<std::string>;

ApprovalNeed need(const std::string& of, Strings people, Strings deputies = {}) {
  return {"liaison", of, std::move(people), std::move(deputies)};
}

TEST(MetNeedsTest, EachIsMetByAnother) {
  struct Case {
    const char* name;
    std::vector<ApprovalNeed> needs;
    std::vector<Approval> approvals;
    size_t met;
  };
  const auto by = [](const char* person) { return Approval{person, true, "cli:root", {}}; };
  const Approval operator_{"cli:root", false, "cli:root", {}};
  const Case cases[] = {
      {"nobody yet", {need("a", {"x"}), need("b", {"y"})}, {}, 0},
      {"one of two", {need("a", {"x"}), need("b", {"y"})}, {by("x")}, 1},
      {"both", {need("a", {"x"}), need("b", {"y"})}, {by("y"), by("x")}, 2},
      {"who may meet both meets one", {need("a", {"x"}), need("b", {"x", "y"})}, {by("x")}, 1},
      {"and moves to the one that only he meets", {need("a", {"x", "y"}), need("b", {"x"})}, {by("x"), by("y")}, 2},
      {"a chain of three",
       {need("a", {"x", "y"}), need("b", {"x", "z"}), need("c", {"x"})},
       {by("x"), by("y"), by("z")},
       3},
      {"two of the same need", {need("a", {"x", "y"}), need("b", {"z"})}, {by("x"), by("y")}, 1},
      {"a deputy", {need("a", {"x"}, {"d"}), need("b", {"y"})}, {by("d"), by("y")}, 2},
      {"a stranger", {need("a", {"x"})}, {by("s")}, 0},
      {"an operator for whoever is asked", {need("a", {"x"}), need("b", {"y"})}, {operator_, by("x")}, 2},
      {"an operator once", {need("a", {"x"}), need("b", {"y"})}, {operator_}, 1},
      {"nobody is named: an operator", {need("a", {})}, {operator_}, 1},
  };
  for (const Case& c : cases) {
    const MetNeeds met = met_needs(c.needs, c.approvals);
    EXPECT_EQ(size_t(std::count_if(met.begin(), met.end(), [](const auto& one) { return one.has_value(); })), c.met)
        << c.name;
    EXPECT_EQ(all_met(met), c.met == c.needs.size()) << c.name;
  }
}

class ApprovalsTest : public testing::Test {
 protected:
  ApprovalsTest() : quarantine_(*store_, clock_, store_.directory()) {
    sender_.identity = {"alice", "example.com"};
    routing_.of_organisation = [](const Address& address) { return address.domain == "example.com"; };
    routing_.people = [](std::string_view role, const Finding& finding, const Address&) {
      if (role == "owner") return std::vector<Address>{{"owner", "example.com"}, {"Alice", "example.com"}};
      if (role == kDeputy) return std::vector<Address>{{"deputy-" + finding.category, "example.com"}};
      return std::vector<Address>{{"Lia-" + finding.category, "example.com"}, {"spy", "elsewhere.example"}};
    };
  }

  // Held by rules that ask `review`, one a category.
  std::string hold(const std::vector<std::pair<std::string, Strings>>& rules) {
    Verdict verdict = test::a_verdict({Action::quarantine});
    verdict.findings.clear();
    verdict.recipients[0].findings.clear();
    for (const auto& [category, review] : rules) {
      Finding finding = test::a_finding("rule-" + category, Action::quarantine);
      finding.category = category;
      finding.review = review;
      verdict.recipients[0].findings.push_back(verdict.findings.size());
      verdict.findings.push_back(finding);
    }
    const Mail mail = test::a_mail({{"Subject", " x"}}, "Nightjar\r\n", {"<bob@social.example>"});
    Committer committer(*store_, clock_, system_entropy(), CommitOptions());
    auto out = committer.commit({mail, verdict, sender_, routing_});
    EXPECT_TRUE(out) << out.error().message;
    return out->reference;
  }
  // "under way", "waits for N", or the failure.
  std::string release(const std::string& reference, const std::string& person, const std::string& actor = "cli:root") {
    const auto asked = quarantine_.release(reference, {actor, person});
    if (!asked) return asked.error().message;
    return asked->under_way ? "under way" : "waits for " + std::to_string(asked->waiting.size());
  }
  std::vector<store::AuditEvent> audit() {
    std::vector<store::AuditEvent> out;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      out = reader.audit_after(0, 100).value();
      return {};
    }));
    return out;
  }
  size_t releases(const std::string& reference) {
    size_t out = 0;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto rows = reader.outbox_of(reference).value();
      for (const store::OutboxItem& row : rows) out += row.kind == OutboxKind::release;
      return {};
    }));
    return out;
  }

  test::TempStore store_;
  ManualClock clock_{test::kTestTime};
  Quarantine quarantine_;
  NoticeRouting routing_;
  SenderFacts sender_;
};

TEST_F(ApprovalsTest, EveryRuleThatHoldsAsksForItsOwn) {
  const std::string reference = hold({{"financial", {"liaison"}}, {"secret", {"liaison", "owner"}}, {"other", {}}});
  const auto shown = quarantine_.show(reference);
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->needs.size(), 3U);
  EXPECT_EQ(describe(shown->needs[0]),
            "liaison for financial (lia-financial@example.com; deputies: deputy-financial@example.com)");
  EXPECT_EQ(describe(shown->needs[1]),
            "liaison for secret (lia-secret@example.com; deputies: deputy-secret@example.com)");
  EXPECT_EQ(describe(shown->needs[2]), "owner for rule-secret (alice@example.com, owner@example.com)");
}

TEST_F(ApprovalsTest, WhatIsAskedOfTheSamePeopleIsOneApproval) {
  routing_.people = [](std::string_view, const Finding&, const Address&) {
    return std::vector<Address>{{"ip", "example.com"}};
  };
  const auto shown = quarantine_.show(hold({{"financial", {"liaison"}}, {"secret", {"liaison"}}}));
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->needs.size(), 1U);
}

TEST_F(ApprovalsTest, AHoldThatNeedsTwoGoesAfterTheSecond) {
  const std::string reference = hold({{"secret", {"liaison", "owner"}}});
  EXPECT_EQ(release(reference, "stranger@example.com"),
            "stranger@example.com is none of those who approve " + reference);
  EXPECT_EQ(release(reference, "spy@elsewhere.example"),
            "spy@elsewhere.example is none of those who approve " + reference);
  EXPECT_EQ(release(reference, "alice@example.com"), "alice@example.com sent it, and cannot approve it");
  EXPECT_EQ(release(reference, "lia-secret@example.com"), "waits for 1");
  EXPECT_EQ(releases(reference), 0U);
  EXPECT_FALSE(quarantine_.show(reference)->hold.release_requested);
  EXPECT_EQ(release(reference, "lia-secret@example.com"), "lia-secret@example.com has approved it already");
  EXPECT_EQ(release(reference, "deputy-secret@example.com"),
            "what deputy-secret@example.com can approve of " + reference + " is approved: it waits for others");
  EXPECT_EQ(releases(reference), 0U);
  clock_.advance(std::chrono::minutes(5));
  EXPECT_EQ(release(reference, "owner@example.com", "cli:eve"), "under way");
  EXPECT_EQ(releases(reference), 1U);
  EXPECT_EQ(release(reference, ""), reference + " is being released already");

  const auto shown = quarantine_.show(reference);
  ASSERT_TRUE(shown);
  EXPECT_TRUE(shown->hold.release_requested);
  ASSERT_EQ(shown->approvals.size(), 2U) << "nobody who was turned away is in it";
  EXPECT_EQ(shown->approvals[0].person, "lia-secret@example.com");
  EXPECT_EQ(shown->approvals[0].time, test::kTestTime);
  EXPECT_EQ(shown->approvals[1].person, "owner@example.com");
  EXPECT_EQ(shown->approvals[1].actor, "cli:eve");
  Strings told;
  const auto events = audit();
  for (const store::AuditEvent& event : events) told.push_back(event.actor + " " + event.verb);
  EXPECT_EQ(events[1].detail_json, R"({"person":"lia-secret@example.com","waiting":1})");
  EXPECT_EQ(events.back().detail_json, R"({"attempt":1,"person":"owner@example.com"})");
  EXPECT_EQ(told, (Strings{"gate held", "cli:root approved", "cli:eve release-requested"}));
}

TEST_F(ApprovalsTest, AnOperatorIsOnePersonOfTwo) {
  const std::string reference = hold({{"secret", {"liaison", "owner"}}});
  EXPECT_EQ(release(reference, ""), "waits for 1");
  EXPECT_EQ(release(reference, ""), "cli:root has approved it already");
  EXPECT_EQ(release(reference, "", "cli:eve"), "under way");
}

TEST_F(ApprovalsTest, OneApproverIsOneDecision) {
  const std::string reference = hold({{"secret", {"liaison"}}});
  EXPECT_EQ(release(reference, ""), "under way");
  const std::string without = hold({{"other", {}}});
  EXPECT_EQ(without, reference) << "a retry of a held mail";
}

TEST_F(ApprovalsTest, AFailedReleaseIsAskedForAgainWithoutNewApprovals) {
  const std::string reference = hold({{"secret", {"liaison", "owner"}}});
  EXPECT_EQ(release(reference, "lia-secret@example.com"), "waits for 1");
  EXPECT_EQ(release(reference, "owner@example.com"), "under way");
  store::OutboxItem item;
  ASSERT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
    const auto rows = reader.outbox_of(reference).value();
    for (const store::OutboxItem& row : rows) {
      if (row.kind == OutboxKind::release) item = row;
    }
    return {};
  }));
  ASSERT_TRUE(quarantine_.fail_release(item, "the disk"));
  EXPECT_EQ(release(reference, ""), "under way");
  EXPECT_EQ(releases(reference), 2U);
  EXPECT_EQ(quarantine_.show(reference)->approvals.size(), 2U);
}

TEST_F(ApprovalsTest, WhatIsDecidedTakesNoApproval) {
  const std::string reference = hold({{"secret", {"liaison", "owner"}}});
  ASSERT_TRUE(quarantine_.reject(reference, "cli:root", "")) << "one no is enough";
  EXPECT_EQ(release(reference, "owner@example.com"), reference + " is rejected already");
  EXPECT_TRUE(quarantine_.show(reference)->approvals.empty());
}

}  // namespace
}  // namespace postern::response

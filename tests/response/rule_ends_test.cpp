#include "response/rule_ends.h"

#include <gmock/gmock.h>

#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::response {
namespace {

using namespace std::chrono_literals;

const WallTime kUntil = *parse_rfc3339("2027-02-01T07:00:00Z");

class RuleEndsTest : public testing::Test {
 protected:
  size_t tell(WallTime now) {
    const auto written = tell_rule_ends(*store_, rules_, now, told_);
    EXPECT_TRUE(written) << written.error().message;
    return written.value_or(99);
  }
  // What another process of this gate would have told.
  size_t tell_anew(WallTime now) {
    told_.clear();
    return tell(now);
  }
  std::vector<NoticePayload> rows() {
    std::vector<NoticePayload> out;
    const auto read = store_->read([&](store::Reader& reader) -> Result<void> {
      const auto found = reader.outbox_of("").value();
      for (const store::OutboxItem& row : found) {
        EXPECT_EQ(row.kind, store::OutboxKind::notice);
        out.push_back(NoticePayload::parse(row.payload_json).value());
      }
      return {};
    });
    EXPECT_TRUE(read);
    return out;
  }

  test::TempStore store_;
  std::vector<EndingRule> rules_ = {{{"secret.a", "A rule", kUntil, false}, {"anna@example.com"}}};
  std::set<std::string> told_;
};

TEST_F(RuleEndsTest, OwnersAreTold48HoursBeforeAndOnce) {
  EXPECT_EQ(tell(kUntil - 49h), 0U);
  EXPECT_EQ(tell(kUntil - 48h), 1U);
  EXPECT_EQ(tell(kUntil - 1h), 0U);
  EXPECT_EQ(tell_anew(kUntil - 1h), 0U) << "by another process";
  EXPECT_EQ(tell(kUntil), 0U) << "it has stopped";
  ASSERT_EQ(rows().size(), 1U);
  EXPECT_EQ(rows()[0].event, NoticeEvent::rule_ends);
  EXPECT_EQ(rows()[0].audience, Audience::owner);
  EXPECT_THAT(rows()[0].to, testing::ElementsAre("anna@example.com"));
  EXPECT_EQ(rows()[0].rule_end, rules_[0].end);

  rules_[0].end.until = kUntil + 24h * 30;
  EXPECT_EQ(tell(kUntil), 0U);
  EXPECT_EQ(tell(rules_[0].end.until - 1h), 1U) << "a date that was moved";
}

TEST_F(RuleEndsTest, WhoeverIsAskedIsAskedAgainEachWeek) {
  rules_[0].end.asks = true;
  EXPECT_EQ(tell(kUntil - 1h), 1U);
  EXPECT_EQ(tell(kUntil), 1U);
  EXPECT_EQ(tell(kUntil + 24h * 7 - 1s), 0U);
  EXPECT_EQ(tell(kUntil + 24h * 7), 1U);
  EXPECT_EQ(tell_anew(kUntil + 24h * 8), 0U);
  EXPECT_EQ(tell(kUntil + 24h * 70), 1U) << "once, however long the gate was down";
}

TEST_F(RuleEndsTest, ARuleThatNobodyOwnsIsToldToNobody) {
  rules_[0].to.clear();
  EXPECT_EQ(tell(kUntil - 1h), 0U);
}

TEST(RuleEndPayload, IsRefusedWithoutItsRule) {
  NoticePayload payload;
  payload.event = NoticeEvent::rule_ends;
  payload.to = {"a@example.com"};
  EXPECT_FALSE(NoticePayload::parse(payload.to_json()));
  payload.rule_end = RuleEnd{"secret.a", "A \"rule\"", kUntil, true};
  const auto read = NoticePayload::parse(payload.to_json());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->rule_end, payload.rule_end);
  payload.event = NoticeEvent::judged;
  EXPECT_FALSE(NoticePayload::parse(payload.to_json()));
}

}  // namespace
}  // namespace postern::response

#include "response/quarantine.h"

#include <gmock/gmock.h>

#include "response/commit.h"
#include "response/commit_payload.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::response {
namespace {

using namespace std::chrono_literals;
using enum Action;
using store::HoldState;
using store::OutboxItem;
using store::OutboxKind;
using store::OutboxState;
using store::ReleaseResult;

class QuarantineTest : public testing::Test {
 protected:
  QuarantineTest() : quarantine_(*store_, clock_, store_.directory()) {
    routing_.of_organisation = [](const Address& address) { return address.domain == "example.com"; };
    sender_.identity = {"alice", "example.com"};
  }

  std::string hold(const std::string& body = "Nightjar\r\n") {
    const Mail mail =
        test::a_mail({{"Subject", " x"}}, body, {"<bob@social.example>", "<carol@example.com>", "eve@social.example"});
    Committer committer(*store_, clock_, system_entropy(), CommitOptions());
    auto out =
        committer.commit({mail, test::a_verdict({Action::quarantine, allow, Action::quarantine}), sender_, routing_});
    EXPECT_TRUE(out) << out.error().message;
    message_ = std::string(*mail.message->view());
    return out->reference;
  }

  std::vector<OutboxItem> rows(const std::string& reference) {
    std::vector<OutboxItem> out;
    auto ok = store_->read([&](store::Reader& reader) -> Result<void> {
      auto got = reader.outbox_of(reference);
      if (!got) return fail(got.error());
      out = std::move(*got);
      return {};
    });
    EXPECT_TRUE(ok);
    return out;
  }
  OutboxItem last_of(const std::string& reference, OutboxKind kind) {
    OutboxItem out;
    for (const OutboxItem& row : rows(reference)) {
      if (row.kind == kind) out = row;
    }
    return out;
  }
  std::vector<std::string> audit_verbs() {
    std::vector<std::string> out;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto events = reader.audit_after(0, 100).value();
      for (const store::AuditEvent& event : events) out.push_back(event.verb);
      return {};
    }));
    return out;
  }
  void run_sql(const std::string& sql) { test::run_sql(store_.options(), sql); }
  HoldState state(const std::string& reference) { return quarantine_.show(reference).value().hold.state; }
  template <typename T>
  static void expect_error(const Result<T>& result, ErrorKind kind) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, kind) << result.error().message;
  }

  test::TempStore store_;
  ManualClock clock_{test::kTestTime};
  Quarantine quarantine_;
  NoticeRouting routing_;
  SenderFacts sender_;
  std::string message_;
};

constexpr auto kAccepted = ReleaseResult::Kind::accepted;
constexpr auto kRefused = ReleaseResult::Kind::refused;
constexpr auto kPostponed = ReleaseResult::Kind::postponed;

TEST_F(QuarantineTest, ListsAndShowsMasked) {
  const std::string reference = hold();
  auto list = quarantine_.list({});
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 1U);
  EXPECT_EQ(list->at(0).hold.incident, reference);
  auto shown = quarantine_.show(reference);
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->findings.size(), 2U);
  EXPECT_EQ(shown->findings[0].rule, "rule-quarantine");
  EXPECT_EQ(shown->incident.recipients.size(), 3U);
  expect_error(quarantine_.show("PN-ZZZZZZ"), ErrorKind::not_found);
}

TEST_F(QuarantineTest, ReleaseSubmitsTheOriginalBytesAndParameters) {
  const std::string reference = hold(test::noise(3 << 20));
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  EXPECT_EQ(state(reference), HoldState::open) << "until the submission host has it";
  const OutboxItem item = last_of(reference, OutboxKind::release);
  EXPECT_EQ(ReleasePayload::parse(item.payload_json).value().by, "cli:root");
  auto job = quarantine_.release_job(item);
  ASSERT_TRUE(job) << job.error().message;
  EXPECT_TRUE(*job->message->view() == message_);
  EXPECT_EQ(job->sender_raw, "<alice@example.com>");
  EXPECT_EQ(job->sender_parameters, (std::vector<std::string>{"BODY=8BITMIME", "SIZE=1000"}));
  ASSERT_EQ(job->recipients.size(), 2U);
  EXPECT_EQ(job->recipients[0].raw, "<bob@social.example>");
  EXPECT_EQ(job->recipients[1].raw, "eve@social.example") << "exactly as it came";
  EXPECT_EQ(job->recipients[1].index, 2U);
  EXPECT_EQ(job->recipients[1].parameters, std::vector<std::string>{"NOTIFY=NEVER"});

  expect_error(quarantine_.release(reference, {"cli:root"}), ErrorKind::conflict);
  expect_error(quarantine_.reject(reference, "cli:root", ""), ErrorKind::conflict);

  auto done = quarantine_.record_release(item, {{0, kAccepted, "250 ok"}, {2, kAccepted, "250 ok"}}, std::nullopt);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(*done, HoldState::released);
  EXPECT_EQ(last_of(reference, OutboxKind::release).state, OutboxState::done);
  EXPECT_EQ(NoticePayload::parse(last_of(reference, OutboxKind::notice).payload_json).value().event,
            NoticeEvent::released);
  EXPECT_EQ(audit_verbs(), (std::vector<std::string>{"held", "release-requested", "released"}));
  expect_error(quarantine_.release(reference, {"cli:root"}), ErrorKind::conflict);
  expect_error(quarantine_.release_job(item), ErrorKind::conflict);

  // The courier died before it knew that the row was done, and says it again.
  ASSERT_TRUE(quarantine_.record_release(item, {{0, kRefused, "550 no"}}, std::nullopt));
  EXPECT_EQ(state(reference), HoldState::released);
  EXPECT_EQ(audit_verbs().size(), 3U);
}

TEST_F(QuarantineTest, APostponedRecipientIsTriedAgainAlone) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  const OutboxItem item = last_of(reference, OutboxKind::release);
  ASSERT_TRUE(
      quarantine_.record_release(item, {{0, kAccepted, "250 ok"}, {2, kPostponed, "451 later"}}, clock_.now() + 5min));
  EXPECT_EQ(last_of(reference, OutboxKind::release).not_before, clock_.now() + 5min);
  auto job = quarantine_.release_job(item);
  ASSERT_TRUE(job);
  ASSERT_EQ(job->recipients.size(), 1U);
  EXPECT_EQ(job->recipients[0].index, 2U);
  ASSERT_TRUE(quarantine_.record_release(item, {{2, kAccepted, "250 ok"}}, std::nullopt));
  EXPECT_EQ(state(reference), HoldState::released);
}

TEST_F(QuarantineTest, ARefusedRecipientStaysHeldAndCanBeReleasedAgain) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  const OutboxItem first = last_of(reference, OutboxKind::release);
  ASSERT_TRUE(quarantine_.record_release(first, {{0, kAccepted, "250 ok"}, {2, kRefused, "550 no such user"}},
                                         clock_.now() + 5min));
  EXPECT_EQ(last_of(reference, OutboxKind::release).state, OutboxState::failed);
  auto shown = quarantine_.show(reference);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->hold.state, HoldState::open);
  EXPECT_FALSE(shown->hold.release_requested);
  EXPECT_EQ(shown->incident.recipients[2].reply, "550 no such user");
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  const OutboxItem second = last_of(reference, OutboxKind::release);
  EXPECT_NE(second.id, first.id);
  EXPECT_EQ(ReleasePayload::parse(second.payload_json).value().attempt, 2U);
  EXPECT_EQ(quarantine_.release_job(second).value().recipients.size(), 1U);
}

// Nobody looks at the hold of a mail that is sent apart, so somebody has to be told when it cannot be sent.
TEST_F(QuarantineTest, WhatCannotBeSentApartIsToldOnce) {
  routing_.people = [](std::string_view, const Finding&, const Address&) {
    return std::vector<Address>{{"lia", "example.com"}};
  };
  for (const bool unreadable : {false, true}) {
    SCOPED_TRACE(unreadable);
    const std::string body = unreadable ? "one\r\n" : "two\r\n";
    const Mail mail = test::a_mail({{"Subject", " x"}}, body, {"<bob@social.example>", "<carol@example.com>"});
    Verdict verdict = test::a_verdict({annotate, allow});
    verdict.findings[0].strip = true;
    verdict.findings[0].notify = {"sender", "liaison", "owner"};
    verdict.strips.push_back({PartPath({2}), "f", std::string(64, 'a'), false, {"r"}});
    verdict.recipients[0].strips = {0};
    CommitRequest request{mail, verdict, sender_, routing_};
    request.strip = {true, ""};
    request.stripped = test::blob_of("edited\r\n");
    Committer committer(*store_, clock_, system_entropy(), CommitOptions());
    const auto committed = committer.commit(request);
    ASSERT_TRUE(committed) << committed.error().message;
    ASSERT_EQ(committed->apart, 1U);
    const std::string reference = committed->reference;
    EXPECT_THAT(quarantine_.show(reference)->hold.reason, testing::HasSubstr("Nobody has to decide"));
    for (int tries = 0; tries < 2; ++tries) {
      const OutboxItem item = last_of(reference, OutboxKind::release);
      if (unreadable) {
        ASSERT_TRUE(quarantine_.fail_release(item, "its message cannot be read"));
      } else {
        ASSERT_TRUE(quarantine_.record_release(item, {{0, kRefused, "550 no such user"}}, std::nullopt));
      }
      std::vector<std::string> told;
      for (const OutboxItem& row : rows(reference)) {
        if (row.kind != OutboxKind::notice) continue;
        const auto payload = NoticePayload::parse(row.payload_json).value();
        if (payload.event != NoticeEvent::undelivered) continue;
        ASSERT_EQ(payload.to.size(), 1U);
        told.push_back(payload.to[0]);
      }
      EXPECT_EQ(told, (std::vector<std::string>{"alice@example.com", "lia@example.com"}));
      const auto hold = quarantine_.show(reference)->hold;
      EXPECT_EQ(hold.state, HoldState::open);
      EXPECT_THAT(hold.reason, testing::HasSubstr("could not be. Release it again, or reject it"));
      if (tries == 0) {
        ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
      }
    }
  }
}

TEST_F(QuarantineTest, RejectTellsWhomTheHoldWasToldTo) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.reject(reference, "console:eve", "not for them"));
  EXPECT_EQ(state(reference), HoldState::rejected);
  const auto payload = NoticePayload::parse(last_of(reference, OutboxKind::notice).payload_json).value();
  EXPECT_EQ(payload.event, NoticeEvent::rejected);
  EXPECT_EQ(payload.to, std::vector<std::string>{"alice@example.com"});
  EXPECT_EQ(audit_verbs(), (std::vector<std::string>{"held", "rejected"}));
  expect_error(quarantine_.reject(reference, "console:eve", ""), ErrorKind::conflict);
  expect_error(quarantine_.release(reference, {"console:eve"}), ErrorKind::conflict);
  EXPECT_TRUE(quarantine_.message(reference)) << "kept until its retention ends";
}

TEST_F(QuarantineTest, ExpiresWhatNobodyDecidedAndLeavesWhatIsOnItsWay) {
  const std::string undecided = hold("one");
  const std::string leaving = hold("two");
  clock_.advance(1h);
  const std::string younger = hold("three");
  ASSERT_TRUE(quarantine_.release(leaving, {"cli:root"}));
  clock_.advance(119h);
  EXPECT_EQ(quarantine_.expire().value().done, 1U);
  EXPECT_EQ(state(undecided), HoldState::expired);
  EXPECT_EQ(state(leaving), HoldState::open);
  EXPECT_EQ(state(younger), HoldState::open);
  EXPECT_EQ(NoticePayload::parse(last_of(undecided, OutboxKind::notice).payload_json).value().event,
            NoticeEvent::expired);
  EXPECT_EQ(quarantine_.expire().value().done, 0U);
}

// Of more than a page the oldest come first, and those whose release is under way, however many and however new, keep
// none of them from ending.
TEST_F(QuarantineTest, ExpiresPageByPageOldestFirst) {
  std::vector<std::string> references;
  for (std::uint32_t i = 0; i < 2 * kSweepHolds + 1; ++i) {
    references.push_back(hold(std::to_string(i)));
    clock_.advance(1s);
  }
  for (std::uint32_t i = kSweepHolds + 1; i < references.size(); ++i) {
    ASSERT_TRUE(quarantine_.release(references[i], {"cli:root"}));
  }
  clock_.advance(120h);
  auto first = quarantine_.expire();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->done, kSweepHolds);
  ASSERT_TRUE(first->next);
  EXPECT_EQ(state(references.front()), HoldState::expired);
  EXPECT_EQ(state(references[kSweepHolds]), HoldState::open);
  auto second = quarantine_.expire(*first->next);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->done, 1U);
  EXPECT_FALSE(second->next);
  EXPECT_EQ(state(references[kSweepHolds]), HoldState::expired);
}

TEST_F(QuarantineTest, AHoldThatCannotEndKeepsNoOtherFromEnding) {
  const std::string broken = hold("one");
  const std::string good = hold("two");
  run_sql("UPDATE outbox SET payload = 'x' WHERE incident = '" + broken + "'");
  clock_.advance(120h);
  auto swept = quarantine_.expire();
  ASSERT_TRUE(swept);
  EXPECT_EQ(swept->done, 1U);
  EXPECT_EQ(swept->failed, 1U);
  EXPECT_EQ(state(broken), HoldState::open);
  EXPECT_EQ(state(good), HoldState::expired);
}

TEST_F(QuarantineTest, ErasesWhatWasDecidedLongAgoAndNothingThatSomebodyWaitsFor) {
  const std::string open = hold("open");
  const std::string rejected = hold("rejected");
  const std::string half = hold("half released");
  const std::string released = hold("released");
  ASSERT_TRUE(quarantine_.reject(rejected, "cli:root", ""));
  for (const std::string& reference : {half, released}) ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  ASSERT_TRUE(quarantine_.record_release(last_of(half, OutboxKind::release),
                                         {{0, kAccepted, "250 ok"}, {2, kRefused, "550 no"}}, std::nullopt));
  ASSERT_TRUE(quarantine_.record_release(last_of(released, OutboxKind::release),
                                         {{0, kAccepted, "250 ok"}, {2, kAccepted, "250 ok"}}, std::nullopt));
  clock_.advance(720h - 1ms);
  EXPECT_EQ(quarantine_.erase(720h).value().done, 0U);
  clock_.advance(1ms);
  EXPECT_EQ(quarantine_.erase(720h).value().done, 2U);
  EXPECT_EQ(quarantine_.erase(720h).value().done, 0U);
  for (const std::string& reference : {open, half}) EXPECT_TRUE(quarantine_.message(reference)) << reference;
  for (const std::string& reference : {rejected, released}) {
    expect_error(quarantine_.message(reference), ErrorKind::not_found);
    EXPECT_EQ(quarantine_.show(reference)->hold.erased, clock_.now());
  }
  const std::vector<std::string> verbs = audit_verbs();
  EXPECT_EQ(std::count(verbs.begin(), verbs.end(), "erased"), 2);
  EXPECT_EQ(quarantine_.show(half)->hold.release_error, "not every recipient was accepted: 550 no");
}

// One transaction erases so many bytes, or one message.
TEST_F(QuarantineTest, ErasesABoundedNumberOfBytesAtOnce) {
  for (std::uint32_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(quarantine_.reject(hold(test::noise(kSweepBytes / 2, i)), "cli:root", ""));
    clock_.advance(1s);
  }
  clock_.advance(720h);
  store::HoldCursor at;
  for (const bool more : {true, true, false}) {
    const auto swept = quarantine_.erase(720h, at);
    ASSERT_TRUE(swept);
    EXPECT_EQ(swept->done, 1U);
    ASSERT_EQ(swept->next.has_value(), more);
    if (more) at = *swept->next;
  }
}

TEST(Payloads, RefuseWhatTheyAreNot) {
  for (const char* text :
       {"", "[]", "{}", R"({"event":"judged","audience":"boss","to":[]})",
        R"({"event":"judged","audience":"sender","to":"x"})", R"({"event":"judged","audience":"sender","to":[1]})"}) {
    EXPECT_FALSE(NoticePayload::parse(text)) << text;
    EXPECT_FALSE(ReleasePayload::parse(text)) << text;
  }
  EXPECT_EQ(ReleasePayload::parse(ReleasePayload{3, "x"}.to_json()).value().attempt, 3U);
}

}  // namespace
}  // namespace postern::response

// The courier: notices, tries, its thread.
#include "response/smtp_client.h"
#include "tests/response/courier_fixture.h"
#include "tests/support/fake_smtp_server.h"

namespace postern::response::test_courier {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(CourierTest, SendsTheNoticeOnce) {
  const std::string reference = hold();
  EXPECT_EQ(round(), 1u);
  EXPECT_EQ(round(), 0u);
  ASSERT_EQ(notices_.sent.size(), 1u);
  EXPECT_EQ(notices_.sent[0].mail.sender, "");
  EXPECT_EQ(notices_.sent[0].mail.recipients.at(0).address, "alice@example.com");
  EXPECT_THAT(notices_.sent[0].bytes, HasSubstr(reference));
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::done);
  EXPECT_EQ(courier_->counters().notices_sent, 1u);
}

TEST_F(CourierTest, SecondTryIsTheSameMail) {
  const std::string reference = hold();
  notices_.scripts["alice@example.com"] = {kBusy, kLost};
  EXPECT_EQ(round(), 1u);
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::pending);
  EXPECT_EQ(first_row(reference, OutboxKind::notice).not_before, clock_.now() + options_.first_retry);
  EXPECT_EQ(round(), 0u);  // not before its time
  clock_.advance(options_.first_retry);
  EXPECT_EQ(round(), 1u);
  clock_.advance(2 * options_.first_retry);
  EXPECT_EQ(round(), 1u);
  ASSERT_EQ(notices_.sent.size(), 3u);
  EXPECT_EQ(notices_.sent[0].bytes, notices_.sent[2].bytes);
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::done);
}

TEST_F(CourierTest, NothingWaitsForAClockThatWasSetBack) {
  const std::string reference = hold();
  notices_.scripts["alice@example.com"] = {kBusy};
  round();
  body_ = "another";
  const std::string never_tried = hold();
  clock_.advance(-2h);
  EXPECT_EQ(round(), 2u);
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::done);
  EXPECT_EQ(first_row(never_tried, OutboxKind::notice).state, OutboxState::done);
}

TEST_F(CourierTest, ANoticeThatMayHaveArrivedIsTheSameMailAlsoWhenSomebodyHasDecidedSince) {
  routing_.people = [](std::string_view, const Finding&, const Address&) {
    return std::vector<Address>{{"ann", "example.com"}};
  };
  auto verdict = test::a_verdict({Action::quarantine});
  verdict.findings[0].notify = {"liaison"};
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  const Mail mail = test::a_mail({{"From", " a@b"}}, "x\r\n", {"<bob@social.example>"});
  const auto out = committer.commit({mail, verdict, sender_, routing_});
  ASSERT_TRUE(out);
  notices_.scripts["ann@example.com"] = {kLost};
  round();
  ASSERT_TRUE(quarantine_.reject(out->reference, "cli:root", ""));
  clock_.advance(options_.first_retry);
  round();
  ASSERT_EQ(notices_.sent.size(), 2u);
  EXPECT_EQ(notices_.sent[0].bytes, notices_.sent[1].bytes);
}

TEST_F(CourierTest, ADecisionTakesThePlaceOfANoticeThatStillWaits) {
  const std::string reference = hold();
  notices_.scripts["alice@example.com"] = {kBusy};
  round();
  ASSERT_TRUE(quarantine_.reject(reference, "cli:root", ""));
  clock_.advance(options_.first_retry);
  round();
  ASSERT_EQ(notices_.sent.size(), 2u) << "not 'on hold' after 'will not be sent'";
  EXPECT_THAT(notices_.sent[1].bytes, HasSubstr("will not be sent"));
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::suppressed);
}

// Nothing was found in such mail: the notice speaks of no item.
TEST_F(CourierTest, ANoticeOfMailThatCouldNotBeReadOrJudgedSaysSo) {
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  const auto keep = [&](const std::string& body, Verdict verdict) {
    const Mail mail = test::a_mail({{"From", " a@b"}}, body, {"<bob@social.example>"});
    EXPECT_TRUE(committer.commit({mail, verdict, sender_, routing_}));
    round();
    return notices_.sent.back().bytes;
  };
  Verdict locked = test::a_verdict({Action::quarantine});
  locked.findings[0].detector.clear();
  locked.unreadable = {{locked.findings[0].part, "plan.docx", Outcome::encrypted, "needs a password"}};
  EXPECT_THAT(keep("locked", locked), HasSubstr("could not be read"));

  Verdict also_found = locked;
  also_found.findings.push_back(test::a_finding("rule-2", Action::quarantine));
  also_found.recipients[0].findings.push_back(1);
  EXPECT_THAT(keep("both", also_found), HasSubstr("What was found"));

  const Mail mail = test::a_mail({{"From", " a@b"}}, "unjudged", {"<bob@social.example>"});
  ASSERT_TRUE(committer.hold_unjudged(mail, sender_, routing_, "no reader can be started"));
  round();
  EXPECT_THAT(notices_.sent.back().bytes, HasSubstr("automatic check failed"));
  EXPECT_THAT(notices_.sent.back().bytes, Not(HasSubstr(" item")));
}

TEST_F(CourierTest, ARefusedNoticeIsGivenUpAndOnRecord) {
  const std::string reference = hold();
  notices_.scripts["alice@example.com"] = {kNoUser};
  round();
  const OutboxItem row = first_row(reference, OutboxKind::notice);
  EXPECT_EQ(row.state, OutboxState::failed);
  EXPECT_THAT(row.last_error, HasSubstr("550 no such user"));
  EXPECT_THAT(audit_verbs(), ::testing::Contains("notice-failed"));
}

TEST_F(CourierTest, AnUnreachableServerIsGivenUpInTheEnd) {
  const std::string reference = hold();
  notices_.scripts["alice@example.com"] = std::deque<RecipientResult>(1000, kBusy);
  const WallTime end = clock_.now() + options_.give_up_notice;
  while (first_row(reference, OutboxKind::notice).state == OutboxState::pending) {
    ASSERT_LE(clock_.now(), end);
    round();
    clock_.advance(options_.last_retry);
  }
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::failed);
  EXPECT_GT(notices_.sent.size(), 5u);
  EXPECT_THAT(audit_verbs(), ::testing::Contains("notice-failed"));
}

TEST_F(CourierTest, OnlyThoseWhoLackItGetItAgain) {
  routing_.people = [](std::string_view, const Finding&, const Address&) {
    return std::vector<Address>{{"ann", "example.com"}, {"ben", "example.com"}};
  };
  Mail mail = test::a_mail({{"From", " a@b"}}, "x\r\n", {"<bob@social.example>"});
  auto verdict = test::a_verdict({Action::quarantine});
  verdict.findings[0].notify = {"liaison"};
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  const auto out = committer.commit({mail, verdict, sender_, routing_});
  ASSERT_TRUE(out);
  notices_.scripts["ben@example.com"] = {kBusy};
  round();
  clock_.advance(options_.first_retry);
  round();
  ASSERT_EQ(notices_.sent.size(), 2u);
  EXPECT_EQ(notices_.sent[0].mail.recipients.size(), 2u);
  ASSERT_EQ(notices_.sent[1].mail.recipients.size(), 1u);
  EXPECT_EQ(notices_.sent[1].mail.recipients[0].address, "ben@example.com");
}

TEST_F(CourierTest, ACourierThatDiedLeavesItsRowToTheNext) {
  const std::string reference = hold();
  // Claimed, and never finished.
  ASSERT_TRUE(store_->commit([&](store::Transaction& tx) -> Result<void> {
    return tx.claim_outbox(clock_.now(), options_.lease, 8).map([](const auto&) {});
  }));
  EXPECT_EQ(round(), 0u);
  clock_.advance(options_.lease);
  EXPECT_EQ(round(), 1u);
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::done);
}

TEST_F(CourierTest, NoticesNeverLeaveTheOrganisation) {
  const std::string reference = hold();
  NoticeSettings settings;
  settings.from = *parse_address("mail-check@example.com");
  settings.is_internal = [](const Address&) { return false; };  // the policy has changed since
  writer_ = std::make_shared<NoticeWriter>(settings, NoticeTemplates::load("", "").value());
  round();
  EXPECT_TRUE(notices_.sent.empty());
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::failed);
}

TEST(CourierBackoff, GrowsToItsLimit) {
  const CourierOptions options;
  EXPECT_EQ(Courier::backoff(options, 1), 30s);
  EXPECT_EQ(Courier::backoff(options, 2), 60s);
  EXPECT_EQ(Courier::backoff(options, 5), 480s);
  EXPECT_EQ(Courier::backoff(options, 100), 1h);
  EXPECT_EQ(Courier::backoff(options, 4'000'000'000U), 1h);
}

TEST_F(CourierTest, ThreadWakesForANewRowAndStopsAmidASend) {
  postern::testing::FakeSmtpServer server({});
  SmtpOptions smtp;
  smtp.server = SmtpEndpoint::parse(server.endpoint()).value();
  SmtpClient client(smtp);
  options_.poll = 24h;  // only a wake can do it
  Courier courier({*store_, quarantine_, [this] { return writer_; },
                   [] {
                     return Retention{720h, 8760h};
                   },
                   nullptr, client, client, clock_, entropy_},
                  options_);
  store_->on_outbox([&courier] { courier.wake(); });
  courier.start();
  const std::string first = hold();
  const auto sent = server.wait_for(1);
  EXPECT_EQ(sent[0].commands.at(1), "MAIL FROM:<>");
  EXPECT_THAT(sent[0].content(), HasSubstr(first));

  server.set_script({{}, {}, "", "MAIL", 0});
  body_ = "another\r\n";
  const std::string second = hold();
  server.wait_for_command("MAIL", 2);
  courier.stop();
  store_->on_outbox(nullptr);
  const OutboxItem row = first_row(second, OutboxKind::notice);
  EXPECT_EQ(row.state, OutboxState::pending);
  EXPECT_EQ(row.not_before, clock_.now());  // the next courier goes on at once
}

}  // namespace
}  // namespace postern::response::test_courier

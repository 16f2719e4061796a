// The courier: releases, and the end of holds.
#include "tests/response/courier_fixture.h"

namespace postern::response::test_courier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(CourierTest, ReleaseSendsTheOriginalWithATokenThatHolds) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  round();
  ASSERT_EQ(releases_.sent.size(), 1u);
  const auto& sent = releases_.sent[0];
  EXPECT_EQ(sent.mail.sender, "alice@example.com");
  EXPECT_THAT(sent.mail.parameters, ElementsAre("BODY=8BITMIME", "SIZE=1000"));
  ASSERT_EQ(sent.mail.recipients.size(), 2u);  // carol has it already
  EXPECT_EQ(sent.mail.recipients[0].address, "bob@social.example");
  EXPECT_EQ(sent.mail.recipients[1].address, "eve@social.example");
  EXPECT_THAT(sent.mail.recipients[0].parameters, ElementsAre("NOTIFY=NEVER"));
  EXPECT_THAT(sent.bytes, ::testing::EndsWith("\r\nFrom: Alice <alice@example.com>\r\nSubject: x\r\n\r\n" + body_));
  EXPECT_THAT(sent.bytes, ::testing::StartsWith("X-Postern-Release: v1; hold="));
  // A Date and a Message-ID that the token covers, because the message has none.
  EXPECT_THAT(sent.bytes, HasSubstr("\r\nDate: "));
  EXPECT_THAT(sent.bytes, HasSubstr("\r\nMessage-ID: <release."));
  EXPECT_EQ(verify(sent, {"<bob@social.example>", "<eve@social.example>"}),
            "hold " + quarantine_.show(reference)->hold.id);
  EXPECT_EQ(verify(sent, {"<bob@social.example>", "<eve@social.example>", "<mallory@rival.example>"}), "mismatch");
  EXPECT_EQ(hold_state(reference), HoldState::released);
  EXPECT_THAT(states(reference), ElementsAre("released 250 queued", "delivered ", "released 250 queued"));
  EXPECT_EQ(first_row(reference, OutboxKind::release).state, OutboxState::done);
  EXPECT_EQ(courier_->counters().releases_done, 1u);
}

TEST_F(CourierTest, TokenCoversWhoWasAcceptedAndTheRestIsTriedAgain) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  releases_.scripts["eve@social.example"] = {kBusy};
  round();
  EXPECT_EQ(hold_state(reference), HoldState::open);
  EXPECT_THAT(states(reference), ElementsAre("released 250 queued", "delivered ", "held 450 busy"));
  clock_.advance(options_.first_retry);
  round();
  ASSERT_EQ(releases_.sent.size(), 2u);
  ASSERT_EQ(releases_.sent[1].mail.recipients.size(), 1u);
  EXPECT_THAT(verify(releases_.sent[1], {"eve@social.example"}), HasSubstr("hold "));
  EXPECT_EQ(hold_state(reference), HoldState::released);
}

TEST_F(CourierTest, ARefusedRecipientStaysHeldAndCanBeReleasedAgain) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  releases_.scripts["bob@social.example"] = {kNoUser};
  round();
  EXPECT_THAT(verify(releases_.sent[0], {"eve@social.example"}), HasSubstr("hold "));
  EXPECT_THAT(states(reference), ElementsAre("held 550 no such user", "delivered ", "released 250 queued"));
  EXPECT_EQ(first_row(reference, OutboxKind::release).state, OutboxState::failed);
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  round();
  EXPECT_EQ(hold_state(reference), HoldState::released);
}

TEST_F(CourierTest, AReleaseThatNobodyTakesIsGivenUpAndTheHoldStays) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  releases_.scripts["bob@social.example"] = std::deque<RecipientResult>(1000, kBusy);
  releases_.scripts["eve@social.example"] = std::deque<RecipientResult>(1000, kLost);
  while (first_row(reference, OutboxKind::release).state == OutboxState::pending) {
    round();
    clock_.advance(options_.last_retry);
    ASSERT_LT(releases_.sent.size(), 200u);
  }
  EXPECT_EQ(hold_state(reference), HoldState::open);
  EXPECT_EQ(courier_->counters().releases_failed, 1u);
  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));  // again possible
}

TEST_F(CourierTest, AMessageWithoutFromIsReleasedWithOneMadeOfItsEnvelopeSender) {
  const Mail mail = test::a_mail({{"Subject", " x"}}, "x\r\n", {"<bob@social.example>"});
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  const auto out = committer.commit({mail, test::a_verdict({Action::quarantine}), sender_, routing_});
  ASSERT_TRUE(out);
  ASSERT_TRUE(quarantine_.release(out->reference, {"cli:root"}));
  round();
  ASSERT_EQ(releases_.sent.size(), 1U);
  EXPECT_THAT(releases_.sent[0].bytes, HasSubstr("From: alice@example.com\r\n"));
  EXPECT_EQ(hold_state(out->reference), HoldState::released);
}

TEST_F(CourierTest, AMessageWithoutFromIsReleasedHoweverLongItsSenderIs) {
  Mail mail = test::a_mail({{"Subject", " x"}}, "x\r\n", {"<bob@social.example>"});
  const std::string sender = std::string(2000, 'a') + "@example.com";
  mail.envelope.sender.raw = "<" + sender + ">";
  mail.envelope.sender.address = *parse_address(sender);
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  const auto out = committer.commit({mail, test::a_verdict({Action::quarantine}), sender_, routing_});
  ASSERT_TRUE(out);
  ASSERT_TRUE(quarantine_.release(out->reference, {"cli:root"}));
  round();
  ASSERT_EQ(releases_.sent.size(), 1U);
  const std::string& bytes = releases_.sent[0].bytes;
  EXPECT_THAT(bytes, HasSubstr("From: " + sender + "\r\n"));
  EXPECT_LE(bytes.find("Subject: x"), kMaxPrefix);
}

TEST_F(CourierTest, HoldsWhoseTimeIsOverEndAndTheSenderIsTold) {
  const std::string reference = hold();
  round();
  clock_.advance(CommitOptions().hold_expires);
  round();
  EXPECT_EQ(hold_state(reference), HoldState::expired);
  ASSERT_EQ(notices_.sent.size(), 2u);
  EXPECT_THAT(notices_.sent[1].bytes, HasSubstr("will not be sent"));
}

TEST_F(CourierTest, EveryHoldThatIsDueEndsInOneRound) {
  const size_t many = 2 * kSweepHolds + 1;
  for (size_t i = 0; i < many; i++) {
    body_ = std::to_string(i);
    hold();
  }
  clock_.advance(CommitOptions().hold_expires);
  round();
  EXPECT_EQ(courier_->counters().expired, many);
}

TEST_F(CourierTest, TheMessageIsErasedWhenItsRetentionIsOver) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.reject(reference, "cli:root", ""));
  round();
  clock_.advance(retain_held_ - 1ms);
  round();
  EXPECT_TRUE(quarantine_.message(reference));
  retain_held_ = 24h;  // a new policy, in force at the next sweep
  clock_.advance(options_.sweep_every);
  round();
  EXPECT_FALSE(quarantine_.message(reference));
  EXPECT_EQ(courier_->counters().erased, 1U);
  EXPECT_EQ(quarantine_.show(reference)->hold.erased, clock_.now());
  EXPECT_EQ(audit_verbs().back(), "erased");
}

// Whatever is wrong with a release, it ends where people see it, and can be asked for again.
TEST_F(CourierTest, AReleaseThatCannotBeCarriedOutEndsWithItsReason) {
  struct Case {
    std::string name;
    std::string damage;
    HoldState again;  // after a second try
    std::string why;
  };
  for (const Case& c : {
           Case{"the row", "UPDATE outbox SET payload = 'x' WHERE kind = 'release'", HoldState::released,
                "no payload of a release"},
           Case{"the message", "UPDATE hold_chunk SET sealed = zeroblob(length(sealed))", HoldState::open,
                "was changed"},
           Case{"the key", "UPDATE hold SET key_id = '00'", HoldState::open, "master key"},
           Case{"the header", "UPDATE hold SET seal_header = x'00'", HoldState::open, "damaged header"},
       }) {
    SCOPED_TRACE(c.name);
    body_ = c.name;
    releases_.sent.clear();
    const std::string reference = hold();
    round();
    ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
    run_sql(c.damage);
    round();
    EXPECT_TRUE(releases_.sent.empty());
    const store::Hold hold = quarantine_.show(reference)->hold;
    EXPECT_EQ(hold.state, HoldState::open);
    EXPECT_FALSE(hold.release_requested);
    EXPECT_THAT(hold.release_error, HasSubstr(c.why));
    EXPECT_EQ(first_row(reference, OutboxKind::release).state, OutboxState::failed);
    EXPECT_EQ(audit_verbs().back(), "release-failed");
    ASSERT_TRUE(quarantine_.release(reference, {"cli:root"})) << "it can be tried again";
    EXPECT_EQ(quarantine_.show(reference)->hold.release_error, "");
    round();
    EXPECT_EQ(hold_state(reference), c.again);
    if (c.again == HoldState::open) {
      EXPECT_TRUE(quarantine_.reject(reference, "cli:root", "")) << "or be decided";
    }
  }
}

// The database is locked from the moment of the sending: what was sent cannot be recorded, and is not sent again.
TEST_F(CourierTest, WhatCouldNotBeRecordedIsRecordedLaterAndNotSentAgain) {
  std::unique_ptr<store::Backend> backend = store::make_backend(store_.options()).value();
  std::unique_ptr<store::SqlConnection> other;
  const auto lock = [&] {
    other = backend->connect(store::Backend::Access::write).value();
    ASSERT_TRUE(other->step(store::SqlConnection::Step::begin_write));
  };
  const std::string reference = hold();
  notices_.on_send = lock;
  round();
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::pending);
  other.reset();  // the store works again, and nobody waits for the lease
  notices_.on_send = nullptr;
  round();
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::done);
  EXPECT_EQ(notices_.sent.size(), 1U);

  ASSERT_TRUE(quarantine_.release(reference, {"cli:root"}));
  releases_.on_send = lock;
  round();
  EXPECT_EQ(hold_state(reference), HoldState::open);
  other.reset();
  round();
  EXPECT_EQ(hold_state(reference), HoldState::released);
  EXPECT_EQ(releases_.sent.size(), 1U);
}

// Some get the mail whole: the others get the edited one without anybody's decision, and the sender is told once.
TEST_F(CourierTest, WhatIsSentApartGoesAtOnceAndEdited) {
  const Mail mail = test::a_mail({{"From", " Alice <alice@example.com>"}, {"Subject", " x"}}, "the plan",
                                 {"<bob@social.example>", "<carol@example.com>"});
  const Mail edited = test::a_mail({{"From", " Alice <alice@example.com>"}, {"Subject", " x"}}, "a note", {});
  auto verdict = test::a_verdict({Action::annotate, Action::allow});
  verdict.findings[0].strip = true;
  verdict.strips = {{PartPath({2}), "plan.docx", std::string(64, 'a'), false, {"rule-annotate"}}};
  verdict.recipients[0].strips = {0};
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  CommitRequest request{mail, verdict, sender_, routing_};
  request.strip.can = true;
  request.stripped = edited.message;
  const auto committed = committer.commit(request);
  ASSERT_TRUE(committed) << committed.error().message;
  EXPECT_EQ(committed->answer.remove_recipients, std::vector<size_t>{0});
  EXPECT_EQ(committed->apart, 1u);
  EXPECT_EQ(committed->held, 0u);
  const std::string reference = committed->reference;
  while (round() > 0) {
  }
  ASSERT_EQ(releases_.sent.size(), 1u);
  ASSERT_EQ(releases_.sent[0].mail.recipients.size(), 1u);
  EXPECT_EQ(releases_.sent[0].mail.recipients[0].address, "bob@social.example");
  EXPECT_THAT(releases_.sent[0].bytes, ::testing::EndsWith("\r\n\r\na note"));
  EXPECT_EQ(verify(releases_.sent[0], {"<bob@social.example>"}), "hold " + quarantine_.show(reference)->hold.id);
  EXPECT_EQ(hold_state(reference), HoldState::released);
  EXPECT_THAT(audit_verbs(), ElementsAre("taken-off", "released"));
  ASSERT_EQ(notices_.sent.size(), 1u) << "that it was released is no news";
  EXPECT_THAT(notices_.sent[0].bytes, HasSubstr("was sent without an attachment"));

  // The MTA did not hear the answer and sends it again: the same answer, and no second copy.
  const auto again = committer.commit(request);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->answer.remove_recipients, std::vector<size_t>{0});
  while (round() > 0) {
  }
  EXPECT_EQ(releases_.sent.size(), 1u);
}

}  // namespace
}  // namespace postern::response::test_courier

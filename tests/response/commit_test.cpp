#include <thread>

#include "response/commit_payload.h"
#include "tests/response/commit_fixture.h"

namespace postern::response {
namespace {

using namespace std::chrono_literals;
using test::a_mail;
using test::a_verdict;
using enum Action;
using Kind = MtaAnswer::Kind;
using store::OutboxItem;
using store::OutboxState;

TEST_F(CommitTest, CleanMailLeavesNoTrace) {
  const Committed out = commit(mail({"<bob@social.example>"}), a_verdict({allow}));
  EXPECT_EQ(out.answer.kind, Kind::accept);
  EXPECT_EQ(out.reference, "");
  EXPECT_EQ(counts().incidents, 0U);
  EXPECT_EQ(store_->stats().groups, 0U);
}

TEST_F(CommitTest, SplitsAndKeepsEverythingOfTheHeldHalf) {
  const Mail m = mail({"<carol@example.com>", "<bob@social.example>"});
  const Committed out = commit(m, a_verdict({allow, quarantine}));
  EXPECT_EQ(out.answer.kind, Kind::accept);
  EXPECT_EQ(out.answer.remove_recipients, std::vector<size_t>{1});
  EXPECT_EQ(out.held, 1U);
  EXPECT_EQ(out.action, quarantine);
  store_.reopen();
  const store::Incident got = incident(out.reference);
  EXPECT_EQ(got.sender, "alice@example.com");
  EXPECT_EQ(got.sender_raw, "<alice@example.com>");
  EXPECT_EQ(got.sender_parameters, m.envelope.sender.parameters);
  EXPECT_EQ(got.message_id, "<77@laptop.example.com>");
  EXPECT_EQ(got.queue_id, "Q1");
  EXPECT_EQ(got.policy_digest, "policy-1");
  EXPECT_EQ(got.mode, Mode::enforce);
  EXPECT_EQ(got.message_digest, to_hex(sha256(*m.message->view())));
  ASSERT_EQ(got.recipients.size(), 2U);
  EXPECT_EQ(got.recipients[0].state, store::RecipientState::delivered);
  EXPECT_EQ(got.recipients[1].state, store::RecipientState::held);
  EXPECT_EQ(got.recipients[1].raw, "<bob@social.example>");
  EXPECT_EQ(got.recipients[1].parameters, std::vector<std::string>{"NOTIFY=NEVER"});
  const auto hold = read([&](store::Reader& r) { return r.hold_of(out.reference); });
  ASSERT_TRUE(hold);
  EXPECT_EQ(hold->expires, test::kTestTime + 120h);
  const auto blob = read([&](store::Reader& r) { return r.held_blob(hold->id, store_.directory()); });
  EXPECT_EQ(*blob->view(), *m.message->view());
  const auto events = read([](store::Reader& r) { return r.audit_after(0, 10); });
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].verb, "held");
  EXPECT_EQ(events[0].subject, out.reference);
  EXPECT_EQ(events[0].detail_json.find("Nightjar"), std::string::npos);
}

struct RecordCase {
  const char* name;
  std::vector<Action> actions;
  Kind kind;
  bool held;
  size_t notices;
  const char* verb;
};

TEST_F(CommitTest, RecordsEachKindOfPlan) {
  int number = 0;
  for (const RecordCase& c : {RecordCase{"annotate", {annotate}, Kind::accept, false, 1, "annotated"},
                              RecordCase{"reject for some", {allow, reject}, Kind::accept, false, 1, "not-delivered"},
                              RecordCase{"reject for all", {reject, reject}, Kind::reject, false, 1, "rejected"},
                              RecordCase{"justify", {justify}, Kind::discard, true, 1, "held"},
                              RecordCase{"reject and hold", {reject, quarantine}, Kind::discard, true, 1, "held"}}) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> recipients;
    for (size_t i = 0; i < c.actions.size(); ++i) recipients.push_back("<r" + std::to_string(i) + "@social.example>");
    const Committed out = commit(mail(recipients, "body " + std::to_string(number++)), a_verdict(c.actions));
    EXPECT_EQ(out.answer.kind, c.kind);
    EXPECT_EQ(read([&](store::Reader& r) { return r.hold_of(out.reference); }).has_value(), c.held);
    const auto rows = outbox(out.reference);
    EXPECT_EQ(rows.size(), c.notices);
    const auto events = read([](store::Reader& r) { return r.audit_after(0, 100); });
    EXPECT_EQ(events.back().verb, c.verb);
    const std::string last_line = c.kind == Kind::reject ? out.answer.reply.back() : "";
    EXPECT_EQ(last_line, c.kind == Kind::reject ? "Reference " + out.reference : "");
  }
}

TEST_F(CommitTest, AuditModeRecordsAndTellsNobody) {
  Verdict verdict = a_verdict({allow});
  verdict.findings.push_back(test::a_finding("r", quarantine, Mode::audit));
  verdict.recipients[0].findings = {0};
  const Committed out = commit(mail({"<bob@social.example>"}), verdict);
  EXPECT_EQ(out.answer.kind, Kind::accept);
  EXPECT_EQ(incident(out.reference).mode, Mode::audit);
  EXPECT_TRUE(outbox(out.reference).empty());
  EXPECT_EQ(counts().holds_open, 0U);
}

TEST_F(CommitTest, RetryReplaysTheHeldPlanWhateverThePolicySays) {
  const Committed first = commit(mail({"<carol@example.com>", "<bob@social.example>"}), a_verdict({allow, quarantine}));
  for (const auto& [name, verdict] : {std::pair{"the same verdict", a_verdict({quarantine, allow})},
                                      std::pair{"clean by now", a_verdict({allow, allow})},
                                      std::pair{"stricter by now", a_verdict({reject, reject})}}) {
    SCOPED_TRACE(name);
    clock_.advance(26h);
    Verdict later = verdict;
    later.policy_digest = "policy-2";
    // The order of recipients and the queue id are new at each try.
    const Committed again = commit(mail({"<bob@social.example>", "<carol@example.com>"}, "Nightjar\r\n", "Q2"), later);
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.reference, first.reference);
    EXPECT_EQ(again.answer.kind, Kind::accept);
    EXPECT_EQ(again.answer.remove_recipients, std::vector<size_t>{0}) << "it follows the address, not the place";
  }
  EXPECT_EQ(counts().incidents, 1U);
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_EQ(outbox(first.reference).size(), 1U);
  EXPECT_EQ(read([](store::Reader& r) { return r.audit_after(0, 10); }).size(), 1U);
}

TEST_F(CommitTest, TextThatNoDecisionWasMadeOnIsNotReplayedUnderAnotherPolicy) {
  const std::vector<std::string> recipients = {"<carol@example.com>", "<bob@social.example>"};
  const Committed first = commit(mail(recipients), a_verdict({allow, quarantine}));
  std::vector<HeaderField> more = kHeaders;
  more.insert(more.begin(), {"X-Spam-Report", " Magpie"});
  const Mail retry = a_mail(more, "Nightjar\r\n", recipients, "Q2");
  Verdict stricter = a_verdict({quarantine, quarantine});
  stricter.policy_digest = "policy-2";
  // For what the body says the first decision stands.
  stricter.findings.at(0).place = Place::body;
  EXPECT_EQ(commit(retry, stricter).reference, first.reference);
  stricter.findings.at(0).place = Place::header;
  stricter.findings.at(0).at = "Subject";
  EXPECT_EQ(commit(retry, stricter).reference, first.reference);
  // Carol would get by it what no policy has seen.
  stricter.findings.at(0).at = "X-SPAM-Report";
  const Committed own = commit(retry, stricter);
  EXPECT_NE(own.reference, first.reference);
  EXPECT_EQ(own.answer.kind, Kind::discard);
  EXPECT_EQ(counts().holds_open, 2U);
  const Committed again = commit(retry, stricter);
  EXPECT_TRUE(again.replayed) << "its own retry";
  EXPECT_EQ(again.reference, own.reference);
}

TEST_F(CommitTest, ARetryOfAHeldMessageIsKnownBeforeJudging) {
  const Mail m = mail({"<bob@social.example>"});
  const Committed first = commit(m, a_verdict({quarantine}));
  auto again = committer_->replay_held(mail({"<bob@social.example>"}, "Nightjar\r\n", "Q2"), sender_);
  ASSERT_TRUE(again);
  ASSERT_TRUE(*again);
  EXPECT_EQ((*again)->reference, first.reference);
  EXPECT_EQ((*again)->answer.kind, Kind::discard);
  auto other = committer_->replay_held(mail({"<bob@social.example>"}, "another body"), sender_);
  ASSERT_TRUE(other);
  EXPECT_FALSE(*other);
}

// Open holds are remembered: neither a hold nor its end may be missed for that.
TEST_F(CommitTest, WhatIsRememberedOfHoldsIsAnsweredAsTheStoreSays) {
  ASSERT_TRUE(store_->remember_open_holds());
  const Mail m = mail({"<bob@social.example>"});
  for (int round = 0; round < 3; ++round) {
    const Committed held = commit(m, a_verdict({quarantine}));
    EXPECT_FALSE(held.replayed) << round;
    const auto again = committer_->replay_held(m, sender_);
    ASSERT_TRUE(again && *again) << round;
    EXPECT_EQ((*again)->reference, held.reference);
    const auto id = read([&](store::Reader& r) { return r.hold_of(held.reference); })->id;
    ASSERT_TRUE(store_->commit([&](store::Transaction& tx) {
      return tx.close_hold(id, store::HoldState::rejected, "cli:root", test::kTestTime);
    }));
    EXPECT_FALSE(committer_->replay_held(m, sender_).value()) << "nothing is held any more";
  }
}

TEST_F(CommitTest, FindsWhatWasHeldWhileTheMessageWasJudged) {
  ASSERT_TRUE(store_->remember_open_holds());
  const Mail m = mail({"<bob@social.example>"});
  Verdict allowing = a_verdict({allow});
  std::string key;
  ASSERT_TRUE(committer_->replay_held(m, sender_, &key));
  EXPECT_EQ(key, "") << "nobody has an open hold: there is nothing to hash a message for";
  EXPECT_EQ(committer_->commit({m, allowing, sender_, routing_, key})->answer.kind, Kind::accept);

  const Committed held = commit(m, a_verdict({quarantine}));
  allowing.policy_digest = "policy-2";
  const auto known = committer_->commit({m, allowing, sender_, routing_, key});
  ASSERT_TRUE(known);
  EXPECT_TRUE(known->replayed) << "an equal mail has been held since";
  EXPECT_EQ(known->reference, held.reference);

  const Mail other = mail({"<bob@social.example>"}, "another body");
  ASSERT_TRUE(committer_->replay_held(other, sender_, &key));
  EXPECT_NE(key, "") << "this sender has an open hold";
  EXPECT_EQ(committer_->commit({other, allowing, sender_, routing_, key})->answer.kind, Kind::accept);
}

TEST_F(CommitTest, FindsTheHoldOfTheJudgedIdentityWhoeverWasAskedForBefore) {
  const Mail m = mail({"<bob@social.example>"});
  const Committed held = commit(m, a_verdict({quarantine}));
  SenderFacts other;
  other.identity = {"dave", "example.com"};
  std::string key;
  ASSERT_TRUE(committer_->replay_held(m, other, &key));
  Verdict allowing = a_verdict({allow});
  allowing.policy_digest = "policy-2";
  EXPECT_EQ(committer_->commit({m, allowing, sender_, routing_, key})->reference, held.reference);
}

TEST_F(CommitTest, EqualMailIsNewOnceTheHoldIsDecided) {
  const Mail m = mail({"<bob@social.example>"});
  const Committed first = commit(m, a_verdict({quarantine}));
  ASSERT_TRUE(store_->commit([&](store::Transaction& tx) -> Result<void> {
    auto hold = tx.hold_of(first.reference);
    return tx.close_hold((*hold)->id, store::HoldState::rejected, "cli:root", clock_.now());
  }));
  const Committed second = commit(m, a_verdict({quarantine}));
  EXPECT_FALSE(second.replayed);
  EXPECT_NE(second.reference, first.reference);
  EXPECT_EQ(commit(m, a_verdict({allow})).replayed, true);
}

TEST_F(CommitTest, LostAnswersWithoutAHoldAreReplayedForAWhile) {
  for (const Action action : {annotate, reject}) {
    SCOPED_TRACE(std::string(to_string(action)));
    const Mail m = mail({"<bob@social.example>"}, std::string(to_string(action)));
    const Committed first = commit(m, a_verdict({action}));
    clock_.advance(67min);
    const Committed again = commit(m, a_verdict({action}));
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.answer.kind, first.answer.kind);
    EXPECT_EQ(again.answer.reply, first.answer.reply);
    EXPECT_EQ(outbox(first.reference).size(), 1U);
    Verdict changed = a_verdict({action});
    changed.policy_digest = "policy-2";
    EXPECT_FALSE(commit(m, changed).replayed) << "a corrected policy judges anew";
    clock_.advance(2h);
    EXPECT_FALSE(commit(m, a_verdict({action})).replayed);
  }
}

TEST_F(CommitTest, EqualMessagesAtOnceAreKeptOnce) {
  constexpr int kThreads = 8;
  std::vector<std::string> references(kThreads);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      references[i] =
          commit(mail({"<bob@social.example>"}, "Nightjar\r\n", "Q" + std::to_string(i)), a_verdict({quarantine}))
              .reference;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& reference : references) EXPECT_EQ(reference, references[0]);
  EXPECT_EQ(counts().incidents, 1U);
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_EQ(counts().outbox_pending, 1U);
}

struct NoticeCase {
  const char* name;
  std::vector<std::string> notify;
  Address identity;
  bool automatic;
  std::vector<std::pair<Audience, std::vector<std::string>>> to;
  bool on_behalf = false;
};

TEST_F(CommitTest, TellsTheRightPeopleOfTheOrganisationOnly) {
  const Address alice{"alice", "example.com"};
  const Address stranger{"bob", "elsewhere.example"};
  int number = 0;
  for (const NoticeCase& c :
       {NoticeCase{"sender by default", {}, alice, false, {{Audience::sender, {"alice@example.com"}}}},
        NoticeCase{"liaison only", {"liaison"}, alice, false, {{Audience::liaison, {"lia@example.com"}}}},
        NoticeCase{"all, owner outside left out",
                   {"sender", "liaison", "owner"},
                   alice,
                   false,
                   {{Audience::sender, {"alice@example.com"}},
                    {Audience::liaison, {"lia@example.com"}},
                    {Audience::owner, {"owner@example.com"}}}},
        NoticeCase{"null sender", {}, Address{}, true, {{Audience::sender, {"lia@example.com"}}}, true},
        NoticeCase{"robot", {}, alice, true, {{Audience::sender, {"lia@example.com"}}}, true},
        NoticeCase{"forwarded from outside", {}, stranger, false, {{Audience::sender, {"lia@example.com"}}}, true}}) {
    SCOPED_TRACE(c.name);
    sender_.identity = c.identity;
    sender_.automatic = c.automatic;
    Verdict verdict = a_verdict({quarantine});
    verdict.findings[0].notify = c.notify;
    const Committed out = commit(mail({"<bob@social.example>"}, "m" + std::to_string(number++)), verdict);
    std::vector<std::pair<Audience, std::vector<std::string>>> to;
    for (const OutboxItem& row : outbox(out.reference)) {
      auto payload = NoticePayload::parse(row.payload_json);
      ASSERT_TRUE(payload);
      EXPECT_EQ(row.state, OutboxState::pending);
      EXPECT_EQ(payload->on_behalf, c.on_behalf);
      to.emplace_back(payload->audience, payload->to);
    }
    EXPECT_EQ(to, c.to);
  }
}

TEST_F(CommitTest, WhoOwnsASystemIsToldInItsPlace) {
  sender_.identity = {"erp", "example.com"};
  sender_.automatic = true;
  sender_.answering = {{"it", "example.com"}, {"it", "elsewhere.example"}};
  const Committed out = commit(mail({"<bob@social.example>"}), a_verdict({quarantine}));
  const auto rows = outbox(out.reference);
  ASSERT_EQ(rows.size(), 1U);
  const auto payload = NoticePayload::parse(rows[0].payload_json);
  ASSERT_TRUE(payload);
  EXPECT_EQ(payload->to, std::vector<std::string>{"it@example.com"});
  EXPECT_TRUE(payload->on_behalf);
}

TEST_F(CommitTest, WithNobodyToTellTheNoticeIsRecordedAsSuppressed) {
  liaison_.clear();
  sender_.automatic = true;
  const Committed out = commit(mail({"<bob@social.example>"}), a_verdict({quarantine}));
  const auto rows = outbox(out.reference);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].state, OutboxState::suppressed);
  EXPECT_NE(rows[0].last_error, "");
  routing_.fallback = {{"postmaster", "example.com"}};
  const Committed next = commit(mail({"<bob@social.example>"}, "another"), a_verdict({quarantine}));
  EXPECT_EQ(outbox(next.reference).at(0).state, OutboxState::pending);
}

TEST_F(CommitTest, NoticesAreLimitedPerSenderAndRuleAndNothingIsLost) {
  options_.notices_per_rule = 2;
  options_.notices_per_sender = 4;
  remake();
  int number = 0;
  const auto state = [&](Action action) {
    const Committed out = commit(mail({"<bob@social.example>"}, "m" + std::to_string(number++)), a_verdict({action}));
    return outbox(out.reference).at(0).state;
  };
  EXPECT_EQ(state(quarantine), OutboxState::pending);
  EXPECT_EQ(state(quarantine), OutboxState::pending);
  EXPECT_EQ(state(quarantine), OutboxState::suppressed);
  EXPECT_EQ(state(annotate), OutboxState::pending) << "another rule is told";
  EXPECT_EQ(state(annotate), OutboxState::suppressed) << "the sender had enough";
  sender_.identity = {"zoe", "example.com"};
  EXPECT_EQ(state(quarantine), OutboxState::pending) << "another sender";
  sender_.identity = {"alice", "example.com"};
  clock_.advance(1h);
  EXPECT_EQ(state(quarantine), OutboxState::pending) << "another hour";
  EXPECT_EQ(counts().incidents, 7U);
}

TEST_F(CommitTest, TheNextNoticeTellsHowManyMessagesGotNone) {
  options_.notices_per_rule = 1;
  remake();
  int number = 0;
  const auto not_notified = [&](Action action) {
    const Committed out = commit(mail({"<bob@social.example>"}, "m" + std::to_string(number++)), a_verdict({action}));
    return NoticePayload::parse(outbox(out.reference).at(0).payload_json).value().not_notified;
  };
  EXPECT_EQ(not_notified(quarantine), 0U);
  EXPECT_EQ(not_notified(quarantine), 0U) << "this one gets no notice";
  EXPECT_EQ(not_notified(quarantine), 0U) << "nor this one";
  clock_.advance(1h);
  EXPECT_EQ(not_notified(annotate), 0U) << "another rule";
  EXPECT_EQ(not_notified(quarantine), 2U);
  clock_.advance(1h);
  EXPECT_EQ(not_notified(quarantine), 0U) << "told once";
}

// The From of a bounce is known only once it is read, and a reading can fail at one try and not at the next.
TEST_F(CommitTest, ARetryOfANullSendersMailIsKnownWhetherItWasReadOrNot) {
  const auto bounce = [&](const std::string& body) {
    Mail m = mail({"<bob@social.example>"}, body);
    m.envelope.sender = test::envelope_address("<>");
    return m;
  };
  SenderFacts unread;
  unread.automatic = true;
  const SenderFacts was_read = sender_;
  for (const auto& [name, first, then] :
       {std::tuple{"read, then not", was_read, unread}, std::tuple{"not read, then read", unread, was_read},
        std::tuple{"never read", unread, unread}}) {
    SCOPED_TRACE(name);
    sender_ = first;
    const Committed held = first.identity.is_null()
                               ? committer_->hold_unjudged(bounce(name), first, routing_, "crash").value()
                               : commit(bounce(name), a_verdict({quarantine}));
    auto known = committer_->replay_held(bounce(name), unread);
    ASSERT_TRUE(known && *known) << "before it is read";
    EXPECT_EQ((*known)->reference, held.reference);
    sender_ = then;
    EXPECT_EQ(commit(bounce(name), a_verdict({quarantine})).reference, held.reference);
    EXPECT_EQ(committer_->hold_unjudged(bounce(name), then, routing_, "crash").value().reference, held.reference);
  }
  EXPECT_EQ(counts().holds_open, 3U);
}

TEST_F(CommitTest, FailuresAreAnsweredAsConfigured) {
  const Mail m = mail({"<bob@social.example>", "<carol@example.com>"});
  const Error cause{ErrorKind::unavailable, "no worker is free"};
  EXPECT_EQ(committer_->answer_failure(m, sender_, routing_, cause, OnError::tempfail).answer.kind, Kind::tempfail);
  EXPECT_EQ(committer_->answer_failure(m, sender_, routing_, cause, OnError::accept).answer.kind, Kind::accept);
  EXPECT_EQ(counts().incidents, 0U);
  const Committed held = committer_->answer_failure(m, sender_, routing_, cause, OnError::quarantine);
  EXPECT_EQ(held.answer.kind, Kind::discard);
  EXPECT_EQ(held.held, 2U);
  EXPECT_EQ(outbox(held.reference).size(), 1U);
  EXPECT_NE(read([&](store::Reader& r) { return r.hold_of(held.reference); })->reason.find("no worker"),
            std::string::npos);
}

TEST_F(CommitTest, AFullDiskIsATempfailAndKeepsNothing) {
  store::StoreOptions small;
  small.max_pages = 200;
  test::TempStore full(small);
  Committer committer(*full, clock_, system_entropy(), options_);
  const Mail m = mail({"<bob@social.example>"}, test::noise(2 << 20));
  auto out = committer.commit({m, a_verdict({quarantine}), sender_, routing_});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(committer.answer_failure(m, sender_, routing_, out.error(), OnError::quarantine).answer.kind,
            Kind::tempfail);
  const Mail small_mail = mail({"<bob@social.example>"});
  auto next = committer.commit({small_mail, a_verdict({quarantine}), sender_, routing_});
  ASSERT_TRUE(next) << next.error().message;
}

TEST_F(CommitTest, AVerdictThatForgetsARecipientIsAFailure) {
  auto out = committer_->commit({mail({"<a@x.example>", "<b@x.example>"}), a_verdict({quarantine}), sender_, routing_});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind, ErrorKind::internal);
}

}  // namespace
}  // namespace postern::response

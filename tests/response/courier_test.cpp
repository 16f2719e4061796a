#include "response/courier.h"

#include <condition_variable>
#include <deque>
#include <mutex>

#include <gtest/gtest.h>

#include "response/commit.h"
#include "response/smtp_client.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"
#include "tests/support/fake_smtp_server.h"

namespace postern::response {
namespace {

using namespace std::chrono_literals;
using store::HoldState;
using store::OutboxItem;
using store::OutboxKind;
using store::OutboxState;
using store::RecipientState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

RecipientResult says(Delivery delivery, int code, std::string text) {
  return {delivery, SmtpStage::rcpt, {code, "", std::move(text)}};
}
const RecipientResult kOk = says(Delivery::delivered, 250, "queued");
const RecipientResult kBusy = says(Delivery::temporary, 450, "busy");
const RecipientResult kNoUser = says(Delivery::permanent, 550, "no such user");
const RecipientResult kLost = says(Delivery::unknown, 0, "the server closed the connection");

// Answers as told, by address, else kOk; keeps what was sent.
class ScriptedMailer final : public Mailer {
 public:
  struct Sent {
    OutgoingMail mail;
    std::string bytes;  // prefix and content
  };

  SendReport send(const OutgoingMail& mail) override {
    SendReport report;
    std::vector<size_t> accepted;
    for (size_t i = 0; i < mail.recipients.size(); i++) {
      std::deque<RecipientResult>& script = scripts[mail.recipients[i].address];
      report.recipients.push_back(script.empty() ? kOk : script.front());
      if (!script.empty()) script.pop_front();
      if (report.recipients.back().delivery != Delivery::permanent) accepted.push_back(i);
    }
    sent.push_back({mail, (mail.prefix ? mail.prefix(accepted) : "") + std::string(mail.content)});
    sent.back().mail.content = {};  // lent for the call only
    sent.back().mail.prefix = nullptr;
    if (on_send) on_send();
    return report;
  }
  void interrupt() override { interrupted = true; }

  std::map<std::string, std::deque<RecipientResult>> scripts;
  std::vector<Sent> sent;
  std::function<void()> on_send;
  bool interrupted = false;
};

// The same "random" bytes each time: no jitter at all.
class ZeroEntropy final : public Entropy {
 public:
  void fill(char* out, size_t size) override { std::fill(out, out + size, '\0'); }
};

std::shared_ptr<const NoticeWriter> a_writer() {
  NoticeSettings settings;
  settings.organisation = "Example Corp";
  settings.from = *parse_address("mail-check@example.com");
  settings.is_internal = [](const Address& address) { return address.domain == "example.com"; };
  auto templates = NoticeTemplates::load("", "");
  if (!templates) throw std::runtime_error(templates.error().message);
  return std::make_shared<NoticeWriter>(std::move(settings), std::move(*templates));
}

class CourierTest : public ::testing::Test {
 protected:
  CourierTest() {
    routing_.of_organisation = [](const Address& address) { return address.domain == "example.com"; };
    sender_.identity = {"alice", "example.com"};
    options_.domain = "gate.example.com";
    options_.give_up_notice = options_.give_up_release = 6h;
    make_courier();
  }

  void make_courier() {
    courier_ = std::make_unique<Courier>(
        CourierServices{*store_, quarantine_, [this] { return writer_; }, [this] { return retain_held_; }, notices_,
                        releases_, clock_, entropy_},
        options_);
  }

  // One mail to two outside people, held for both, and a colleague, who gets it.
  std::string hold() {
    const Mail mail = test::a_mail({{"From", " Alice <alice@example.com>"}, {"Subject", " x"}}, body_,
                                   {"<bob@social.example>", "<carol@example.com>", "eve@social.example"});
    Committer committer(*store_, clock_, system_entropy(), CommitOptions());
    const auto verdict = test::a_verdict({Action::quarantine, Action::allow, Action::quarantine});
    auto out = committer.commit({mail, verdict, sender_, routing_});
    if (!out) throw std::runtime_error(out.error().message);
    return out->reference;
  }

  void run_sql(const std::string& sql) { test::run_sql(store_.options(), sql); }

  size_t round() {
    const auto done = courier_->run_once();
    if (!done) throw std::runtime_error(done.error().message);
    return *done;
  }

  std::vector<OutboxItem> rows(const std::string& reference, OutboxKind kind) {
    std::vector<OutboxItem> out;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto found = reader.outbox_of(reference).value();
      std::copy_if(found.begin(), found.end(), std::back_inserter(out),
                   [&](const auto& row) { return row.kind == kind; });
      return {};
    }));
    return out;
  }
  OutboxItem first_row(const std::string& reference, OutboxKind kind) { return rows(reference, kind).at(0); }

  std::vector<std::string> states(const std::string& reference) {
    std::vector<std::string> out;
    const HeldMessage shown = quarantine_.show(reference).value();
    for (const auto& recipient : shown.incident.recipients) {
      out.push_back(std::string(store::to_string(recipient.state)) + " " + recipient.reply);
    }
    return out;
  }
  HoldState hold_state(const std::string& reference) { return quarantine_.show(reference).value().hold.state; }

  std::vector<std::string> audit_verbs() {
    std::vector<std::string> out;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto events = reader.audit_after(0, 100).value();
      for (const auto& event : events) out.push_back(event.verb);
      return {};
    }));
    return out;
  }

  // As the gate sees the released message.
  std::string verify(const ScriptedMailer::Sent& sent, const std::vector<std::string>& recipients) {
    const size_t end = sent.bytes.find("\r\n\r\n");
    std::vector<HeaderField> fields;
    for (size_t at = 0; at < end;) {
      size_t next = sent.bytes.find("\r\n", at);
      while (sent.bytes[next + 2] == ' ') next = sent.bytes.find("\r\n", next + 2);
      const std::string line = sent.bytes.substr(at, next - at);
      fields.push_back({line.substr(0, line.find(':')), line.substr(line.find(':') + 1)});
      at = next + 2;
    }
    Mail mail = test::a_mail(fields, sent.bytes.substr(end + 4), recipients);
    const auto verified = verify_release(test::test_keys()->key(store::KeyUse::release_token), mail, clock_.now());
    return verified ? "hold " + verified->hold : std::string(to_string(verified.error()));
  }

  test::TempStore store_{{.url = "", .busy_timeout = 10ms}};
  ManualClock clock_{test::kTestTime};
  ZeroEntropy entropy_;
  Quarantine quarantine_{*store_, clock_, store_.directory()};
  ScriptedMailer notices_;
  ScriptedMailer releases_;
  std::shared_ptr<const NoticeWriter> writer_ = a_writer();
  CourierOptions options_;
  std::unique_ptr<Courier> courier_;
  NoticeRouting routing_;
  SenderFacts sender_;
  std::string body_ = "Nightjar\r\n.\r\n";
  std::chrono::milliseconds retain_held_ = 720h;
};

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

TEST_F(CourierTest, ANoticeThatMayHaveArrivedIsTheSameMailAlsoWhenSomebodyHasDecidedSince) {
  routing_.people = [](std::string_view, const Finding&) { return std::vector<Address>{{"ann", "example.com"}}; };
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
  routing_.people = [](std::string_view, const Finding&) {
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

TEST_F(CourierTest, ReleaseSendsTheOriginalWithATokenThatHolds) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
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
  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
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
  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
  releases_.scripts["bob@social.example"] = {kNoUser};
  round();
  EXPECT_THAT(verify(releases_.sent[0], {"eve@social.example"}), HasSubstr("hold "));
  EXPECT_THAT(states(reference), ElementsAre("held 550 no such user", "delivered ", "released 250 queued"));
  EXPECT_EQ(first_row(reference, OutboxKind::release).state, OutboxState::failed);
  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
  round();
  EXPECT_EQ(hold_state(reference), HoldState::released);
}

TEST_F(CourierTest, AReleaseThatNobodyTakesIsGivenUpAndTheHoldStays) {
  const std::string reference = hold();
  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
  releases_.scripts["bob@social.example"] = std::deque<RecipientResult>(1000, kBusy);
  releases_.scripts["eve@social.example"] = std::deque<RecipientResult>(1000, kLost);
  while (first_row(reference, OutboxKind::release).state == OutboxState::pending) {
    round();
    clock_.advance(options_.last_retry);
    ASSERT_LT(releases_.sent.size(), 200u);
  }
  EXPECT_EQ(hold_state(reference), HoldState::open);
  EXPECT_EQ(courier_->counters().releases_failed, 1u);
  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));  // again possible
}

TEST_F(CourierTest, AMessageWithoutFromIsReleasedWithOneMadeOfItsEnvelopeSender) {
  const Mail mail = test::a_mail({{"Subject", " x"}}, "x\r\n", {"<bob@social.example>"});
  Committer committer(*store_, clock_, system_entropy(), CommitOptions());
  const auto out = committer.commit({mail, test::a_verdict({Action::quarantine}), sender_, routing_});
  ASSERT_TRUE(out);
  ASSERT_TRUE(quarantine_.release(out->reference, "cli:root"));
  round();
  ASSERT_EQ(releases_.sent.size(), 1U);
  EXPECT_THAT(releases_.sent[0].bytes, HasSubstr("From: alice@example.com\r\n"));
  EXPECT_EQ(hold_state(out->reference), HoldState::released);
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
    ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
    run_sql(c.damage);
    round();
    EXPECT_TRUE(releases_.sent.empty());
    const store::Hold hold = quarantine_.show(reference)->hold;
    EXPECT_EQ(hold.state, HoldState::open);
    EXPECT_FALSE(hold.release_requested);
    EXPECT_THAT(hold.release_error, HasSubstr(c.why));
    EXPECT_EQ(first_row(reference, OutboxKind::release).state, OutboxState::failed);
    EXPECT_EQ(audit_verbs().back(), "release-failed");
    ASSERT_TRUE(quarantine_.release(reference, "cli:root")) << "it can be tried again";
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
  other.reset();
  notices_.on_send = nullptr;
  clock_.advance(options_.lease);
  round();
  EXPECT_EQ(first_row(reference, OutboxKind::notice).state, OutboxState::done);
  EXPECT_EQ(notices_.sent.size(), 1U);

  ASSERT_TRUE(quarantine_.release(reference, "cli:root"));
  releases_.on_send = lock;
  round();
  EXPECT_EQ(hold_state(reference), HoldState::open);
  other.reset();
  clock_.advance(options_.lease);
  round();
  EXPECT_EQ(hold_state(reference), HoldState::released);
  EXPECT_EQ(releases_.sent.size(), 1U);
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
  Courier courier(
      {*store_, quarantine_, [this] { return writer_; }, [] { return 720h; }, client, client, clock_, entropy_},
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
}  // namespace postern::response

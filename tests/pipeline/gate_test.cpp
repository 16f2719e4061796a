#include <atomic>
#include <fstream>
#include <thread>

#include "tests/pipeline/gate_fixture.h"

namespace postern::pipeline {
namespace {

TEST_F(GateTest, HonestMailIsAcceptedAndNotRecorded) {
  const MtaAnswer answer = judge(mail("hello\r\n", {"<bob@out.example>"}));
  EXPECT_EQ(answer.kind, Kind::accept);
  EXPECT_TRUE(answer.remove_recipients.empty());
  EXPECT_EQ(counts().incidents, 0U);
}

TEST_F(GateTest, MailBetweenColleaguesIsNotRead) {
  EXPECT_EQ(judge(mail("Nightjar\r\n", {"<carol@example.com>"})).kind, Kind::accept);
  EXPECT_EQ(pool_.calls, 0);
  EXPECT_EQ(counters_.passed, 1U);
}

TEST_F(GateTest, TheOutsideRecipientIsHeldAndTheColleagueServed) {
  const MtaAnswer answer = judge(mail("Nightjar\r\n", {"<bob@out.example>", "<carol@example.com>"}));
  EXPECT_EQ(answer.kind, Kind::accept);
  EXPECT_EQ(answer.remove_recipients, std::vector<size_t>{0});
  EXPECT_EQ(counts().holds_open, 1U);
}

// Postfix reads all of these as x@out.example, and takes none of them off the mail when told its bytes.
TEST_F(GateTest, ARecipientThatProgramsReadInDifferentWaysIsRefusedUnread) {
  for (const char* recipient : {"<@relay.example:x@out.example>", "<;x@out.example>", "< x@out.example >",
                                "<x@out.example,>", "<x@out.example (@example.com>"}) {
    const MtaAnswer answer = judge(mail("Nightjar ships in May.\r\n", {"<bob@example.com>", recipient}));
    EXPECT_EQ(answer.kind, Kind::reject) << recipient;
    EXPECT_EQ(answer.reply,
              std::vector<std::string>{"553 5.1.3 Not sent: a recipient's address is not written as RFC 5321 asks"});
  }
  EXPECT_EQ(pool_.calls, 0);
  EXPECT_EQ(counters_.refused, 5u);
  EXPECT_EQ(counts().incidents, 0u);
}

TEST_F(GateTest, ASenderThatProgramsReadInDifferentWaysIsRefusedUnread) {
  const auto judged = [&](const char* sender) {
    Mail outbound = mail("Nightjar ships in May.\r\n", {"<bob@out.example>"});
    outbound.envelope.sender = test::envelope_address(sender);
    return judge(outbound);
  };
  for (const char* sender : {"<@relay.example:alice@example.com>", "<;alice@example.com>", "< alice@example.com >",
                             "<alice@example.com (x@out.example>", "<\"alice@example.com\"@out.example>", "<\"alice>",
                             "<alice\xFC@example.com>", "alice@example.com>", " "}) {
    const MtaAnswer answer = judged(sender);
    EXPECT_EQ(answer.kind, Kind::reject) << sender;
    EXPECT_EQ(answer.reply,
              std::vector<std::string>{"553 5.1.7 Not sent: the sender's address is not written as RFC 5321 asks"});
  }
  EXPECT_EQ(pool_.calls, 0);
  EXPECT_EQ(counters_.refused, 9u);
  EXPECT_EQ(counts().incidents, 0u);
  // As people, lists, forwarders, bounces and sendmail(1) write them.
  for (const char* sender :
       {"<>", "", "alice", "alice@example.com", "<\"alice smith\"@example.com>", "<prvs=12ab=alice@example.com>",
        "<SRS0=HHH=TT=out.example=x@example.com>", "<list-bounces+bob=out.example@example.com>",
        "<j\xC3\xBCrgen@example.com>", "<alice.@example.com>"}) {
    EXPECT_NE(judged(sender).kind, Kind::reject) << sender;
  }
}

TEST_F(GateTest, AnOddRecipientOfInboundMailIsTheMtasAffair) {
  Mail inbound = mail("Hello.\r\n", {"<bob@example.com (bob)>"});
  inbound.envelope.client_address = "203.0.113.1";
  inbound.envelope.sender = test::envelope_address("<x@out.example>");
  pool_.header_from = "x@out.example";
  EXPECT_EQ(judge(inbound).kind, Kind::accept);
  // Under our name it is ours to judge.
  pool_.header_from = "alice@example.com";
  EXPECT_EQ(judge(inbound).kind, Kind::reject);
}

TEST_F(GateTest, AnAddressInTheLocalPartOfOneOfOursIsOutside) {
  const MtaAnswer answer =
      judge(mail("Nightjar ships in May.\r\n", {"<bob@example.com>", "<x%out.example@example.com>"}));
  EXPECT_EQ(answer.kind, Kind::accept);
  EXPECT_EQ(answer.remove_recipients, std::vector<size_t>{1});
}

TEST_F(GateTest, NobodyLeftIsADiscardAndARetryIsTheSameIncident) {
  EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, Kind::discard);
  Mail again = mail("Nightjar\r\n", {"<bob@out.example>"});
  again.envelope.queue_id = "5AbC";
  EXPECT_EQ(judge(again).kind, Kind::discard);
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_EQ(counts().incidents, 1U);
  EXPECT_EQ(pool_.calls, 1) << "a retry of held mail is answered without reading it again";
}

TEST_F(GateTest, ForgedHeadersAreTakenAwayHighestIndexFirst) {
  const MtaAnswer answer = judge(mail("hello\r\n", {"<bob@out.example>"},
                                      {{"X-Postern-Reference", " a"},
                                       {"From", " alice@example.com"},
                                       {"x-postern-reference", " b"},
                                       {"X-Postern", " c"}}));
  ASSERT_EQ(answer.remove_headers.size(), 2U);
  EXPECT_EQ(answer.remove_headers[0].index, 2U);
  EXPECT_EQ(answer.remove_headers[1].index, 1U);
}

TEST_F(GateTest, AForgedTokenIsTakenAwayAndOpensNothing) {
  Mail forged = mail("Nightjar\r\n", {"<bob@out.example>"},
                     {{"X-Postern-Release", " v1; hold=00; exp=99999999999; mac=" + std::string(64, '0')},
                      {"From", " alice@example.com"}});
  EXPECT_EQ(judge(forged).kind, Kind::discard);
  EXPECT_EQ(counters_.tokens_refused, 1U);
  EXPECT_EQ(counts().holds_open, 1U);
}

TEST_F(GateTest, AMailThatMerelyPassesThroughUsIsJudgedOnlyUnderOurFrom) {
  Mail relayed = mail("Nightjar\r\n", {"<bob@out.example>"});
  relayed.envelope.client_address = "203.0.113.9";
  relayed.envelope.sender = test::envelope_address("<x@else.example>");
  pool_.header_from = "x@else.example";
  EXPECT_EQ(judge(relayed).kind, Kind::accept);
  pool_.header_from = "alice@example.com";
  EXPECT_EQ(judge(relayed).kind, Kind::discard);
}

TEST_F(GateTest, AFailureIsAnsweredAsConfigured) {
  struct Case {
    OnError on_error;
    Kind want;
    std::uint64_t holds;
  };
  for (const Case& c : {Case{OnError::tempfail, Kind::tempfail, 0}, Case{OnError::accept, Kind::accept, 0},
                        Case{OnError::quarantine, Kind::discard, 1}}) {
    SCOPED_TRACE(response::to_string(c.on_error));
    settings_.on_error = c.on_error;
    pool_.failure = Error{ErrorKind::unavailable, "no reader can be started"};
    EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, c.want);
    EXPECT_EQ(counts().holds_open, c.holds);
  }
  EXPECT_EQ(counters_.failed, 3U);
  EXPECT_EQ(counters_.failed_open, 1U);
}

// Whether such a mail is ours, and whose, only its header could say. The failure action is taken on what the envelope
// says.
TEST_F(GateTest, AMailWhoseHeaderCouldNotBeReadIsAFailureWhateverItsWay) {
  struct Way {
    std::string name;
    std::function<void(Mail&)> change;
  };
  struct Action {
    OnError on_error;
    Kind want;
  };
  std::uint64_t failed = 0;
  for (const Way& way :
       {Way{"from inside", [](Mail&) {}},
        Way{"from inside, null sender", [](Mail& m) { m.envelope.sender = test::envelope_address("<>"); }},
        Way{"relayed",
            [](Mail& m) {
              m.envelope.client_address = "203.0.113.9";
              m.envelope.sender = test::envelope_address("<x@else.example>");
            }},
        Way{"relayed, null sender", [](Mail& m) {
              m.envelope.client_address = "203.0.113.9";
              m.envelope.sender = test::envelope_address("<>");
            }}}) {
    for (const Outcome outcome : {Outcome::crashed, Outcome::timeout}) {
      for (const Action& action : {Action{OnError::tempfail, Kind::tempfail},
                                   Action{OnError::quarantine, Kind::discard}, Action{OnError::accept, Kind::accept}}) {
        const std::string name =
            way.name + " " + std::string(to_string(outcome)) + " " + std::string(response::to_string(action.on_error));
        SCOPED_TRACE(name);
        settings_.on_error = action.on_error;
        pool_.root_outcome = outcome;
        Mail unread = mail(name, {"<bob@out.example>"});
        way.change(unread);
        EXPECT_EQ(judge(unread).kind, action.want);
        EXPECT_EQ(counters_.failed, ++failed);
      }
    }
  }
  EXPECT_EQ(counts().holds_open, failed / 3);
  EXPECT_EQ(counters_.failed_open, failed / 3);
  EXPECT_EQ(counters_.passed, 0U);
}

TEST_F(GateTest, ARuleMaySayWhatBecomesOfAMailThatCouldNotBeRead) {
  settings_.on_error = OnError::accept;
  pool_.root_outcome = Outcome::limit;
  EXPECT_EQ(judge(mail("a bomb", {"<bob@out.example>"})).kind, Kind::discard);
  EXPECT_EQ(counters_.failed, 0U);
}

TEST_F(GateTest, AStoreThatIsLockedIsATempfailForWhatMustBeRecorded) {
  auto backend = store::make_backend(store_.options());
  auto other = (*backend)->connect(store::Backend::Access::write);
  ASSERT_TRUE((*other)->step(store::SqlConnection::Step::begin_write));
  for (const OnError on_error : {OnError::tempfail, OnError::quarantine}) {
    settings_.on_error = on_error;
    EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, Kind::tempfail);
  }
  EXPECT_EQ(judge(mail("hello\r\n", {"<bob@out.example>"})).kind, Kind::accept) << "a look needs no write";
  ASSERT_TRUE((*other)->step(store::SqlConnection::Step::rollback));
  EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, Kind::discard);
}

// Whether a mail is a retry of a held one cannot be told any more: nothing passes.
TEST_F(GateTest, AStoreThatIsDamagedIsATempfailForAll) {
  EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, Kind::discard);
  std::vector<std::int64_t> pages;
  {
    auto backend = store::make_backend(store_.options());
    auto connection = (*backend)->connect(store::Backend::Access::write);
    const auto rows = (*connection)->query({"SELECT rootpage FROM sqlite_master WHERE tbl_name = 'hold'", "i"});
    for (const store::SqlRow& row : *rows) pages.push_back(row.integer(0));
  }
  store_.close();
  ASSERT_GT(pages.size(), 1U);
  constexpr std::int64_t kPage = 4096;
  std::fstream file(store_.file(), std::ios::binary | std::ios::in | std::ios::out);
  for (const std::int64_t page : pages) {
    file.seekp((page - 1) * kPage);
    file << std::string(kPage, '\xFF');
  }
  file.close();
  store_.reopen();
  for (const OnError on_error : {OnError::tempfail, OnError::quarantine}) {
    settings_.on_error = on_error;
    for (const char* body : {"Nightjar\r\n", "another Nightjar\r\n", "hello\r\n"}) {
      EXPECT_EQ(judge(mail(body, {"<bob@out.example>"})).kind, Kind::tempfail) << body;
    }
  }
}

TEST_F(GateTest, AnExceptionIsATempfail) {
  settings_.on_error = OnError::accept;
  pool_.throws = true;
  EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, Kind::tempfail);
  EXPECT_EQ(counters_.failed, 1U);
}

TEST_F(GateTest, TheDeadlineCountsFromTheArrivalOfTheMail) {
  using std::chrono::seconds;
  settings_.deadline = seconds(30);
  Mail waited = mail("hello\r\n", {"<bob@out.example>"});
  waited.arrived = clock_.steady() - seconds(10);
  judge(waited);
  EXPECT_EQ(pool_.deadline.load() - clock_.steady(), seconds(14)) << "a fifth of the 30 s is for what follows reading";
}

TEST_F(GateTest, AnOversizeMailIsJudgedAsLimit) {
  Mail large = mail("hello\r\n", {"<bob@out.example>"});
  large.oversize = true;
  EXPECT_EQ(judge(large).kind, Kind::discard);
  EXPECT_EQ(counts().holds_open, 1U);
}

// One mail as Postfix hands it over at each try of a client that left Message-ID and Date to it.
class GateRetryTest : public GateTest {
 protected:
  static Mail attempt(int number) {
    const std::string queue_id = "Q" + std::to_string(number);
    Mail out =
        mail("Nightjar\r\n", {"<bob@out.example>", "<carol@example.com>"},
             {{"Received", " from client by mx id " + queue_id},
              {"From", " alice@example.com"},
              {"Subject", " plans"},
              {"Message-Id", " <2027020107" + std::to_string(1000 + number) + "." + queue_id + "@mx.example.com>"},
              {"Date", " Mon,  1 Feb 2027 07:00:" + std::to_string(10 + number) + " +0000 (UTC)"}});
    out.envelope.queue_id = queue_id;
    return out;
  }
  void expect_split(const MtaAnswer& answer) {
    EXPECT_EQ(answer.kind, Kind::accept);
    EXPECT_EQ(answer.remove_recipients, std::vector<size_t>{0});
  }
};

TEST_F(GateRetryTest, ComeAtOnceOnSeveralConnectionsAndAreOneHoldWithOneNotice) {
  Gate gate(policy_, {pool_, *store_, clock_, system_entropy(), counters_}, settings_);
  std::vector<MtaAnswer> answers(8);
  std::vector<std::thread> connections;
  for (size_t i = 0; i < answers.size(); i++) {
    connections.emplace_back([&, i] {
      NoLane lane;
      answers[i] = gate.judge(attempt(int(i)), lane);
    });
  }
  for (std::thread& connection : connections) connection.join();
  for (const MtaAnswer& answer : answers) expect_split(answer);
  EXPECT_EQ(counts().incidents, 1U);
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_EQ(counts().outbox_pending, 1U);
}

TEST_F(GateRetryTest, FindTheHoldWhileItsReleaseIsUnderWayAndAreNewMailAfterIt) {
  response::Quarantine quarantine(*store_, clock_, store_.directory());
  expect_split(judge(attempt(1)));
  const std::string reference = quarantine.list({})->front().hold.incident;
  ASSERT_TRUE(quarantine.release(reference, {"test"}));
  expect_split(judge(attempt(2)));
  EXPECT_EQ(counts().incidents, 1U);

  store::OutboxItem row;
  ASSERT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
    row = reader.outbox_of(reference)->back();
    return {};
  }));
  ASSERT_EQ(quarantine.record_release(row, {{0, store::ReleaseResult::Kind::accepted, "250 ok"}}, std::nullopt).value(),
            store::HoldState::released);
  expect_split(judge(attempt(3)));
  expect_split(judge(attempt(4)));
  EXPECT_EQ(counts().incidents, 2U);
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_NE(quarantine.list({})->front().hold.incident, reference);
}

TEST_F(GateTest, OwnersOfRulesThatEndAreTold) {
  use_rules(std::string(kGateRules) +
            "  - id: secret.soon\n"
            "    title: Ends soon\n"
            "    category: secret\n"
            "    owner: anna@example.com\n"
            "    active: {until: '" +
            format_rfc3339(clock_.now() + std::chrono::hours(24)) +
            "'}\n"
            "    when: {recipients: [class:outside], content: {detector: codenames}}\n"
            "    then: {action: annotate}\n"
            "  - id: secret.outside\n"
            "    category: secret\n"
            "    owner: anna@elsewhere.example\n"
            "    active: {until: '" +
            format_rfc3339(clock_.now() + std::chrono::hours(24)) +
            "'}\n"
            "    when: {recipients: [class:outside], content: {detector: codenames}}\n"
            "    then: {action: annotate}\n");
  Gate gate(policy_, {pool_, *store_, clock_, system_entropy(), counters_}, settings_);
  gate.tell_rule_ends();
  gate.tell_rule_ends();
  EXPECT_EQ(counts().outbox_pending, 1U);
}

// A mail that is held, with its release under way, as the courier sends it.
class GateReleaseTest : public GateTest {
 protected:
  Mail released(const std::string& body, std::vector<HeaderField> headers) {
    const std::vector<std::string> recipients = {"<bob@out.example>"};
    const Mail held = mail(body, recipients, headers);
    EXPECT_EQ(judge(held).kind, Kind::discard);
    response::Quarantine quarantine(*store_, clock_, "/tmp");
    const auto holds = quarantine.list({});
    EXPECT_EQ(holds->size(), 1U);
    EXPECT_TRUE(quarantine.release(holds->front().hold.incident, {"test"}));
    const auto digests = response::digest_for_release(*held.message->view(), {});
    const auto token =
        response::make_release_header(store_->keys().key(store::KeyUse::release_token),
                                      {holds->front().hold.id, held.envelope.sender, held.envelope.recipients}, digests,
                                      clock_.now() + std::chrono::hours(1));
    const size_t colon = token->find(':');
    headers.insert(headers.begin(), {token->substr(0, colon), token->substr(colon + 1, token->size() - colon - 3)});
    return mail(body, recipients, headers);
  }
};

TEST_F(GateReleaseTest, TheReleasedMailTakesTheRouteOfItsRules) {
  use_rules(std::string(kGateRules) +
            "  - id: secret.route\n"
            "    category: secret\n"
            "    mode: enforce\n"
            "    when: {recipients: [class:outside], content: {detector: codenames}}\n"
            "    then: {action: allow, route: encrypt}\n");
  const Mail mail = released("Nightjar\r\n", {{"From", " alice@example.com"}, {"X-Postern-Route", " forged"}});
  use_rules(kGateRules);  // whatever the policy says by then
  const MtaAnswer answer = judge(mail);
  EXPECT_EQ(answer.kind, Kind::accept);
  ASSERT_EQ(answer.add_headers.size(), 1U);
  EXPECT_EQ(answer.add_headers[0].name, "X-Postern-Route");
  EXPECT_EQ(answer.add_headers[0].value, " encrypt");
  EXPECT_EQ(answer.remove_headers.size(), 2U) << "the token and what the client wrote";
}

TEST_F(GateReleaseTest, TheReleasedMailPasses) {
  const Mail mail = released("Nightjar\r\n", {{"From", " alice@example.com"}});
  const MtaAnswer answer = judge(mail);
  EXPECT_EQ(answer.kind, Kind::accept);
  EXPECT_EQ(answer.remove_headers.size(), 1U);
  EXPECT_EQ(counters_.released, 1U);
}

TEST_F(GateReleaseTest, ATokenThatTheSenderMadeUpIsNoObstacle) {
  const std::string forged = " v1; hold=00; exp=9999999999; mac=" + std::string(64, '0');
  const Mail mail = released("Nightjar\r\n", {{"From", " alice@example.com"}, {"X-Postern-Release", forged}});
  EXPECT_EQ(judge(mail).kind, Kind::accept);
  EXPECT_EQ(counters_.released, 1U);
}

// Answered as a retry of the held mail it would be discarded, and the courier would call it released.
TEST_F(GateReleaseTest, AReleaseThatDoesNotVerifyIsRefusedAndStaysHeld) {
  struct Case {
    std::string name;
    std::function<void(Mail&)> change;
  };
  const Mail good = released("Nightjar\r\n", {{"From", " alice@example.com"}});
  for (const Case& c :
       {Case{"a field changed", [](Mail& m) { m.headers.back().value = " mallory@example.com"; }},
        Case{"a recipient more",
             [](Mail& m) { m.envelope.recipients.push_back(test::envelope_address("<eve@x.example>")); }},
        Case{"the token's end", [](Mail& m) { m.headers[0].value.back() = 'x'; }}}) {
    SCOPED_TRACE(c.name);
    Mail changed = good;
    c.change(changed);
    EXPECT_EQ(judge(changed).kind, Kind::reject);
  }
  clock_.advance(std::chrono::hours(2));
  EXPECT_EQ(judge(good).kind, Kind::reject) << "expired";
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_EQ(counters_.released, 0U);
}

TEST_F(GateTest, ThousandsOfForgedHeadersAreRefusedUnread) {
  std::vector<HeaderField> headers(kMostOwnHeaders + 1, {"X-Postern-A", ""});
  EXPECT_EQ(judge(mail("hello\r\n", {"<bob@out.example>"}, headers)).kind, Kind::reject);
  EXPECT_EQ(pool_.calls, 0);
  headers.pop_back();
  EXPECT_EQ(judge(mail("hello\r\n", {"<bob@out.example>"}, headers)).kind, Kind::accept);
}

// X-Spam-Report is in no retry key, because a scanner on the way writes it anew at each try.
TEST_F(GateTest, ARetryWithMoreInItsTraceHeadersIsReadBeforeAnybodyGetsIt) {
  const std::vector<HeaderField> first = {{"From", " alice@example.com"}, {"Message-ID", " <1@x.example>"}};
  std::vector<HeaderField> more = first;
  more.insert(more.begin(), {"X-Spam-Report", " Nightjar"});
  const std::vector<std::string> recipients = {"<bob@out.example>", "<carol@partner.example>"};

  EXPECT_EQ(judge(mail("a Buzzard\r\n", recipients, first)).kind, Kind::accept);
  EXPECT_EQ(counts().incidents, 1U);
  EXPECT_EQ(judge(mail("a Buzzard\r\n", recipients, more)).kind, Kind::discard);
  EXPECT_EQ(counts().holds_open, 1U);
  EXPECT_EQ(counts().incidents, 2U);
  EXPECT_EQ(judge(mail("a Buzzard\r\n", recipients, more)).kind, Kind::discard) << "its own retry";
  EXPECT_EQ(counts().incidents, 2U);
  EXPECT_EQ(judge(mail("a Buzzard\r\n", recipients, first)).kind, Kind::accept) << "the first one's retry";
  EXPECT_EQ(counts().incidents, 2U);
}

}  // namespace
}  // namespace postern::pipeline

#include <algorithm>
#include <thread>

#include "milter/judge_pool.h"
#include "milter/server_fixture.h"

namespace postern::milter {
namespace {

TEST_F(ServerTest, ServesUnixAndTcpWithAndWithoutNoReplySteps) {
  start();
  MtaOffer plain;
  plain.steps = 0;
  int number = 0;
  for (const MtaOffer& offer : {MtaOffer{}, plain, MtaOffer{2, 0x3F, 0x7F}, MtaOffer{3, 0x3F, 0x1FF},
                                MtaOffer{4, 0x3F, 0x3FF}, MtaOffer{5, 0x3F, 0x3FF}}) {
    for (const bool tcp : {false, true}) {
      SCOPED_TRACE(std::to_string(offer.steps) + (tcp ? " tcp" : " unix"));
      auto mta = tcp ? MockMta::connect_inet(port_) : MockMta::connect_unix(socket_path());
      ASSERT_TRUE(mta);
      ASSERT_TRUE(mta->negotiate(offer));
      ASSERT_TRUE(mta->greet());
      const auto delivery = mta->deliver(message("Q" + std::to_string(number++)));
      ASSERT_TRUE(delivery) << delivery.error().message;
      EXPECT_TRUE(delivery->accepted());
      EXPECT_TRUE(mta->quit());
      EXPECT_TRUE(mta->closed_by_filter());
    }
  }
  EXPECT_EQ(judge_->seen(),
            (std::vector<std::string>{"Q0", "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10", "Q11"}));
  EXPECT_EQ(judge_->bodies().back(), "From: alice@corp.example\r\nSubject: hello\r\n\r\nbody of Q11\r\n");
}

TEST_F(ServerTest, CarriesEveryKindOfAnswer) {
  start();
  MockMta mta = connect();
  MtaMessage mail = message("Q");
  mail.recipients = {"<bob@example.net>", "carol@example.org"};
  MtaAnswer answer;
  answer.kind = MtaAnswer::Kind::reject;
  answer.reply = {"550 5.7.1 100% internal", "see https://lessons"};
  judge_->set_answer(answer);
  auto delivery = mta.deliver(mail);
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->reply_text, "550-5.7.1 100% internal\r\n550 5.7.1 see https://lessons");
  ASSERT_TRUE(mta.send(Abort{}));

  answer = {};
  answer.kind = MtaAnswer::Kind::accept;
  answer.remove_recipients = {1};
  answer.remove_headers = {{"Subject", 1}};
  answer.add_headers = {{"X-Postern-Notice", "seen"}};
  judge_->set_answer(answer);
  delivery = mta.deliver(mail);
  ASSERT_TRUE(delivery);
  EXPECT_TRUE(delivery->accepted());
  EXPECT_EQ(delivery->removed_recipients, std::vector<std::string>{"carol@example.org"});
  EXPECT_EQ(delivery->removed_headers, (std::vector<std::pair<std::string, std::uint32_t>>{{"Subject", 1}}));
  EXPECT_EQ(delivery->added_headers, (std::vector<std::pair<std::string, std::string>>{{"X-Postern-Notice", " seen"}}));

  answer = {};
  answer.kind = MtaAnswer::Kind::discard;
  judge_->set_answer(answer);
  EXPECT_TRUE(mta.deliver(mail)->discarded());
  EXPECT_EQ(counters().rejected.load(), 1U);
  EXPECT_EQ(counters().accepted.load(), 1U);
  EXPECT_EQ(counters().discarded.load(), 1U);
}

TEST_F(ServerTest, ManyMessagesOnOneConnectionAndManyConnections) {
  start();
  constexpr int kConnections = 8, kMessages = 100;
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < kConnections; t++) {
    threads.emplace_back([&, t] {
      auto mta = MockMta::connect_unix(socket_path());
      if (!mta || !mta->negotiate() || !mta->greet()) return;
      for (int i = 0; i < kMessages; i++) {
        const auto delivery = mta->deliver(message(std::to_string(t) + "-" + std::to_string(i)));
        if (delivery && delivery->accepted()) good++;
        if (!mta->send(Abort{})) return;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good.load(), kConnections * kMessages);
  EXPECT_EQ(counters().messages.load(), std::uint64_t(kConnections * kMessages));
  eventually([&] { return counters().connections_open.load() == 0 && counters().in_flight.load() == 0; });
  EXPECT_EQ(counters().aborted.load(), 0U);
}

TEST_F(ServerTest, LargeMessagesArriveWhole) {
  start();
  MockMta mta = connect();
  MtaMessage mail = message("Q");
  mail.body.clear();
  for (int i = 0; mail.body.size() < 3'000'000; i++) mail.body += "line " + std::to_string(i) + "\r\n";
  for (const size_t chunk : {kMaxChunk, size_t(1'000)}) {
    mail.chunk = chunk;
    ASSERT_TRUE(mta.deliver(mail)->accepted());
  }
  for (const std::string& seen : judge_->bodies()) EXPECT_TRUE(seen.ends_with("\r\n\r\n" + mail.body));
}

TEST_F(ServerTest, PacketsBehindAnEndOfMessageWait) {
  start();
  MockMta mta = connect();
  std::string bytes;
  for (int i = 0; i < 3; i++) {
    encode(bytes, Command(Abort{}));
    encode(bytes, Command(MailFrom{"<a@corp.example>", {}}));
    encode(bytes, Command(RcptTo{"<b@example.net>", {}}));
    encode(bytes, Command(Body{"x"}));
    encode(bytes, Command(EndOfMessage{}));
  }
  encode(bytes, Command(Quit{}));
  ASSERT_TRUE(mta.send_bytes(bytes));
  for (int i = 0; i < 3; i++) {
    const auto verdict = mta.read_verdict();
    ASSERT_TRUE(verdict) << i << verdict.error().message;
    EXPECT_TRUE(verdict->accepted());
  }
  EXPECT_TRUE(mta.closed_by_filter());
}

TEST_F(ServerTest, MoreInFlightThanConfiguredIsTempfailedAtOnce) {
  ServerOptions options;
  options.session.max_in_flight = 2;
  start(options);
  judge_->hold();
  MockMta first = connect(), second = connect(), third = connect();
  ASSERT_TRUE(first.send_message(message("A")));
  ASSERT_TRUE(second.send_message(message("B")));
  judge_->wait_until_seen(2);
  const auto refused = third.deliver(message("C"));
  ASSERT_TRUE(refused);
  EXPECT_TRUE(refused->tempfailed());
  EXPECT_EQ(refused->reply_text.substr(0, 9), "451 4.3.2");
  EXPECT_EQ(counters().tempfails(TempfailReason::busy), 1U);
  judge_->let_go();
  EXPECT_TRUE(first.read_verdict()->accepted());
  EXPECT_TRUE(second.read_verdict()->accepted());
  // The slot is free before the answer is seen.
  EXPECT_TRUE(first.deliver(message("D"))->accepted());
  EXPECT_TRUE(third.deliver(message("E"))->accepted());
}

TEST_F(ServerTest, TheMtaHearsProgressWhileAJudgementRuns) {
  start();
  judge_->hold();
  MockMta mta = connect();
  ASSERT_TRUE(mta.send_message(message("Q")));
  judge_->wait_until_seen(1);
  for (std::uint64_t i = 1; i <= 3; i++) {
    clock_.advance(10s);
    server_->tick();
    eventually([&] { return counters().progress.load() == i; });
  }
  judge_->let_go();
  const auto verdict = mta.read_verdict();
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->progress, 3);
  EXPECT_TRUE(verdict->accepted());
}

TEST_F(ServerTest, AJudgeThatHangsIsAnsweredFor) {
  start();
  judge_->hold();
  MockMta mta = connect();
  ASSERT_TRUE(mta.send_message(message("A")));
  judge_->wait_until_seen(1);
  clock_.advance(60s);
  server_->tick();
  const auto verdict = mta.read_verdict();
  ASSERT_TRUE(verdict);
  EXPECT_TRUE(verdict->tempfailed());
  EXPECT_EQ(counters().tempfails(TempfailReason::overdue), 1U);
  judge_->let_go();
  eventually([&] { return counters().late_answers.load() == 1; });
  EXPECT_TRUE(mta.deliver(message("B"))->accepted()) << "the connection goes on";
}

TEST_F(ServerTest, AMessageForWhichNoJudgeIsFreeIsAnsweredFor) {
  ServerOptions options;
  options.judges = 1;
  start(options);
  judge_->hold();
  MockMta first = connect(), second = connect();
  ASSERT_TRUE(first.send_message(message("A")));
  judge_->wait_until_seen(1);
  ASSERT_TRUE(second.send_message(message("B")));
  eventually([&] { return counters().messages.load() == 2; });
  clock_.advance(15s);
  // The second message may be on its way to the queue; the sweep after that finds it.
  eventually([&] {
    server_->tick();
    clock_.advance(0ms);
    return counters().tempfails(TempfailReason::waited) == 1 || (clock_.advance(1s), false);
  });
  EXPECT_TRUE(second.read_verdict()->tempfailed());
  judge_->let_go();
}

TEST_F(ServerTest, TextDoesNotWaitBehindDocuments) {
  ServerOptions options;
  options.judges = 4;
  start(options);
  judge_->hold();
  std::deque<MockMta> documents, texts;
  for (int i = 0; i < 5; i++) {
    MtaMessage mail = message("PDF" + std::to_string(i));
    mail.headers.emplace_back("Content-Type", " application/pdf");
    documents.push_back(connect());
    ASSERT_TRUE(documents.back().send_message(mail));
  }
  judge_->wait_until_seen(3);
  eventually([&] { return counters().messages.load() == 5; });
  texts.push_back(connect());
  ASSERT_TRUE(texts.back().send_message(message("TEXT")));
  judge_->wait_until_seen(4);
  EXPECT_EQ(judge_->seen()[3], "TEXT") << "one thread of four takes no document";
  judge_->let_go();
  EXPECT_TRUE(texts.front().read_verdict()->accepted());
  for (MockMta& mta : documents) EXPECT_TRUE(mta.read_verdict()->accepted());
}

TEST_F(ServerTest, TextIsBegunOnlyWithALane) {
  ServerOptions options;
  options.judges = 4;
  options.lanes = 1;
  start(options);
  judge_->hold();
  MockMta first = connect(), second = connect();
  ASSERT_TRUE(first.send_message(message("FIRST")));
  judge_->wait_until_seen(1);
  ASSERT_TRUE(second.send_message(message("SECOND")));
  eventually([&] { return counters().messages.load() == 2; });
  EXPECT_EQ(judge_->seen().size(), 1U) << "three threads are free, but the lane is taken";
  judge_->let_go();
  EXPECT_TRUE(first.read_verdict()->accepted());
  EXPECT_TRUE(second.read_verdict()->accepted());
}

TEST_F(ServerTest, ADocumentNeedsNoLane) {
  ServerOptions options;
  options.judges = 4;
  options.lanes = 1;
  start(options);
  judge_->hold();
  MockMta text = connect(), document = connect();
  ASSERT_TRUE(text.send_message(message("TEXT")));
  judge_->wait_until_seen(1);
  MtaMessage mail = message("PDF");
  mail.headers.emplace_back("Content-Type", " application/pdf");
  ASSERT_TRUE(document.send_message(mail));
  judge_->wait_until_seen(2);
  judge_->let_go();
  EXPECT_TRUE(text.read_verdict()->accepted());
  EXPECT_TRUE(document.read_verdict()->accepted());
}

TEST_F(ServerTest, ALaneThatIsLeftIsTakenByTheNextMessage) {
  ServerOptions options;
  options.judges = 4;
  options.lanes = 1;
  start(options);
  judge_->hold();
  judge_->leave_lanes();
  std::deque<MockMta> senders;
  for (int i = 0; i < 6; i++) {
    senders.push_back(connect());
    ASSERT_TRUE(senders.back().send_message(message("TEXT" + std::to_string(i))));
  }
  judge_->wait_until_seen(4);
  judge_->let_go();
  for (MockMta& mta : senders) EXPECT_TRUE(mta.read_verdict()->accepted());
  judge_->hold();
  ASSERT_TRUE(senders.front().send_message(message("AGAIN")));
  judge_->wait_until_seen(7);
  ASSERT_TRUE(senders.back().send_message(message("AND AGAIN")));
  judge_->wait_until_seen(8);
  judge_->let_go();
  EXPECT_TRUE(senders.front().read_verdict()->accepted());
  EXPECT_TRUE(senders.back().read_verdict()->accepted());
}

TEST_F(ServerTest, ADocumentLetsOnlySomeTextPass) {
  ServerOptions options;
  options.judges = 1;
  start(options);
  judge_->hold();
  MockMta first = connect(), document = connect();
  ASSERT_TRUE(first.send_message(message("FIRST")));
  judge_->wait_until_seen(1);
  MtaMessage mail = message("PDF");
  mail.headers.emplace_back("Content-Type", " application/pdf");
  ASSERT_TRUE(document.send_message(mail));
  eventually([&] { return counters().messages.load() == 2; });
  const size_t texts = JudgePool::kHeadStart + 10;
  std::deque<MockMta> others;
  for (size_t i = 0; i < texts; i++) {
    others.push_back(connect());
    ASSERT_TRUE(others.back().send_message(message("TEXT")));
    eventually([&] { return counters().messages.load() == 3 + i; });
  }
  judge_->let_go();
  judge_->wait_until_seen(texts + 2);
  const auto seen = judge_->seen();
  const auto place = size_t(std::find(seen.begin(), seen.end(), "PDF") - seen.begin());
  // Those counted may still be on their way into the queue, so one or the other may change places.
  EXPECT_GE(place, JudgePool::kHeadStart - 8);
  EXPECT_LE(place, JudgePool::kHeadStart + 8);
}

TEST_F(ServerTest, AReloadChangesTheJudgeBetweenMessages) {
  start();
  MockMta mta = connect();
  EXPECT_TRUE(mta.deliver(message("A"))->accepted());
  auto other = std::make_shared<ScriptedJudge>();
  MtaAnswer discard;
  discard.kind = MtaAnswer::Kind::discard;
  other->set_answer(discard);
  // A message that is being judged keeps its judge.
  judge_->hold();
  ASSERT_TRUE(mta.send_message(message("B")));
  judge_->wait_until_seen(2);
  std::atomic_store(&current_, std::shared_ptr<pipeline::Judge>(other));
  judge_->let_go();
  EXPECT_TRUE(mta.read_verdict()->accepted());
  EXPECT_TRUE(mta.deliver(message("C"))->discarded());
}

TEST_F(ServerTest, LoopsSayThatTheyTurn) {
  start();
  server_->loops_turn();
  // Idle loops sleep without limit; they answer a nudge all the same.
  for (int i = 0; i < 3; i++) eventually([&] { return server_->loops_turn(); });
}

// A clock at which one thread, the first that looks at it after stick(), waits until let_go().
class StickyClock final : public Clock {
 public:
  WallTime now() const override { return clock_.now(); }
  SteadyTime steady() const override {
    if (wanted_.exchange(false)) {
      stuck_ = true;
      stuck_.notify_all();
      let_go_.wait(false);
    }
    return clock_.steady();
  }
  void stick() {
    stuck_ = let_go_ = false;
    wanted_ = true;
  }
  bool stuck() const { return stuck_; }
  void let_go() {
    let_go_ = true;
    let_go_.notify_all();
  }

 private:
  ManualClock clock_{WallTime(1'800'000'000'000ms)};
  mutable std::atomic<bool> wanted_{false}, stuck_{false};
  std::atomic<bool> let_go_{false};
};

TEST_F(ServerTest, ALoopThatIsStuckIsSeenAndTheOtherServesOn) {
  StickyClock clock;
  std::vector<Listener> listeners;
  listeners.push_back(std::move(Listener::open(parse_socket("unix:" + socket_path()).value()).value()));
  ServerOptions options;
  options.session.spool_dir = directory_.path("");
  auto server = Server::start(
      options, std::move(listeners), [this] { return provided(); }, clock);
  ASSERT_TRUE(server) << server.error().message;
  (*server)->loops_turn();
  eventually([&] { return (*server)->loops_turn(); });
  clock.stick();
  eventually([&] {
    (*server)->loops_turn();
    return clock.stuck();
  });
  (*server)->loops_turn();
  for (int i = 0; i < 3; i++) EXPECT_FALSE((*server)->loops_turn());
  EXPECT_TRUE(connect().deliver(message("Q"))->accepted());
  EXPECT_FALSE((*server)->loops_turn());
  clock.let_go();
  eventually([&] { return (*server)->loops_turn(); });
}

TEST_F(ServerTest, AGracefulStopDrains) {
  start();
  judge_->hold();
  MockMta judged = connect(), sending = connect(), idle = connect();
  ASSERT_TRUE(judged.send_message(message("A")));
  judge_->wait_until_seen(1);
  ASSERT_TRUE(sending.send(MailFrom{"<a@corp.example>", {}}));
  ASSERT_TRUE(sending.send(RcptTo{"<b@example.net>", {}}));
  ASSERT_TRUE(sending.send(Body{"half "}));
  eventually([&] { return counters().in_flight.load() == 2; });
  std::thread stopping([&] { server_->stop(20s); });
  EXPECT_TRUE(idle.closed_by_filter());
  eventually([&] { return !MockMta::connect_unix(socket_path()); });
  eventually([&] { return !MockMta::connect_inet(port_); });
  // What was begun is answered.
  ASSERT_TRUE(sending.send(Body{"whole"}));
  ASSERT_TRUE(sending.send(EndOfMessage{}));
  judge_->wait_until_seen(2);
  judge_->let_go();
  EXPECT_TRUE(judged.read_verdict()->accepted());
  EXPECT_TRUE(sending.read_verdict()->accepted());
  EXPECT_TRUE(judged.closed_by_filter());
  EXPECT_TRUE(sending.closed_by_filter());
  stopping.join();
}

TEST_F(ServerTest, AtTheDeadlineOfAStopTheRestIsClosedUnanswered) {
  // One loop closes its connections in their order; of two, the other's may still be open when `sending` is closed.
  ServerOptions options;
  options.loops = 1;
  start(options);
  judge_->hold();
  MockMta judged = connect(), sending = connect();
  ASSERT_TRUE(judged.send_message(message("A")));
  judge_->wait_until_seen(1);
  ASSERT_TRUE(sending.send(MailFrom{"<a@corp.example>", {}}));
  eventually([&] { return counters().messages.load() == 1; });
  std::thread stopping([&] { server_->stop(0s); });
  EXPECT_TRUE(sending.closed_by_filter());
  judge_->let_go();
  stopping.join();
  EXPECT_TRUE(judged.closed_by_filter());
  EXPECT_EQ(counters().late_answers.load(), 1U);
}

TEST_F(ServerTest, WithoutASocketItDoesNotStart) {
  EXPECT_FALSE(Server::start(
      {}, {}, [] { return nullptr; }, clock_));
}

TEST_F(ServerTest, WithoutAJudgeMailIsTempfailed) {
  std::atomic_store(&current_, std::shared_ptr<pipeline::Judge>());
  start();
  EXPECT_TRUE(connect().deliver(message("Q"))->tempfailed());
}

}  // namespace
}  // namespace postern::milter

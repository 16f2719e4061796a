#include "milter/server.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "milter/judge_pool.h"
#include "milter/loop.h"
#include "milter/scripted_judge.h"
#include "milter/temporary_directory.h"
#include "support/mock_mta.h"

namespace postern::milter {
namespace {

using postern::testing::MockMta;
using postern::testing::MtaDelivery;
using postern::testing::MtaMessage;
using postern::testing::MtaOffer;
using postern::testing::ScriptedJudge;
using postern::testing::TemporaryDirectory;
using namespace std::chrono_literals;

class ServerTest : public ::testing::Test {
 protected:
  void start(ServerOptions options = {}) {
    options.session.spool_dir = directory_.path("");
    auto local = Listener::open(parse_socket("unix:" + socket_path()).value());
    auto inet = Listener::open(parse_socket("inet:0").value());
    ASSERT_TRUE(local && inet);
    port_ = inet->port();
    std::vector<Listener> listeners;
    listeners.push_back(std::move(*local));
    listeners.push_back(std::move(*inet));
    auto server = Server::start(
        options, std::move(listeners), [this] { return provided(); }, clock_);
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  void TearDown() override {
    judge_->let_go();
    server_.reset();
  }

  std::string socket_path() const { return directory_.path("m.sock"); }
  std::shared_ptr<pipeline::Judge> provided() { return std::atomic_load(&current_); }

  MockMta connect(const MtaOffer& offer = {}) {
    auto mta = MockMta::connect_unix(socket_path());
    EXPECT_TRUE(mta);
    EXPECT_TRUE(mta->negotiate(offer));
    EXPECT_TRUE(mta->greet());
    return std::move(*mta);
  }
  static MtaMessage message(const std::string& id) {
    MtaMessage out;
    out.queue_id = id;
    out.body = "body of " + id + "\r\n";
    return out;
  }
  // Spins until a counter that a server thread moves has the value.
  template <typename F>
  static void eventually(F&& reached) {
    const auto end = std::chrono::steady_clock::now() + MockMta::kPatience;
    while (!reached()) {
      ASSERT_LT(std::chrono::steady_clock::now(), end) << "it did not happen";
      std::this_thread::yield();
    }
  }
  const Counters& counters() const { return server_->counters(); }
  // Returns when each loop has looked at what was in its sockets before: a round that was under way, and one more.
  void serve_what_was_sent() {
    server_->loops_turn();
    for (int i = 0; i < 2; i++) eventually([&] { return server_->loops_turn(); });
  }

  const TemporaryDirectory directory_;
  ManualClock clock_{WallTime(1'800'000'000'000ms)};
  std::shared_ptr<ScriptedJudge> judge_ = std::make_shared<ScriptedJudge>();
  std::shared_ptr<pipeline::Judge> current_ = judge_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Server> server_;
};

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
  eventually([&] { return counters().connections_open.load() == 0; });
  EXPECT_EQ(counters().in_flight.load(), 0U);
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

TEST_F(ServerTest, AbortAtEachStepAndThenAWholeMessage) {
  start();
  MockMta mta = connect();
  const std::vector<Command> sequence = {MailFrom{"<x@corp.example>", {}}, RcptTo{"<y@example.net>", {}},
                                         Header{"Old", " 1"}, Body{"old"}};
  for (size_t count = 1; count <= sequence.size(); count++) {
    for (size_t i = 0; i < count; i++) ASSERT_TRUE(mta.send(sequence[i]));
    ASSERT_TRUE(mta.send(Abort{}));
    ASSERT_TRUE(mta.deliver(message("Q" + std::to_string(count)))->accepted());
  }
  EXPECT_EQ(counters().aborted.load(), sequence.size());
  for (const std::string& seen : judge_->bodies()) EXPECT_EQ(seen.find("old"), std::string::npos);
}

TEST_F(ServerTest, AnMtaMayVanishAtEachStep) {
  start();
  const std::vector<Command> sequence = {MailFrom{"<x@corp.example>", {}}, RcptTo{"<y@example.net>", {}},
                                         Header{"Old", " 1"}, Body{"old"}, EndOfMessage{}};
  for (size_t count = 0; count <= sequence.size(); count++) {
    MockMta mta = connect();
    for (size_t i = 0; i < count; i++) ASSERT_TRUE(mta.send(sequence[i]));
    mta.vanish();
  }
  // Without a word, in the middle of the negotiation, and in the middle of a packet.
  for (const std::string_view bytes :
       {std::string_view(), std::string_view("\0\0\0", 3), std::string_view("\0\0\1\0B", 5)}) {
    auto mta = MockMta::connect_unix(socket_path());
    ASSERT_TRUE(mta);
    ASSERT_TRUE(mta->send_bytes(bytes));
    mta->vanish();
  }
  eventually([&] { return counters().connections_open.load() == 0 && counters().in_flight.load() == 0; });
  EXPECT_TRUE(connect().deliver(message("Q"))->accepted());
}

TEST_F(ServerTest, AnMtaMayVanishWhileItsMessageIsJudged) {
  start();
  judge_->hold();
  {
    MockMta mta = connect();
    ASSERT_TRUE(mta.send_message(message("A")));
    judge_->wait_until_seen(1);
  }
  judge_->let_go();
  eventually([&] { return counters().connections_open.load() == 0; });
  EXPECT_EQ(counters().in_flight.load(), 0U);
  EXPECT_TRUE(connect().deliver(message("B"))->accepted());
}

TEST_F(ServerTest, AProtocolViolationClosesTheConnectionUnanswered) {
  start();
  for (const std::string_view bytes : {std::string_view("GET / HTTP/1.1\r\n\r\n"), std::string_view("\0\0\0\0", 4),
                                       std::string_view("\0\0\0\1E", 5)}) {
    auto mta = MockMta::connect_unix(socket_path());
    ASSERT_TRUE(mta);
    ASSERT_TRUE(mta->send_bytes(bytes));
    EXPECT_TRUE(mta->closed_by_filter());
  }
  EXPECT_EQ(counters().protocol_errors.load(), 3U);
  EXPECT_EQ(judge_->seen().size(), 0U);
}

TEST_F(ServerTest, SilentConnectionsAreClosed) {
  start();
  MockMta idle = connect(), halfway = connect(), trickling = connect();
  ASSERT_TRUE(halfway.send(MailFrom{"<a@b>", {}}));
  ASSERT_TRUE(halfway.send(RcptTo{"<c@d>", {}}));
  ASSERT_TRUE(halfway.send(Body{"x"}));
  eventually([&] { return counters().in_flight.load() == 1; });
  clock_.advance(120s);
  server_->tick();
  EXPECT_TRUE(halfway.closed_by_filter());
  EXPECT_EQ(counters().in_flight.load(), 0U);
  EXPECT_TRUE(idle.deliver(message("Q"))->accepted()) << "an idle connection may stay longer";
  clock_.advance(7'200s);
  server_->tick();
  EXPECT_TRUE(idle.closed_by_filter());
  EXPECT_TRUE(trickling.closed_by_filter());
  EXPECT_EQ(counters().timeouts.load(), 3U);
}

TEST_F(ServerTest, AClientThatSendsByteByByteIsServed) {
  start();
  MockMta mta = connect();
  std::string bytes;
  encode(bytes, Command(MailFrom{"<a@corp.example>", {}}));
  encode(bytes, Command(RcptTo{"<b@example.net>", {}}));
  encode(bytes, Command(Header{"Subject", " " + std::string(2'000, 's')}));
  encode(bytes, Command(Body{std::string(2'000, 'b')}));
  encode(bytes, Command(EndOfMessage{}));
  for (const char byte : bytes) ASSERT_TRUE(mta.send_bytes(std::string_view(&byte, 1)));
  const auto verdict = mta.read_verdict();
  ASSERT_TRUE(verdict);
  EXPECT_TRUE(verdict->accepted());
  EXPECT_EQ(judge_->bodies().back(), "Subject: " + std::string(2'000, 's') + "\r\n\r\n" + std::string(2'000, 'b'));
}

TEST_F(ServerTest, APacketThatTricklesWithoutEndIsCutOff) {
  start();
  clock_.advance(1s);  // a time of zero means none
  MockMta trickling = connect(), idle = connect();
  std::string packet;
  encode(packet, Command(MailFrom{"<" + std::string(100, 'a') + "@corp.example>", {}}));
  ASSERT_TRUE(trickling.send_bytes(packet.substr(0, 50)));
  serve_what_was_sent();
  // A byte each time, so it is never silent for long; but no packet takes ten minutes.
  for (size_t i = 50; i < 59; i++) {
    clock_.advance(60s);
    server_->tick();
    ASSERT_TRUE(trickling.send_bytes(packet.substr(i, 1)));
    serve_what_was_sent();
  }
  EXPECT_EQ(counters().timeouts.load(), 0U);
  clock_.advance(60s);
  server_->tick();
  EXPECT_TRUE(trickling.closed_by_filter());
  EXPECT_TRUE(idle.deliver(message("Q"))->accepted());
}

TEST_F(ServerTest, TheLimitOfOpenFilesLeavesRoomForMessages) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 256 + 100 + 20;  // what the server keeps, messages in flight, and connections
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  ServerOptions options;
  options.session.max_in_flight = 100;
  start(options);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  std::deque<MockMta> first;
  for (int i = 0; i < 20; i++) first.push_back(connect());
  auto late = MockMta::connect_unix(socket_path());
  ASSERT_TRUE(late);
  EXPECT_TRUE(late->closed_by_filter());
  EXPECT_TRUE(first.front().deliver(message("Q"))->accepted());
}

TEST_F(ServerTest, LoopsSayThatTheyTurn) {
  start();
  server_->loops_turn();
  // Idle loops sleep without limit; they answer a nudge all the same.
  for (int i = 0; i < 3; i++) eventually([&] { return server_->loops_turn(); });
}

TEST_F(ServerTest, ConnectionsPastTheirLimitAreClosed) {
  ServerOptions options;
  options.max_connections = 2;
  start(options);
  MockMta first = connect();
  MockMta second = connect();
  auto third = MockMta::connect_unix(socket_path());
  ASSERT_TRUE(third);
  EXPECT_TRUE(third->closed_by_filter());
  EXPECT_EQ(counters().connections_refused.load(), 1U);
  second.vanish();
  eventually([&] { return counters().connections_open.load() == 1; });
  EXPECT_TRUE(connect().deliver(message("Q"))->accepted());
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
  EXPECT_FALSE(MockMta::connect_inet(port_));
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

TEST_F(ServerTest, AReaderThatDoesNotReadIsBounded) {
  start();
  MtaOffer plain;
  plain.steps = 0;
  MockMta mta = connect(plain);
  // Each of these is answered, and nobody reads the answers.
  std::string bytes;
  for (int i = 0; i < 2'000; i++) encode(bytes, Command(UnknownCommand{"X"}));
  std::thread sending([&] {
    for (int i = 0; i < 2'000; i++) {
      if (!mta.send_bytes(bytes)) return;
    }
  });
  // The server stops reading, so the sender blocks; silence then ends the connection.
  eventually([&] {
    clock_.advance(1s);
    server_->tick();
    return counters().connections_open.load() == 0;
  });
  sending.join();
  EXPECT_TRUE(connect().deliver(message("Q"))->accepted());
}

TEST_F(ServerTest, AnAnswerLongerThanASocketTakesReachesTheMta) {
  start();
  MockMta mta = connect();
  MtaMessage mail = message("Q");
  MtaAnswer answer;
  answer.kind = MtaAnswer::Kind::accept;
  mail.recipients = {"<kept@example.net>"};
  const std::string domain = "@" + std::string(200, 'd') + ".example>";
  while (mail.recipients.size() * domain.size() < 3 * kMaxUnsent) {
    answer.remove_recipients.push_back(mail.recipients.size());
    mail.recipients.push_back("<" + std::to_string(mail.recipients.size()) + domain);
  }
  judge_->set_answer(answer);
  const auto delivery = mta.deliver(mail);
  ASSERT_TRUE(delivery) << delivery.error().message;
  EXPECT_TRUE(delivery->accepted());
  EXPECT_EQ(delivery->removed_recipients.size(), answer.remove_recipients.size());
}

TEST_F(ServerTest, IdleConnectionsLeaveRoomForMail) {
  start();
  std::deque<MockMta> idle;
  for (int i = 0; i < 300; i++) idle.push_back(connect());
  EXPECT_TRUE(connect().deliver(message("Q"))->accepted());
  eventually([&] { return counters().connections_open.load() == 300; });
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

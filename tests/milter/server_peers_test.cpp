// MTAs that vanish, lie, fall silent, trickle and come in numbers.
#include <deque>
#include <thread>

#include <sys/resource.h>

#include "milter/loop.h"
#include "milter/server_fixture.h"

namespace postern::milter {
namespace {

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
  eventually([&] { return counters().connections_open.load() == 0 && counters().in_flight.load() == 0; });
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
  eventually([&] { return counters().in_flight.load() == 0; });
  EXPECT_TRUE(idle.deliver(message("Q"))->accepted()) << "an idle connection may stay longer";
  clock_.advance(7'200s);
  // The answer may reach the client before its judge lets go of the connection; the sweep after that finds it idle.
  eventually([&] {
    clock_.advance(1s);
    server_->tick();
    return counters().timeouts.load() == 3;
  });
  EXPECT_TRUE(idle.closed_by_filter());
  EXPECT_TRUE(trickling.closed_by_filter());
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

}  // namespace
}  // namespace postern::milter

// A server on sockets of its own, judged by a script, for the tests of what it serves and of those who misbehave.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "milter/scripted_judge.h"
#include "milter/server.h"
#include "milter/temporary_directory.h"
#include "support/mock_mta.h"

namespace postern::milter {

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

}  // namespace postern::milter

#include "extractors/worker/worker_process.h"

#include <fstream>

#include <signal.h>
#include <unistd.h>

namespace postern::extract {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// The only child of this process.
pid_t only_child() {
  const std::string self = std::to_string(::getpid());
  std::ifstream list("/proc/self/task/" + self + "/children");
  pid_t child = 0;
  list >> child;
  return child;
}

class WorkerProcessTest : public testing::Test {
 protected:
  WorkerProcessTest() {
    auto spawned = WorkerProcess::spawn(POSTERN_FAKE_WORKER, 512ULL << 20);
    if (!spawned) throw std::runtime_error(spawned.error().message);
    worker_ = std::move(*spawned);
    if (auto ok = worker_->greet(clock_, clock_.steady() + seconds(60)); !ok)
      throw std::runtime_error(ok.error().message);
    EXPECT_EQ(::pipe(pipe_), 0);
  }
  ~WorkerProcessTest() override {
    for (const int fd : pipe_) ::close(fd);
  }

  // Longer than any socket buffer.
  static wire::Request long_request() {
    wire::Request out;
    for (std::uint32_t i = 1; i <= 100'000; i++) out.settled.emplace(PartPath({i}), Outcome::complete);
    return out;
  }

  WorkerProcess::Sent send(const wire::Request& request, milliseconds time) {
    return worker_->send(clock_, clock_.steady() + time, request, pipe_[0]);
  }

  const Clock& clock_ = system_clock();
  std::unique_ptr<WorkerProcess> worker_;
  int pipe_[2] = {-1, -1};
};

TEST_F(WorkerProcessTest, StoppedWorkerHoldsNobodyUpPastTheDeadline) {
  ASSERT_EQ(::kill(only_child(), SIGSTOP), 0);
  EXPECT_EQ(send(long_request(), milliseconds(50)), WorkerProcess::Sent::late);
  std::string rest;
  EXPECT_EQ(worker_->bury(rest).signal, SIGKILL);
}

TEST_F(WorkerProcessTest, LongRequestIsSentWhole) {
  EXPECT_EQ(send(long_request(), seconds(60)), WorkerProcess::Sent::whole);
}

TEST_F(WorkerProcessTest, DeadWorkerIsGone) {
  ASSERT_EQ(::kill(only_child(), SIGKILL), 0);
  std::string_view bytes;
  ASSERT_EQ(worker_->receive(clock_, clock_.steady() + seconds(60), bytes), WorkerProcess::Got::end);
  EXPECT_EQ(send(long_request(), seconds(60)), WorkerProcess::Sent::gone);
}

}  // namespace
}  // namespace postern::extract

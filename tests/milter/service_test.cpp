#include "milter/service.h"

#include <cstdlib>
#include <cstring>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "milter/temporary_directory.h"

namespace postern::milter {
namespace {

using postern::testing::TemporaryDirectory;
using namespace std::chrono_literals;

struct SocketsCase {
  std::string name, pid, fds, names;
  std::vector<std::string> expected;  // names
  bool refused = false;
};

TEST(PassedInSockets, AreThoseForThisProcess) {
  const std::vector<SocketsCase> cases = {
      {"two named", "42", "2", "milter:other", {"milter", "other"}},
      {"without names", "42", "2", "", {"", ""}},
      {"one name for two", "42", "2", "milter", {"milter", ""}},
      {"an empty name", "42", "2", ":milter", {"", "milter"}},
      {"another process's", "41", "2", "milter:milter", {}},
      {"none", "", "", "", {}},
      {"zero", "42", "0", "", {}},
      {"a negative number", "42", "-1", "", {}, true},
      {"far too many", "42", "99999", "", {}, true},
      {"no number", "42", "2x", "", {}, true},
      {"more names than sockets", "42", "1", "a:b", {}, true},
  };
  for (const SocketsCase& c : cases) {
    SCOPED_TRACE(c.name);
    const auto got = passed_in_sockets(c.pid, c.fds, c.names, 42);
    ASSERT_EQ(!got, c.refused);
    if (!got) continue;
    ASSERT_EQ(got->size(), c.expected.size());
    for (size_t i = 0; i < got->size(); i++) {
      EXPECT_EQ((*got)[i].fd, 3 + int(i));
      EXPECT_EQ((*got)[i].name, c.expected[i]);
    }
  }
}

// The manager's end of NOTIFY_SOCKET.
class ServiceTest : public ::testing::Test {
 protected:
  void listen_at(const std::string& path) {
    socket_ = UniqueFd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@') address.sun_path[0] = '\0';
    const auto size = socklen_t(offsetof(sockaddr_un, sun_path) + path.size());
    ASSERT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  std::string received() {
    std::string out(512, '\0');
    const ssize_t n = ::recv(socket_.get(), out.data(), out.size(), 0);
    out.resize(n > 0 ? size_t(n) : 0);
    return out;
  }

  const TemporaryDirectory directory_;
  UniqueFd socket_;
};

TEST_F(ServiceTest, TellsTheManagerWhatHappens) {
  for (const std::string& path : {directory_.path("notify"), "@postern-test-" + std::to_string(::getpid())}) {
    SCOPED_TRACE(path);
    listen_at(path);
    Service service = Service::from_environment();
    EXPECT_EQ(std::getenv("NOTIFY_SOCKET"), nullptr) << "children must not speak for us";
    service.ready("serving mail");
    EXPECT_EQ(received(), "READY=1\nSTATUS=serving mail");
    service.reloading(SteadyTime(1500us));
    EXPECT_EQ(received(), "RELOADING=1\nMONOTONIC_USEC=1500");
    service.alive(SteadyTime(1s));
    EXPECT_EQ(received(), "") << "there is no watchdog";
    service.stopping();
    EXPECT_EQ(received(), "STOPPING=1");
  }
}

TEST_F(ServiceTest, TheWatchdogIsFedFourTimesInItsInterval) {
  listen_at(directory_.path("notify"));
  ::setenv("WATCHDOG_USEC", "40000000", 1);
  ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
  Service service = Service::from_environment();
  ASSERT_TRUE(service.has_watchdog());
  int fed = 0;
  for (int second = 1; second <= 40; second++) {
    service.alive(SteadyTime(std::chrono::seconds(second)));
    if (received() == "WATCHDOG=1") fed++;
  }
  EXPECT_EQ(fed, 4);
  ::setenv("WATCHDOG_USEC", "40000000", 1);
  ::setenv("WATCHDOG_PID", "1", 1);
  EXPECT_FALSE(Service::from_environment().has_watchdog()) << "that of another process";
}

TEST_F(ServiceTest, WithoutAManagerNothingHappens) {
  for (const char* address : {"", "relative", "/nonexistent/notify"}) {
    ::setenv("NOTIFY_SOCKET", address, 1);
    Service service = Service::from_environment();
    service.ready("x");
    service.stopping();
    const auto sockets = service.take_sockets();
    ASSERT_TRUE(sockets);
    EXPECT_TRUE(sockets->empty());
  }
}

}  // namespace
}  // namespace postern::milter

#include "milter/listener.h"

#include <cstring>
#include <fstream>

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "milter/temporary_directory.h"
#include "support/mock_mta.h"

namespace postern::milter {
namespace {

using postern::testing::MockMta;
using postern::testing::TemporaryDirectory;

SocketSpec local(const std::string& path) {
  SocketSpec out;
  out.path = path;
  return out;
}

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

TEST(ParseSocket, Forms) {
  struct Case {
    std::string text;
    SocketSpec::Kind kind;
    std::string path, host, port;
  };
  using Kind = SocketSpec::Kind;
  const std::vector<Case> cases = {
      {"unix:/run/postern/milter.sock", Kind::local, "/run/postern/milter.sock", "", ""},
      {"local:/run/m", Kind::local, "/run/m", "", ""},
      {"inet:8891", Kind::inet, "", "", "8891"},
      {"inet:8891@mail.example", Kind::inet, "", "mail.example", "8891"},
      {"inet:mail.example:8891", Kind::inet, "", "mail.example", "8891"},
      {"inet6:8891@::1", Kind::inet6, "", "::1", "8891"},
      {"inet6:[::1]:8891", Kind::inet6, "", "::1", "8891"},
      {"inet6:8891@[::1]", Kind::inet6, "", "::1", "8891"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto spec = parse_socket(c.text);
    ASSERT_TRUE(spec) << spec.error().message;
    EXPECT_EQ(spec->kind, c.kind);
    EXPECT_EQ(spec->path, c.path);
    EXPECT_EQ(spec->host, c.host);
    EXPECT_EQ(spec->port, c.port);
  }
  for (const char* text : {"", "8891", "/run/m", "unix:relative", "unix:", "tcp:1@h", "inet:", "inet:@host"}) {
    SCOPED_TRACE(text);
    const auto spec = parse_socket(text);
    ASSERT_FALSE(spec);
    EXPECT_NE(spec.error().message.find("inet:port@host"), std::string::npos);
  }
}

TEST(Listener, MakesASocketFileWithItsModeAndRemovesIt) {
  const TemporaryDirectory directory;
  SocketSpec spec = local(directory.path("m.sock"));
  spec.mode = 0606;
  const group* own = ::getgrgid(::getegid());
  if (own != nullptr) spec.group = own->gr_name;
  {
    const auto listener = Listener::open(spec);
    ASSERT_TRUE(listener) << listener.error().message;
    struct stat info {};
    ASSERT_EQ(::lstat(spec.path.c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 0777U, 0606U);
    EXPECT_EQ(listener->name(), "unix:" + spec.path);
    EXPECT_FALSE(listener->is_tcp());
    EXPECT_FALSE(exists(spec.path + ".new"));
    EXPECT_TRUE(MockMta::connect_unix(spec.path));
  }
  EXPECT_FALSE(exists(spec.path));
}

TEST(Listener, ReplacesAStaleSocketOnly) {
  const TemporaryDirectory directory;
  const std::string path = directory.path("m.sock");
  {
    // What a crash leaves behind: a socket file that nobody listens on.
    const UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    ASSERT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ASSERT_TRUE(exists(path));
  const auto first = Listener::open(local(path));
  ASSERT_TRUE(first) << first.error().message;

  const auto second = Listener::open(local(path));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(MockMta::connect_unix(path)) << "the first one is untouched";

  const std::string file = directory.path("file");
  std::ofstream(file) << "precious";
  const auto third = Listener::open(local(file));
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(exists(file));
}

TEST(Listener, LeavesTheSocketOfItsSuccessor) {
  const TemporaryDirectory directory;
  const std::string path = directory.path("m.sock");
  auto first = Listener::open(local(path));
  ASSERT_TRUE(first);
  ASSERT_EQ(::unlink(path.c_str()), 0);
  const auto second = Listener::open(local(path));
  ASSERT_TRUE(second);
  { const Listener gone = std::move(*first); }
  EXPECT_TRUE(exists(path));
}

TEST(Listener, FailuresSayWhatAndWhere) {
  const TemporaryDirectory directory;
  const auto nowhere = Listener::open(local(directory.path("no/such/m.sock")));
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message.find("no/such/m.sock"), std::string::npos);
  SocketSpec group = local(directory.path("m.sock"));
  group.group = "no-such-group-here";
  const auto ungrouped = Listener::open(group);
  ASSERT_FALSE(ungrouped);
  EXPECT_EQ(ungrouped.error().kind, ErrorKind::not_found);
  EXPECT_FALSE(exists(group.path + ".new")) << "a failure leaves nothing behind";
  EXPECT_FALSE(Listener::open(local("/" + std::string(200, 'x'))));
}

TEST(Listener, TcpStandsOnLoopbackUnlessToldOtherwise) {
  const auto listener = Listener::open(parse_socket("inet:0").value());
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(listener->is_tcp());
  EXPECT_NE(listener->port(), 0);
  EXPECT_EQ(listener->name(), "inet:" + std::to_string(listener->port()) + "@127.0.0.1");
  EXPECT_TRUE(MockMta::connect_inet(listener->port()));
}

TEST(Listener, AdoptsWhatListensAlready) {
  const TemporaryDirectory directory;
  const auto listener = Listener::open(local(directory.path("m.sock")));
  ASSERT_TRUE(listener);
  {
    const auto adopted = Listener::adopt(UniqueFd(::dup(listener->fd())));
    ASSERT_TRUE(adopted) << adopted.error().message;
    EXPECT_FALSE(adopted->is_tcp());
  }
  EXPECT_TRUE(exists(directory.path("m.sock"))) << "a passed-in socket's file is not ours";
  EXPECT_FALSE(Listener::adopt(UniqueFd(::socket(AF_UNIX, SOCK_STREAM, 0)))) << "it does not listen";
  UniqueFd packets(::socket(AF_UNIX, SOCK_SEQPACKET, 0));
  const sockaddr_un any{AF_UNIX, {}};
  ASSERT_EQ(::bind(packets.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(sa_family_t)), 0);
  ASSERT_EQ(::listen(packets.get(), 1), 0);
  EXPECT_FALSE(Listener::adopt(std::move(packets))) << "its packets are no stream";
  UniqueFd nameless(::socket(AF_UNIX, SOCK_STREAM, 0));
  ASSERT_EQ(::bind(nameless.get(), reinterpret_cast<const sockaddr*>(&any), sizeof(sa_family_t)), 0);
  ASSERT_EQ(::listen(nameless.get(), 1), 0);
  const auto abstract = Listener::adopt(std::move(nameless));
  ASSERT_TRUE(abstract);
  EXPECT_TRUE(abstract->name().starts_with("unix:@") && abstract->name().size() > 6) << abstract->name();
}

}  // namespace
}  // namespace postern::milter

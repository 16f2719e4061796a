#include "milter/connection.h"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

namespace postern::milter {
namespace {

class UnsentTest : public ::testing::Test {
 protected:
  UnsentTest() {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
    ours_ = UniqueFd(ends[0]);
    theirs_ = UniqueFd(ends[1]);
  }

  // What has arrived.
  std::string receive() {
    std::string out;
    std::string buffer(1 << 16, '\0');
    for (ssize_t n = 0; (n = ::recv(theirs_.get(), buffer.data(), buffer.size(), 0)) > 0;) {
      out.append(buffer, 0, size_t(n));
    }
    return out;
  }

  UniqueFd ours_, theirs_;
  Unsent unsent_;
};

TEST_F(UnsentTest, SendsALargeAnswerFromWhereItLies) {
  std::string answer(size_t{8} << 20, '\0');
  for (size_t i = 0; i < answer.size(); i++) answer[i] = static_cast<char>(i * 7 + (i >> 12));
  const std::string wanted = answer;
  const char* const begin = answer.data();
  unsent_.add(std::move(answer));
  std::string got;
  while (!unsent_.empty()) {
    ASSERT_TRUE(unsent_.send(ours_.get()));
    got += receive();
    if (unsent_.empty()) break;
    EXPECT_EQ(unsent_.size(), unsent_.rest().size());
    EXPECT_EQ(unsent_.rest().data(), begin + got.size()) << "it was copied";
  }
  EXPECT_TRUE(got + receive() == wanted);
}

TEST_F(UnsentTest, KeepsTheOrderOfWhatIsAddedLater) {
  const std::string first(size_t{4} << 20, 'a');
  unsent_.add(first);
  ASSERT_TRUE(unsent_.send(ours_.get()));
  ASSERT_FALSE(unsent_.empty());
  unsent_.add("b");
  unsent_.add("");
  unsent_.add("c");
  std::string got;
  while (!unsent_.empty()) {
    ASSERT_TRUE(unsent_.send(ours_.get()));
    got += receive();
  }
  EXPECT_TRUE(got + receive() == first + "bc");
  EXPECT_TRUE(unsent_.send(ours_.get())) << "nothing is left";
}

TEST_F(UnsentTest, TellsThatThePeerIsGone) {
  theirs_.reset();
  unsent_.add("a");
  EXPECT_FALSE(unsent_.send(ours_.get()));
}

}  // namespace
}  // namespace postern::milter

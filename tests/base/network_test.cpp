#include "base/network.h"

namespace postern {
namespace {

TEST(NetworksTest, Contains) {
  const auto networks = Networks::parse({"10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1/128"});
  ASSERT_TRUE(networks) << networks.error().message;
  struct Case {
    const char* address;
    bool inside;
  };
  const Case cases[] = {
      {"10.255.0.1", true},        {"11.0.0.1", false},       {"192.0.2.7", true}, {"192.0.2.8", false},
      {"2001:db8:1::9", true},     {"2001:db9::", false},     {"::1", true},       {"::2", false},
      {"IPv6:2001:db8::1", true},  {"::ffff:10.1.2.3", true}, {"", false},         {"unknown", false},
      {"10.0.0.1.example", false}, {"0a00:0001::", false},
  };
  for (const Case& c : cases) EXPECT_EQ(networks->contains(c.address), c.inside) << c.address;
}

TEST(NetworksTest, NothingIsInsideAnEmptyListAndAllInsideZero) {
  EXPECT_FALSE(Networks::parse({})->contains("10.0.0.1"));
  EXPECT_TRUE(Networks::parse({"0.0.0.0/0"})->contains("203.0.113.9"));
  EXPECT_FALSE(Networks::parse({"0.0.0.0/0"})->contains("2001:db8::1"));
}

TEST(NetworksTest, RefusesSlips) {
  for (const char* bad : {"10.0.0.0/33", "10.0.0.1/8", "10.0.0/8", "x/8", "10.0.0.0/", "10.0.0.0/8x", "::/129", ""}) {
    EXPECT_FALSE(Networks::parse({bad})) << bad;
  }
}

}  // namespace
}  // namespace postern

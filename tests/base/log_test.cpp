#include "base/log.h"

namespace postern {
namespace {

TEST(LogField, StandsAsOneFieldOfOneLine) {
  struct Case {
    const char* name;
    std::string text;
    std::string want;
  };
  const Case cases[] = {
      {"plain", "a@b.example", "a@b.example"},
      {"forged line", "a\nfrom=<x>", "a\\x0afrom\\x3d<x>"},
      {"space and quote", "a \"b\"", "a\\x20\\x22b\\x22"},
      {"backslash", "a\\x0a", "a\\x5cx0a"},
      {"nul and delete", std::string("a\0\x7f", 3), "a\\x00\\x7f"},
      {"utf-8 stays", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
  };
  for (const Case& c : cases) EXPECT_EQ(log_field(c.text), c.want) << c.name;
}

TEST(LogField, CutsAtACharacter) {
  EXPECT_EQ(log_field("gr\xc3\xbc\xc3\x9f", 3), "gr...");
  EXPECT_EQ(log_field("gr\xc3\xbc\xc3\x9f", 4), "gr\xc3\xbc...");
}

}  // namespace
}  // namespace postern

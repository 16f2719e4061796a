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
      {"next line, line separator, paragraph separator", "a\xc2\x85\xe2\x80\xa8\xe2\x80\xa9",
       "a\\xc2\\x85\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
      {"a character of the same first byte", "\xc2\xa7 \xe2\x80\x9c", "\xc2\xa7\\x20\xe2\x80\x9c"},
      {"utf-8 stays", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
  };
  for (const Case& c : cases) EXPECT_EQ(log_field(c.text), c.want) << c.name;
}

TEST(LogLine, IsOneLineWhateverAReaderSaysIsTheReason) {
  testing::internal::CaptureStderr();
  log_warning("not judged: a=b\n2026 postern: forged\r\x1b[2J");
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_TRUE(line.ends_with("warning: not judged: a=b\\x0a2026 postern: forged\\x0d\\x1b[2J\n")) << line;
}

TEST(LogField, CutsAtACharacter) {
  EXPECT_EQ(log_field("gr\xc3\xbc\xc3\x9f", 3), "gr...");
  EXPECT_EQ(log_field("gr\xc3\xbc\xc3\x9f", 4), "gr\xc3\xbc...");
}

}  // namespace
}  // namespace postern

#include "extractors/utf8.h"

namespace postern::extract {
namespace {

struct Case {
  const char* name;
  std::string_view bytes;
  std::string_view clean;
};

using namespace std::string_view_literals;

const Case kCases[] = {
    {"empty", "", ""},
    {"ascii", "a plain line of more than thirty-two bytes", "a plain line of more than thirty-two bytes"},
    {"nul stays", "a\0b"sv, "a\0b"sv},
    {"two, three and four bytes", "\u00e9\u20ac\U0001F600", "\u00e9\u20ac\U0001F600"},
    {"lone continuation", "a\x80z", "a\uFFFDz"},
    {"overlong slash", "\xC0\xAF", "\uFFFD\uFFFD"},
    {"overlong three bytes", "\xE0\x80\xAF", "\uFFFD\uFFFD\uFFFD"},
    {"surrogate", "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},
    {"past the last plane", "\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD"},
    {"cut character is one replacement", "\xE2\x82", "\uFFFD"},
    {"cut character before ascii", "\xF0\x9F\x98z", "\uFFFDz"},
    {"bad byte after a long ascii run", "0123456789012345678901234567890123456789\xFFz",
     "0123456789012345678901234567890123456789\uFFFDz"},
};

TEST(Utf8, ReplacesWhatIsIllFormed) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(to_utf8(c.bytes), c.clean);
    EXPECT_EQ(is_utf8(c.bytes), c.bytes == c.clean);
    EXPECT_TRUE(is_utf8(to_utf8(c.bytes)));
  }
}

TEST(Utf8, ValidPrefixEndsBeforeTheFirstBadSequence) {
  EXPECT_EQ(valid_utf8_prefix("\u00e9\xFF\u00e9"), 2U);
  EXPECT_EQ(valid_utf8_prefix("abc\xE2\x82"), 3U);
}

TEST(Utf8, CutsSplitNoCharacter) {
  const std::string_view text = "a\u20acb";
  EXPECT_EQ(character_cut(text, 0), 0U);
  EXPECT_EQ(character_cut(text, 1), 1U);
  EXPECT_EQ(character_cut(text, 2), 1U);
  EXPECT_EQ(character_cut(text, 3), 1U);
  EXPECT_EQ(character_cut(text, 4), 4U);
  EXPECT_EQ(character_cut(text, 99), text.size());
}

}  // namespace
}  // namespace postern::extract

#include "policy/patterns/matcher_reach.h"

#include <gtest/gtest.h>

#include "policy/patterns/matcher_superset.h"

namespace postern::policy {
namespace {

struct ReachCase {
  const char* name;
  const char* pattern;  // of PCRE2
  const char* text;     // a match may begin at the '>' and ends at the end
};

class ReachOf : public testing::TestWithParam<ReachCase> {};

TEST_P(ReachOf, GoesBackOverWhatAMatchHasRoomFor) {
  const auto simplified = superset_of(GetParam().pattern, Anchors::keep);
  ASSERT_TRUE(simplified);
  const auto reach = reach_of(simplified->pattern, simplified->dotall);
  ASSERT_TRUE(reach) << simplified->pattern;
  std::string text = GetParam().text;
  const size_t mark = text.find('>');
  ASSERT_NE(mark, std::string::npos);
  text.erase(mark, 1);
  EXPECT_EQ(reach->begin_of(text, static_cast<std::uint32_t>(text.size()), 0), mark);
  EXPECT_EQ(reach->begin_of(text, static_cast<std::uint32_t>(text.size()), 2), std::max<size_t>(mark, 2));
}

INSTANTIATE_TEST_SUITE_P(Matcher, ReachOf,
                         testing::Values(ReachCase{"words", R"(keep\s(?:\w+\s){1,4}quiet)",
                                                   "I said to you, >keep all of this very quiet"},
                                         ReachCase{"a_word", R"(\w+)", "one >two"},
                                         ReachCase{"the_longer_alternative", R"(a\s\w*|b\s\s\w+\s)", "q >r s t "},
                                         ReachCase{"classes", R"([a-c-]+\.x{0,3})", "ab.c-a.xx>xabc.xx"},
                                         ReachCase{"counted_high", R"(\d{1,40}a)", "12a>34a"},
                                         ReachCase{"characters_of_two_bytes", R"(ü{2}\d+)", "z>abcdefgh123"},
                                         ReachCase{"any_character_beyond", R"(\w+-\w+)", "a-b >é漢-ü"},
                                         ReachCase{"lines", R"(a.*b\nc)", "one\ntwo\n>abb\nc"},
                                         ReachCase{"of_groups", R"((?:ab)*(?:c|de){2})", "xyz>wcdcab"},
                                         ReachCase{"what_is_seen_only", R"((?<=\w{9}\s)\d+(?=\s{4}))", "a >1"}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(ReachOfNone, WhereEveryByteMayCome) {
  for (const char* pattern : {R"((?s)a.*b)", R"((a)\1)", R"([\w\W]+)", R"(\X)"}) {
    const auto simplified = superset_of(pattern, Anchors::keep);
    ASSERT_TRUE(simplified);
    EXPECT_FALSE(reach_of(simplified->pattern, simplified->dotall)) << pattern;
  }
}

}  // namespace
}  // namespace postern::policy

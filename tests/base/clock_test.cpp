#include "base/clock.h"

namespace postern {
namespace {

using std::chrono::milliseconds;

TEST(Rfc3339, ReadsWhatHasAnOffset) {
  struct Case {
    const char* name;
    const char* text;
    const char* same_as;
  };
  const Case cases[] = {
      {"zulu", "2027-02-01T07:00:00Z", "2027-02-01T07:00:00Z"},
      {"zero offset", "2027-02-01T07:00:00+00:00", "2027-02-01T07:00:00Z"},
      {"east", "2027-02-01T07:00:00+02:00", "2027-02-01T05:00:00Z"},
      {"west over midnight", "2027-02-01T23:30:00-01:00", "2027-02-02T00:30:00Z"},
      {"fraction", "2027-02-01T07:00:00.25Z", "2027-02-01T07:00:00.250Z"},
      {"leap day", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"},
      {"before 1970", "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto time = parse_rfc3339(c.text);
    ASSERT_TRUE(time) << time.error().message;
    EXPECT_EQ(format_rfc3339(*time), c.same_as);
  }
}

TEST(Rfc3339, RefusesTheRestAndSaysWhy) {
  struct Case {
    const char* text;
    const char* why;
  };
  const Case cases[] = {
      {"", "a date"},
      {"2027-02-01", "'T' and the time of day are missing"},
      {"2027-02-01T07:00:00", "the offset is missing"},
      {"2027-02-29T07:00:00Z", "no such day"},
      {"2027-02-01T24:00:00Z", "no such time of day"},
      {"2027-02-01T07:00:00Zx", "there is text after it"},
      {"2027-02-01T07:00:00.Z", "digits are missing"},
      {"2027-02-01T07:00:00+0200", "the offset is missing"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.text);
    const auto time = parse_rfc3339(c.text);
    ASSERT_FALSE(time);
    EXPECT_THAT(time.error().message, testing::HasSubstr(c.why));
  }
}

TEST(Rfc5322, WritesADate) {
  EXPECT_EQ(format_rfc5322_date(*parse_rfc3339("2027-02-01T07:00:00Z")), "Mon, 01 Feb 2027 07:00:00 +0000");
}

TEST(Duration, ReadsOneNumberAndOneUnit) {
  EXPECT_EQ(*parse_duration("500ms"), milliseconds(500));
  EXPECT_EQ(*parse_duration("30s"), milliseconds(30'000));
  EXPECT_EQ(*parse_duration("5d"), milliseconds(5 * 86'400'000LL));
  for (const char* bad : {"", "5", "d", "-5d", "5 d", "5d12h", "1.5h", "99999999999999999y"}) {
    EXPECT_FALSE(parse_duration(bad)) << bad;
  }
  EXPECT_EQ(format_duration(milliseconds(90 * 86'400'000LL)), "90d");
  EXPECT_EQ(format_duration(milliseconds(1500)), "1500ms");
  EXPECT_EQ(format_duration(milliseconds(0)), "0s");
}

TEST(ManualClockTest, MovesBothTimesTogether) {
  ManualClock clock(*parse_rfc3339("2027-02-01T07:00:00Z"));
  const SteadyTime before = clock.steady();
  clock.advance(milliseconds(1250));
  EXPECT_EQ(format_rfc3339(clock.now()), "2027-02-01T07:00:01.250Z");
  EXPECT_EQ(clock.steady() - before, milliseconds(1250));
}

}  // namespace
}  // namespace postern

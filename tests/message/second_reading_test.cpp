#include "message/second_reading.h"

#include <gtest/gtest.h>

namespace postern {
namespace {

TEST(SecondReading, IsToldByItsLocator) {
  struct Case {
    const char* at;
    bool second;
  };
  const Case cases[] = {
      {"", false},
      {"across quote marks", true},
      {"across places", true},
      {"read as KOI8-R", true},
      {"line 4, without tags", true},
      {"p. 4", false},
      {"p. 4, not shown", false},
      {"p. 4, by columns", true},
      {"p. 4, words joined", true},
      {"p. 4, right to left", true},
      {"p. 4, as drawn", true},
      {"Sheet1!B7", false},
      {"read as 1!B7", false},  // a sheet that somebody named so
      {"without tags", true},
      {"x without tags!A1", false},
  };
  for (const Case& c : cases) EXPECT_EQ(is_second_reading(c.at), c.second) << c.at;
}

}  // namespace
}  // namespace postern

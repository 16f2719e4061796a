#include "message/locator.h"

namespace postern {
namespace {

struct LocatorCase {
  const char* name;
  const char* at;
  const char* text;
  const char* needle;
  const char* located;
};

void PrintTo(const LocatorCase& c, std::ostream* out) {
  *out << c.name;
}

class Locator : public testing::TestWithParam<LocatorCase> {};

TEST_P(Locator, NamesTheOnePlace) {
  const LocatorCase& c = GetParam();
  Segment segment;
  segment.at = c.at;
  segment.text = c.text;
  EXPECT_EQ(locate(segment, segment.text.find(c.needle)), c.located);
}

INSTANTIATE_TEST_SUITE_P(Cases, Locator,
                         testing::Values(LocatorCase{"first_cell", "Sheet1!A1:C3", "x\ty\n\n\t\tz", "x", "Sheet1!A1"},
                                         LocatorCase{"same_row", "Sheet1!A1:C3", "x\ty\n\n\t\tz", "y", "Sheet1!B1"},
                                         LocatorCase{"later_row", "Sheet1!A1:C3", "x\ty\n\n\t\tz", "z", "Sheet1!C3"},
                                         LocatorCase{"offset_block", "'Q1 !draft'!Y10:AB10", "a\tb\tc", "c",
                                                     "'Q1 !draft'!AA10"},
                                         LocatorCase{"single_cell", "Sheet1!B7", "a\nb", "b", "Sheet1!B7"},
                                         LocatorCase{"line", "line 12", "a\nb\nc", "c", "line 14"},
                                         LocatorCase{"page", "p. 4", "a\nb", "b", "p. 4"},
                                         LocatorCase{"not_a_number", "line x", "a\nb", "b", "line x"},
                                         LocatorCase{"absent_is_the_end", "line 1", "a\nb", "zz", "line 2"}),
                         [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace postern

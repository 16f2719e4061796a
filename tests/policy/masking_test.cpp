#include "policy/masking.h"

#include <gtest/gtest.h>

#include "message/verdict.h"

namespace postern::policy {
namespace {

struct Case {
  const char* name;
  std::string text;
  std::vector<std::pair<std::string, MaskKind>> hidden;
  std::string expected;
};

std::vector<MaskRange> masks_of(const Case& c) {
  std::vector<MaskRange> masks;
  for (const auto& [value, kind] : c.hidden) {
    const auto at = static_cast<std::uint32_t>(c.text.find(value));
    masks.push_back({{at, at + static_cast<std::uint32_t>(value.size())}, kind});
  }
  return masks;
}

TEST(Masking, HidesWhatWasFound) {
  const std::vector<Case> cases = {
      {"value",
       "pay 4929 1234 5678 9015 now",
       {{"4929 1234 5678 9015", MaskKind::value}},
       "pay •••• •••• •••• 9015 now"},
      {"short value", "pin 1234-567", {{"1234-567", MaskKind::value}}, "pin ••••-•••"},
      {"word", "the Nightjar ships", {{"Nightjar", MaskKind::words}}, "the N••••••• ships"},
      {"words", "the Blue Heron ships", {{"Blue Heron", MaskKind::words}}, "the B••• H•••• ships"},
      {"one letter", "plan X is", {{"X", MaskKind::words}}, "plan • is"},
      {"digits show nothing", "CUST-123456", {{"CUST-123456", MaskKind::words}}, "C•••-••••••"},
      {"not ascii", "das Überraschung!", {{"Überraschung", MaskKind::words}}, "das Ü•••••••••••!"},
      {"overlapping",
       "Blue Heron Nest",
       {{"Blue Heron", MaskKind::words}, {"Heron Nest", MaskKind::words}},
       "B••• H•••• N•••"},
      {"whole", "the Nightjar ships", {{"Nightjar", MaskKind::whole}}, "the ••• ships"},
      {"whole tells no length", "the Blue Heron Nest", {{"Blue Heron", MaskKind::whole}}, "the ••• Nest"},
      {"whole, overlapping",
       "Blue Heron Nest ships",
       {{"Blue Heron", MaskKind::whole}, {"Heron Nest", MaskKind::whole}},
       "••• ships"},
      {"whole over a word that would show its letter",
       "Blue Heron Nest",
       {{"Blue Heron", MaskKind::words}, {"Heron Nest", MaskKind::whole}},
       "B••• •••"},
      {"whole at the ends", "Nightjar", {{"Nightjar", MaskKind::whole}}, "•••"},
      {"one line", "a\n\tNightjar\r\nb", {{"Nightjar", MaskKind::words}}, "a N••••••• b"},
  };
  for (const Case& c : cases) EXPECT_EQ(masked(c.text, masks_of(c)), c.expected) << c.name;
}

TEST(Masking, ExcerptsAreCutAround) {
  const std::string before(300, 'b');
  const std::string text = before + " Nightjar " + std::string(300, 'a');
  const ByteRange focus{301, 309};
  const std::string excerpt = masked_excerpt(text, std::vector<MaskRange>{{focus, MaskKind::words}}, focus);
  EXPECT_TRUE(excerpt.starts_with("…b"));
  EXPECT_TRUE(excerpt.ends_with("a…"));
  EXPECT_NE(excerpt.find(" N••••••• "), std::string::npos);
  EXPECT_LE(count_code_points(excerpt), kMaxExcerptCodePoints);
}

TEST(Masking, ACutShowsNoMoreOfAValue) {
  // The excerpt begins inside the first value and ends inside the last one.
  std::string text;
  std::vector<MaskRange> masks;
  for (int i = 0; i < 20; i++) {
    const auto begin = static_cast<std::uint32_t>(text.size());
    text += "4929123456789015";
    masks.push_back({{begin, static_cast<std::uint32_t>(text.size())}, MaskKind::value});
    text += ' ';
  }
  for (const MaskRange& focus : masks) {
    const std::string excerpt = masked_excerpt(text, masks, focus.range);
    EXPECT_EQ(excerpt.find_first_of("12345678"), excerpt.find("15")) << excerpt;
    EXPECT_EQ(excerpt.find("8901"), std::string::npos) << excerpt;
  }
}

}  // namespace
}  // namespace postern::policy

#include "message/words.h"

namespace postern {
namespace {

template <typename Enum>
void round_trip(std::span<const std::string_view> words, std::optional<Enum> (*parse)(std::string_view)) {
  for (size_t i = 0; i < words.size(); i++) {
    EXPECT_FALSE(words[i].empty());
    const auto value = parse(words[i]);
    ASSERT_TRUE(value) << words[i];
    EXPECT_EQ(size_t(*value), i);
    EXPECT_EQ(to_string(*value), words[i]);
  }
  EXPECT_FALSE(parse("no-such-word"));
  EXPECT_FALSE(parse(""));
}

TEST(Words, EveryWordReadsBackAsItsValue) {
  round_trip<Outcome>(outcome_words(), parse_outcome);
  round_trip<Place>(place_words(), parse_place);
  round_trip<Region>(region_words(), parse_region);
  round_trip<DestinationClass>(destination_class_words(), parse_destination_class);
  round_trip<Action>(action_words(), parse_action);
  round_trip<Severity>(severity_words(), parse_severity);
  round_trip<Mode>(mode_words(), parse_mode);
}

TEST(Words, EnumsAndTheirWordsAgreeAtTheirEnds) {
  EXPECT_EQ(to_string(Outcome::crashed), "crashed");
  EXPECT_EQ(to_string(Place::preamble), "preamble");
  EXPECT_EQ(to_string(DestinationClass::protected_), "protected");
  EXPECT_EQ(to_string(DestinationClass::public_list), "public-list");
  EXPECT_EQ(to_string(Region::file_name), "file-name");
  EXPECT_LT(Action::justify, Action::quarantine);
}

}  // namespace
}  // namespace postern

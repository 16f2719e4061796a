// Words and phrases in the folded text.
#include "policy/patterns/matcher_words.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/views.h"

namespace postern::policy {
namespace {

struct WordCase {
  const char* name;
  std::vector<std::string> entries;
  WordMatch match;
  LetterCase letter_case;
  std::string text;
  std::vector<std::string> found;
};

class CollectWords final : public WordSink {
 public:
  void found(std::uint32_t, std::uint32_t, ByteRange match, WordFind) override { ranges.push_back(match); }
  std::vector<ByteRange> ranges;
};

class Words : public testing::TestWithParam<WordCase> {};

TEST_P(Words, AreFound) {
  const WordCase& c = GetParam();
  auto list = std::make_shared<WordList>();
  for (const std::string& entry : c.entries) list->entries.push_back({entry, 1, {}});
  const std::vector<WordPattern> lists = {{list, c.match, c.letter_case, {}, {}}};
  const auto set = WordSet::compile(lists);
  ASSERT_TRUE(set) << set.error().message;
  WordScratch scratch;
  ASSERT_TRUE(set->prepare(scratch));
  std::string reader;
  make_reader(c.text, reader, nullptr);
  std::string folded;
  OffsetMap map;
  make_folded(reader, folded, &map);
  const std::vector<ByteRange> pieces = {{0, static_cast<std::uint32_t>(folded.size())}};
  const std::vector<const OffsetMap*> maps = {&map};
  CollectWords collect;
  set->scan({WordView::folded, folded, pieces, reader, reader, maps}, scratch, collect);
  std::vector<std::string> found;
  for (const ByteRange& range : collect.ranges) found.push_back(reader.substr(range.begin, range.end - range.begin));
  EXPECT_THAT(found, testing::UnorderedElementsAreArray(c.found));
}

constexpr auto kWord = WordMatch::word;
constexpr auto kPhrase = WordMatch::phrase;
constexpr auto kSubstring = WordMatch::substring;
constexpr auto kFold = LetterCase::fold;
constexpr auto kExact = LetterCase::exact;

INSTANTIATE_TEST_SUITE_P(
    Table, Words,
    testing::Values(
        WordCase{"a_word", {"nightjar"}, kWord, kFold, "The Nightjar ships", {"Nightjar"}},
        WordCase{"not_inside_a_word", {"jar"}, kWord, kFold, "Nightjar jars ajar", {}},
        WordCase{"in_a_file_name", {"nightjar"}, kWord, kFold, "plan_nightjar_v2.docx", {"nightjar"}},
        WordCase{"in_punctuation", {"nightjar"}, kWord, kFold, "(nightjar), 'nightjar'.", {"nightjar", "nightjar"}},
        WordCase{"at_both_ends", {"ab"}, kWord, kFold, "ab x ab", {"ab", "ab"}},
        WordCase{"several_words", {"card number"}, kWord, kFold, "Card\n   number", {"Card\n   number"}},
        WordCase{"words_need_a_gap", {"card number"}, kWord, kFold, "cardnumber card-number", {}},
        WordCase{"gap_too_wide", {"card number"}, kWord, kFold, "card" + std::string(65, ' ') + "number", {}},
        WordCase{"widest_gap",
                 {"a1 b2"},
                 kWord,
                 kFold,
                 "a1" + std::string(64, ' ') + "b2",
                 {"a1" + std::string(64, ' ') + "b2"}},
        WordCase{"phrase_joined",
                 {"night jar"},
                 kPhrase,
                 kFold,
                 "nightjar NIGHT-JAR night_jar night . jar",
                 {"nightjar", "NIGHT-JAR", "night_jar", "night . jar"}},
        WordCase{
            "phrase_entry_with_joints", {"night-jar"}, kPhrase, kFold, "nightjar night jar", {"nightjar", "night jar"}},
        WordCase{"phrase_has_boundaries", {"night jar"}, kPhrase, kFold, "midnight jars", {}},
        WordCase{"substring", {"jar"}, kSubstring, kFold, "Nightjars", {"jar"}},
        WordCase{"exact_case", {"SHARD"}, kWord, kExact, "shard Shard SHARD", {"SHARD"}},
        WordCase{"exact_case_several", {"Blue Sky"}, kWord, kExact, "blue sky Blue  Sky", {"Blue  Sky"}},
        WordCase{"folding", {"straße"}, kWord, kFold, "STRASSE Straße", {"STRASSE", "Straße"}},
        WordCase{"umlaut_is_a_letter", {"ber"}, kWord, kFold, "über", {}},
        WordCase{"han_has_no_spaces", {"机密"}, kWord, kFold, "这是机密文件", {"机密"}},
        WordCase{"korean_particle", {"기밀"}, kWord, kFold, "이것은 기밀을", {"기밀"}},
        WordCase{"evasions", {"nightjar"}, kWord, kFold, "n\u200Big\u00ADht\uFF4Aar", {"nightjar"}},
        WordCase{"shared_word",
                 {"project amber", "project jade", "project"},
                 kWord,
                 kFold,
                 "project jade",
                 {"project jade", "project"}},
        WordCase{"underscored_entry", {"sk_live"}, kWord, kFold, "sk_live", {"sk_live"}}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(WordSet, DoesNotCrossPieces) {
  auto list = std::make_shared<WordList>();
  list->entries.push_back({"card number", 1, {}});
  list->entries.push_back({"ard", 1, {}});
  const std::vector<WordPattern> lists = {{list, kWord, kFold, {}, {}}};
  const auto set = WordSet::compile(lists);
  ASSERT_TRUE(set);
  WordScratch scratch;
  ASSERT_TRUE(set->prepare(scratch));
  const std::string text = "c\nard\nnumber card\nnumber";
  const std::vector<ByteRange> pieces = {{0, 1}, {2, 5}, {6, 17}, {18, 24}};
  CollectWords collect;
  set->scan({WordView::folded, text, pieces, text, text, {}}, scratch, collect);
  EXPECT_EQ(collect.ranges, (std::vector<ByteRange>{{2, 5}}));
}

}  // namespace
}  // namespace postern::policy

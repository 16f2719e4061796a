// Dictionaries of 100,000 entries find what small ones find, each entry by its own number and weight.
#include <set>

#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using testing_support::MessageBuilder;
using testing_support::PolicyTest;

constexpr size_t kEntries = 100'000;

// Names of three to five syllables; no two are alike, many share most of their letters.
std::string word(size_t number) {
  constexpr const char* kSyllables[] = {"ba",  "den", "fo", "gur", "hal", "ki",  "lom", "mar",
                                        "nes", "pol", "ri", "sta", "tu",  "vel", "wic", "zo"};
  std::string out;
  size_t rest = number * 2'654'435'761U % 1'048'576;  // 16^5, each once
  for (int i = 0; i < 5; i++, rest /= 16) out += kSyllables[rest % 16];
  out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

class LargeDictionaryTest : public PolicyTest {
 protected:
  // Weights are 1 to 9; every fourth entry has a second word.
  void load_dictionary(const std::string& primary, const std::string& condition) {
    std::string text;
    for (size_t i = 0; i < kEntries; i++) {
      text += word(i) + (i % 4 == 0 ? " Holding" : "") + "\t" + std::to_string(1 + i % 9) + "\n";
    }
    write("dictionaries/names.txt", text);
    load_rule("detectors:\n  - {id: names, primary: {dictionary: dictionaries/names.txt, " + primary + "}}\n",
              "      content: {detector: names" + condition + "}\n");
    to({"b@else.example"});
  }
  std::uint32_t count(const std::string& body) {
    const Verdict verdict = judge(MessageBuilder().body(body));
    return verdict.findings.empty() ? 0 : verdict.findings[0].count;
  }
};

TEST_F(LargeDictionaryTest, PhrasesAndWeights) {
  load_dictionary("match: phrase", "");
  for (const size_t i : {1UL, 2UL, 49'999UL, 77'777UL, kEntries - 1}) {
    EXPECT_EQ(count("we met " + word(i) + " again"), 1U) << word(i);
    EXPECT_EQ(count("we met " + word(i).substr(1) + " again"), 0U) << word(i);
    EXPECT_EQ(count("we met " + word(i) + "x again"), 0U) << word(i);
    EXPECT_EQ(count("we met x" + word(i) + " again"), 1U) << "an identifier: x" << word(i);
  }
  EXPECT_EQ(count(word(4) + " Holding, " + word(8) + "-holding and " + word(12) + "Holding"), 3U);
  EXPECT_EQ(count(word(4) + ", alone"), 0U);
  EXPECT_EQ(count(word(1)), 1U) << "all of a text";
  EXPECT_EQ(count(word(1) + "\n" + word(2) + "\n" + word(1)), 2U) << "different ones are counted";
  EXPECT_EQ(count("the names " + word(kEntries + 1) + " and " + word(kEntries + 2) + " are none of them"), 0U);
  // 1 + 1 % 9 and 1 + 8 % 9.
  load_dictionary("match: phrase", ", min_weight: 11");
  EXPECT_EQ(count(word(1)), 0U);
  EXPECT_EQ(count(word(1) + " and " + word(8) + " Holding"), 2U);
}

TEST_F(LargeDictionaryTest, WordsWithEndings) {
  load_dictionary("match: word, inflection: true", "");
  EXPECT_EQ(count("those of " + word(1) + "s and " + word(2) + "'s"), 2U);
  EXPECT_EQ(count(word(4) + " Holdings"), 1U);
  EXPECT_EQ(count(word(4) + "-Holding"), 0U);
  EXPECT_EQ(count(word(3) + "qu"), 0U);
}

}  // namespace
}  // namespace postern::policy

// Locating very many patterns by their literals, and sets that go through an image.
#include "policy/patterns/matcher_literal.h"

#include <map>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/image_model.h"
#include "policy/patterns/matcher.h"
#include "policy/patterns/matcher_superset.h"
#include "policy/patterns/matcher_words.h"

namespace postern::policy {
namespace {

using Found = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

class Collect final : public PatternSink {
 public:
  bool wants(PatternIndex) override { return true; }
  bool found(PatternIndex pattern, ByteRange match) override {
    hits[pattern].emplace_back(match.begin, match.end);
    return true;
  }
  void gave_up(PatternIndex pattern, ByteRange) override { limits.push_back(pattern); }

  std::map<PatternIndex, Found> hits;
  std::vector<PatternIndex> limits;
};

Collect scan(const PatternSet& set, const std::string& text) {
  PatternScratch scratch;
  EXPECT_TRUE(set.prepare(scratch));
  const std::vector<ByteRange> pieces = {{0, static_cast<std::uint32_t>(text.size())}};
  Collect collect;
  set.scan(text, pieces, scratch, collect);
  return collect;
}

std::vector<std::string> texts_of(const std::vector<LiteralRun>& runs) {
  std::vector<std::string> out;
  for (const LiteralRun& run : runs) out.emplace_back(run.text);
  return out;
}

TEST(LiteralRuns, AreWhatEveryMatchHas) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"nightjar", {"nightjar"}},
      {R"(night\-jar)", {R"(night\-jar)"}},
      {"[nN][iI]ght", {"[nN][iI]ght"}},
      {"night(?:jar|hawk)s", {"night", "s"}},
      {"night|jar", {}},
      {"(?:night|jar)", {}},
      {"nights?jar", {"night", "jar"}},
      {"night+jar", {"nigh", "jar"}},
      {R"(QX[\x30-\x39]{4}\-ZZ)", {"QX", R"(\-ZZ)"}},
      {"ab{2}cd", {"a", "cd"}},
      {"a.b", {"a", "b"}},
      {"^ab$", {"ab"}},
      {"grün", {"gr", "n"}},
      {R"(a\x{e9}b)", {"a", "b"}},
      {"a(?:b(?:c[)|]d)e)f", {"a", "f"}},
      {"[ab]c", {"c"}},
      {R"(a[\]b]c)", {"a", "c"}},
      {"", {}},
  };
  for (const auto& [pattern, expected] : cases) EXPECT_EQ(texts_of(literal_runs(pattern)), expected) << pattern;
}

TEST(LiteralUses, PrefersWhatFewShareAndThenWhatIsRare) {
  const std::vector<std::string> patterns = {
      "project[ ]amber", "project[ ]cobalt", "project[ ]jade", "cobalt", "abc[0-9]QXZ", "abcd", "AKIA[0-9]{4}"};
  LiteralUses uses;
  for (const std::string& pattern : patterns) uses.add(pattern);
  const auto best = [&](size_t i) {
    const auto run = uses.best_of(patterns[i]);
    return run ? std::string(run->text) : "none";
  };
  EXPECT_EQ(best(0), "amber");
  EXPECT_EQ(best(1), "cobalt");
  EXPECT_EQ(best(2), "project");  // four letters are not rare enough
  EXPECT_EQ(best(4), "QXZ");
  EXPECT_EQ(best(5), "none");
  EXPECT_EQ(best(6), "AKIA");
}

TEST(LiteralUses, LeavesAloneWhatTooManyShare) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 20; i++) patterns.push_back("project[ ]" + std::string(1, static_cast<char>('a' + i)));
  LiteralUses uses;
  for (const std::string& pattern : patterns) uses.add(pattern);
  EXPECT_FALSE(uses.best_of(patterns[0]));
}

const std::vector<std::string>& many() {
  static const std::vector<std::string> patterns = {
      R"(\bnightjar\b)",
      R"((?i)\bnightjar\b)",
      R"((?i)project[ -]?amber)",
      R"((?i)\b(?:merger|sale)\s+(?:of|with)\s+wendor(?: ltd)?\b)",
      R"(\bQXB[-/]?[0-9]{4}[-/][0-9]{2,5}-ZQ17\b)",
      R"((?<=wendor )nightjar)",
      R"(nightjar(?= wendor))",
      R"(wendor\Knightjar)",
      R"(.{0,20}nightjar.{0,5}1)",
      R"([^a]*wendor)",
      R"((?s)amber.*wendor)",
      R"(^nightjar$)",
      R"((?m)^nightjar)",
      R"((nightjar|amber)s? \1)",
      R"(ü?wendor)",
      R"((?i)Überwendor)",
      R"((?:nightjar)+1)",
      R"(nightjar{2})",
      R"(wendor\d++)",
      R"((?>a*)amber)",
      R"((?i)kiosks)",
      R"(a{3,40}wendor)",
      R"(\d)",
  };
  return patterns;
}

Found reference(const std::string& pattern, std::string_view text) {
  const auto code = Pcre::compile(pattern);
  const PcreScratch scratch;
  Found found;
  for (size_t from = 0; from < text.size();) {
    const PcreMatch match = code->find(text, from, text.size(), scratch);
    if (match.kind != PcreMatch::Kind::found) break;
    found.emplace_back(std::max(match.begin, from), match.end);
    from = match.end;
  }
  return found;
}

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> bits = {
      "nightjar",  "Nightjar", "wendor", "Wendor", "amber", "project ", "merger", "sale", " of ",   " with ",    " ltd",
      "QXB-1234/", "12-ZQ17",  "QXB12",  "\n",     " ",     "  ",       "a",      "aaaa", "1",      "12",        "s",
      "über",      "Über",     "ü",      "漢",     "-",     "KIOSKS",   "kiosks", "r",    "jarjar", "s nightjar"};
  std::string text;
  for (size_t i = 0; i < random() % 40; i++) text += bits[random() % bits.size()];
  return text;
}

TEST(ByLiteral, FindsWhatPcre2Finds) {
  const auto set = PatternSet::compile(many(), 0);
  ASSERT_TRUE(set) << set.error().message;
  std::mt19937 random(23);
  for (int round = 0; round < 400; round++) {
    const std::string text = random_text(random);
    Collect collect = scan(*set, text);
    for (PatternIndex i = 0; i < many().size(); i++) {
      ASSERT_EQ(collect.hits[i], reference(many()[i], text)) << many()[i] << "\non: " << text;
    }
  }
}

TEST(ByLiteral, IsForManyPatternsOnly) {
  const auto few = PatternSet::compile(many());
  const auto by_literal = PatternSet::compile(many(), 0);
  ASSERT_TRUE(few && by_literal);
  for (PatternIndex i = 0; i < many().size(); i++) EXPECT_NE(few->locating(i), Locating::literal) << many()[i];
  EXPECT_EQ(by_literal->locating(0), Locating::exact);  // it is a literal
  for (const PatternIndex i : {2U, 3U, 4U, 15U, 18U})
    EXPECT_EQ(by_literal->locating(i), Locating::literal) << many()[i];
  EXPECT_EQ(by_literal->locating(22), Locating::exact);
}

TEST(ByLiteral, LettersInAnyCaseNeedNoUnicode) {
  const auto plain = superset_of(R"((?i)\bkiosks\s+\d{3})", Anchors::keep);
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->utf8);
  EXPECT_TRUE(plain->pattern.starts_with("[kK][iI][oO][sS][kK][sS]")) << plain->pattern;
  for (const char* wide : {"a.b", "[^a]", "ü", R"(\w)", R"(\S)", R"(\x{fc})", R"((a)\1)", R"(a\Rb)", R"(\p{Lu})"}) {
    const auto superset = superset_of(wide, Anchors::keep);
    ASSERT_TRUE(superset) << wide;
    EXPECT_TRUE(superset->utf8) << wide;
  }
}

TEST(ByLiteral, OneOfManyIsCompiledByAllWhoNeedIt) {
  const auto set = PatternSet::compile(many(), 0);
  ASSERT_TRUE(set);
  std::vector<std::jthread> threads;
  std::vector<Found> found(4);
  for (size_t t = 0; t < found.size(); t++) {
    threads.emplace_back([&, t] { found[t] = scan(*set, "the sale of wendor ltd").hits[3]; });
  }
  threads.clear();
  for (const Found& one : found) EXPECT_EQ(one, (Found{{4, 22}}));
}

TEST(Image, BringsAPatternSetBack) {
  const auto set = PatternSet::compile(many(), 5);
  ASSERT_TRUE(set);
  ImageWriter out;
  set->store(out);
  const std::string image = out.take();
  ImageReader in(image);
  const auto back = PatternSet::restore(many(), in);
  ASSERT_TRUE(back);
  EXPECT_TRUE(in.finished());
  std::mt19937 random(5);
  for (int round = 0; round < 50; round++) {
    const std::string text = random_text(random);
    EXPECT_EQ(scan(*back, text).hits, scan(*set, text).hits) << text;
  }
  ImageReader again(image);
  EXPECT_FALSE(PatternSet::restore(std::span(many()).first(3), again)) << "of other patterns";
  for (size_t size = 0; size < image.size(); size += 97) {
    ImageReader cut(std::string_view(image).substr(0, size));
    EXPECT_FALSE(PatternSet::restore(many(), cut)) << size;
  }
}

TEST(Image, BringsAnEmptySetBack) {
  const auto set = PatternSet::compile({});
  ASSERT_TRUE(set);
  ImageWriter out;
  set->store(out);
  const std::string image = out.take();
  ImageReader in(image);
  const auto back = PatternSet::restore({}, in);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->database(), nullptr);
}

class CollectWords final : public WordSink {
 public:
  void found(std::uint32_t list, std::uint32_t entry, ByteRange match, WordFind) override {
    hits.emplace_back(list, entry, match.begin, match.end);
  }
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t, std::uint32_t>> hits;
};

TEST(Image, BringsAWordSetBack) {
  auto words = std::make_shared<WordList>();
  for (const char* word : {"nightjar", "project amber", "Wendor", "über alles"})
    words->entries.push_back({word, 1, {}});
  const std::vector<WordPattern> lists = {{words, WordMatch::word, LetterCase::fold, {}, {}},
                                          {words, WordMatch::phrase, LetterCase::exact, {}, {}}};
  const auto set = WordSet::compile(lists);
  ASSERT_TRUE(set);
  ImageWriter out;
  set->store(out);
  const std::string image = out.take();
  ImageReader in(image);
  const auto back = WordSet::restore(lists, in);
  ASSERT_TRUE(back);
  EXPECT_TRUE(in.finished());
  const std::string text = "the nightjar of project-amber and wendor, \u00fcber alles";
  const std::vector<ByteRange> pieces = {{0, static_cast<std::uint32_t>(text.size())}};
  const auto scan_words = [&](const WordSet& one) {
    WordScratch scratch;
    EXPECT_TRUE(one.prepare(scratch));
    CollectWords collect;
    one.scan({WordView::folded, text, pieces, text, text, {}}, scratch, collect);
    std::sort(collect.hits.begin(), collect.hits.end());
    return collect.hits;
  };
  EXPECT_FALSE(scan_words(*set).empty());
  EXPECT_EQ(scan_words(*back), scan_words(*set));
  ImageReader other(image);
  EXPECT_FALSE(WordSet::restore(std::span(lists).first(1), other)) << "of other lists";
}

}  // namespace
}  // namespace postern::policy

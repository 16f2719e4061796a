#include "policy/patterns/matcher.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

#include "policy/patterns/matcher_superset.h"

namespace postern::policy {
namespace {

using Found = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

class Collect final : public PatternSink {
 public:
  bool wants(PatternIndex pattern) override { return pattern != unwanted; }
  bool found(PatternIndex pattern, ByteRange match) override {
    hits[pattern].emplace_back(match.begin, match.end);
    return hits[pattern].size() < most;
  }
  void gave_up(PatternIndex pattern, ByteRange) override { limits.push_back(pattern); }

  size_t most = 1'000'000;
  PatternIndex unwanted = 0xffff'ffff;
  std::map<PatternIndex, Found> hits;
  std::vector<PatternIndex> limits;
};

// What the matcher must find: PCRE2 alone, from the beginning to the end of each piece.
Found reference(const std::string& pattern, std::string_view text, const std::vector<ByteRange>& pieces) {
  const auto code = Pcre::compile(pattern);
  const PcreScratch scratch;
  Found found;
  for (const ByteRange& piece : pieces) {
    const std::string_view subject = text.substr(piece.begin, piece.end - piece.begin);
    size_t from = 0;
    while (from < subject.size()) {
      const PcreMatch match = code->find(subject, from, subject.size(), scratch);
      if (match.kind != PcreMatch::Kind::found) break;
      found.emplace_back(piece.begin + std::max(match.begin, from), piece.begin + match.end);
      from = match.end;
    }
  }
  return found;
}

TEST(Regexes, AreTakenApartWhereTheirFindsDoNotTellWhereItBegan) {
  struct {
    const char* pattern;
    bool at_once;
  } const kCases[] = {{R"(a(*COMMIT)b)", true},
                      {R"(\Ga)", true},
                      {R"([a](*SKIP)b)", true},
                      {R"([]a](*SKIP)b)", true},
                      {R"([[:alpha:]\]](*SKIP)b)", true},
                      {R"([^]](*SKIP)[(*])", true},
                      {R"((?#[)(*SKIP)[]])", true},
                      {R"(\Q[\E(*SKIP)[]])", true},
                      {R"((?! [\$%<\[{(*/!@])a)", false},
                      {R"([[:alpha:](*]b)", false},
                      {R"([](*]b)", false},
                      {R"([\](*]b)", false},
                      {R"(\(*a\#)", false}};
  for (const auto& one : kCases) {
    const auto code = Pcre::compile(one.pattern);
    ASSERT_TRUE(code) << one.pattern;
    EXPECT_EQ(code->must_look_at_once(), one.at_once) << one.pattern;
  }
}

struct Joined {
  std::string text;
  std::vector<ByteRange> pieces;
};

Joined join(const std::vector<std::string>& segments) {
  Joined joined;
  for (const std::string& segment : segments) {
    if (!joined.text.empty()) joined.text += '\n';
    const auto begin = static_cast<std::uint32_t>(joined.text.size());
    joined.text += segment;
    joined.pieces.push_back({begin, static_cast<std::uint32_t>(joined.text.size())});
  }
  return joined;
}

const std::vector<std::string>& tried_patterns() {
  static const std::vector<std::string> patterns = {
      R"(\b(?:\d[ -]?){12,18}\d\b)",
      R"(\b(?:4[0-9]{3}|5[1-5][0-9]{2})[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}\b)",
      R"((?i)\bproject[ -]ivory[ -]?salmon\b)",
      R"(\b(?:exp|valid)\D{0,12}(?:0[1-9]|1[0-2])/\d\d\b)",
      R"(\b[a-z][a-z0-9.]{0,63}@(?:[a-z-]{0,62}\.){1,5}[a-z]{2,24}\b)",
      R"([A-Z][a-z]{2,}\s?[ :=-]\s?\d{1,3}[ ',.]\d{3}(?:-?\d){0,70}\b)",
      R"([a-c]{2,}\s\d{1,2}(?:[.,]\d{1,2})?-\d(?:[ab]|1){0,70}|\d{1,2}-?1\d(?:of\s)?[a-d]{1,70})",
      R"((?:^|\n[ >]*\n)[ >]*(?:4\d{3}|5[1-5]\d\d)(?:[ -]\d{1,4}){0,2}(?:[ab]?1){0,40}|3[47]\d{2,9})",
      R"((?<!\w)[A-Z]{1,2}[ (]{0,2}\d[)]?[ (]{0,2}\d(?:[ -]?\d){1,40})",
      R"(.*1\d-\d{2}(?:-\d+){0,70})",
      R"(a{3,30}b)",
      R"([ab{]{2,40}c\{1,60\})",
      R"(a+)",
      R"(a+?b)",
      R"(aa|aab|b)",
      R"((?:a|ab)(?:c|bcd)(?:d*))",
      R"((?i)[éŝa]b?)",
      R"((?i)ẞ[^\\ü]|[É-])",
      R"((?i)a[‐-―ü\d]|[à-ý]1)",
      R"([é\-ü]+|[\wé]1|[[:alpha:]ß]2)",
      R"(\w+)",
      R"(\W+)",
      R"([^a])",
      R"([^a-z\n]{2,5})",
      R"((?i)straße)",
      R"((?i)MÜLLER)",
      R"(ü+b?)",
      R"(\p{Lu}\p{Ll}+)",
      R"(\P{L}{3})",
      R"(^a.*b$)",
      R"((?m)^a[^\n]*b$)",
      R"((?s)a.{0,5}b)",
      R"(\Aa)",
      R"(b\z)",
      R"(b\Z)",
      R"((?<=a)b)",
      R"((?<!a)b)",
      R"(a(?=b))",
      R"(a(?!b))",
      R"((?<=\bab )1)",
      R"((a|b)\1)",
      R"((?<x>[ab])1\k<x>)",
      R"((?>a+)b)",
      R"(a++b)",
      R"(a*+ab)",
      R"(a\Kb)",
      R"(\bab\b)",
      R"(\Bb\B)",
      R"(a.b)",
      R"((?:1{2}){2})",
      R"(a{0,3}b{2,})",
      R"([[:alpha:]]+1)",
      R"([\]a-]+)",
      R"([]a]b)",
      R"(\x61\x{62})",
      R"(\Qa.b\E+)",
      R"((?x) a \s+ b # words
      )",
      R"((?#note)ab)",
      R"(a\Rb)",
      R"(\h\H)",
      R"(\N{3})",
      R"(.)",
      R"(.*)",
      R"(a.*b)",
      R"((?:ab?)*1)",
      R"(a?b?c?d?)",
      R"((?|a(b)|c(d))1?)",
      R"((a(?:b|(?R))*1))",
      R"((?(?=a)ab|ba))",
      R"(\Ga)",
      R"((*ANYCRLF)a$)",
      R"(é|e)",
      R"([é-ü]a?)",
      R"(\d+)",
      R"(\s+)",
      R"(\S+@\S+)",
      R"(a{1,1000}b)",
      R"(\d(?:\d{3}){1,4}(?!\d))",
      R"({a)",
      R"(a{,2})",
      R"((?i:a)B)",
      R"((?i)a(?-i)b)",
      R"((?i)k1|s2)",
      R"(\x{fc}1)",
      R"((?i)\x{dc}1)",
      R"(\bü)",
      R"(ab$)",
      R"(漢.)",
      R"(a\s(?:\w+\s){0,2}b)",
      R"((?:\w+[ .]){1,2}@)",
      R"([ab]+-(?:1|\d{2,}c)+)",
      R"(ß{2}\S*|\.a*\n)",
      R"([^\n]*1\n[^-]{1,20}@)",
      R"(\b(?:ab|a|ü)\b)",
      R"((?<!\w)(?:1|bb|-a)(?!\w))",
      R"(\b(?:a|b\b|\b1)*\b)",
      R"(4\d{3}(?:[ -]{0,2}\d){2,40}|1112(?:-?\d){2,20}|b\d{4}a?)",
      R"((?:[a-d]{2} ?\d\d|11[12]1-?|[ab] ?(?:11|12){2})(?:-?\w){1,60}|\d{9}\s{1,30})",
  };
  return patterns;
}

std::string random_text(std::mt19937& random, size_t length) {
  static const std::vector<std::string> bits = {"a",
                                                "b",
                                                "c",
                                                "d",
                                                "1",
                                                "2",
                                                " ",
                                                "  ",
                                                "\n",
                                                "-",
                                                "ab",
                                                "aa",
                                                "é",
                                                "ü",
                                                "Ü",
                                                "ß",
                                                "漢",
                                                ".",
                                                "@",
                                                "/",
                                                "4111",
                                                "1111",
                                                "A",
                                                "B",
                                                "ẞ",
                                                "straSSe",
                                                "exp 12/27",
                                                "müller",
                                                "Project Ivory salmon",
                                                "\t",
                                                "]",
                                                "{a",
                                                "_",
                                                "ab ",
                                                "ŝ",
                                                "bb",
                                                "11"};
  std::string text;
  while (text.size() < length) text += bits[random() % bits.size()];
  return text;
}

class AgainstPcre2 : public testing::Test {
 protected:
  void compare(const PatternSet& set, const std::vector<std::string>& patterns, const Joined& joined) {
    Collect collect;
    set.scan(joined.text, joined.pieces, scratch_, collect);
    for (PatternIndex i = 0; i < patterns.size(); i++) {
      ASSERT_EQ(collect.hits[i], reference(patterns[i], joined.text, joined.pieces))
          << patterns[i] << "\non: " << joined.text;
    }
  }
  PatternScratch scratch_;
};

TEST_F(AgainstPcre2, FindsTheSameOnRandomTexts) {
  const auto& patterns = tried_patterns();
  const auto set = PatternSet::compile(patterns);
  ASSERT_TRUE(set) << patterns[set.error().pattern] << ": " << set.error().message;
  ASSERT_TRUE(set->prepare(scratch_));
  std::mt19937 random(7);
  for (int round = 0; round < 150; round++) {
    std::vector<std::string> segments;
    for (size_t i = 0; i < 1 + random() % 4; i++) segments.push_back(random_text(random, random() % 120));
    compare(*set, patterns, join(segments));
    if (HasFatalFailure()) return;
  }
}

// A pattern made of random pieces; most are legal.
std::string random_pattern(std::mt19937& random, int depth) {
  static const std::vector<std::string> atoms = {
      "a",      "b",    "1",    "ü",   ".",   "\\d",         "\\w",     "\\s",      "[ab]",   "[^b]",
      "\\b",    "\\W",  "[ü1]", "\\D", "^",   "$",           " ",       "\\p{L}",   "[\\d-]", "(?=a)",
      "(?<!b)", "(?i)", "B",    "ß",   "\\B", "[[:digit:]]", "(?!\\w)", "(?<!\\w)", "ab"};
  static const std::vector<std::string> repeats = {"",    "",      "",   "",   "+",  "*",  "?",
                                                   "{2}", "{1,3}", "+?", "*?", "??", "++", "{2,}"};
  std::string out;
  const size_t count = 1 + random() % 4;
  for (size_t i = 0; i < count; i++) {
    if (depth > 0 && random() % 4 == 0) {
      const char* const open = random() % 5 == 0 ? "(?>" : random() % 2 == 0 ? "(?:" : "(";
      out += open + random_pattern(random, depth - 1) + "|" + random_pattern(random, depth - 1) + ")";
    } else {
      out += atoms[random() % atoms.size()];
    }
    if (out.back() != '^' && out.back() != '$') out += repeats[random() % repeats.size()];
  }
  return out;
}

TEST_F(AgainstPcre2, FindsTheSameForRandomPatterns) {
  std::mt19937 random(11);
  // Half of the rounds with numbers behind what is random, which are then looked for first.
  for (int round = 0; round < 10; round++) {
    std::vector<std::string> patterns;
    while (patterns.size() < 40) {
      std::string pattern = random_pattern(random, 2);
      if (round % 2 == 1) pattern += "1\\d{2,3}(?:[ab]?-?1){0,40}";
      if (Pcre::compile(pattern)) patterns.push_back(std::move(pattern));
    }
    const auto set = PatternSet::compile(patterns);
    ASSERT_TRUE(set) << set.error().message;
    ASSERT_TRUE(set->prepare(scratch_));
    for (int text = 0; text < 20; text++) {
      std::vector<std::string> segments;
      for (size_t i = 0; i < 1 + random() % 3; i++) segments.push_back(random_text(random, random() % 60));
      compare(*set, patterns, join(segments));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(PatternSet, LocatesMostPatternsWithHyperscan) {
  const auto set = PatternSet::compile(tried_patterns());
  ASSERT_TRUE(set);
  std::map<std::string, Locating> by_pattern;
  for (PatternIndex i = 0; i < tried_patterns().size(); i++) by_pattern[tried_patterns()[i]] = set->locating(i);
  EXPECT_EQ(by_pattern[R"(\b(?:\d[ -]?){12,18}\d\b)"], Locating::exact);
  EXPECT_EQ(by_pattern[R"(\b[a-z][a-z0-9.]{0,63}@(?:[a-z-]{0,62}\.){1,5}[a-z]{2,24}\b)"], Locating::exact);
  EXPECT_EQ(by_pattern[R"(4\d{3}(?:[ -]{0,2}\d){2,40}|1112(?:-?\d){2,20}|b\d{4}a?)"], Locating::piece);
  EXPECT_EQ(by_pattern[R"((?:^|\n[ >]*\n)[ >]*(?:4\d{3}|5[1-5]\d\d)(?:[ -]\d{1,4}){0,2}(?:[ab]?1){0,40}|3[47]\d{2,9})"],
            Locating::piece);
  EXPECT_EQ(by_pattern[R"((?<=a)b)"], Locating::exact);
  EXPECT_EQ(by_pattern[R"((?i)straße)"], Locating::exact);
  EXPECT_EQ(by_pattern[R"(a++b)"], Locating::exact);
  EXPECT_EQ(by_pattern[R"(\Ga)"], Locating::always);
  EXPECT_EQ(by_pattern[R"((?(?=a)ab|ba))"], Locating::always);
}

TEST(PatternSet, SaysWhyAPatternIsNotLocated) {
  EXPECT_EQ(why_not_located("Nightjar"), std::nullopt);
  EXPECT_EQ(why_not_located(R"(\Ga)"), Unlocated::not_understood);
  EXPECT_EQ(why_not_located(R"((?<=key)[^k]?)"), Unlocated::nothing_of_its_own);
}

TEST(PatternSet, NamesTheBrokenPattern) {
  const std::vector<std::string> patterns = {"a", "b(", "c"};
  const auto set = PatternSet::compile(patterns);
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().pattern, 1U);
  EXPECT_NE(set.error().message.find("offset 2"), std::string::npos) << set.error().message;
}

TEST(PatternSet, BoundsWhatAPatternMayCost) {
  const std::vector<std::string> patterns = {R"((a|aa|a?a)+(b|\1)+c)"};
  const auto set = PatternSet::compile(patterns);
  ASSERT_TRUE(set);
  PatternScratch scratch;
  ASSERT_TRUE(set->prepare(scratch));
  std::string long_run(5'000, 'a');
  long_run.append("bc!");
  const Joined joined = join({long_run, "aabc"});
  Collect collect;
  set->scan(joined.text, joined.pieces, scratch, collect);
  // The second piece is still read.
  EXPECT_EQ(collect.hits[0].back().second, joined.text.size());
}

// A clock that tells so much more at each look.
std::int64_t told = 0;
std::int64_t step = 0;
std::int64_t pretended() {
  return told += step;
}

TEST(PatternSet, BoundsWhatAPatternMayCostInAMessage) {
  const std::vector<std::string> patterns = {"\\bab\\b", "stop"};
  auto set = PatternSet::compile(patterns);
  ASSERT_TRUE(set);
  std::string text;
  for (int i = 0; i < 1000; i++) text += "ab " + std::string(200, '.') + (i % 100 == 0 ? "stop " : " ");
  const ByteRange all[] = {{0, static_cast<std::uint32_t>(text.size())}};
  PatternScratch scratch;
  scratch.budget() = PatternBudget(pretended);
  scratch.budget().set(std::chrono::seconds(1));
  ASSERT_TRUE(set->prepare(scratch));
  struct Case {
    const char* name;
    std::chrono::milliseconds look;
    bool another_message;
    bool all;
    bool none;
  };
  for (const Case& c : {Case{"time stands still", {}, true, true, false},
                        Case{"each look costs a tenth", std::chrono::milliseconds(100), true, false, false},
                        Case{"nothing is left for the same message", {}, false, false, true},
                        Case{"the next message has its own", {}, true, true, false}}) {
    step = std::chrono::nanoseconds(c.look).count();
    if (c.another_message) scratch.new_message();
    Collect sink;
    set->scan(text, all, scratch, sink);
    EXPECT_EQ(sink.hits[0].size() == 1000, c.all) << c.name << ": " << sink.hits[0].size();
    EXPECT_EQ(sink.hits[0].empty(), c.none) << c.name;
    EXPECT_EQ(sink.limits, c.all ? std::vector<PatternIndex>{} : std::vector<PatternIndex>{0}) << c.name;
    EXPECT_EQ(sink.hits[1].size(), 10U) << c.name << ": one pattern pays nothing for another";
  }
}

// Each beginning needs some ten thousand steps: more than many get together, fewer than one may take.
TEST(PatternSet, FindsBehindDearBeginnings) {
  const std::vector<std::string> patterns = {"(?(?=q)q(?:a|a)*1|(?:stop|é+))"};
  auto set = PatternSet::compile(patterns);
  ASSERT_TRUE(set);
  std::string text;
  for (int i = 0; i < 40; i++) text += "é q" + std::string(14, 'a') + " stop é " + (i % 4 == 0 ? "qaa1 " : "");
  const std::vector<ByteRange> all = {{0, static_cast<std::uint32_t>(text.size())}};
  PatternScratch scratch;
  ASSERT_TRUE(set->prepare(scratch));
  scratch.budget() = PatternBudget(pretended);
  scratch.budget().resize(1);
  step = 0;
  Collect sink;
  set->scan(text, all, scratch, sink);
  EXPECT_TRUE(sink.limits.empty());
  EXPECT_EQ(sink.hits[0], reference(patterns[0], text, all));
  // Each of them is a look at the clock.
  step = std::chrono::nanoseconds(std::chrono::seconds(1)).count();
  scratch.new_message();
  Collect bounded;
  set->scan(text, all, scratch, bounded);
  EXPECT_EQ(bounded.limits, std::vector<PatternIndex>{0});
  EXPECT_LT(bounded.hits[0].size(), 20U);
}

TEST(PatternSet, StopsAPatternWhenTold) {
  const std::vector<std::string> patterns = {"a", "b"};
  const auto set = PatternSet::compile(patterns);
  ASSERT_TRUE(set);
  PatternScratch scratch;
  ASSERT_TRUE(set->prepare(scratch));
  const Joined joined = join({"aaabbb"});
  Collect collect;
  collect.most = 2;
  set->scan(joined.text, joined.pieces, scratch, collect);
  EXPECT_EQ(collect.hits[0].size(), 2U);
  EXPECT_EQ(collect.hits[1].size(), 2U);
}

TEST(PatternSet, LeavesOutWhatIsNotWanted) {
  const std::vector<std::string> patterns = {"a", "b"};
  const auto set = PatternSet::compile(patterns);
  ASSERT_TRUE(set);
  PatternScratch scratch;
  ASSERT_TRUE(set->prepare(scratch));
  const Joined joined = join({"ab"});
  Collect collect;
  collect.unwanted = 0;
  set->scan(joined.text, joined.pieces, scratch, collect);
  EXPECT_TRUE(collect.hits[0].empty());
  EXPECT_EQ(collect.hits[1], (Found{{1, 2}}));
}

TEST(Superset, LeavesOutWhatHyperscanRefuses) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"(a(?=b(c|d))e)", "ae"},
      {R"(a++b)", "a+b"},
      {R"((?>a|b)c)", "(?:a|b)c"},
      {R"((?<name>a)b)", "(?:a)b"},
      {R"(\d{2})", R"([\x30-\x39]{2})"},
      {R"(a\.b)", R"(a\.b)"},
      // Borders stay at short words, where ASCII stands beside them.
      {R"(\bab\b)", R"(\bab\b)"},
      {R"(\babcde\b)", "abcde"},
      {R"(\b(?:he|someone|é)\b)", R"((?:\bhe\b|someone|é))"},
      {R"(\b\.a\b)", R"(\.a\b)"},
      {R"(ab?\b)", R"(ab?\b)"},
      {R"(a\w*\b)", R"(a[\x30-\x39\x41-\x5a\x5f\x61-\x7a\x{80}-\x{10ffff}]*)"},
      {R"((?:\bab)+)", R"((?:\bab)+)"},
      {R"((?:\b|a)b)", R"((?:\b|a)b)"},
      {R"((?:\ba?)+-)", R"((?:a?)+\-)"},
      {R"((?<!\w)ab(?!\w))", R"(\bab\b)"},
      {R"((?<![\w-])-(?!\w))", R"(\-)"},
      {R"(ab(?!\w)?)", "ab"},
      // Beyond ASCII what a class lists.
      {R"((?i)é)", R"([\x{c9}\x{e9}])"},
      {R"((?i)[s’-])", R"([\x2d\x53\x73\x{2019}])"},
      {R"([‐-‒ß\]])", R"([\x5d\x{2010}\x{2011}\x{2012}\x{df}])"},
      {R"((?i)[ß])", R"([\x{df}\x{1e9e}])"},
      {R"([a-é])", R"([\x61-\x7f\x{80}-\x{10ffff}])"},
      {R"([^é])", R"([\x00-\x7f\x{80}-\x{10ffff}])"},
      {R"([\wé])", R"([\x30-\x39\x41-\x5a\x5f\x61-\x7a\x{80}-\x{10ffff}])"},
  };
  for (const auto& [pattern, expected] : cases) {
    const auto superset = superset_of(pattern, Anchors::keep);
    ASSERT_TRUE(superset) << pattern;
    EXPECT_EQ(superset->pattern, expected);
  }
  for (const char* refused : {R"((?R))", R"(\Ga)", R"((?(1)a|b))", R"((*UTF)a)"}) {
    EXPECT_FALSE(superset_of(refused, Anchors::keep)) << refused;
  }
}

// ---- Words --------------------------------------------------------------------------------------

}  // namespace
}  // namespace postern::policy

#include "policy/views.h"

#include <gtest/gtest.h>

#include "policy/views_unicode.h"

namespace postern::policy {
namespace {

std::string reader_of(std::string_view text, OffsetMap* map = nullptr) {
  std::string out;
  make_reader(text, out, map);
  return out;
}

struct ReaderCase {
  const char* name;
  std::string text;
  std::string expected;
};

class ReaderView : public testing::TestWithParam<ReaderCase> {};

TEST_P(ReaderView, IsWhatAReaderSees) {
  EXPECT_EQ(reader_of(GetParam().text), GetParam().expected);
  // A view of a view is the view: rules may be written with what the view shows.
  EXPECT_EQ(reader_of(GetParam().expected), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReaderView,
    testing::Values(ReaderCase{"plain", "Nightjar ships in May\n\tcell", "Nightjar ships in May\n\tcell"},
                    ReaderCase{"empty", "", ""}, ReaderCase{"umlauts_stay", "Müller größer", "Müller größer"},
                    ReaderCase{"zero_width", "Ni\u200Bght\u200Cjar\u200D \uFEFFx", "Nightjar x"},
                    ReaderCase{"soft_hyphen", "Night\u00ADjar", "Nightjar"},
                    ReaderCase{"word_joiner_and_grapheme_joiner", "a\u2060b\u034Fc", "abc"},
                    ReaderCase{"bidi_controls", "\u202Erajthgin\u202C \u2067x\u2069 \u200Fy \u061Cz", "rajthgin x y z"},
                    ReaderCase{"variation_selectors_and_tags", "a\uFE0Fb\U000E0041c\U000E0100", "abc"},
                    ReaderCase{"hangul_fillers", "a\u3164b\u115Fc\uFFA0d", "abcd"},
                    ReaderCase{"control_characters", std::string("a\0b\x01 c\x7f \u0080z", 11), "ab c z"},
                    ReaderCase{"line_ends", "a\r\nb\rc\u2028d\u2029e\u0085f", "a\nb\nc\nd\ne\nf"},
                    ReaderCase{"spaces", "a\u00A0b\u2003c\u3000d\u202Fe\u1680f\u2800g", "a b c d e f g"},
                    ReaderCase{"full_width", "\uFF2E\uFF49\uFF47\uFF48\uFF54 \uFF14\uFF11", "Night 41"},
                    ReaderCase{"mathematical", "\U0001D40D\U0001D422\U0001D420 \U0001D7D2\U0001D7CF", "Nig 41"},
                    ReaderCase{"enclosed", "\u24C3\u24D8 \u2460\u2461", "Ni 12"},
                    ReaderCase{"ligatures", "o\uFB03ce", "office"}, ReaderCase{"superscripts", "x\u00B2\u2074", "x24"},
                    ReaderCase{"arabic_indic_digits", "\u0664\u0661\u0661", "411"},
                    ReaderCase{"devanagari_digits", "\u096A\u0967", "41"},
                    ReaderCase{"digits_of_the_second_plane", "\U0001E951\U00011066", "10"},
                    ReaderCase{"combining_composes", "Mu\u0308ller", "M\u00FCller"},
                    ReaderCase{"mark_at_the_beginning", "\u0308a", "\u0308a"},
                    ReaderCase{"mark_behind_an_invisible", "u\u200B\u0308", "\u00FC"},
                    ReaderCase{"invisible_at_the_end", "u\u200B", "u"},
                    ReaderCase{"hangul_jamo", "\u1112\u1161\u11AB", "\uD55C"},
                    ReaderCase{"compatibility_ideograph", "\U0002F800", "\u4E3D"},
                    ReaderCase{"cyrillic_stays", "Договор №", "Договор No"},
                    ReaderCase{"broken_utf8", "a\xFF\xC3z", "a\uFFFD\uFFFDz"},
                    ReaderCase{"strokes_and_lines", "N\u0336i\u0332g\u0338h\u0333t\u0305", "Night"},
                    ReaderCase{"frames", "4\uFE0F\u20E31\u20DD", "41"},
                    ReaderCase{"accents_that_spell_stay", "n\u0323 e\u0301", "\u1E47 \u00E9"},
                    ReaderCase{"white_on_black", "\U0001F15D\U0001F178 \u2777\u24FF\u278A", "NI 201"},
                    ReaderCase{"emoji_stay", "\U0001F600 ok", "\U0001F600 ok"}),
    [](const auto& tested) { return std::string(tested.param.name); });

struct MapCase {
  const char* name;
  std::string text;
  std::string seen;      // a part of the reader view
  std::string original;  // where it stood
};

class ReaderMap : public testing::TestWithParam<MapCase> {};

TEST_P(ReaderMap, LeadsBack) {
  const MapCase& c = GetParam();
  OffsetMap map;
  const std::string reader = reader_of(c.text, &map);
  const size_t at = reader.find(c.seen);
  ASSERT_NE(at, std::string::npos) << reader;
  const ByteRange range =
      map.to_source({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + c.seen.size())});
  EXPECT_EQ(c.text.substr(range.begin, range.end - range.begin), c.original);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReaderMap,
    testing::Values(MapCase{"identity", "a plain text", "plain", "plain"},
                    MapCase{"inside_a_word", "xx Ni\u200Bght\u200Bjar yy", "Nightjar", "Ni\u200Bght\u200Bjar"},
                    MapCase{"not_what_stands_beside", "\u200BNight\u200B", "Night", "Night"},
                    MapCase{"full_width", "a \uFF2E\uFF49 b", "Ni", "\uFF2E\uFF49"},
                    MapCase{"half_of_a_ligature", "o\uFB03ce", "of", "o\uFB03"},
                    MapCase{"after_a_ligature", "o\uFB03ce", "ce", "ce"},
                    MapCase{"composed", "aMu\u0308llera", "\u00FC", "u\u0308"},
                    MapCase{"after_crlf", "a\r\nb", "\nb", "\r\nb"},
                    MapCase{"behind_umlauts", "größer \u200Bals", "größer als", "größer \u200Bals"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ReaderView, PlainAsciiIsItsOwnView) {
  const std::string plain(1000, 'x');
  EXPECT_TRUE(is_plain_ascii(plain));
  for (const char c : {'\r', '\0', '\x7f', '\x80', '\x1b'}) {
    for (const size_t at : {size_t{0}, size_t{63}, size_t{64}, size_t{999}}) {
      std::string text = plain;
      text[at] = c;
      EXPECT_FALSE(is_plain_ascii(text)) << static_cast<int>(c) << " at " << at;
    }
  }
  OffsetMap map;
  EXPECT_EQ(reader_of(plain, &map), plain);
  EXPECT_TRUE(map.is_identity());
  EXPECT_EQ(map.runs(), 1U);
}

TEST(ReaderView, ManyMarksCostNoMoreThanTheirLength) {
  std::string text = "a";
  for (int i = 0; i < 100'000; i++) text += i % 2 != 0 ? "\u0323" : "\u0301";
  const std::string reader = reader_of(text);
  EXPECT_GT(reader.size(), 100'000U);
}

TEST(FoldedView, FoldsFully) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"NIGHTJAR", "nightjar"}, {"Straße", "strasse"},        {"STRASSE", "strasse"},
      {"ÄÖÜ", "äöü"},           {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},       {"ς", "σ"},
      {"ДОГОВОР", "договор"},   {"\U00010400", "\U00010428"},
  };
  for (const auto& [text, expected] : cases) {
    std::string out;
    make_folded(text, out, nullptr);
    EXPECT_EQ(out, expected);
  }
}

TEST(FoldedView, LeadsBack) {
  const std::string reader = "Die GROẞE Straße hier";
  std::string folded;
  OffsetMap map;
  make_folded(reader, folded, &map);
  EXPECT_EQ(folded, "die grosse strasse hier");
  const auto at = static_cast<std::uint32_t>(folded.find("hier"));
  const ByteRange range = map.to_source({at, at + 4});
  EXPECT_EQ(reader.substr(range.begin, range.end - range.begin), "hier");
}

struct LookAlikeCase {
  const char* name;
  std::string reader;
  std::string latin;     // empty: not made
  std::string skeleton;  // empty: not made
};

TEST(LookAlikeViews, RewriteOnlyWhatImitates) {
  const std::vector<LookAlikeCase> cases = {
      {"ascii", "Nightjar ships", "", ""},
      {"cyrillic inside latin", "Nіghtjаr ships", "Nightjar ships", "Nightjar ships"},
      {"greek inside latin", "prοject", "project", "project"},
      {"honest russian", "Договор о покупке", "", ""},
      {"honest russian beside latin", "Договор signed", "", ""},
      {"honest german", "größere Überraschung", "", ""},
      {"all look-alikes", "сосо ok", "", "coco ok"},
  };
  for (const LookAlikeCase& c : cases) {
    for (const auto& [views, expected] : {std::pair{pattern_views(), c.latin}, std::pair{word_views(), c.skeleton}}) {
      const DerivedView& view = views[0];
      std::string out;
      OffsetMap map;
      const bool made = view.worth_it(c.reader) && view.make(c.reader, out, map);
      EXPECT_EQ(made, !expected.empty()) << c.name << " " << view.name;
      if (made) {
        EXPECT_EQ(out, expected) << c.name << " " << view.name;
      }
    }
  }
}

TEST(LookAlikeViews, LeadBack) {
  const std::string reader = "xx Nіghtjаr yy";
  std::string latin;
  OffsetMap map;
  ASSERT_TRUE(pattern_views()[0].make(reader, latin, map));
  const auto at = static_cast<std::uint32_t>(latin.find("Nightjar"));
  const ByteRange range = map.to_source({at, at + 8});
  EXPECT_EQ(reader.substr(range.begin, range.end - range.begin), "Nіghtjаr");
}

TEST(WordBoundaries, FollowTheScripts) {
  struct Case {
    char32_t left;
    char32_t right;
    bool continues;
  };
  const Case cases[] = {
      {U'a', U'b', true},    {U'a', U'1', true},    {U'a', U' ', false},   {U'a', U'_', false},  {U'a', U'-', false},
      {U'é', U'b', true},    {U'д', U'о', true},    {U'漢', U'字', false}, {U'a', U'漢', false}, {U'ク', U'ス', true},
      {U'ス', U'漢', false}, {U'밀', U'을', false}, {U'ก', U'ข', false},   {U'ی', U'ب', true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(word_continues(c.left, c.right), c.continues)
        << std::hex << static_cast<unsigned>(c.left) << " " << static_cast<unsigned>(c.right);
  }
}

TEST(CodePoints, AreCountedAndWalkedBothWays) {
  const std::string text = "aé漢\U0001F600z";
  EXPECT_EQ(count_code_points(text), 5U);
  std::vector<char32_t> forward;
  for (size_t at = 0; at < text.size();) forward.push_back(next_code_point(text, at));
  std::vector<char32_t> backward;
  for (size_t at = text.size(); at > 0;) backward.insert(backward.begin(), previous_code_point(text, at));
  EXPECT_EQ(forward, backward);
}

}  // namespace
}  // namespace postern::policy

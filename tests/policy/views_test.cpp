#include "policy/views.h"

#include <gtest/gtest.h>

#include "policy/views_unicode.h"
#include "tests/policy/unseen_signs.h"

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
                    ReaderCase{"marks_over_marks", "a\u0301\u0316\u0311b\u0327\u0308 4\u0336\u0301", "ab 4"},
                    ReaderCase{"marks_over_letters_with_marks", "\u1EBF\u0325 e\u0302\u0301\u0329 u\u0308\u0304\u0316",
                               "e e u"},
                    ReaderCase{"marks_of_languages", "\u1EC7 e\u0323\u0302 \u0105\u0301 \u03B1\u0313\u0301",
                               "\u1EC7 \u1EC7 \u0105\u0301 \u1F04"},
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
                    ReaderCase{"left_out_of_the_alphabets", "\U0001D455\U0001D49D\U0001D54E", "hBW"},
                    ReaderCase{"what_stands_for_an_object", "Ni\uFFFCght", "Night"},
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

// Patterns are located by what ASCII letters fold to in ASCII (matcher_superset.h).
TEST(Reader, LeavesNoLetterThatFoldsToAsciiButAsciiItself) {
  std::string text;
  std::string reader;
  for (char32_t c = 1; c <= 0x10ffff; c++) {
    if (c < 0xd800 || c >= 0xe000) {
      text += 'a';
      append_utf8(c, text);
    }
    if (c % 0x1000 != 0xfff) continue;
    reader.clear();
    make_reader(text, reader, nullptr);
    ASSERT_EQ(reader.find("\u017f"), std::string::npos) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(reader.find("\u212a"), std::string::npos) << static_cast<std::uint32_t>(c);
    text.clear();
  }
}

TEST(ReaderView, PlainAsciiIsItsOwnView) {
  const std::string plain(1000, 'x');
  std::string reader;
  EXPECT_TRUE(make_surveyed(plain, views_read_by(Reads::both), reader, unseen_signs()).plain);
  EXPECT_EQ(reader, plain);
  for (const char c : {'\r', '\0', '\x7f', '\x80', '\x1b'}) {
    for (const size_t at : {size_t{0}, size_t{63}, size_t{64}, size_t{999}}) {
      std::string text = plain;
      text[at] = c;
      EXPECT_FALSE(make_surveyed(text, views_read_by(Reads::both), reader, unseen_signs()).plain)
          << static_cast<int>(c) << " at " << at;
    }
  }
  OffsetMap map;
  EXPECT_EQ(reader_of(plain, &map), plain);
  EXPECT_TRUE(map.is_identity());
  EXPECT_EQ(map.runs(), 1U);
  map.give_back_over(0);
  EXPECT_EQ(map.runs(), 0U);
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

const DerivedView& view_named(std::string_view name) {
  for (const DerivedView& view : derived_views()) {
    if (view.name == name) return view;
  }
  ADD_FAILURE() << "no view " << name;
  return derived_views()[0];
}

// What the view shows, the reader view itself when it was not made.
std::string derived(std::string_view name, const std::string& reader) {
  const DerivedView& view = view_named(name);
  std::string out;
  OffsetMap map;
  return survey_reader(reader, views_read_by(Reads::both), unseen_signs()).worth_making(view.id) &&
                 view.make(reader, out, map)
             ? out
             : reader;
}

struct DerivedCase {
  const char* name;
  const char* view;
  std::string reader;
  std::string expected;  // empty: as the reader view
};

class DerivedViews : public testing::TestWithParam<DerivedCase> {};

TEST_P(DerivedViews, RewriteOnlyWhatIsDisguised) {
  const DerivedCase& c = GetParam();
  EXPECT_EQ(derived(c.view, c.reader), c.expected.empty() ? c.reader : c.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Table, DerivedViews,
    testing::Values(
        DerivedCase{"ascii", "latin", "Nightjar ships", ""},
        DerivedCase{"cyrillic_inside_latin", "latin", "Nіghtjаr ships", "Nightjar ships"},
        DerivedCase{"greek_inside_latin", "latin", "prοject", "project"},
        DerivedCase{"russian", "latin", "Договор о покупке", ""},
        DerivedCase{"russian_beside_latin", "skeleton", "Договор signed", ""},
        DerivedCase{"german", "skeleton", "größere Überraschung für Jörg und Käthe, schöne Grüße", ""},
        DerivedCase{"all_look_alikes", "latin", "сосо ok", ""},
        DerivedCase{"all_look_alikes_as_words", "skeleton", "сосо ok", "coco ok"},
        DerivedCase{"two_accents", "skeleton", "Níghtjár", "Nightjar"},
        DerivedCase{"one_accent_a_word", "skeleton", "salariés, payés, année, février, décembre", ""},
        DerivedCase{"one_accent_in_all", "skeleton", "our Nightjár ships", "our Nightjar ships"},
        DerivedCase{"another_reading", "slanted", "Aтber", "Amber"},
        DerivedCase{"as_upright", "skeleton", "Nighтjar", "Nightjar"},
        DerivedCase{"hooks", "latin", "Nig\u0266tjar", "Nightjar"},
        DerivedCase{"dashes_inside", "latin", "A\u20131 \u2013 B\u2212C", "A-1 \u2013 B-C"},
        DerivedCase{"identifier", "latin", "РХ-12-АВ and ТУ", "PX-12-AB and ТУ"},
        DerivedCase{"braille", "skeleton", "\u281D\u280A\u281B\u2813", "nigh"},
        DerivedCase{"different_gaps_joined", "scattered", "N-i.g h", "Nigh"},
        DerivedCase{"digits_are_not_joined", "scattered", "4-9.2 9", ""},
        DerivedCase{"one_gap_is_spaced", "scattered", "N-i-g-h", ""},
        DerivedCase{"tags", "debris", "N<b>i</b>ght<!-- x -->jar", "Nightjar"},
        DerivedCase{"a_hyphen_in_tags", "debris", "PXQ<b>-</b>12", "PXQ-12"},
        DerivedCase{"blanks_in_a_code", "codes", "no PXQ - 4471- KD or PXQ -4471, all",
                    "no PXQ-4471-KD or PXQ-4471, all"},
        DerivedCase{"a_line_end_in_a_code", "codes", "the PXQ-\n> 4471-KD", "the PXQ-4471-KD"},
        DerivedCase{"a_line_end_in_its_digits", "codes", "PXQ-44\n71-KD and", "PXQ-4471-KD and"},
        DerivedCase{"groups_of_digits", "codes", "078 - 05 - 1120", "078-05-1120"},
        DerivedCase{"no_codes", "codes",
                    "2020 - 2025, Monday - Friday, PLAN - B, A-1\n2 left, 1-2\n3-4, x1 - 2, E - 4a, 10 -\n20", ""},
        DerivedCase{"behind_a_hyphen", "debris", "PXQ-<b>4471</b>-**KD**", "PXQ-4471-KD**"},
        DerivedCase{"pieces_of_a_string", "debris", "x = \"Ni\" + \"ght\"\n  + \"jar\"", "x = \"Nightjar\""},
        DerivedCase{"pieces_in_a_sheet", "debris", "=\"Nig\"&\"htj\"&\"ar\"", "=\"Nightjar\""},
        DerivedCase{"no_pieces", "debris", "\"a\" + b, 'x'+\"y\", \"A\",\"B\", \"a\"+\" b\", 1+1, C++", ""},
        DerivedCase{"bold_letters", "debris", "Ni**ght**j~~ar~~, 49[b]29[/b]", "Nightjar~~, 4929[/b]"},
        DerivedCase{"stars_to_be_read", "debris", "a * b, 2*3, **Note** 4.****, a[1], x[b] y", ""},
        DerivedCase{"tags_to_be_read", "debris", "if a <b>c</b> and x < y > z, <p>a</p><p>b</p>", ""},
        DerivedCase{"signs_for_letters", "leet", "N!gh7j@r, |\\|ight (c0nf!d3n+ial)!",
                    "Nightjar, night (confidential)!"},
        DerivedCase{"a_bar_as_l", "leet-l", "Fa|c0n", "Falcon"},
        DerivedCase{"prices", "leet", "$100 50% #1 C++ a@b.example 10:30 4711", ""},
        DerivedCase{"marks_no_letter_has", "skeleton", "N\u0308i\u0323g\u0308h\u0323t", "Night"},
        DerivedCase{"letters_of_flags", "skeleton", "\U0001F1F3\U0001F1EE\U0001F1EC\U0001F1ED\U0001F1F9", "NIGHT"},
        DerivedCase{"a_flag", "latin", "Team \U0001F1E9\U0001F1EA", ""},
        DerivedCase{"vietnamese", "latin", "Đặng Nguyễn", ""},
        DerivedCase{"letters_in_a_number", "numerals", "card 49Ol 5678", "card 4901 5678"},
        DerivedCase{"cyrillic_in_a_number", "numerals", "49О1 5678", "4901 5678"},
        DerivedCase{"a_short_group_behind", "numerals", "O532 O13O OO", "0532 0130 00"},
        DerivedCase{"a_cyrillic_ze", "numerals", "12З4 б789 and З", "1234 6789 and З"},
        DerivedCase{"a_serial_number", "numerals", "X49O1 10l Q3 IO01a", ""},
        DerivedCase{"words_of_digits_and_letters", "numerals", "Iron10 Oslo", ""},
        DerivedCase{"digits_in_words", "letters", "N1ghtj4r and C0NF1DENT1AL", "Nightjar and CONFIDENTIAL"},
        DerivedCase{"digits_at_the_ends", "letters", "1nf0rmat10n, confid3ntia1", "information, confidentiai"},
        DerivedCase{"one_as_l", "letters-l", "Fa1c0n N0w", "Falcon N0w"},
        DerivedCase{"signs_in_words", "letters", "N!ghtj@r ca$h", "Nightjar cash"},
        DerivedCase{"other_signs", "letters", "ann@mail.example, wow! that is $5 a!b", ""},
        DerivedCase{"a_sign_as_l", "letters-l", "Fa!con N1ght", "Falcon Nlght"},
        DerivedCase{"no_words", "letters", "B2B 4711 h264 year2027 2nd SHA512 x1y0z", ""},
        DerivedCase{"dashes_between", "spaced", "the N-i-g-h-t ship", "the Night ship"},
        DerivedCase{"spaces_between_words_wider", "spaced", "N i g h t   j a r s", "Night   jars"},
        DerivedCase{"a_letter_a_cell", "spaced", "x1\tN\ti\tg\th\tt", "x1\tNight"},
        DerivedCase{"parentheses", "spaced", "a (4)(9)(2)(9) (5)", "a 4929 (5)"},
        DerivedCase{"marks_of_a_code", "spaced", "a P X Q - 4 4 7 1 - K D b", "aPXQ-4471-KDb"},
        DerivedCase{"a_wider_gap_first", "spaced", "a  N i g h t", "a  Night"},
        DerivedCase{"far_east_of_a_stride", "spaced", std::string(130, '.') + "N i g h t",
                    std::string(130, '.') + "Night"},
        DerivedCase{"cyrillic_spaced", "spaced", "д о г о в о р", "договор"},
        DerivedCase{"initials", "spaced", "J. R. R. Tolkien and a b c", ""},
        DerivedCase{"different_gaps", "spaced", "a b-c.d/e", ""},
        DerivedCase{"wide_gaps", "spaced", "a    b    c    d    e", ""},
        DerivedCase{"hyphen_at_the_line_end", "unwrapped", "the Night-\n  jar ships", "the Nightjar ships"},
        DerivedCase{"short_line", "unwrapped", "Night\njar ships", "Nightjar ships"},
        DerivedCase{"quoted", "unwrapped", "> Night-\n> jar", "> Nightjar"},
        DerivedCase{"a_new_sentence", "unwrapped", "Hello Bob\nThe plan", ""},
        DerivedCase{"a_full_line", "unwrapped", std::string(50, 'x') + " Night\njar", ""},
        DerivedCase{"a_dash", "unwrapped", "plans -\nmore", ""}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(DerivedViewMaps, LeadBack) {
  struct Case {
    const char* view;
    std::string reader;
    std::string seen;
    std::string original;
  };
  const std::vector<Case> cases = {
      {"latin", "xx Nіghtjаr yy", "Nightjar", "Nіghtjаr"},
      {"skeleton", "xx N\u0308ightja\u0308r\u0323 yy", "Nightjar", "N\u0308ightja\u0308r\u0323"},
      {"numerals", "a 49О1 b", "4901", "49О1"},
      {"spaced", "a N.i.g.h.t b", "Night", "N.i.g.h.t"},
      {"spaced", "P X Q - 4 4 7", "Q-44", "Q - 4 4"},
      {"debris", "x \"Ni\" + \"ght\" y", "Night", "Ni\" + \"ght"},
      {"codes", "a PXQ-\n 44 - B b", "PXQ-44-B", "PXQ-\n 44 - B"},
      {"letters", "a N!ghtj@r b", "Nightjar", "N!ghtj@r"},
      {"scattered", "a N.i-g.h t b", "Night", "N.i-g.h t"},
      {"debris", "a Night<b>jar</b> b", "Nightjar", "Night<b>jar"},
      {"leet", "a |\\|ight b", "night", "|\\|ight"},
      {"slanted", "a Aтber b", "Amber", "Aтber"},
      {"unwrapped", "a Night-\njar b", "Nightjar", "Night-\njar"},
  };
  for (const Case& c : cases) {
    std::string out;
    OffsetMap map;
    ASSERT_TRUE(view_named(c.view).make(c.reader, out, map)) << c.view;
    const auto at = static_cast<std::uint32_t>(out.find(c.seen));
    const ByteRange seen{at, at + static_cast<std::uint32_t>(c.seen.size())};
    const ByteRange range = map.to_source(seen);
    EXPECT_EQ(c.reader.substr(range.begin, range.end - range.begin), c.original) << c.view;
    EXPECT_EQ(map.to_view(range), seen) << c.view;
  }
}

// What hostile text costs is its length: a pre-test or a view that looked back would not end here.
TEST(DerivedViews, CostNoMoreThanTheLength) {
  constexpr size_t kBytes = 256 << 10;
  for (const char* unit :
       {"a ", "a b", "a\n", "a-\n", "-\n", "\n", "1O", "O", "а ", "\u0301", "a\u0301", "\U0001F1E6", " "}) {
    std::string text;
    while (text.size() < kBytes) text += unit;
    survey_reader(text, views_read_by(Reads::both), unseen_signs());
    for (const DerivedView& view : derived_views()) {
      std::string out;
      OffsetMap map;
      view.make(text, out, map);
      EXPECT_LE(out.size(), text.size()) << view.name << " of " << unit;
    }
  }
}

TEST(WordBoundaries, FollowTheScripts) {
  struct Case {
    char32_t left;
    char32_t right;
    bool continues;
  };
  const Case cases[] = {
      {U'a', U'b', true},      {U'a', U'1', true},    {U'a', U' ', false},   {U'a', U'_', false},  {U'a', U'-', false},
      {U'é', U'b', true},      {U'д', U'о', true},    {U'漢', U'字', false}, {U'a', U'漢', false}, {U'ク', U'ス', true},
      {U'ス', U'漢', false},   {U'밀', U'을', false}, {U'ก', U'ข', false},   {U'ی', U'ب', true},   {U'r', U'는', false},
      {U'ל', U'N', false},     {U'و', U'N', false},   {U'r', U'о', false},   {U'r', U'क', false},  {U'я', U'1', true},
      {U'e', U'\u0301', true},
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

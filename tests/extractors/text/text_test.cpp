#include <gtest/gtest.h>

#include "extractors/text/charset.h"
#include "extractors/text/charset_guess.h"
#include "extractors/text/display_order.h"
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"

namespace postern::extract {
namespace {

using namespace std::string_literals;

struct CharsetCase {
  const char* name;
  std::string bytes;
  const char* declared;
  std::string text;
  std::string other;  // "" when there is no second reading
  bool mislabelled;
};

TEST(Charset, IsSettledInOrder) {
  const std::string korean = test::in_charset("첨부한 계약서를 검토해 주시기 바랍니다", "EUC-KR");
  const std::vector<CharsetCase> cases = {
      {"ascii", "abc", "", "abc", "", false},
      {"ascii as anything", "abc", "koi8-r", "abc", "", false},
      {"utf-8", "caf\xC3\xA9", "utf-8", "café", "", false},
      {"utf-8 with mark",
       "\xEF\xBB\xBF"
       "caf\xC3\xA9",
       "", "café", "", false},
      {"utf-8 declared latin", "caf\xC3\xA9", "iso-8859-1", "café", "", false},
      {"utf-8 declared koi8", "caf\xC3\xA9", "koi8-r", "café", "", true},
      {"latin-1 is windows-1252",
       "\x93"
       "a\x94",
       "iso-8859-1", "“a”", "", false},
      {"cyrillic", "\xD0\xD2\xC9\xD7\xC5\xD4", "koi8-r", "привет", "", false},
      {"korean", "\xC7\xD1\xB1\xB9", "ks_c_5601-1987", "한국", "", false},
      {"gb2312 is gb18030", "\xD6\xD0\xB9\xFA\x81\x30\x81\x30", "gb2312", "中国\xC2\x80", "", false},
      {"shift-jis", "\x93\xFA\x96\x7B", "Shift_JIS", "日本", "", false},
      {"short korean undeclared", "\xB1\xE8\xC3\xB6\xBC\xF6 \xB0\xFA\xC0\xE5", "", "김철수 과장",
       "\xC2\xB1\xC3\xA8\xC3\x83\xC2\xB6\xC2\xBC\xC3\xB6 \xC2\xB0\xC3\xBA\xC3\x80\xC3\xA5", false},
      {"short korean declared latin", "\xB1\xE8\xC3\xB6\xBC\xF6", "iso-8859-1",
       "\xC2\xB1\xC3\xA8\xC3\x83\xC2\xB6\xC2\xBC\xC3\xB6", "김철수", true},
      {"long korean declared latin", korean, "windows-1252", convert_to_utf8(korean, "windows-1252").value_or(""),
       "첨부한 계약서를 검토해 주시기 바랍니다", true},
      {"korean between latin words", "Kunde: \xB1\xE8\xC3\xB6\xBC\xF6 bestellt", "", "Kunde: 김철수 bestellt",
       "Kunde: \xC2\xB1\xC3\xA8\xC3\x83\xC2\xB6\xC2\xBC\xC3\xB6 bestellt", false},
      {"rows of dots are no korean", "Name\xB7\xB7\xB7\xB7\xB7\xB7\xB7\xB7Huber", "iso-8859-1",
       "Name\xC2\xB7\xC2\xB7\xC2\xB7\xC2\xB7\xC2\xB7\xC2\xB7\xC2\xB7\xC2\xB7Huber", "", false},
      {"two letters side by side", "cr\xE9\xE9", "", "créé", "", false},
      {"old mac", "caf\x8E\rr\x8Esum\x8E", "", "café\rrésumé", "cafŽ\rrŽsumŽ", false},
      {"utf-16 with mark",
       "\xFF\xFE"
       "a\0b\0"s,
       "", "ab", "", false},
      {"utf-16 without mark", "N\0i\0g\0h\0t\0"s, "", "Night", "", false},
      {"utf-16 big without mark", "\0N\0i\0g\0h\0t"s, "us-ascii", "Night", "", true},
      {"a wide mark before narrow text",
       "\xFF\xFE"
       "Nightjar",
       "us-ascii", "楎桧橴牡", "Nightjar", true},
      {"iso-2022-jp", "\x1B$BF|K\\\x1B(B", "iso-2022-jp", "日本", "", false},
      {"iso-2022-jp undeclared", "\x1B$BF|K\\\x1B(B", "", "日本", "", false},
      {"utf-32 without mark", "N\0\0\0j\0\0\0"s, "utf-32", "Nj", "", false},
      {"utf-32 big without mark or label", "\0\0\0N\0\0\0j"s, "", "Nj", "", false},
      {"iso-2022-jp under another label", "\x1B$BF|K\\\x1B(B", "us-ascii", "日本", "", false},
      {"utf-7 as both", "+AE4-ight", "utf-7", "Night", "+AE4-ight", false},
      {"ebcdic declared", "\xD5\x89\x87\x88\xA3", "cp037", "Night", "", false},
      {"dos undeclared",
       "f\x81r die \x9A"
       "berweisung der Geh\x84lter ben\x94tigen wir die Gr\x94\xE1"
       "e",
       "", "für die Überweisung der Gehälter benötigen wir die Größe",
       "f\xC2\x81r die š"
       "berweisung der Geh„lter ben”tigen wir die Gr”áe",
       false},
      {"dos, one letter", "Herr M\x81ller", "", "Herr Müller", "Herr M\xC2\x81ller", false},
      {"dos of Central Europe", "za\xBE\xA2\x88\x86 g\xA9\x98l\xA5 ja\xAB\xE4", "", "zażółć gęślą jaźń",
       "za¾¢ˆ† g©˜l¥ ja«ä", false},
      {"quotes are no letters of DOS", "a \x93word\x94 \x96 caf\xE9", "", "a “word” – café", "", false},
      {"unknown label", "caf\xE9", "x-nonsense", "café", "", true},
      {"one broken byte in utf-8", "caf\xC3\xA9 caf\xC3\xA9 \xFF", "utf-8", "café café \xFF", "", true},
  };
  for (const CharsetCase& c : cases) {
    const TextReadings out = read_text(c.bytes, c.declared);
    EXPECT_EQ(out.main.text(), c.text) << c.name << " by " << out.main.charset();
    EXPECT_EQ(out.other ? out.other->text() : "", c.other) << c.name;
    EXPECT_EQ(out.mislabelled, c.mislabelled) << c.name;
  }
}

std::string repeated(const std::string& piece, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; i++) out += piece;
  return out;
}

TEST(Charset, EbcdicIsKnownByItsLetters) {
  const std::string english = "the section of the contract between the parties was signed yesterday by Mr. Lawrence";
  const std::string german = "für die Überweisung der Gehälter benötigen wir die Größe des Kontos von Herrn Müller";
  const auto ebcdic = [](const std::string& text, const std::string& page) { return test::in_charset(text, page); };
  EXPECT_EQ(read_text(ebcdic(english, "IBM037"), "").main.text(), english);
  EXPECT_EQ(read_text(ebcdic(english, "IBM500"), "").main.text(), english);
  EXPECT_EQ(read_text(ebcdic(german, "IBM273"), "").main.text(), german);
  EXPECT_TRUE(read_text(ebcdic(english, "IBM037"), "").other.has_value());
  EXPECT_TRUE(looks_like_ebcdic(ebcdic(english, "IBM037").substr(0, 40)));
  EXPECT_FALSE(looks_like_ebcdic(ebcdic(english, "IBM037").substr(0, 39)));
  const std::string lines = ebcdic(english + "\n" + english + "\n", "IBM037");
  EXPECT_EQ(test::outcomes(test::walk_document(lines, "host.txt")), ":complete");
  EXPECT_NE(test::where_is(test::walk_document(lines, "host.txt"), "signed yesterday by Mr. Lawrence"), "");
  for (const char* page : {"KOI8-R", "CP1251", "CP866", "ISO-8859-5", "MAC-CYRILLIC"}) {
    const std::string russian =
        test::in_charset("Это секретный договор между сторонами, подписан вчера в Москве", page);
    ASSERT_NE(russian, "") << page;
    EXPECT_FALSE(looks_like_ebcdic(russian)) << page;
  }
}

// Zeros put among or behind letters make bytes look like UTF-16; programs that go by the label pass over them.
TEST(Charset, ZerosNeverOverruleTheLabelAlone) {
  const std::string letters = "Project Nightjar 42\n";
  const struct {
    const char* name;
    std::string bytes;
    const char* declared;
    bool disputed;
  } kCases[] = {
      {"utf-8, odd zeros behind", letters + repeated("\0\1"s, 200), "utf-8", true},
      {"utf-8, zeros and spaces behind", letters + repeated("\0 "s, 200), "utf-8", true},
      {"iso-8859-1, spaces and zeros behind", letters + repeated(" \0"s, 200), "iso-8859-1", true},
      {"koi8-r", letters + repeated(" \0"s, 200), "koi8-r", true},
      {"no label", letters + repeated("\0\1"s, 200), "", true},
      {"utf-16 that is none", letters + repeated("\0\1\2\3"s, 200), "utf-16", true},
      {"utf-16 labelled utf-8 that reads alike", repeated("N\0i\0g\0h\0t\0 \0"s, 50), "utf-8", false},
      {"utf-16 without a label", repeated("N\0\xFC\0g\0h\0t\0 \0"s, 50), "", false},
      {"utf-16, labelled", repeated("N\0\xFC\0g\0h\0t\0 \0"s, 50), "utf-16le", false},
  };
  for (const auto& c : kCases) {
    const TextReadings out = read_text(c.bytes, c.declared);
    EXPECT_EQ(out.disputed, c.disputed) << c.name;
    EXPECT_EQ(out.other.has_value(), c.disputed) << c.name;
    if (!c.disputed || !out.other) continue;
    const auto shows = [&](const TextReading& reading) { return reading.text().find(letters) != std::string::npos; };
    EXPECT_TRUE(shows(out.main) || shows(*out.other)) << c.name;
    EXPECT_NE(out.main.charset().starts_with("UTF-16"), out.other->charset().starts_with("UTF-16")) << c.name;
  }
}

TEST(Charset, ATextThatProgramsReadInTwoWaysIsAmbiguous) {
  const std::string zeros = repeated("\0\1"s, 300);
  for (const std::string& body : {"Content-Type: text/plain; charset=utf-8\n\nProject Nightjar " + zeros,
                                  "Content-Type: text/html; charset=utf-8\n\n<p>Project Nightjar</p><!--" + zeros}) {
    const ExtractedText text =
        test::walk_document("From: a@example.com\nMIME-Version: 1.0\n" + body + "\n", "", {}, "message/rfc822");
    EXPECT_EQ(test::outcomes(text), ":complete 1:ambiguous");
    EXPECT_NE(test::where_is(text, "Project Nightjar").find("body@"), std::string::npos);
  }
}

TEST(Charset, ConvertsTextsLargerThanItsBuffer) {
  std::string bytes, expected;
  for (int i = 0; i < 9000; i++) {
    bytes += "\x3D\xD8\x00\xDE"s;  // U+1F600 in UTF-16LE: surrogates fall on the ends of the buffer
    if (i % 7 == 0) bytes += "a\0"s;
    expected += "\xF0\x9F\x98\x80";
    if (i % 7 == 0) expected += "a";
  }
  EXPECT_EQ(convert_to_utf8(bytes, "UTF-16LE"), expected);
}

TEST(Charset, EndsATextOfNothingButDamage) {
  const std::string damaged = "\xFF";
  const auto bytes = [&](size_t count) {
    std::string out = "\x1B$B";
    for (size_t i = 0; i < count; i++) out += damaged;
    return out + "\x1B(Bend";
  };
  const TextReadings some = read_text(bytes(1000), "iso-2022-jp");
  EXPECT_FALSE(some.cut);
  EXPECT_TRUE(some.main.text().ends_with("end"));
  const TextReadings many = read_text(bytes(4 * kMostDamage), "iso-2022-jp");
  EXPECT_TRUE(many.cut);
  EXPECT_FALSE(many.main.text().ends_with("end"));
  EXPECT_TRUE(read_text("\xFF\xFE" + std::string(3 * kMostDamage, '\xDC'), "").cut) << "surrogates without partners";
}

TEST(Charset, BeginsEachTextAnew) {
  EXPECT_EQ(convert_to_utf8("\x1B$BF|K\\", "ISO-2022-JP-2"), "日本");
  EXPECT_EQ(convert_to_utf8("abc", "ISO-2022-JP-2"), "abc");
  for (const char* charset : {"UTF-7", "HZ", "koi8-r", "windows-949", "Big5-HKSCS"}) {
    EXPECT_EQ(convert_to_utf8("abc", charset), "abc") << charset;
  }
  EXPECT_EQ(convert_to_utf8("\x1B$BF|K\\", "ISO-2022-JP-2"), "日本") << "opened again";
}

TEST(DisplayOrder, IsToldOfLinesOfAnyLength) {
  const std::string hidden = "\u202EnoclaF rebmA\u202C";
  EXPECT_EQ(in_display_order("no override"), "");
  EXPECT_EQ(in_display_order("a " + hidden + "\nb"), "a Amber Falcon\n");
  EXPECT_EQ(in_display_order("a \u2067\u2066con\u2069\u2066fal\u2069\u2069 b\nc"), "a falcon b\n");
  EXPECT_EQ(in_display_order("a \u202B\u2066con\u2069\u2066fal\u2069\u202C b\nc"), "a falcon b\n");
  EXPECT_EQ(in_display_order("\u2067\u05D0\u05D1 abc\u2069"), "");  // Hebrew
  EXPECT_EQ(in_display_order("\u2066abc\u2069 \u201Cdef\u201D"), "");
  const std::string far = std::string(kLongestDisplayed, 'x') + hidden;
  EXPECT_EQ(in_display_order(far), "Amber Falcon\n");
  EXPECT_EQ(in_display_order(far + std::string(kLongestDisplayed, 'y') + hidden).substr(0, 12), "Amber Falcon");
}

}  // namespace
}  // namespace postern::extract

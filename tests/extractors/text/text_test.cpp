#include <gtest/gtest.h>

#include "extractors/text/charset.h"
#include "extractors/text/display_order.h"
#include "extractors/text/mail_body.h"

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
  const std::string far = std::string(kLongestDisplayed, 'x') + hidden;
  EXPECT_EQ(in_display_order(far), "Amber Falcon\n");
  EXPECT_EQ(in_display_order(far + std::string(kLongestDisplayed, 'y') + hidden).substr(0, 12), "Amber Falcon");
}

struct BodyCase {
  const char* name;
  std::string text;
  TextFormat format;
  std::string body, quoted, forwarded, signature;
};

TEST(MailBody, IsSplitByPlace) {
  const std::vector<BodyCase> cases = {
      {"plain", "a\nb", TextFormat::fixed, "a\nb\n", "", "", ""},
      {"quoted", "a\n> b\n>> c\n> > d\n", TextFormat::fixed, "a\n", "b\nc\nd\n", "", ""},
      {"signature", "a\n-- \nAda\n", TextFormat::fixed, "a\n", "", "", "Ada\n"},
      {"quoted below the signature", "a\n-- \nAda\n> b\n", TextFormat::fixed, "a\n", "b\n", "", "Ada\n"},
      {"original message", "a\n-----Original Message-----\nFrom: x\n", TextFormat::fixed, "a\n",
       "-----Original Message-----\nFrom: x\n", "", ""},
      {"forwarded", "a\n---------- Forwarded message ---------\nx\n", TextFormat::fixed, "a\n", "",
       "---------- Forwarded message ---------\nx\n", ""},
      {"flowed", "a \nb\n> c \n> d\n", TextFormat::flowed, "a b\n", "c d\n", "", ""},
      {"flowed without spaces", "Night \njar\n", TextFormat::flowed_delsp, "Nightjar\n", "", "", ""},
      {"stuffed", " From x\n", TextFormat::flowed, "From x\n", "", "", ""},
  };
  for (const BodyCase& c : cases) {
    const MailBody out = split_mail_body(c.text, c.format);
    EXPECT_EQ(out.body, c.body) << c.name;
    EXPECT_EQ(out.quoted, c.quoted) << c.name;
    EXPECT_EQ(out.forwarded, c.forwarded) << c.name;
    EXPECT_EQ(out.signature, c.signature) << c.name;
  }
}

}  // namespace
}  // namespace postern::extract

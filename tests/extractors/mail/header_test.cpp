#include <gtest/gtest.h>

#include "extractors/mail/encoded_word.h"
#include "extractors/mail/parameters.h"
#include "extractors/mail/transfer.h"

namespace postern::extract {
namespace {

struct WordCase {
  const char* name;
  std::string raw;
  std::string text;
  bool irregular;
};

TEST(EncodedWords, AreDecodedAsMailProgramsDo) {
  const std::vector<WordCase> cases = {
      {"plain", "Hello", "Hello", false},
      {"q", "=?iso-8859-1?q?caf=E9_x?=", "café x", false},
      {"b", "=?UTF-8?B?w6k=?=", "é", false},
      {"two joined", "=?utf-8?q?a?= \t=?utf-8?q?b?=", "ab", false},
      {"text between", "=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b", false},
      {"character split between words", "=?utf-8?b?ww==?= =?utf-8?b?qQ==?=", "é", false},
      {"language", "=?utf-8*en?q?a?=", "a", false},
      {"in a quoted string", "\"=?utf-8?q?a?=\" <x@y>", "\"a\" <x@y>", false},
      {"spaces inside", "=?utf-8?q?a b?=", "a b", true},
      {"no end", "=?utf-8?q?abc", "abc", true},
      {"unknown encoding", "=?utf-8?x?abc?=", "=?utf-8?x?abc?=", false},
      {"unknown charset", "=?x-none?q?abc?=", "abc", false},
      {"raw utf-8", "caf\xC3\xA9", "café", false},
      {"raw latin", "caf\xE9", "café", false},
      {"korean label", "=?ks_c_5601-1987?B?x9GxuQ==?=", "한국", false},
      {"iso-2022-jp", "=?ISO-2022-JP?B?GyRCRnxLXBsoQg==?=", "日本", false},
  };
  for (const WordCase& c : cases) {
    const HeaderText out = decode_header_text(c.raw);
    EXPECT_EQ(out.text, c.text) << c.name;
    EXPECT_EQ(out.irregular, c.irregular) << c.name;
  }
}

struct ParameterCase {
  const char* name;
  std::string field;
  std::string parameter;
  std::vector<std::string> values;
};

TEST(Parameters, KeepEveryPlausibleValue) {
  const std::vector<ParameterCase> cases = {
      {"token", "text/plain; charset=utf-8", "charset", {"utf-8"}},
      {"quoted", "text/plain; name=\"a; b.txt\"", "name", {"a; b.txt"}},
      {"comment", "text/plain (c; name=x); name=b", "name", {"b"}},
      {"spaces", "text/plain; name=a b.txt", "name", {"a b.txt", "a"}},
      {"unclosed quote", "text/plain; name=\"a.txt; x=y", "name", {"a.txt; x=y", "a.txt"}},
      {"nested quotes", "text/plain; name=\"a\"b\".txt\"", "name", {"a", "a\"b\".txt", "ab.txt"}},
      {"backslash", "text/plain; name=\"C:\\x.txt\"", "name", {"C:x.txt", "C:\\x.txt"}},
      {"duplicate", "text/plain; name=a; name=b", "name", {"a", "b"}},
      {"rfc 2231", "attachment; filename*=iso-8859-1'en'caf%E9.txt", "filename", {"café.txt"}},
      {"rfc 2231 beside plain", "attachment; filename=b.txt; filename*=utf-8''a.txt", "filename", {"a.txt", "b.txt"}},
      {"pieces out of order", "attachment; filename*1=b; filename*0=a", "filename", {"ab"}},
      {"encoded word", "attachment; filename=\"=?utf-8?q?caf=C3=A9?=\"", "filename", {"café", "=?utf-8?q?caf=C3=A9?="}},
  };
  for (const ParameterCase& c : cases) EXPECT_EQ(parse_parameterised(c.field).all(c.parameter), c.values) << c.name;
}

TEST(Transfer, DecodesYenc) {
  const Decoded out = decode_yenc("=ybegin line=128 size=3 name=a\r\n\x8B\x8C=\x7D\r\n=yend size=3\r\n");
  EXPECT_EQ(out.bytes, std::string("ab\x13"));
  EXPECT_FALSE(out.damaged);
}

// Character by character, as RFC 2045 6.8 says it.
std::string slow_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  const auto flush = [&] {
    bits <<= 6 * (4 - count);
    for (int i = 0; i + 1 < count; i++) out += static_cast<char>(bits >> (16 - 8 * i));
    bits = 0;
    count = 0;
  };
  for (const char c : text) {
    const size_t six = kAlphabet.find(c);
    if (c == '=') flush();
    if (six == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<std::uint32_t>(six);
    if (++count == 4) flush();
  }
  flush();
  return out;
}

TEST(Transfer, DecodesBase64AroundEverythingThatIsNone) {
  const std::string body = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY\r\nWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2\r\nd3h5ejAxMg==\r\n";
  struct {
    std::string_view inserted;
    bool damaged, lines_only;
  } const cases[] = {{"", false, true},   {"\n", false, true},   {"\r\n", false, true},
                     {" ", false, false}, {"\r", false, false},  {"\t\r\n", false, false},
                     {"-", true, false},  {"\x80", true, false}, {"Q-Q!", true, false}};
  for (const auto& c : cases) {
    for (size_t at = 0; at < body.size(); at++) {
      if (at > 0 && body[at - 1] == '\r') continue;  // between the two characters of a line end
      std::string text = body;
      text.insert(at, c.inserted);
      const Decoded out = decode_base64(text);
      EXPECT_EQ(out.bytes, slow_base64(text)) << text;
      EXPECT_EQ(out.damaged, c.damaged || (c.inserted == "Q-Q!" && at > body.find('='))) << text;
      EXPECT_EQ(out.lines_only, c.lines_only) << text;
    }
  }
  for (size_t at = 0; at < body.size(); at++) {
    std::string text = body;
    text.insert(at, "=");
    EXPECT_EQ(decode_base64(text).bytes, slow_base64(text)) << text;
    text.resize(at);
    EXPECT_EQ(decode_base64(text).bytes, slow_base64(text)) << text;
  }
}

TEST(Transfer, KeepsBothReadingsBehindPadding) {
  const Decoded out = decode_base64("QQ=QUJD");
  EXPECT_TRUE(out.damaged);
  EXPECT_EQ(out.bytes, "AABC");
  ASSERT_TRUE(out.other.has_value());
  EXPECT_NE(*out.other, out.bytes);
}

}  // namespace
}  // namespace postern::extract

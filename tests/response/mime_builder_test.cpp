#include "response/mime_builder.h"

#include <gtest/gtest.h>

#include "response/notice_shown.h"

namespace postern::response {
namespace {

[[gnu::noinline]] std::string repeat(size_t count, char c) {
  return std::string(count, c);
}

struct TextCase {
  std::string name, in, out;
};

TEST(QuotedPrintable, Table) {
  const std::vector<TextCase> cases{
      {"plain", "abc\n", "abc\r\n"},
      {"no_end", "abc", "abc\r\n"},
      {"empty_line", "a\n\nb\n", "a\r\n\r\nb\r\n"},
      {"crlf", "a\r\nb", "a\r\nb\r\n"},
      {"equals", "a=b", "a=3Db\r\n"},
      {"utf8", "\xC3\xA4", "=C3=A4\r\n"},
      {"space_at_end", "a \n", "a=20\r\n"},
      {"tab_at_end", "a\t\n", "a=09\r\n"},
      {"control", std::string("a\0b\r\x1B", 5), "a=00b=0D=1B\r\n"},
      {"from", "From me", "=46rom me\r\n"},
      {"exactly_76", repeat(76, 'x'), repeat(76, 'x') + "\r\n"},
      {"77", repeat(77, 'x'), repeat(75, 'x') + "=\r\nxx\r\n"},
      {"escape_not_split", repeat(74, 'x') + "==", repeat(74, 'x') + "=\r\n=3D=3D\r\n"},
  };
  for (const auto& [name, in, out] : cases) EXPECT_EQ(quoted_printable(in), out) << name;
}

TEST(Header, Unstructured) {
  const std::vector<TextCase> cases{
      {"plain", "Hello there", "Hello there"},
      {"utf8",
       "Gr\xC3\xBC\xC3\x9F"
       "e",
       "=?utf-8?Q?Gr=C3=BC=C3=9Fe?="},
      {"injection", "a\r\nBcc: b@c", "a  Bcc: b@c"},
      {"looks_encoded", "=?utf-8?Q?x?=", "=?utf-8?Q?=3D=3Futf=2D8=3FQ=3Fx=3F=3D?="},
      {"folds", repeat(40, 'a') + " " + repeat(40, 'b'), repeat(40, 'a') + "\r\n " + repeat(40, 'b')},
      {"spaces_around", " a ", "=?utf-8?Q?_a_?="},
  };
  for (const auto& [name, in, out] : cases) EXPECT_EQ(encode_unstructured(in, 9), out) << name;
}

TEST(Header, EncodedWordsAreShortAndNeverSplitACharacter) {
  std::string text;
  for (int i = 0; i < 100; i++) text += "\xE2\x82\xAC";
  const std::string encoded = encode_unstructured(text, 9);
  size_t begin = 0;
  for (size_t column = 9; begin < encoded.size(); column = 0) {
    const size_t end = std::min(encoded.find("\r\n", begin), encoded.size());
    EXPECT_LE(end - begin + column, 76u);
    const std::string word = encoded.substr(begin, end - begin);
    const size_t payload = word.find("=?utf-8?Q?") + 10;
    EXPECT_EQ((word.size() - 2 - payload) % 9, 0u) << word;  // whole euro signs of "=E2=82=AC"
    begin = end + 2;
  }
}

TEST(Header, Mailbox) {
  const Address address = *parse_address("a@b.example");
  const std::vector<TextCase> cases{
      {"none", "", "a@b.example"},
      {"atoms", "Mail Check", "Mail Check <a@b.example>"},
      {"specials", "Check, \"Mail\" <x@y>", "\"Check, \\\"Mail\\\" <x@y>\" <a@b.example>"},
      {"utf8",
       "Pr\xC3\xBC"
       "fung",
       "=?utf-8?Q?Pr=C3=BCfung?=\r\n <a@b.example>"},
      {"injection", "a\r\nBcc: c@d", "\"a  Bcc: c@d\" <a@b.example>"},
  };
  for (const auto& [name, in, out] : cases) EXPECT_EQ(encode_mailbox(in, address, 6), out) << name;
  EXPECT_EQ(encode_mailbox("", *parse_address("\"a b\"@c"), 6), "\"a b\"@c");
}

TEST(Header, MessageId) {
  for (const std::string good : {"<a@b>", "<1.2-x+y@host.example>"}) EXPECT_TRUE(is_message_id(good)) << good;
  for (const std::string bad : {"", "a@b", "<a@b", "<@b>", "<a@>", "<ab>", "<a@b@c>", "<a b@c>", "<a@b>\r\nBcc: x@y",
                                "<a@b> <c@d>", "<a@\xC3\xA4>", "<a@[1.2.3.4]>"}) {
    EXPECT_FALSE(is_message_id(bad)) << bad;
  }
  EXPECT_FALSE(is_message_id("<" + repeat(300, 'a') + "@b>"));
}

TEST(Shown, Table) {
  const std::vector<TextCase> cases{
      {"plain", "plan.xlsx", "plan.xlsx"},
      {"controls",
       "a\r\n\tb\x01"
       "c",
       "a b c"},
      {"line_separator",
       "a\xE2\x80\xA8"
       "b",
       "a b"},
      {"bidi_override",
       "invoice\xE2\x80\xAE"
       "fdp.exe",
       "invoicefdp.exe"},
      {"bidi_isolate",
       "\xE2\x81\xA6"
       "a\xE2\x81\xA9",
       "a"},
      {"zero_width_space",
       "a\xE2\x80\x8B"
       "b",
       "ab"},
      {"joiner_kept", "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE", "\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE"},
      {"tag_characters",
       "a\xF3\xA0\x81\xA1"
       "b",
       "ab"},
      {"invalid_utf8", "a\xFF\xC3", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
      {"cut", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrs\xE2\x80\xA6"},
      {"combining_tower", "e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81x", "e\xCC\x81\xCC\x81\xCC\x81x"},
      {"card", "4111 1111 1111 1111",
       "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2 \xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2 "
       "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2 1111"},
      {"date_kept", "2027-02-01.pdf", "2027-02-01.pdf"},
      {"other_digits", "\xD9\xA1\xD9\xA2\xD9\xA3\xD9\xA4\xD9\xA5\xD9\xA6\xD9\xA7\xD9\xA8\xD9\xA9",
       "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xD9\xA6\xD9\xA7\xD9\xA8\xD9\xA9"},
  };
  for (const auto& [name, in, out] : cases) EXPECT_EQ(shown_name(in, 20), out) << name;
  std::string spaces(10'000'000, ' ');
  spaces += 'x';
  EXPECT_EQ(shown(spaces, 5), "");  // no search through megabytes
}

}  // namespace
}  // namespace postern::response

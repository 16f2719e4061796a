#include "extractors/footer/transfer_edit.h"

#include <random>

namespace postern::extract {
namespace {

std::string carried_out(std::string_view raw, const BodySplice& splice) {
  return std::string(raw).replace(splice.offset, splice.removed, splice.inserted);
}

size_t longest_line(std::string_view text) {
  size_t longest = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    longest = std::max(longest, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return longest;
}

struct Case {
  std::string name;
  TransferEncoding encoding;
  std::string raw;
};

std::string joined(std::string first, std::string_view second, std::string_view third = "") {
  return first.append(second).append(third);
}

const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"quoted, one line", TransferEncoding::quoted_printable, "caf=C3=A9\r\n"},
      {"quoted, no end", TransferEncoding::quoted_printable, "hello"},
      {"quoted, soft break at the end", TransferEncoding::quoted_printable, "hello=\r\n"},
      {"quoted, soft break inside", TransferEncoding::quoted_printable, "hel=\r\nlo=20\r\n\r\nworld=3D\r\n"},
      {"quoted, padding", TransferEncoding::quoted_printable, "hello  \r\nworld \t\r\n"},
      {"quoted, full lines", TransferEncoding::quoted_printable,
       joined(std::string(75, 'x'), "=\r\n", std::string(76, 'y'))},
      {"quoted, line feeds", TransferEncoding::quoted_printable, "hello\nworld=\n!\n"},
      {"quoted, ends in a blank", TransferEncoding::quoted_printable, "hello "},
      {"quoted, nothing", TransferEncoding::quoted_printable, ""},
      {"base64, one byte", TransferEncoding::base64, "YQ==\r\n"},
      {"base64, two bytes", TransferEncoding::base64, "YWI="},
      {"base64, three bytes", TransferEncoding::base64, "YWJj\r\n\r\n"},
      {"base64, lines of 60", TransferEncoding::base64, joined(encode_base64(std::string(200, 'a'), 60), "\r\n")},
      {"base64, lines of 76", TransferEncoding::base64, joined(encode_base64(std::string(200, 'a'), 76), "\r\n")},
      {"base64, odd lines", TransferEncoding::base64, "YWJj\r\nYWJjZGVm\r\nYQ\r\n==\r\n"},
      {"base64, nothing", TransferEncoding::base64, ""},
      {"as it is", TransferEncoding::identity, "hello\r\nworld\r\n"},
  };
  return kCases;
}

// 76 characters, one more where a soft line end had to go behind a full line, and the carriage return.
constexpr size_t kLongest = 78;

TEST(TransferEdit, AnInsertionAnywhereReadsBackAsOne) {
  for (const Case& c : cases()) {
    const std::string decoded =
        c.encoding == TransferEncoding::identity ? c.raw : decode_transfer(c.encoding, c.raw).bytes;
    for (const std::string inserted :
         {"\r\n\r\nFooter =C3 with caf\xC3\xA9 and a long line that needs to be folded once or even twice, really\r\n",
          "<div>x</div>", "\r\n", "a b \t", "."}) {
      for (size_t at = 0; at <= decoded.size(); at++) {
        if (at > 0 && at < decoded.size() && decoded[at - 1] == '\r' && decoded[at] == '\n') continue;
        SCOPED_TRACE(c.name + " at " + std::to_string(at) + ": " + inserted);
        const auto splice = insert_encoded(c.encoding, c.raw, decoded, at, inserted, LineEnds::text);
        ASSERT_TRUE(splice);
        const std::string raw = carried_out(c.raw, *splice);
        const std::string read =
            c.encoding == TransferEncoding::identity ? raw : decode_transfer(c.encoding, raw).bytes;
        EXPECT_EQ(read, decoded.substr(0, at) + inserted + decoded.substr(at));
        const bool folds = c.encoding != TransferEncoding::identity;
        EXPECT_TRUE(!folds || longest_line(raw) <= kLongest) << raw;
      }
    }
  }
}

TEST(TransferEdit, WhatStandsBeforeTheInsertionIsNotTouched) {
  for (const Case& c : cases()) {
    const std::string decoded =
        c.encoding == TransferEncoding::identity ? c.raw : decode_transfer(c.encoding, c.raw).bytes;
    const auto splice = insert_encoded(c.encoding, c.raw, decoded, decoded.size(), "x", LineEnds::text);
    ASSERT_TRUE(splice) << c.name;
    if (c.encoding == TransferEncoding::base64) {
      EXPECT_LE(splice->removed, 8U) << c.name << ": one group at most, and line ends in it";
    } else {
      EXPECT_EQ(splice->removed, 0U) << c.name;
    }
  }
}

TEST(TransferEdit, BinaryLineEndsAreBytes) {
  const std::string wide("a\0\r\0\n\0", 6);
  const std::string written = encode_quoted_printable(wide, LineEnds::binary);
  EXPECT_EQ(written, "a=00=0D=00=0A=00");
  EXPECT_EQ(decode_quoted_printable(written).bytes, wide);
}

TEST(TransferEdit, KeepsTheLengthOfLines) {
  EXPECT_EQ(base64_line_length("YWJj\r\nYWJj\r\n"), 4U);
  EXPECT_EQ(base64_line_length("YWJj\r\n"), 76U) << "one line says nothing";
  EXPECT_EQ(base64_line_length(joined(std::string(1000, 'a'), "\r\naa")), 76U) << "lines that SMTP does not allow";
  EXPECT_EQ(base64_line_length(""), 76U);
}

TEST(TransferEdit, OtherEncodingsAreNotWritten) {
  EXPECT_FALSE(insert_encoded(TransferEncoding::uuencode, "begin 644 a\n`\nend\n", "", 0, "x", LineEnds::text));
  EXPECT_FALSE(insert_encoded(TransferEncoding::yenc, "", "", 0, "x", LineEnds::text));
}

}  // namespace
}  // namespace postern::extract

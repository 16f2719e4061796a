// Mails as Apple Mail keeps them.
#include "extractors/mail/emlx.h"

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

constexpr std::string_view kMail =
    "From: ann@example.com\nSubject: =?utf-8?q?Night=6Aar?=\nContent-Transfer-Encoding: quoted-printable\n\nAmber=\n "
    "Fal=63on\n";
constexpr std::string_view kList = "<?xml version=\"1.0\"?><plist><dict><key>flags</key></dict></plist>\n";

TEST(Emlx, TheMailAndItsListAreParts) {
  const ExtractedText text =
      walk_document(std::to_string(kMail.size()) + "      \n" + std::string(kMail) + std::string(kList), "1.emlx");
  EXPECT_EQ(text.parts[0].type, "message/x-emlx");
  EXPECT_EQ(where_is(text, "Nightjar"), "subject@");
  EXPECT_EQ(where_is(text, "Amber Falcon"), "body@");
  EXPECT_EQ(where_is(text, "flags"), "body@ body@without tags");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 1/1:complete 2:complete");
}

TEST(Emlx, ACutMailIsReadToItsEnd) {
  const ExtractedText text = walk_document("999999\n" + std::string(kMail), "1.emlx");
  EXPECT_EQ(where_is(text, "Amber Falcon"), "body@");
  EXPECT_EQ(outcomes(text), ":malformed 1:complete 1/1:complete");
}

TEST(Emlx, TheFirstLineIsANumberAlone) {
  EXPECT_EQ(extract::emlx_front("12\nFrom:"), 3U);
  EXPECT_EQ(extract::emlx_front("12 \t \r\nFrom:"), 7U);
  EXPECT_EQ(extract::emlx_front("From:"), 0U);
  EXPECT_EQ(extract::emlx_front("12 birds\n"), 0U);
  EXPECT_EQ(extract::emlx_front("1234567890123\n"), 0U);
  EXPECT_EQ(extract::emlx_front("12"), 0U);
}

}  // namespace
}  // namespace postern::test

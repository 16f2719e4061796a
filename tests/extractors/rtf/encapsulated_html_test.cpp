#include "extractors/rtf/encapsulated_html.h"

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

constexpr std::string_view kPage =
    "{\\rtf1\\ansi\\ansicpg1252\\fromhtml1 \\deff0{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fcharset204 A;}}\r\n"
    "{\\*\\htmltag18 <html>}\r\n{\\*\\htmltag50 <body>}"
    "{\\*\\htmltag84 <a href=\"http://a.example/\">}\\htmlrtf {\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt\\cf1 "
    "\\htmlrtf0 "
    "caf\\'e9 \\f1\\'cf\\f0 {\\*\\htmltag84 &lt;}\\htmlrtf <\\htmlrtf0 \\u8364?\\htmlrtf }}\\htmlrtf0 {\\*\\htmltag92 "
    "</a>}"
    "{\\*\\htmltag64 <p>}\\htmlrtf\\par\\htmlrtf0 two\\tab x{\\*\\htmltag58 </body>}{\\*\\htmltag27 </html>}}";

TEST(EncapsulatedHtml, IsTakenOutOfItsTags) {
  const auto page = extract::html_of_rtf(kPage);
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(
      *page,
      "<html><body><a href=\"http://a.example/\">caf\xC3\xA9 \xD0\x9F&lt;\xE2\x82\xAC</a><p>two\tx</body></html>");
}

TEST(EncapsulatedHtml, IsOnlyWhereTheHeaderSaysSo) {
  EXPECT_FALSE(extract::html_of_rtf("{\\rtf1\\ansi {\\*\\htmltag18 <html>}x}").has_value());
}

TEST(EncapsulatedHtml, IsAChildOfTheRtf) {
  const ExtractedText text = walk_document(kPage, "a.rtf");
  ASSERT_EQ(text.parts.size(), 2u);
  EXPECT_EQ(text.parts[1].type, "text/html");
  EXPECT_EQ(text_of(text, Place::link), "x|http://a.example/");
}

TEST(EncapsulatedHtml, DeepGroupsEndNowhere) {
  const std::string deep = "{\\rtf1\\fromhtml1 " + std::string(100'000, '{') + "x" + std::string(100'000, '}') + "y}";
  EXPECT_EQ(extract::html_of_rtf(deep).value_or(""), "y");
}

}  // namespace
}  // namespace postern::test

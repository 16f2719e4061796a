// HTML inside texts of other kinds.
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

TEST(Markup, InOtherTextsIsReadWithoutIt) {
  struct Case {
    const char* name;
    const char* file;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"subtitles", "a.vtt", "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann>Night<b>jar</b> &amp; co\n"},
      {"Markdown", "a.md", "# Title\n\nNight<em>jar</em>\n"},
      {"JSON", "a.json", R"({"html": "<p>Night<b>jar</b></p>"})"},
      {"JSON with escapes", "a.json", R"({"html": "<p>N\u0069ght<b>jar<\/b></p>"})"},
      {"a feed", "a.rss",
       "<rss><item><description>&lt;p&gt;Night&lt;b&gt;jar&lt;/b&gt;&lt;/p&gt;</description></item></rss>"},
      {"a section of XML", "a.kml", "<?xml version=\"1.0\"?><kml><![CDATA[<b>Night</b>jar]]></kml>"},
  };
  for (const Case& c : cases) {
    const ExtractedText text = walk_document(c.text, c.file);
    EXPECT_EQ(where_is(text, "Nightjar"), "body@without markup") << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
  }
  EXPECT_EQ(text_of(walk_document("a < b / c, no tag", "a.txt"), Place::body), "a < b / c, no tag");
}

TEST(Markup, RtfThatDoesNotBeginTheFileIsReadBothWays) {
  for (const std::string front : {"\xEF\xBB\xBF{\\rtf1", "\r\n {\\rtf1", "{\\RTF1", "{\\urtf1"}) {
    const ExtractedText text = walk_document(front + " Night{\\b jar}}", "a.rtf");
    EXPECT_EQ(text.parts[0].type, "text/plain") << front;
    ASSERT_EQ(text.parts.size(), 2U) << front;
    EXPECT_EQ(where_is(text, "Nightjar"), "body@") << front;
    EXPECT_EQ(outcomes(text), ":complete 1:complete") << front;
  }
}

TEST(Text, PostScriptIsReadAsItStands) {
  std::string preview = "%%BeginPreview: 512 64 8 512\n";
  for (int i = 0; i < 512; i++) preview += "% " + std::string(128, 'F') + "\n";
  const ExtractedText text = walk_document("%!PS-Adobe-3.0 EPSF-3.0\n%%Title: the osprey plan\n" + preview +
                                               "%%EndPreview\n(Night) show (jar) show (Kestrel) show\nshowpage\n",
                                           "a.eps");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(where_is(text, "the osprey plan"), "body@");
  EXPECT_EQ(where_is(text, "Kestrel"), "body@");
  EXPECT_EQ(where_is(text, "Nightjar"), "") << "strings that a program cuts stay cut";
}

}  // namespace
}  // namespace postern::test

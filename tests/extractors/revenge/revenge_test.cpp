// Documents of the librevenge family, small enough to be put together here.
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string filled(std::string head, size_t size, char with) {
  head.append(size, with);
  return head;
}

// WordPerfect 5: a header of sixteen bytes and text behind it.
TEST(Revenge, WordPerfect) {
  const std::string file = "\xFFWPC\x10\0\0\0\x01\x0A\0\0\0\0\0\0Project Nightjar\x0Asecond line\x0A"s;
  const ExtractedText text = walk_document(file, "a.wpd");
  EXPECT_EQ(text.parts[0].type, "application/vnd.wordperfect");
  EXPECT_EQ(text_of(text, Place::body), "Project Nightjar\nsecond line\n");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Revenge, AbiWordPlaces) {
  const ExtractedText text = walk_document(
      "<?xml version=\"1.0\"?><abiword version=\"3.0\" xmlns=\"http://www.abisource.com/awml.dtd\">"
      "<metadata><m key=\"dc.title\">The title</m></metadata>"
      "<section header=\"1\"><p>Night<c props=\"font-weight:bold\">jar</c></p><p>x<foot endnote-id=\"0\"><p>below</p>"
      "</foot></p></section><section type=\"header\" id=\"1\"><p>top</p></section></abiword>",
      "a.abw");
  EXPECT_EQ(text.parts[0].type, "application/x-abiword");
  EXPECT_EQ(where_is(text, "Nightjar"), "body@");
  EXPECT_EQ(where_is(text, "The title"), "property@dc:title");
  EXPECT_EQ(where_is(text, "top"), "header-footer@");
}

// What libabw says nothing of.
TEST(Revenge, AbiWordPropertiesCommentsBookmarksAndPictures) {
  const ExtractedText text = walk_document(
      "<?xml version=\"1.0\"?><abiword version=\"3.0\" xmlns=\"http://www.abisource.com/awml.dtd\">"
      "<metadata><m key=\"dc.title\">The title</m><m key=\"dc.description\">What it &amp; they are</m>"
      "<m key=\"Customer\">Night<!-- -->jar Ltd</m></metadata><section>"
      "<p><bookmark type=\"start\" name=\"egret\"/>x<bookmark type=\"end\" name=\"egret\"/>"
      "<ann annotation=\"0\">y</ann><annotate annotation-id=\"0\" props=\"annotation-date:1-2-2024; "
      "annotation-author:Ann Lee\">"
      "<p>first</p><p>second</p></annotate><image dataid=\"0\" title=\"A bird\" alt=\"A "
      "heron\"/></p></section></abiword>",
      "a.abw");
  EXPECT_EQ(where_is(text, "What it & they are"), "property@dc.description");
  EXPECT_EQ(where_is(text, "Nightjar Ltd"), "property@Customer");
  EXPECT_EQ(where_is(text, "Customer"), "property@");
  EXPECT_EQ(where_is(text, "The title"), "property@dc:title");
  EXPECT_EQ(text_of(text, Place::comment), "Ann Lee: first\nsecond\n");
  EXPECT_EQ(text_of(text, Place::bookmark), "egret");
  EXPECT_EQ(text_of(text, Place::alt_text), "A bird|A heron");
}

// Lotus 1-2-3, release 2: BOF, the range of cells, a label, an integer, EOF.
TEST(Revenge, LotusCells) {
  const std::string file =
      "\0\0\x02\0\x06\x04"
      "\x06\0\x08\0\0\0\0\0\x01\0\x02\0"
      "\x0F\0\x0F\0\x7F\x01\0\x02\0'Nightjar\0"
      "\x0D\0\x07\0\x7F\0\0\x02\0\x2A\0"
      "\x01\0\0\0"s;
  const ExtractedText text = walk_document(file, "a.wk1");
  EXPECT_EQ(text.parts[0].type, "application/vnd.lotus-1-2-3");
  EXPECT_EQ(where_is(text, "42.0000\tNightjar"), "cell@Sheet1!A3:B3");
}

// Visio 2002's XML, the same library as for the binary files.
TEST(Revenge, VisioPages) {
  const ExtractedText text = walk_document(
      "<?xml version=\"1.0\"?><VisioDocument xmlns=\"http://schemas.microsoft.com/visio/2003/core\"><Masters>"
      "<Master ID=\"2\" NameU=\"Box\"><PageSheet><PageProps><PageWidth>8</PageWidth><PageHeight>11</PageHeight>"
      "</PageProps></PageSheet><Shapes><Shape ID=\"5\" "
      "Type=\"Shape\"><XForm><PinX>4</PinX><PinY>5</PinY><Width>2</Width>"
      "<Height>1</Height></XForm><Text>heron</Text></Shape></Shapes></Master></Masters><Pages><Page ID=\"0\">"
      "<PageSheet><PageProps><PageWidth>8</PageWidth><PageHeight>11</PageHeight></PageProps></PageSheet><Shapes>"
      "<Shape ID=\"1\" Type=\"Shape\"><XForm><PinX>4</PinX><PinY>5</PinY><Width>2</Width><Height>1</Height></XForm>"
      "<Text>Project Nightjar</Text></Shape></Shapes></Page></Pages></VisioDocument>",
      "a.vdx");
  EXPECT_EQ(text.parts[0].type, "application/vnd.visio");
  EXPECT_EQ(where_is(text, "Project Nightjar"), "body@page 1");
  EXPECT_EQ(where_is(text, "heron"), "master@master 1");
}

TEST(Revenge, DamagedAndUnknownFilesSaySo) {
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"wordperfect", filled("\xFFWPC"s, 200, '\x7F')},     {"works", filled("\x01\xFE\x32"s, 200, '\0')},
      {"lotus", filled("\0\0\x02\0\x06\x04"s, 64, '\xFF')}, {"freehand", filled("AGD4"s, 300, '\x11')},
      {"quark", filled("\0\0MMXPR3"s, 300, '\0')},          {"coreldraw", filled("RIFF\x20\0\0\0CDR9"s, 300, '\x05')}};
  for (const auto& c : cases) {
    const Outcome outcome = walk_document(c.bytes).parts[0].outcome;
    EXPECT_TRUE(outcome == Outcome::malformed || outcome == Outcome::unsupported || outcome == Outcome::encrypted)
        << c.name << " " << to_string(outcome);
  }
}

}  // namespace
}  // namespace postern::test

// Binary workbooks, Visio drawings, fixed documents and damaged packages.
#include <fstream>
#include <sstream>

#include "tests/support/document_walk.h"
#include "tests/support/ooxml_builder.h"

namespace postern::test {
namespace {

TEST(BinaryWorkbook, GivesWhatItsXmlSiblingGives) {
  std::ifstream in(std::string(POSTERN_SOURCE_DIR) + "/tests/extractors/ooxml/files/budget.xlsb", std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  const ExtractedText text = walk_document(bytes.str(), "budget.xlsb");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(where_is(text, "Nightjar"), "cell@Budget!A1:B6");
  EXPECT_EQ(where_is(text, "1,234,567.89"), "cell@Budget!A1:B6");
  EXPECT_EQ(where_is(text, "1234567.891"), "cell@Budget!A2:B6");
  EXPECT_EQ(where_is(text, "2024/02/29"), "cell@Budget!A1:B6");
  EXPECT_EQ(where_is(text, "2024-02-29"), "cell@Budget!A2:B6");
  EXPECT_EQ(where_is(text, "4111111111111111"), "cell@Budget!A1:B6");
  EXPECT_EQ(where_is(text, "25.6%"), "cell@Budget!A1:B6");
  EXPECT_EQ(where_is(text, "heron hidden"), "hidden-sheet@Secret!A1:A1");
  EXPECT_EQ(where_is(text, "Ann: too high"), "comment@Budget!A1");
  EXPECT_EQ(where_is(text, "https://nightjar.example/x"), "link@Budget");
}

// [MS-XLSB] 2.1.4: a record's number, its size, strings in UTF-16 with their lengths.
TEST(BinaryWorkbook, StringsOfConnectionsPivotTablesAndTables) {
  const std::string words = "the heron's server";
  std::string string;
  put_le(string, words.size(), 4);
  for (const char c : words) put_le(string, static_cast<unsigned char>(c), 2);
  const std::string record = "\x2A" + std::string(1, static_cast<char>(string.size())) + string;
  const std::pair<const char*, const char*> cases[] = {{"connections", "connection@"},
                                                       {"pivotCacheDefinition", "pivot-cache@"},
                                                       {"pivotTable", "pivot-cache@"},
                                                       {"table", "pivot-cache@"}};
  for (const auto& [type, where] : cases) {
    OoxmlBuilder book = workbook({{.rows = "", .relations = {{"r1", type, "../part.bin"}}}});
    book.part("xl/part.bin", record);
    EXPECT_EQ(where_is(walk_document(book.build(), "a.xlsx"), words), where) << type;
  }
}

OoxmlBuilder drawing(const std::string& page) {
  const std::string ns =
      " xmlns=\"http://schemas.microsoft.com/office/visio/2012/main\" xmlns:r=\"" + std::string(kRelationNs) + "\"";
  OoxmlBuilder out("visio/document.xml", "x", "<VisioDocument" + ns + "/>");
  out.relations("visio/document.xml", {{"r1", "pages", "pages/pages.xml"}, {"r2", "masters", "masters/masters.xml"}});
  out.part("visio/pages/pages.xml", "<Pages" + ns + "><Page ID=\"0\" Name=\"Plan\"><Rel r:id=\"p1\"/></Page></Pages>");
  out.relations("visio/pages/pages.xml", {{"p1", "page", "page1.xml"}});
  out.part("visio/pages/page1.xml", "<PageContents" + ns + "><Shapes>" + page + "</Shapes></PageContents>");
  out.part("visio/masters/masters.xml",
           "<Masters" + ns + "><Master ID=\"2\" NameU=\"Box\"><Rel r:id=\"m1\"/></Master></Masters>");
  out.relations("visio/masters/masters.xml", {{"m1", "master", "master1.xml"}});
  out.part("visio/masters/master1.xml",
           "<MasterContents" + ns + "><Shapes><Shape><Text>on the master</Text></Shape></Shapes></MasterContents>");
  return out;
}

TEST(Drawing, TextDataAndLinksOfShapes) {
  const ExtractedText text = walk_document(
      drawing("<Shape><Section N=\"Property\"><Row N=\"Cost\"><Cell N=\"Value\" V=\"9000 EUR\"/>"
              "<Cell N=\"Label\" V=\"Cost\"/><Cell N=\"Format\" V=\"@\"/></Row></Section>"
              "<Section N=\"Hyperlink\"><Row><Cell N=\"Address\" V=\"https://nightjar.example\"/></Row></Section>"
              "<Text><cp IX=\"0\"/>Project <fld IX=\"0\">Nightjar</fld>\n</Text></Shape>"
              "<Shape><Text>heron</Text></Shape>")
          .build(),
      "a.vsdx");
  EXPECT_EQ(text_of(text, Place::body), "Plan\n|Project Nightjar\nheron\n");
  EXPECT_EQ(where_is(text, "heron"), "body@Plan");
  EXPECT_EQ(text_of(text, Place::property), "9000 EUR\nCost\n");
  EXPECT_EQ(text_of(text, Place::link), "https://nightjar.example\n");
  EXPECT_EQ(where_is(text, "on the master"), "master@Box");
  EXPECT_EQ(outcomes(text), ":complete");
}

std::string fixed_document(const std::string& glyphs) {
  ZipBuilder zip;
  zip.add("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>");
  zip.add(
      "_rels/.rels",
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" "
      "Type=\"http://schemas.microsoft.com/xps/2005/06/fixedrepresentation\" Target=\"/a.fdseq\"/></Relationships>");
  zip.add("a.fdseq",
          "<FixedDocumentSequence><DocumentReference Source=\"/Documents/1/a.fdoc\"/></FixedDocumentSequence>");
  zip.add("Documents/1/a.fdoc", "<FixedDocument><PageContent Source=\"Pages/1.fpage\"/></FixedDocument>");
  zip.add("Documents/1/Pages/1.fpage", "<FixedPage>" + glyphs + "</FixedPage>");
  return zip.build();
}

std::string glyphs(int x, int y, const std::string& text, const std::string& indices = "") {
  return "<Glyphs OriginX=\"" + std::to_string(x) + "\" OriginY=\"" + std::to_string(y) +
         "\" FontRenderingEmSize=\"10\" UnicodeString=\"" + text + "\"" +
         (indices.empty() ? "" : " Indices=\"" + indices + "\"") + "/>";
}

TEST(FixedDocument, RunsOfALineAreJoined) {
  const ExtractedText text = walk_document(
      fixed_document(glyphs(10, 20, "Night", "1,60;2,60;3,60;4,60;5,60") + glyphs(40, 20, "jar") +
                     glyphs(80, 20, "ships") + glyphs(10, 40, "{}{next line}") +
                     "<Path FixedPage.NavigateUri=\"https://nightjar.example\" AutomationProperties.Name=\"a bird\"/>"),
      "a.xps");
  EXPECT_EQ(text_of(text, Place::page), "Nightjar ships\n{next line}\n");
  EXPECT_EQ(where_is(text, "Nightjar"), "page@p. 1");
  EXPECT_EQ(text_of(text, Place::link), "https://nightjar.example\n");
  EXPECT_EQ(text_of(text, Place::alt_text), "a bird\n");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(FixedDocument, GlyphsWithoutTextAreNotSilent) {
  const ExtractedText text = walk_document(
      fixed_document("<Glyphs OriginX=\"1\" OriginY=\"1\" FontRenderingEmSize=\"10\" Indices=\"17;18\"/>"), "a.xps");
  EXPECT_EQ(outcomes(text), ":partial");
}

TEST(FixedDocument, LettersAsOutlinesAreNotSilent) {
  const ExtractedText drawn = walk_document(fixed_document("<Path Data=\"M 0,0 L 9,9\"/>"), "a.xps");
  EXPECT_EQ(outcomes(drawn), ":complete");
  EXPECT_EQ(drawn.parts[0].facts, std::vector<std::string>{"not-ocred"});
  const ExtractedText both = walk_document(fixed_document("<Path Data=\"M 0,0\"/>" + glyphs(1, 1, "a")), "a.xps");
  EXPECT_TRUE(both.parts[0].facts.empty());
}

TEST(DamagedPackage, MainPartIsFoundByItsName) {
  ZipBuilder zip;
  zip.add("[Content_Types].xml", "<Types");
  zip.add("word/document.xml", word_xml(word_paragraph("Project Nightjar")));
  const ExtractedText text = walk_document(zip.build(), "a.docx");
  EXPECT_EQ(where_is(text, "Nightjar"), "body@");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

TEST(Slides, SectionsAndTags) {
  OoxmlBuilder out("ppt/presentation.xml", "presentationml.presentation",
                   "<p:presentation xmlns:p=\"" + std::string(kSlideNs) +
                       "\" xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\"><p:extLst><p:ext>"
                       "<p14:sectionLst><p14:section name=\"Nightjar\"/></p14:sectionLst></p:ext></p:extLst>"
                       "</p:presentation>");
  out.relations("ppt/presentation.xml", {{"r1", "tags", "tags/tag1.xml"}});
  out.part("ppt/tags/tag1.xml",
           "<p:tagLst xmlns:p=\"" + std::string(kSlideNs) + "\"><p:tag name=\"K\" val=\"heron\"/></p:tagLst>");
  const ExtractedText text = walk_document(out.build(), "a.pptx");
  EXPECT_EQ(where_is(text, "Nightjar"), "bookmark@section");
  EXPECT_EQ(where_is(text, "heron"), "property@");
}

TEST(Word, MembersThatOfficeThrewAwayHoldNothing) {
  OoxmlBuilder builder = word(word_paragraph("x"));
  builder.part("[trash]/0000.dat", std::string(4, '\xFF') + std::string(180, '\0'));
  builder.part("[trash]/0001.dat", std::string(4, '\xFF') + std::string(180, '\0') + '\x01');
  EXPECT_EQ(outcomes(walk_document(builder.build(), "a.docx")), ":complete 1:complete 2:unsupported");
}

TEST(Word, CommentsInCustomXml) {
  OoxmlBuilder builder = word(word_paragraph("x"));
  builder.root({"rId9", "customXml", "customXml/item1.xml"});
  builder.part("customXml/item1.xml", "<a>text<!-- the heron --><!-- unfinished</a>");
  const ExtractedText text = walk_document(builder.build(), "a.docx");
  EXPECT_EQ(where_is(text, "the heron"), "custom-xml@comments");
  const std::string comment = "<!-- the egret -->";
  const auto is_found_at = [&](size_t place) {
    OoxmlBuilder large = word(word_paragraph("x"));
    large.root({"rId9", "customXml", "customXml/item1.xml"});
    large.part("customXml/item1.xml", "<a>" + std::string(place - 3, ' ') + comment + "</a>");
    return !where_is(walk_document(large.build(), "a.docx"), "the egret").empty();
  };
  EXPECT_TRUE(is_found_at((1 << 20) - comment.size()));
  EXPECT_FALSE(is_found_at(1 << 20));
}

TEST(Word, BoxesOfVmlAndAddressesOfFields) {
  const ExtractedText text = walk_document(
      word("<w:p><w:r><w:pict><v:rect alt=\"a bird\"><v:textbox><div>\n <font>Night</font><font>jar</font></div>"
           "</v:textbox></v:rect></w:pict></w:r></w:p><w:p><w:r><w:instrText>HYPERLINK \"https://x.example/\" \\o "
           "\"t\"</w:instrText></w:r></w:p><w:p><w:ins w:author=\"Ann Holm\"><w:r><w:t>new</w:t></w:r></w:ins></w:p>")
          .build(),
      "a.docx");
  EXPECT_EQ(text_of(text, Place::text_box), "Nightjar\n");
  EXPECT_EQ(text_of(text, Place::alt_text), "a bird\n");
  EXPECT_EQ(text_of(text, Place::link), "https://x.example/\n");
  EXPECT_EQ(where_is(text, "Ann Holm"), "property@");
}

}  // namespace
}  // namespace postern::test

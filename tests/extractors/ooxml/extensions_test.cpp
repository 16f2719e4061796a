// Text in elements and attributes of namespaces that the readers do not know.
#include "tests/support/document_walk.h"
#include "tests/support/ooxml_builder.h"

namespace postern::test {
namespace {

// Where the word "heron" is given, with what stands in the body of a text document.
struct Row {
  const char* name;
  const char* xml;
  const char* where;
};

std::string named(const testing::TestParamInfo<Row>& info) {
  return info.param.name;
}

class Extension : public testing::TestWithParam<Row> {};

TEST_P(Extension, IsGivenOnce) {
  const ExtractedText text = walk_document(word(word_paragraph("body") + GetParam().xml).build(), "a.docx");
  EXPECT_EQ(where_is(text, "heron"), GetParam().where);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, Extension,
    testing::Values(
        Row{"TextOfAForeignElement", "<x:note xmlns:x=\"urn:x\">a heron</x:note>", "custom-xml@"},
        Row{"InsideAParagraph", "<w:p><x:note xmlns:x=\"urn:x\">heron</x:note></w:p>", "custom-xml@"},
        Row{"InsideARun", "<w:p><w:r><x:note xmlns:x=\"urn:x\">heron</x:note></w:r></w:p>", "custom-xml@"},
        Row{"InsideItsText", "<w:p><w:r><w:t>a<x:b xmlns:x=\"urn:x\">heron</x:b></w:t></w:r></w:p>", "custom-xml@"},
        Row{"OfItsOwnDefaultNamespace", "<note xmlns=\"urn:x\"><deep>heron</deep></note>", "custom-xml@"},
        Row{"WithoutNamespace", "<note xmlns=\"\">heron</note>", "custom-xml@"},
        Row{"AttributeOfAForeignElement", "<x:note xmlns:x=\"urn:x\" by=\"heron\"/>", "attribute@"},
        Row{"ForeignAttributeOfAParagraph", "<w:p xmlns:x=\"urn:x\"><w:r x:note=\"heron\"><w:t>t</w:t></w:r></w:p>",
            "attribute@"},
        Row{"DeclaredWhereItStands", "<w:p x:note=\"heron\" xmlns:x=\"urn:x\"/>", "attribute@"},
        Row{"KnownTextInsideAForeignElement",
            "<x:wrap xmlns:x=\"urn:x\"><w:p><w:r><w:t>heron</w:t></w:r></w:p></x:wrap>", "body@"},
        Row{"TextOfAnOfficeExtension",
            "<o1:note xmlns:o1=\"http://schemas.microsoft.com/office/2030/new\">heron</o1:note>", "custom-xml@"},
        Row{"SentenceInAnAttributeOfOne",
            "<o1:note xmlns:o1=\"http://schemas.microsoft.com/office/2030/new\" t=\"a heron flies\"/>", "attribute@"},
        Row{"SettingOfOne",
            "<o1:note xmlns:o1=\"http://schemas.microsoft.com/office/2030/new\" t=\"heron\">63500</o1:note>", ""},
        Row{"TitleOfARepeatedSection",
            "<w:sdt><w:sdtPr><w15:repeatingSection "
            "xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\"><w15:sectionTitle "
            "w15:val=\"heron\"/></w15:repeatingSection></w:sdtPr></w:sdt>",
            "form-field@"},
        Row{"ElementOfACustomSchema", "<w:customXml w:element=\"heron\"><w:p/></w:customXml>", "attribute@"},
        Row{"ValueBesideACustomSchema",
            "<w:customXml w:element=\"e\"><w:customXmlPr><w:attr w:name=\"n\" w:val=\"heron\"/></w:customXmlPr>"
            "</w:customXml>",
            "attribute@"},
        Row{"GroupOfShapes",
            "<wpg:wgp xmlns:wpg=\"http://schemas.microsoft.com/office/word/2010/wordprocessingGroup\"><wpg:cNvPr "
            "id=\"3\" name=\"Group 3\" descr=\"heron\"/></wpg:wgp>",
            "alt-text@"},
        Row{"TextWhereTheFormatHasNone", "<w:p>heron</w:p>", "custom-xml@"},
        Row{"PositionsAreNoText",
            "<w:p><w:r><w:drawing><wp:anchor><wp:positionH><wp:posOffset>-914400</wp:posOffset><wp:align>heron"
            "</wp:align></wp:positionH></wp:anchor></w:drawing></w:r></w:p>",
            ""}),
    named);

TEST(Extension, LinesAreTheElements) {
  const ExtractedText text = walk_document(
      word("<x:a xmlns:x=\"urn:x\" one=\"1\"> heron &amp; egret <x:b two=\"bittern\">4111</x:b> stork </x:a>").build(),
      "a.docx");
  EXPECT_EQ(text_of(text, Place::custom_xml), "heron & egret\n4111\nstork\n");
  EXPECT_EQ(text_of(text, Place::attribute), "1\nbittern\n");
}

TEST(Extension, ThousandsInsideEachOther) {
  std::string open = "<x:a xmlns:x=\"urn:x\">";
  std::string close;
  for (int i = 0; i < 20'000; i++) {
    open += "<x:b>n";
    close += "</x:b>";
  }
  const ExtractedText text = walk_document(word(open + "heron" + close + "</x:a>").build(), "a.docx");
  EXPECT_EQ(where_is(text, "heron"), "custom-xml@");
}

TEST(Extension, OfASlideASheetAndAPage) {
  const std::string note = "<x:note xmlns:x=\"urn:x\" by=\"egret\">heron</x:note>";
  const ExtractedText slide = walk_document(deck({slide_xml(note)}).build(), "a.pptx");
  EXPECT_EQ(where_is(slide, "heron"), "custom-xml@slide 1");
  EXPECT_EQ(where_is(slide, "egret"), "attribute@slide 1");
  const ExtractedText sheet =
      walk_document(workbook({{.after = "<extLst><ext>" + note + "</ext></extLst>"}}).build(), "a.xlsx");
  EXPECT_EQ(where_is(sheet, "heron"), "custom-xml@Sheet1");
  EXPECT_EQ(where_is(sheet, "egret"), "attribute@Sheet1");
}

}  // namespace
}  // namespace postern::test

// What is rarely used in Office Open XML, each with the place under which it is given: parts behind a relationship, and
// elements and attributes of the main parts.
#include "tests/support/document_walk.h"
#include "tests/support/ooxml_builder.h"

namespace postern::test {
namespace {

// A word "heron" stands in it once.
struct Corner {
  const char* name;
  const char* relation;  // of the main part or of the sheet, to "corner.xml"
  const char* xml;
  const char* where;
  const char* file = "corner.xml";
};

const char* const kExcel2009 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main";

std::string named(const testing::TestParamInfo<Corner>& info) {
  return info.param.name;
}

class WordPart : public testing::TestWithParam<Corner> {};

TEST_P(WordPart, IsGivenUnderItsPlace) {
  const Corner& c = GetParam();
  OoxmlBuilder document = word(word_paragraph("body"));
  document.part(std::string("word/") + c.file, c.xml);
  document.relations("word/document.xml", {{"r1", c.relation, c.file}});
  const ExtractedText text = walk_document(document.build(), "a.docx");
  EXPECT_EQ(where_is(text, "heron"), c.where);
  EXPECT_NE(where_is(text, "body"), "");
}

// What a list writes in front of its items, and what a shape is called: bullets, numbers and the names that programs
// give are none of it.
TEST(WordPart, LabelsAndNamesThatSaySomething) {
  const struct {
    const char* given;
    bool is_label, is_name;
  } cases[] = {{"4111 1111 1111 1111", true, true},
               {"Ref %1 4711", true, true},
               {"Bericht 47114711", true, true},
               {"\u0421\u043E\u043A\u043E\u043B", true, true},
               {"%1.%2", false, false},
               {"\u2022", false, true},
               {"12", false, false}};
  for (const auto& c : cases) {
    OoxmlBuilder document =
        word("<w:p><w:r><w:object><w:control w:name=\"" + std::string(c.given) + "\"/></w:object></w:r></w:p>");
    document.part("word/numbering.xml", word_xml("<w:abstractNum><w:lvl><w:lvlText w:val=\"" + std::string(c.given) +
                                                     "\"/></w:lvl></w:abstractNum>",
                                                 "numbering"));
    document.relations("word/document.xml", {{"r1", "numbering", "numbering.xml"}});
    const ExtractedText text = walk_document(document.build(), "a.docx");
    EXPECT_EQ(text_of(text, Place::body).find(c.given) != std::string::npos, c.is_label) << c.given;
    EXPECT_EQ(text_of(text, Place::form_field).find(c.given) != std::string::npos, c.is_name) << c.given;
  }
}

const std::string kMerge =
    word_xml("<w:mailMerge><w:query w:val=\"SELECT 1\"/><w:mailSubject w:val=\"heron\"/></w:mailMerge>", "settings");
const std::string kVariables =
    word_xml("<w:docVars><w:docVar w:name=\"client\" w:val=\"heron\"/></w:docVars>", "settings");
const std::string kBuildingBlock = word_xml(
    "<w:docParts><w:docPart><w:docPartPr><w:name "
    "w:val=\"heron\"/></w:docPartPr><w:docPartBody/></w:docPart></w:docParts>",
    "glossaryDocument");

INSTANTIATE_TEST_SUITE_P(
    Corners, WordPart,
    testing::Values(Corner{"SubjectOfAMailMerge", "settings", kMerge.c_str(), "connection@"},
                    Corner{"Variable", "settings", kVariables.c_str(), "property@"},
                    Corner{"NameOfABuildingBlock", "glossaryDocument", kBuildingBlock.c_str(), "attribute@"},
                    Corner{"ChunkOfHtml", "aFChunk", "<html><body><p>heron</p></body></html>", "body@", "chunk.html"},
                    Corner{"ChunkOfMhtml", "aFChunk",
                           "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>heron</p>", "body@", "chunk.mht"},
                    Corner{"ChunkOfRtf", "aFChunk", "{\\rtf1 heron}", "body@", "chunk.rtf"},
                    Corner{"Ribbon", "extensibility",
                           "<customUI xmlns=\"http://schemas.microsoft.com/office/2006/01/customui\"><ribbon><button "
                           "label=\"heron\"/></ribbon></customUI>",
                           "attribute@"},
                    Corner{"People", "people",
                           "<w15:people xmlns:w15=\"http://schemas.microsoft.com/office/word/2012/wordml\"><w15:person "
                           "w15:author=\"heron\"/></w15:people>",
                           "comment@"},
                    Corner{"CustomXml", "customXml", "<a><b>heron</b></a>", "custom-xml@"}),
    named);

class WordElement : public testing::TestWithParam<Corner> {};

TEST_P(WordElement, IsGivenUnderItsPlace) {
  const ExtractedText text = walk_document(word(GetParam().xml).build(), "a.docx");
  EXPECT_EQ(where_is(text, "heron"), GetParam().where);
}

INSTANTIATE_TEST_SUITE_P(
    Corners, WordElement,
    testing::Values(
        Corner{"ValueOfAListItem", "",
               "<w:sdt><w:sdtPr><w:dropDownList><w:listItem w:displayText=\"shown\" "
               "w:value=\"heron\"/></w:dropDownList></w:sdtPr></w:sdt>",
               "form-field@"},
        Corner{"NameOfAControl", "", "<w:p><w:r><w:object><w:control w:name=\"heron\"/></w:object></w:r></w:p>",
               "form-field@"},
        Corner{"SmartTag", "",
               "<w:p><w:smartTag><w:smartTagPr><w:attr w:name=\"n\" w:val=\"heron\"/></w:smartTagPr>"
               "</w:smartTag></w:p>",
               "attribute@"},
        Corner{"AuthorOfAChangedParagraphFormat", "",
               "<w:p><w:pPr><w:pPrChange w:id=\"9\" w:author=\"heron\"><w:pPr/></w:pPrChange></w:pPr></w:p>",
               "property@"},
        Corner{"AuthorOfAnInsertedCell", "",
               "<w:tbl><w:tr><w:tc><w:tcPr><w:cellIns w:id=\"9\" w:author=\"heron\"/></w:tcPr></w:tc></w:tr></w:tbl>",
               "property@"},
        Corner{
            "DescriptionOfABuildingBlock", "",
            "<w:docPart><w:docPartPr><w:name w:val=\"x\"/><w:description w:val=\"heron\"/></w:docPartPr></w:docPart>",
            "attribute@"},
        Corner{"CodesOfALinkedObject", "",
               "<w:p><w:r><w:object><o:OLEObject xmlns:o=\"urn:schemas-microsoft-com:office:office\" Type=\"Link\">"
               "<o:FieldCodes>\\f heron</o:FieldCodes></o:OLEObject></w:object></w:r></w:p>",
               "field@"},
        Corner{"TipOfAPicture", "",
               "<w:p><w:r><w:drawing><wp:docPr id=\"1\" name=\"Picture 1\"><a:hlinkHover "
               "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" tooltip=\"heron\"/></wp:docPr>"
               "</w:drawing></w:r></w:p>",
               "alt-text@"}),
    named);

class SheetPart : public testing::TestWithParam<Corner> {};

TEST_P(SheetPart, IsGivenUnderItsPlace) {
  const Corner& c = GetParam();
  OoxmlBuilder book = workbook({{.rows = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>body</v></c></row>",
                                 .relations = {{"r1", c.relation, std::string("../") + c.file}}}});
  book.part(std::string("xl/") + c.file, c.xml);
  const ExtractedText text = walk_document(book.build(), "a.xlsx");
  EXPECT_EQ(where_is(text, "heron"), c.where);
  EXPECT_NE(where_is(text, "body"), "");
}

INSTANTIATE_TEST_SUITE_P(
    Corners, SheetPart,
    testing::Values(
        Corner{"ThreadedComment", "threadedComment",
               "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\">"
               "<threadedComment ref=\"B2\"><text>heron</text></threadedComment></ThreadedComments>",
               "comment@Sheet1!B2"},
        Corner{"MacroOfAShape", "drawing",
               "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\"><xdr:sp "
               "macro=\"[0]!heron\"/></xdr:wsDr>",
               "attribute@Sheet1"},
        Corner{
            "MacroOfAButton", "vmlDrawing",
            "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" "
            "xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><v:shape>"
            "<x:ClientData ObjectType=\"Button\"><x:FmlaMacro>[0]!heron</x:FmlaMacro></x:ClientData></v:shape></xml>",
            "attribute@Sheet1"},
        Corner{"CommentInCarelessHtml", "vmlDrawing",
               "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\"><![if gte mso 9]><v:shape><v:textbox><div><font>one<br>"
               "heron</font></div></v:textbox></v:shape><![endif]></xml>",
               "text-box@Sheet1"},
        Corner{"FormulaOfASeries", "chart",
               "<c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:ser><c:val><c:numRef>"
               "<c:f>heron!$A$1</c:f></c:numRef></c:val></c:ser></c:chart>",
               "formula@Sheet1"},
        Corner{"Person", "person",
               "<personList xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><person "
               "displayName=\"heron\"/></personList>",
               "comment@"},
        Corner{"Slicer", "slicer",
               "<slicers xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\"><slicer "
               "name=\"s\" caption=\"heron\"/></slicers>",
               "pivot-cache@"},
        Corner{"ItemOfASlicer", "slicerCache",
               "<slicerCacheDefinition xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\"><i "
               "n=\"[x]\" c=\"heron\"/></slicerCacheDefinition>",
               "pivot-cache@"},
        Corner{"ItemOfAPivotTable", "pivotTable",
               "<pivotTableDefinition xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><item "
               "n=\"heron\"/></pivotTableDefinition>",
               "pivot-cache@"},
        Corner{"LabelOfATotal", "table",
               "<table xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" name=\"t\"><tableColumn "
               "totalsRowLabel=\"heron\"/></table>",
               "pivot-cache@"},
        Corner{"RevisionLog", "revisionHeaders",
               "<revisions xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><rcc><oc "
               "t=\"inlineStr\"><is><t>heron</t></is></oc></rcc></revisions>",
               "revision@"},
        Corner{"WhoHasItOpen", "usernames",
               "<users xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><userInfo "
               "name=\"heron\"/></users>",
               "property@"},
        Corner{"ValueOfAServer", "volatileDependencies",
               "<volTypes xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><tp><v>heron</v></tp>"
               "</volTypes>",
               "cell@"},
        Corner{"QueryTable", "queryTable",
               "<queryTable xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" name=\"heron\"/>",
               "connection@"},
        Corner{"ItemOfAControl", "ctrlProp",
               "<formControlPr xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\" "
               "objectType=\"Drop\"><itemLst><item val=\"the heron\"/></itemLst></formControlPr>",
               "form-field@"},
        Corner{"SourceOfXmlTables", "xmlMaps",
               "<MapInfo xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><Map Name=\"the heron\"/>"
               "</MapInfo>",
               "connection@"},
        Corner{"SourceOfASingleCell", "tableSingleCells",
               "<singleXmlCells xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><singleXmlCell>"
               "<xmlCellPr uniqueName=\"the heron\"/></singleXmlCell></singleXmlCells>",
               "connection@"},
        Corner{
            "ChartOfNewKind", "chartEx",
            "<cx:chartSpace xmlns:cx=\"http://schemas.microsoft.com/office/drawing/2014/chartex\"><cx:pt>heron</cx:pt>"
            "</cx:chartSpace>",
            "chart@Sheet1"}),
    named);

class SheetElement : public testing::TestWithParam<Corner> {};

TEST_P(SheetElement, IsGivenUnderItsPlace) {
  const ExtractedText text = walk_document(workbook({{.after = GetParam().xml}}).build(), "a.xlsx");
  EXPECT_EQ(where_is(text, "heron"), GetParam().where);
}

const std::string kSparkline = std::string("<extLst><ext xmlns:x14=\"") + kExcel2009 +
                               "\" xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\"><x14:sparkline>"
                               "<xm:f>heron!A1:A9</xm:f></x14:sparkline></ext></extLst>";
const std::string kPrompt =
    std::string("<extLst><ext xmlns:x14=\"") + kExcel2009 + "\"><x14:dataValidation prompt=\"heron\"/></ext></extLst>";

INSTANTIATE_TEST_SUITE_P(
    Corners, SheetElement,
    testing::Values(Corner{"SourceOfASparkline", "", kSparkline.c_str(), "formula@Sheet1"},
                    Corner{"PromptOfANewerValidation", "", kPrompt.c_str(), "alt-text@Sheet1"},
                    Corner{"ValueOfAFilter", "", "<autoFilter><filters><filter val=\"heron\"/></filters></autoFilter>",
                           "form-field@Sheet1"},
                    Corner{"ProtectedRange", "", "<protectedRanges><protectedRange name=\"heron\"/></protectedRanges>",
                           "alt-text@Sheet1"}),
    named);

TEST(Workbook, ReadingsStandBesideTheText) {
  const ExtractedText text = walk_document(
      workbook(
          {{.rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>inline</t><rPh "
                    "sb=\"0\" eb=\"1\"><t>wader</t></rPh></is></c></row>"}},
          "<si><t>shared</t><rPh sb=\"0\" eb=\"1\"><t>heron</t></rPh></si>")
          .build(),
      "a.xlsx");
  EXPECT_EQ(where_is(text, "shared\tinline"), "cell@Sheet1!A1:B1");
  EXPECT_EQ(where_is(text, "wader"), "cell@Sheet1, readings");
  EXPECT_EQ(where_is(text, "heron"), "cell@readings of shared strings");
}

TEST(Workbook, NamesOfStyles) {
  const ExtractedText text = walk_document(
      workbook({{}}, "",
               "<cellStyles><cellStyle name=\"Normal\" builtinId=\"0\"/><cellStyle name=\"Heron 1\" xfId=\"1\"/>"
               "<cellStyle name=\"Accent 3\" xfId=\"2\"/></cellStyles>")
          .build(),
      "a.xlsx");
  EXPECT_EQ(where_is(text, "Heron"), "attribute@names of styles");
  EXPECT_EQ(text_of(text, Place::attribute), "Heron 1\n");
}

TEST(Text, NamesOfStylesWhoeverWroteThem) {
  OoxmlBuilder document = word(word_paragraph("body"));
  document.part("word/styles.xml",
                word_xml("<w:style w:type=\"paragraph\" w:styleId=\"h1\"><w:name w:val=\"heading 1\"/></w:style>"
                         "<w:style w:type=\"paragraph\" w:styleId=\"c\" w:customStyle=\"1\"><w:name "
                         "w:val=\"Heading 12\"/></w:style>"
                         "<w:style w:type=\"paragraph\" w:styleId=\"k\"><w:name w:val=\"KeywordTok\"/></w:style>"
                         "<w:style w:type=\"paragraph\" w:styleId=\"n\"><w:name w:val=\"4111111111111111\"/></w:style>"
                         "<w:style w:type=\"paragraph\" w:styleId=\"s\"><w:name w:val=\"Heron\"/></w:style>",
                         "styles"));
  document.relations("word/document.xml", {{"r1", "styles", "styles.xml"}});
  const ExtractedText text = walk_document(document.build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::attribute), "Heading 12\n4111111111111111\nHeron\n");
}

TEST(Workbook, WhoReservedItAndNamedViews) {
  const ExtractedText text =
      walk_document(workbook({{}}, "", "",
                             "<fileSharing userName=\"Ann Heron\"/><customWorkbookViews><customWorkbookView "
                             "name=\"Board only\"/></customWorkbookViews>")
                        .build(),
                    "a.xlsx");
  EXPECT_EQ(text_of(text, Place::property), "Ann Heron\nBoard only\n");
}

TEST(Slides, NamesAndTipsOfLinks) {
  std::string slide = slide_xml(
      "<p:sp><p:nvSpPr><p:cNvPr id=\"2\" name=\"Shape 2\"><a:hlinkHover tooltip=\"on hovering\"/></p:cNvPr></p:nvSpPr>"
      "<p:txBody><a:p><a:r><a:rPr><a:hlinkMouseOver tooltip=\"on the way\"/></a:rPr><a:t>body</a:t></a:r></a:p>"
      "</p:txBody></p:sp>");
  slide.replace(slide.find("<p:cSld>"), 8, "<p:cSld name=\"Heron plan\">");
  const ExtractedText text = walk_document(deck({slide}).build(), "a.pptx");
  EXPECT_EQ(where_is(text, "Heron plan"), "attribute@slide 1");
  EXPECT_EQ(text_of(text, Place::alt_text), "on hovering\non the way\n");
}

TEST(Slides, BoxesSideBySide) {
  const auto box = [](int x, int y, const std::string& text) {
    return "<p:sp><p:spPr><a:xfrm><a:off x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) +
           "\"/><a:ext cx=\"300000\" cy=\"300000\"/></a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>" + text +
           "</a:t></a:r></a:p></p:txBody></p:sp>";
  };
  const struct {
    const char* name;
    std::string shapes;
    const char* rows;
  } cases[] = {
      {"stored the other way round", box(1'400'000, 0, "con") + box(1'000'000, 0, "fal"), "fal\ncon\n"},
      {"a little higher", box(1'300'000, 0, "con") + box(1'000'000, 100'000, "fal"), "fal\ncon\n"},
      {"as they stand", box(1'000'000, 0, "fal") + box(1'400'000, 0, "con"), ""},
      {"fifteen points apart", box(1'490'000, 0, "con") + box(1'000'000, 0, "fal"), "fal\ncon\n"},
      {"more than fifteen points apart", box(1'491'000, 0, "con") + box(1'000'000, 0, "fal"), ""},
      {"far apart", box(5'000'000, 0, "con") + box(1'000'000, 0, "fal"), ""},
      {"one below the other", box(1'400'000, 0, "con") + box(1'000'000, 900'000, "fal"), ""},
  };
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(deck({slide_xml(c.shapes)}).build(), "a.pptx");
    std::string rows;
    for (const Segment& segment : text.segments) {
      if (segment.at == "slide 1, side by side") rows += segment.text;
    }
    EXPECT_EQ(rows, c.rows) << c.name;
  }
}

}  // namespace
}  // namespace postern::test

// Office documents that are one XML file: Word 2003, Excel 2003, flat packages.
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string word(std::string_view body) {
  return std::string(
             "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><w:wordDocument "
             "xmlns:w=\"http://schemas.microsoft.com/office/word/2003/wordml\" "
             "xmlns:aml=\"http://schemas.microsoft.com/aml/2001/core\" "
             "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
             "xmlns:v=\"urn:schemas-microsoft-com:vml\">")
      .append(body)
      .append("</w:wordDocument>");
}

std::string paragraph(std::string_view text) {
  return "<w:p><w:r><w:t>" + std::string(text) + "</w:t></w:r></w:p>";
}

std::string book(std::string_view sheet, std::string_view before = "") {
  return std::string(
             "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook "
             "xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" "
             "xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
             "xmlns:x=\"urn:schemas-microsoft-com:office:excel\" "
             "xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" "
             "xmlns:html=\"http://www.w3.org/TR/REC-html40\">")
      .append(before)
      .append("<Worksheet ss:Name=\"Plan\">")
      .append(sheet)
      .append("</Worksheet></Workbook>");
}

std::string row(std::string_view cells, std::string_view attributes = "") {
  return "<Table><Row " + std::string(attributes) + ">" + std::string(cells) + "</Row></Table>";
}

struct Case {
  const char* name;
  std::string bytes;
  Place place;
  const char* text;
};

std::string named(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

class WordMl : public testing::TestWithParam<Case> {};

TEST_P(WordMl, IsReadAsWordShowsIt) {
  const ExtractedText text = walk_document(GetParam().bytes, "a.xml");
  EXPECT_EQ(text_of(text, GetParam().place), GetParam().text);
  EXPECT_EQ(text.parts[0].type, "application/x-wordml");
  EXPECT_EQ(outcomes(text).substr(0, 9), ":complete");
  EXPECT_TRUE(text.parts[0].facts.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, WordMl,
    testing::Values(
        Case{"RunsAreJoined", word("<w:body><w:p><w:r><w:t>Night</w:t></w:r><w:r><w:t>jar</w:t></w:r></w:p></w:body>"),
             Place::body, "Nightjar\n"},
        Case{"CellsByTabRowsByLine",
             word("<w:body><w:tbl><w:tr><w:tc>" + paragraph("a") + paragraph("b") + "</w:tc><w:tc>" + paragraph("c") +
                  "</w:tc></w:tr></w:tbl></w:body>"),
             Place::body, "a\nb\tc\n"},
        Case{
            "TabsAndBreaks",
            word(
                "<w:body><w:p><w:pPr><w:tabs><w:tab w:pos=\"9\"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t>"
                "<w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:sym w:font=\"Symbol\" "
                "w:char=\"F061\"/></w:r></w:p>"
                "</w:body>"),
            Place::body, "a\tb\nc-da\n"},
        Case{"HeadersAndFooters",
             word("<w:body><w:sectPr><w:hdr w:type=\"odd\">" + paragraph("heron") + "</w:hdr></w:sectPr></w:body>"),
             Place::header_footer, "heron\n"},
        Case{"Footnotes",
             word("<w:body><w:p><w:r><w:t>a</w:t></w:r><w:r><w:footnote>" + paragraph("heron") +
                  "</w:footnote></w:r><w:r><w:t>b</w:t></w:r></w:p></w:body>"),
             Place::footnote, "heron\n"},
        Case{"AroundAFootnote",
             word("<w:body><w:p><w:r><w:t>a</w:t></w:r><w:r><w:footnote>" + paragraph("heron") +
                  "</w:footnote></w:r><w:r><w:t>b</w:t></w:r></w:p></w:body>"),
             Place::body, "ab\n"},
        Case{"TextBoxes",
             word("<w:body><w:p><w:r><w:pict><v:textbox><w:txbxContent>" + paragraph("heron") +
                  "</w:txbxContent></v:textbox></w:pict></w:r></w:p></w:body>"),
             Place::text_box, "heron\n"},
        Case{"Comments",
             word("<w:body><w:p><aml:annotation w:type=\"Word.Comment\" aml:author=\"Ann\"><aml:content>" +
                  paragraph("heron") + "</aml:content></aml:annotation></w:p></w:body>"),
             Place::comment, "Ann: heron\n"},
        Case{
            "Deletions",
            word(
                "<w:body><w:p><aml:annotation w:type=\"Word.Deletion\" aml:author=\"Ann\"><aml:content><w:r><w:delText>"
                "heron</w:delText></w:r></aml:content></aml:annotation></w:p></w:body>"),
            Place::tracked_deletion, "heron"},
        Case{"Insertions",
             word("<w:body><w:p><aml:annotation w:type=\"Word.Insertion\"><aml:content><w:r><w:t>heron</w:t></w:r>"
                  "</aml:content></aml:annotation></w:p></w:body>"),
             Place::tracked_insertion, "heron"},
        Case{"HiddenRuns", word("<w:body><w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>heron</w:t></w:r></w:p></w:body>"),
             Place::hidden_text, "heron"},
        Case{"LinksOfElements", word("<w:body><w:p><w:hlink w:dest=\"https://heron.example/\"/></w:p></w:body>"),
             Place::link, "https://heron.example/\n"},
        Case{"LinksOfFields",
             word("<w:body><w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>HYPERLINK "
                  "\"https://heron.example/\"</w:instrText></w:r><w:r><w:fldChar "
                  "w:fldCharType=\"end\"/></w:r></w:p></w:body>"),
             Place::link, "https://heron.example/"},
        Case{"Bookmarks",
             word("<w:body><w:p><aml:annotation w:type=\"Word.Bookmark.Start\" w:name=\"heron\"/></w:p></w:body>"),
             Place::bookmark, "heron\n"},
        Case{"Properties", word("<o:DocumentProperties><o:Title>heron</o:Title></o:DocumentProperties><w:body/>"),
             Place::property, "heron"},
        Case{"NamesOfPropertiesThatPeopleGave",
             word("<o:CustomDocumentProperties><o:Heron_x0020_client>kite</o:Heron_x0020_client>"
                  "</o:CustomDocumentProperties><w:body/>"),
             Place::property, "Heron client|kite"},
        Case{"NamesOfStylesAndFormFields",
             word("<w:styles><w:style><w:name w:val=\"heading 1\"/></w:style><w:style><w:name w:val=\"Heron style\"/>"
                  "</w:style></w:styles><w:body><w:p><w:r><w:ffData><w:name w:val=\"kite\"/></w:ffData></w:r></w:p>"
                  "</w:body>"),
             Place::attribute, "Heron style\nkite\n"},
        Case{"SourceOfAMailMerge", word("<w:docPr><w:mailMerge><w:query w:val=\"SELECT 1\"/></w:mailMerge></w:docPr>"),
             Place::connection, "SELECT 1\n"},
        Case{"AlternativeTexts",
             word("<w:body><w:p><w:r><w:pict><v:shape alt=\"heron\"/></w:pict></w:r></w:p></w:body>"), Place::alt_text,
             "heron\n"},
        Case{"FormFields",
             word("<w:body><w:p><w:r><w:ffData><w:ddList><w:listEntry w:val=\"heron\"/></w:ddList></w:ffData>"
                  "</w:r></w:p></w:body>"),
             Place::form_field, "heron\n"},
        Case{"WhatTheFormatDoesNotKnow", word("<w:body><w:p/></w:body><data>heron</data>"), Place::custom_xml,
             "heron\n"}),
    named);

class SpreadsheetMl : public testing::TestWithParam<Case> {};

TEST_P(SpreadsheetMl, IsReadAsExcelShowsIt) {
  const ExtractedText text = walk_document(GetParam().bytes, "a.xls");
  EXPECT_EQ(text_of(text, GetParam().place), GetParam().text);
  EXPECT_EQ(text.parts[0].type, "application/x-spreadsheetml");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_TRUE(text.parts[0].facts.empty());
}

const std::string kText = "<Cell><Data ss:Type=\"String\">heron</Data></Cell>";

INSTANTIATE_TEST_SUITE_P(
    Cases, SpreadsheetMl,
    testing::Values(
        Case{"CellsByTab",
             book(row(kText + "<Cell ss:Index=\"3\"><Data ss:Type=\"Number\">4111111111111111</Data></Cell>")),
             Place::cell, "Plan|heron\t\t4111111111111111"},
        Case{"MergedCells", book(row("<Cell ss:MergeAcross=\"1\"><Data ss:Type=\"String\">a</Data></Cell>" + kText)),
             Place::cell, "Plan|a\t\theron"},
        Case{"FormattedText",
             book(row("<Cell><ss:Data ss:Type=\"String\"><html:B>Night</html:B><html:I>jar</html:I></ss:Data></Cell>")),
             Place::cell, "Plan|Nightjar"},
        Case{"NumbersAsShownAndInFull",
             book(row("<Cell ss:StyleID=\"m\"><Data ss:Type=\"Number\">1234567.891</Data></Cell>"),
                  "<Styles><Style ss:ID=\"m\"><NumberFormat ss:Format=\"Standard\"/></Style></Styles>"),
             Place::cell, "Plan|1,234,567.89|1234567.891"},
        Case{"Dates", book(row("<Cell><Data ss:Type=\"DateTime\">2024-02-29T13:30:00.000</Data></Cell>")), Place::cell,
             "Plan|2024-02-29 13:30:00"},
        Case{"DatesAsShown",
             book(row("<Cell ss:StyleID=\"d\"><Data ss:Type=\"DateTime\">2024-02-29T00:00:00.000</Data></Cell>"),
                  "<Styles><Style ss:ID=\"d\"><NumberFormat ss:Format=\"Medium Date\"/></Style></Styles>"),
             Place::cell, "Plan|29-Feb-24|2024-02-29"},
        Case{"NamesOfStyles",
             book(row(kText),
                  "<Styles><Style ss:ID=\"Default\" ss:Name=\"Normal\"/><Style ss:ID=\"a\" ss:Name=\"Heron "
                  "style\"/></Styles>"),
             Place::attribute, "Heron style"},
        Case{"NamesOfPropertiesThatPeopleGave",
             book(row(kText),
                  "<o:CustomDocumentProperties><o:Heron_x0020_client>kite</o:Heron_x0020_client>"
                  "</o:CustomDocumentProperties>"),
             Place::property, "Heron client|kite"},
        Case{"HiddenRows", book(row(kText, "ss:Hidden=\"1\"")), Place::hidden_row, "heron"},
        Case{"HiddenColumns", book("<Table><Column ss:Hidden=\"1\"/><Row>" + kText + "</Row></Table>"),
             Place::hidden_row, "heron"},
        Case{"HiddenSheets",
             book(row(kText) + "<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>"),
             Place::hidden_sheet, "Plan|heron"},
        Case{"Formulas", book(row("<Cell ss:Formula=\"=heron()\"><Data ss:Type=\"Number\">1</Data></Cell>")),
             Place::formula, "A1: =heron()\n"},
        Case{"Comments",
             book(row("<Cell><Comment ss:Author=\"Ann\"><ss:Data><html:B>heron</html:B></ss:Data></Comment></Cell>")),
             Place::comment, "Ann: heron"},
        Case{"Links", book(row("<Cell ss:HRef=\"https://heron.example/\"><Data ss:Type=\"String\">a</Data></Cell>")),
             Place::link, "https://heron.example/\n"},
        Case{"Names", book("", "<Names><NamedRange ss:Name=\"Heron\" ss:RefersTo=\"=Plan!R1C1\"/></Names>"),
             Place::defined_name, "Heron =Plan!R1C1\n"},
        Case{"HeadersAndFooters",
             book("<x:WorksheetOptions><x:PageSetup><x:Header "
                  "x:Data=\"&amp;Cheron\"/></x:PageSetup></x:WorksheetOptions>"),
             Place::header_footer, "heron\n"},
        Case{"Validations",
             book("<x:DataValidation><x:Value>\"heron,wader\"</x:Value><x:InputMessage>choose</x:InputMessage>"
                  "</x:DataValidation>"),
             Place::form_field, "\"heron,wader\"\n"},
        Case{"Readings",
             book(row("<Cell><Data ss:Type=\"String\">a</Data><x:PhoneticText>heron</x:PhoneticText></Cell>")),
             Place::cell, "Plan|a|heron\n"},
        Case{"Properties", book("", "<o:DocumentProperties><o:Title>heron</o:Title></o:DocumentProperties>"),
             Place::property, "heron"},
        Case{"WhatTheFormatDoesNotKnow", book("<data xmlns=\"urn:x\">heron</data>"), Place::custom_xml, "heron\n"}),
    named);

TEST(WordMl, FilesInBase64) {
  const ExtractedText text = walk_document(word("<w:body><w:p><w:r><w:pict><w:binData w:name=\"wordml://note.txt\">" +
                                                base64_of("heron note") + "</w:binData></w:pict></w:r></w:p></w:body>"),
                                           "a.xml");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(where_is(text, "heron note"), "body@");
  EXPECT_EQ(text.parts[1].name, "note.txt");
}

std::string flat(std::string_view parts) {
  return "<?xml version=\"1.0\"?><pkg:package xmlns:pkg=\"http://schemas.microsoft.com/office/2006/xmlPackage\">" +
         std::string(parts) + "</pkg:package>";
}

const std::string kFlatWord = flat(
    "<pkg:part pkg:name=\"/_rels/.rels\" pkg:contentType=\"application/vnd.openxmlformats-package.relationships+xml\">"
    "<pkg:xmlData><Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship "
    "Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
    "Target=\"word/document.xml\"/></Relationships></pkg:xmlData></pkg:part>"
    "<pkg:part pkg:name=\"/word/document.xml\" "
    "pkg:contentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"><pkg:xmlData "
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:document><w:body><w:p><w:r><w:t>Night"
    "</w:t></w:r><w:r><w:t>jar &lt;a&gt; &amp; b</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part>"
    "<pkg:part pkg:name=\"/word/media/note.txt\" pkg:contentType=\"text/plain\" "
    "pkg:compression=\"store\"><pkg:binaryData>"
    "aGVyb24gbm90ZQ==</pkg:binaryData></pkg:part>");

TEST(FlatPackage, IsReadAsThePackage) {
  const ExtractedText text = walk_document(kFlatWord, "a.xml");
  EXPECT_EQ(text.parts[0].type, "application/x-flat-opc");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 1/1:complete");
  EXPECT_EQ(text.parts[1].type, "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
  EXPECT_EQ(where_is(text, "Nightjar <a> & b"), "body@");
  EXPECT_EQ(where_is(text, "heron note"), "body@");
  EXPECT_EQ(text.parts[2].name, "word/media/note.txt");
}

TEST(OfficeXml, DamageKeepsWhatWasRead) {
  const std::string documents[] = {word("<w:body>" + paragraph("heron") + "<w:p></w:body>"),
                                   book(row(kText) + "</broken>"), kFlatWord};
  for (const std::string& whole : documents) {
    for (size_t size = 200; size < whole.size(); size += 7) {
      const ExtractedText text = walk_document(whole.substr(0, size), "a.xml");
      EXPECT_NE(outcomes(text).substr(0, 9), ":complete") << size << " of " << whole;
    }
  }
}

// Found by fuzzing: a row that begins inside a cell puts it into column 0, from which the next tab was counted.
TEST(OfficeXml, ARowInsideACellLosesNothing) {
  const ExtractedText text =
      walk_document(book("<Row><Cell><Data ss:Type=\"String\">heron</Data><Row/></Cell><Cell><Data "
                         "ss:Type=\"String\">nightjar</Data></Cell></Row>"),
                    "a.xml");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_NE(where_is(text, "heron"), "");
  EXPECT_NE(where_is(text, "nightjar"), "");
}

TEST(OfficeXml, OtherXmlIsNotTakenForIt) {
  EXPECT_EQ(walk_document("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:x\"><Cell>heron</Cell></Workbook>", "a.xml")
                .parts[0]
                .type,
            "application/xml");
}

}  // namespace
}  // namespace postern::test

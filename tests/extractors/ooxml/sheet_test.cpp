#include "extractors/ooxml/sheet.h"

#include "extractors/ooxml/number_format.h"
#include "tests/support/document_walk.h"
#include "tests/support/ooxml_builder.h"

namespace postern::test {
namespace {

using extract::ooxml::format_cell;
using extract::ooxml::format_serial;
using extract::ooxml::parse_cell;
using extract::ooxml::plain_number;
using extract::ooxml::quote_sheet;

TEST(CellRef, ReadsAndWrites) {
  for (const char* text : {"A1", "Z9", "AA10", "XFD1048576"}) EXPECT_EQ(format_cell(parse_cell(text)), text);
  EXPECT_EQ(format_cell(parse_cell("$B$7")), "B7");
  for (const char* text : {"", "7", "B7x", "XFE1", "A1048577", "AAAAAAAAAAAA1"})
    EXPECT_EQ(parse_cell(text).row, 0U) << text;
}

TEST(CellRef, QuotesSheetNames) {
  EXPECT_EQ(quote_sheet("Sheet2"), "Sheet2");
  EXPECT_EQ(quote_sheet("Q1 'draft'"), "'Q1 ''draft'''");
}

struct NumberCase {
  const char* stored;
  const char* text;
};

TEST(Numbers, IntegersInFullOthersAsKept) {
  for (const NumberCase& c : std::initializer_list<NumberCase>{{"42", "42"},
                                                               {"4111111111111111", "4111111111111111"},
                                                               {"4.111111111111111E+15", "4111111111111111"},
                                                               {"0.10000000000000001", "0.1"},
                                                               {"-1.5E-3", "-0.0015"},
                                                               {"1E400", "1E400"},
                                                               {"abc", "abc"}}) {
    EXPECT_EQ(plain_number(c.stored), c.text) << c.stored;
  }
}

TEST(Numbers, SerialsAsDates) {
  for (const NumberCase& c : std::initializer_list<NumberCase>{{"1", "1900-01-01"},
                                                               {"59", "1900-02-28"},
                                                               {"61", "1900-03-01"},
                                                               {"45351", "2024-02-29"},
                                                               {"45351.5", "2024-02-29 12:00:00"},
                                                               {"0.25", "06:00:00"},
                                                               {"-1", ""},
                                                               {"9999999", ""}}) {
    EXPECT_EQ(format_serial(std::stod(c.stored), false), c.text) << c.stored;
  }
  EXPECT_EQ(format_serial(0, true), "1904-01-01");
}

TEST(Numbers, ShownByTheirFormat) {
  const struct {
    const char* code;
    double value;
    const char* text;
  } cases[] = {{"000\\-00\\-0000", 78051120, "078-05-1120"},
               {"000-00-0000;@", 123456789, "123-45-6789"},
               {"0000 0000 0000 0000", 4111111111111, "0004 1111 1111 1111"},
               {"00000", 1234, "01234"},
               {"\"No. \"0", 7, "No. 7"},
               {"[<=9999999]###-####;\\(###\\) ###-####", 5551234, "555-1234"},
               {"[<=9999999]###-####;\\(###\\) ###-####", 2015551234, "(201) 555-1234"},
               {"00", 12345, "12345"},
               {"0", 5.5, "6"},
               {"0.00", 5, "5.00"},
               {"0.00", 1.005, "1.01"},
               {"0.0", 0.05, "0.1"},
               {"0.00", 0.004, "0.00"},
               {"0", 0.4, "0"},
               {"0", 99.5, "100"},
               {"#,##0", 1234567, "1,234,567"},
               {"#,##0", 12, "12"},
               {"#,##0.00", 999999.995, "1,000,000.00"},
               {"0.0##", 1.25, "1.25"},
               {"0.###", 2, "2."},
               {"#.##", 0.25, ".25"},
               {"0%", 0.256, "26%"},
               {"0.0%", 0.2565, "25.7%"},
               {"#,##0,\"k\"", 1234567, "1,235k"},
               {"0.0,,\" M\"", 12345678, "12.3 M"},
               {"0.00E+00", 12345, "1.23E+04"},
               {"##0.0E+0", 12345, "12.3E+3"},
               {"# ?\?/?\?", 2.25, "2 1/4"},
               {"# ?/8", 0.5, "4/8"},
               {"[$\u20AC-407] #,##0.00", 1234.5, "\u20AC 1,234.50"},
               {"#,##0.00 [$\u20AC-407];[Red]-#,##0.00 [$\u20AC-407]", -3, "-3.00 \u20AC"},
               {"$#,##0_);($#,##0)", -1200, "($1,200)"},
               {"0;-0;\"none\"", 0, "none"},
               {"General", 42, "42"},
               {"yyyy-mm-dd", 45351, "2024-02-29"},
               {"d. mmmm yyyy", 45351, "29. February 2024"},
               {"dddd, mmm d, yy", 45351, "Thursday, Feb 29, 24"},
               {"m/d/yyyy h:mm", 45351.5625, "2/29/2024 13:30"},
               {"h:mm AM/PM", 0.5625, "1:30 PM"},
               {"hh:mm:ss", 0.0001, "00:00:09"},
               {"mm:ss.0", 0.00001, "00:00.9"},
               {"[h]:mm", 1.5, "36:00"},
               {"0\\", 7, "7"},
               {"yyyy", -1, ""}};
  for (const auto& c : cases) {
    EXPECT_EQ(extract::ooxml::NumberFormat(c.code).show(c.value, false), c.text) << c.code;
  }
}

TEST(Numbers, FormatsShowTextByTheirSectionForIt) {
  const struct {
    const char* code;
    const char* text;
  } cases[] = {{"\"before \"@\" behind\"", "before x behind"},
               {"0;-0;0;\"as \"@", "as x"},
               {"0.00;@\\!", "x!"},
               {"@", ""},
               {"General", ""},
               {"0;-0;0;\"no text\"", ""},
               {"\"@\"0", ""}};
  for (const auto& c : cases) EXPECT_EQ(extract::ooxml::NumberFormat(c.code).show_text("x"), c.text) << c.code;
}

TEST(Numbers, WordsOfFormats) {
  const struct {
    const char* code;
    const char* words;
  } cases[] = {{"\"Reference 4711 \"0;\"none at all\"", "Reference 4711 none at all"},
               {"0 \"kg\";\"Yes\";\"No\"", ""},
               {"0 \"never closed", "never closed"},
               {"0.00", ""}};
  for (const auto& c : cases) EXPECT_EQ(extract::ooxml::format_words(c.code), c.words) << c.code;
}

TEST(Numbers, EscapedCharactersOfStrings) {
  for (const auto& [given, text] : std::vector<std::pair<std::string, std::string>>{
           {"Night_x006A_ar", "Nightjar"}, {"_x005F_x006A_", "_x006A_"}, {"_x00", "_x00"}, {"_xZZZZ_", "_xZZZZ_"}}) {
    std::string out = given;
    extract::ooxml::unescape_xstring(out, 0);
    EXPECT_EQ(out, text);
  }
}

std::string cell(std::string_view ref, std::string_view value, std::string_view attributes = "") {
  return "<c r=\"" + std::string(ref) + "\" " + std::string(attributes) + "><v>" + std::string(value) + "</v></c>";
}
std::string row(int number, std::string_view cells, std::string_view attributes = "") {
  return "<row r=\"" + std::to_string(number) + "\" " + std::string(attributes) + ">" + std::string(cells) + "</row>";
}

TEST(Sheet, CellsByTabRowsByLine) {
  const ExtractedText text = walk_document(
      workbook({{.rows = row(1, cell("A1", "0", "t=\"s\"") + cell("B1", "7") + cell("D1", "1", "t=\"b\"")) +
                         row(3, "<c r=\"B3\" t=\"inlineStr\"><is><r><t>in</t></r><r><t>line</t></r></is></c>")}},
               "<si><r><t>run</t></r><r><t>s</t></r><rPh><t>reading</t></rPh></si><si><t>forgotten</t></si>")
          .build(),
      "a.xlsx");
  EXPECT_EQ(text_of(text, Place::cell), "Sheet1\n|runs\t7\t\tTRUE\n\n\tinline|reading\n");
  EXPECT_EQ(where_is(text, "inline"), "cell@Sheet1!A1:D3");
  EXPECT_EQ(where_is(text, "forgotten"), "hidden-text@shared strings that no cell shows");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Sheet, FarCellsBeginNewBlocks) {
  const ExtractedText text = walk_document(
      workbook({{.rows = row(1, cell("A1", "1") + cell("XFD1", "2")) + row(1048576, cell("B1048576", "3"))}}).build(),
      "a.xlsx");
  EXPECT_EQ(text_of(text, Place::cell), "Sheet1\n|1|2|\t3");
  EXPECT_EQ(where_is(text, "\t3"), "cell@Sheet1!A1048576:B1048576");
}

TEST(Sheet, HiddenPlaces) {
  SheetSpec shown;
  shown.before = "<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols>";
  shown.rows =
      row(1, cell("A1", "11") + cell("B1", "22") + cell("C1", "33")) + row(2, cell("A2", "44"), "hidden=\"1\"");
  SheetSpec hidden;
  hidden.state = "veryHidden";
  hidden.rows = row(1, cell("A1", "55"));
  const ExtractedText text = walk_document(workbook({shown, hidden}).build(), "a.xlsx");
  EXPECT_EQ(text_of(text, Place::cell), "Sheet1\nSheet2\n|11\t\t33");
  EXPECT_EQ(text_of(text, Place::hidden_row), "\t22\n44");
  EXPECT_EQ(where_is(text, "55"), "hidden-sheet@Sheet2!A1:A1");
}

TEST(Sheet, NumbersFormulasCommentsNamesHeaders) {
  SheetSpec sheet;
  sheet.rows = row(
      1, "<c r=\"A1\"><f>SUM(B1:B9)&amp;\"x\"</f><v>4.111111111111111E+15</v></c>" + cell("B1", "45351", "s=\"1\""));
  sheet.after = "<headerFooter><oddHeader>&amp;CInternal only</oddHeader></headerFooter>";
  sheet.relations = {{"r1", "comments", "../comments1.xml"}};
  auto builder = workbook({sheet}, "", "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>",
                          "<definedNames><definedName name=\"Bonus\">Sheet1!$B$1</definedName></definedNames>");
  builder.part(
      "xl/comments1.xml",
      "<comments xmlns=\"" + std::string(kSheetNs) +
          "\"><authors><author>Ann</author></authors><commentList><comment ref=\"B7\" "
          "authorId=\"0\"><text><r><t>too </t></r><r><t>high</t></r></text></comment></commentList></comments>");
  const ExtractedText text = walk_document(builder.build(), "a.xlsx");
  EXPECT_EQ(text_of(text, Place::cell), "Sheet1\n|4111111111111111\t2/29/2024|\t2024-02-29|45351x");
  EXPECT_EQ(text_of(text, Place::formula), "A1: =SUM(B1:B9)&\"x\"\n");
  EXPECT_EQ(text_of(text, Place::defined_name), "Bonus = Sheet1!$B$1\n");
  EXPECT_EQ(text_of(text, Place::header_footer), "Internal only\n");
  EXPECT_EQ(where_is(text, "Ann: too high"), "comment@Sheet1!B7");
}

TEST(Sheet, TextAsItsFormatShowsIt) {
  SheetSpec sheet;
  sheet.rows = row(1, cell("A1", "Crane", "t=\"str\" s=\"1\"") + cell("B1", "Crane", "t=\"str\""));
  const auto builder = workbook({sheet}, "",
                                "<numFmts><numFmt numFmtId=\"173\" formatCode=\"&quot;Project &quot;@\"/></numFmts>"
                                "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"173\"/></cellXfs>",
                                "<definedNames><definedName name=\"Bonus\" description=\"what heron gets\">1"
                                "</definedName></definedNames>");
  const ExtractedText text = walk_document(builder.build(), "a.xlsx");
  EXPECT_EQ(text_of(text, Place::cell), "Sheet1\n|Project Crane\tCrane");
  EXPECT_EQ(text_of(text, Place::defined_name), "Bonus = what heron gets 1\n");
}

TEST(Slides, DeckOrderNotesHiddenAndTables) {
  auto builder = deck(
      {slide_xml(shape("first")), slide_xml(shape("second"), "show=\"0\""),
       slide_xml("<a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>k</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody>"
                 "<a:p><a:r><a:t>v</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>")});
  builder.relations("ppt/slides/slide3.xml",
                    {{"r1", "notesSlide", "../notesSlides/n.xml"}, {"r2", "slideLayout", "../l.xml"}});
  builder.part("ppt/notesSlides/n.xml", slide_xml(shape("say this"), "", "notes"));
  builder.part("ppt/l.xml", slide_xml(shape("on the master"), "", "sldLayout"));
  const ExtractedText text = walk_document(builder.build(), "a.pptx");
  EXPECT_EQ(text_of(text, Place::body), "first\n|k\tv\n");
  EXPECT_EQ(where_is(text, "first"), "body@slide 1");
  EXPECT_EQ(where_is(text, "second"), "hidden-slide@slide 2");
  EXPECT_EQ(where_is(text, "say this"), "notes@slide 1");
  EXPECT_EQ(where_is(text, "on the master"), "master@");
  EXPECT_EQ(outcomes(text), ":complete");
}

}  // namespace
}  // namespace postern::test

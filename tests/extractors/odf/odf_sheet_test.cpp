// OpenDocument spreadsheets.
#include <algorithm>

#include "tests/support/document_walk.h"
#include "tests/support/odf_builder.h"

namespace postern::test {
namespace {

std::string cell(std::string_view text, std::string_view attributes = "") {
  return "<table:table-cell " + std::string(attributes) + "><text:p>" + std::string(text) +
         "</text:p></table:table-cell>";
}

std::string row(std::string_view cells, std::string_view attributes = "") {
  return "<table:table-row " + std::string(attributes) + ">" + std::string(cells) + "</table:table-row>";
}

ExtractedText sheets(std::string_view body, std::string_view styles = "") {
  return walk_document(odf_package("spreadsheet", odf_content("spreadsheet", body, styles)).build(), "a.ods");
}

std::string sheet(std::string_view inner, std::string_view attributes = "") {
  return "<table:table table:name=\"Sheet1\" " + std::string(attributes) + ">" + std::string(inner) + "</table:table>";
}

TEST(OdfSheet, CellsRowsAndStoredValues) {
  const ExtractedText text = sheets(sheet(row(cell("a") + cell("1.2E+03", "office:value=\"1234.5\"")) +
                                          row("<table:table-cell/>" + cell("50%", "office:value=\"0.5\""))));
  EXPECT_EQ(where_is(text, "a\t1.2E+03\n\t50%"), "cell@Sheet1!A1:B2");
  EXPECT_EQ(where_is(text, "1234.5"), "cell@Sheet1!A1:B2");
}

TEST(OdfSheet, FormulasWithoutAResultAreWorkedOut) {
  const auto formula = [](std::string_view text, std::string_view attributes = "") {
    return "<table:table-cell table:formula=\"of:=" + std::string(text) + "\" " + std::string(attributes) + "/>";
  };
  const ExtractedText text =
      sheets(sheet(row(cell("Night") + cell("jar") + formula("[.A1]&amp;[.B1]")) +
                   row(cell("4471", "office:value-type=\"float\" office:value=\"4471\"") +
                       formula("CONCATENATE(&quot;QVX-&quot;;[.A2];&quot;-KD&quot;)", "office:string-value=\"wrong\"") +
                       formula("[.A2]+1", "office:value=\"4472\"")) +
                   row(formula("UPPER([$Other.A1])"), "table:visibility=\"collapse\"")) +
             "<table:table table:name=\"Other\">" + row(cell("heron")) + "</table:table>");
  EXPECT_EQ(where_is(text, "\t\tNightjar\n\tQVX-4471-KD"), "cell@Sheet1, computed!A1:C2");
  EXPECT_EQ(where_is(text, "HERON"), "hidden-row@Sheet1, computed!A3:A3");
  EXPECT_EQ(where_is(text, "4472"), "cell@Sheet1!A1:C2");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(OdfSheet, RepeatedCellsAndRowsAreBounded) {
  const ExtractedText text = sheets(sheet(
      row(cell("x", "table:number-columns-repeated=\"3\"") + cell("y")) +
      row("<table:table-cell table:number-columns-repeated=\"16384\"/>", "table:number-rows-repeated=\"9\"") +
      row(cell("far", "table:number-columns-repeated=\"99999999999\""), "table:number-rows-repeated=\"4000000000\"")));
  EXPECT_EQ(where_is(text, "x\tx\tx\ty\n"), "cell@Sheet1!A1:P26");
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete);
}

TEST(OdfSheet, LargeCellsAreNotRepeated) {
  const auto copies = [](size_t size) {
    const std::string cells =
        text_of(sheets(sheet(row(cell(std::string(size, 'x'), "table:number-columns-repeated=\"3\"")))), Place::cell);
    return static_cast<size_t>(std::count(cells.begin(), cells.end(), 'x')) / size;
  };
  EXPECT_EQ(copies(4096), 3U);
  EXPECT_EQ(copies(4097), 1U);
}

TEST(OdfSheet, HiddenSheetsRowsColumns) {
  const ExtractedText text = sheets(
      sheet("<table:table-column/><table:table-column table:visibility=\"collapse\"/>" +
            row(cell("shown") + cell("in a column")) + row(cell("in a row"), "table:visibility=\"filter\"")) +
          "<table:table table:name=\"Secret\" table:style-name=\"ta2\">" + row(cell("in a sheet")) + "</table:table>",
      "<style:style style:name=\"ta2\" style:family=\"table\"><style:table-properties table:display=\"false\"/>"
      "</style:style>");
  EXPECT_EQ(where_is(text, "shown"), "cell@Sheet1!A1:A1");
  EXPECT_NE(where_is(text, "in a column").find("hidden-row@Sheet1!"), std::string::npos);
  EXPECT_NE(where_is(text, "in a row").find("hidden-row@Sheet1!"), std::string::npos);
  EXPECT_EQ(where_is(text, "in a sheet"), "hidden-sheet@Secret!A1:A1");
}

TEST(OdfSheet, WhatItIsLinkedToAndPivotTables) {
  const ExtractedText text = sheets(
      sheet("<table:table-source xlink:href=\"file:///prices.ods\" table:table-name=\"heron\"/>" + row(cell("x"))) +
      "<table:database-ranges><table:database-range table:name=\"egret\"><table:database-source-sql "
      "table:database-name=\"staff\" table:sql-statement=\"select pay\"/></table:database-range>"
      "</table:database-ranges>"
      "<table:data-pilot-tables><table:data-pilot-table table:name=\"kestrel\"/></table:data-pilot-tables>"
      "<table:dde-links><table:dde-link><office:dde-source office:dde-application=\"soffice\" "
      "office:dde-topic=\"osprey\"/></table:dde-link></table:dde-links>");
  EXPECT_EQ(where_is(text, "heron"), "connection@Sheet1");
  EXPECT_NE(where_is(text, "prices.ods").find("link@"), std::string::npos);
  EXPECT_NE(where_is(text, "egret"), "");
  EXPECT_EQ(where_is(text, "select pay"), "connection@");
  EXPECT_EQ(where_is(text, "kestrel"), "pivot-cache@");
  EXPECT_EQ(where_is(text, "osprey"), "connection@");
}

TEST(OdfSheet, FormulasNamesCommentsShapesValidation) {
  const ExtractedText text = sheets(
      "<table:content-validations><table:content-validation table:condition=\"of:cell-content()&gt;5\">"
      "<table:help-message table:title=\"Mind\"><text:p>more than five</text:p></table:help-message>"
      "</table:content-validation></table:content-validations>" +
      sheet("<table:shapes><draw:custom-shape><text:p>drawn</text:p></draw:custom-shape></table:shapes>" +
            row("<table:table-cell/>"
                "<table:table-cell table:formula=\"of:=SUM([.A1:.A3])\" office:value=\"6\"><office:annotation>"
                "<dc:creator>Ann</dc:creator><text:p>why</text:p></office:annotation><text:p>6</text:p>"
                "</table:table-cell>")) +
      "<table:named-expressions><table:named-range table:name=\"Rate\" table:cell-range-address=\"$Sheet1.$A$1\"/>"
      "</table:named-expressions>");
  EXPECT_EQ(where_is(text, "B1: =SUM([.A1:.A3])"), "formula@Sheet1");
  EXPECT_EQ(where_is(text, "Ann: why"), "comment@Sheet1!B1");
  EXPECT_EQ(where_is(text, "drawn"), "text-box@Sheet1");
  EXPECT_EQ(where_is(text, "more than five"), "alt-text@");
  EXPECT_EQ(where_is(text, "Rate\n$Sheet1.$A$1"), "defined-name@");
  EXPECT_EQ(text_of(text, Place::cell), "\t6|Sheet1\n");
}

}  // namespace
}  // namespace postern::test

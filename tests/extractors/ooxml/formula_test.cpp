// Formulas whose file keeps no result, or another.
#include <map>

#include "extractors/ooxml/computed_cells.h"
#include "tests/support/document_walk.h"
#include "tests/support/ooxml_builder.h"

namespace postern::test {
namespace {

using extract::ooxml::CellRef;
using extract::ooxml::CellValue;
using extract::ooxml::evaluate_formula;
using extract::ooxml::FormulaWork;

class FewCells final : public extract::ooxml::FormulaCells {
 public:
  CellValue cell(std::string_view sheet, CellRef at) override {
    asked++;
    if (sheet == "My plan") return CellValue::of(std::string("planned"));
    if (!sheet.empty()) return CellValue::error();
    const std::string name = extract::ooxml::format_cell(at);
    if (name == "A1") return CellValue::of(std::string("Night"));
    if (name == "A2") return CellValue::of(std::string("jar"));
    if (name == "B1") return CellValue::of(4471.0);
    if (name == "B2") return CellValue::of(0.25);
    return {};
  }
  std::string named(std::string_view name) override {
    if (name == "Bird") return "A1&A2";
    if (name == "Wide") return "1" + std::string(30'000, ' ');
    return name == "Loop" ? "Loop" : "";
  }
  size_t asked = 0;
};

CellValue value_of(std::string_view formula) {
  FewCells cells;
  FormulaWork work;
  return evaluate_formula(formula, {3, 4}, cells, work);
}

TEST(FormulaValue, IsWhatAProgramShows) {
  const struct {
    const char *formula, *text;
  } cases[] = {
      {"A1&A2", "Nightjar"},
      {"=+A1 & $A$2", "Nightjar"},
      {"[.A1]&[.$A$2]", "Nightjar"},
      {"'My plan'!C9&\"!\"", "planned!"},
      {"[$'My plan'.C9]", "planned"},
      {"Bird&\"s\"", "Nightjars"},
      {"\"say \"\"no\"\"\"", "say \"no\""},
      {"\"QVX-\"&B1&\"-KD\"", "QVX-4471-KD"},
      {"2+3*4^2/8-1", "7"},
      {"-2^2", "4"},
      {"50%+1", "1.5"},
      {"(1+2)*3", "9"},
      {"B1>4000", "TRUE"},
      {"A1=\"night\"", "TRUE"},
      {"1<>1", "FALSE"},
      {"CONCATENATE(A1,A2)", "Nightjar"},
      {"_xlfn.CONCAT(A1:B2)", "Night4471jar0.25"},
      {"COM.MICROSOFT.CONCAT([.A1:.A2])", "Nightjar"},
      {"_xlfn.TEXTJOIN(\"-\",TRUE,A1:A3)", "Night-jar"},
      {"_xlfn.TEXTJOIN(\"-\",FALSE,A1:A3)", "Night-jar-"},
      {"CHAR(78)&_xlfn.UNICHAR(105)", "Ni"},
      {"CODE(\"N\")", "78"},
      {"SUBSTITUTE(\"Nixghtxjar\",\"x\",\"\")", "Nightjar"},
      {"SUBSTITUTE(\"axbxc\",\"x\",\"-\",2)", "axb-c"},
      {"REPLACE(\"NiXXtjar\",3,2,\"gh\")", "Nightjar"},
      {"MID(\"xxNightjarxx\",3,8)", "Nightjar"},
      {"LEFT(\"Nightly\",5)&RIGHT(\"guitjar\",3)", "Nightjar"},
      {"LEFT(A1)", "N"},
      {"REPT(\"ab\",3)", "ababab"},
      {"UPPER(A1)&LOWER(\"JAR\")&PROPER(\"ada lovelace\")", "NIGHTjarAda Lovelace"},
      {"TRIM(\"  a   b \")", "a b"},
      {"LEN(A1)", "5"},
      {"FIND(\"g\",A1)&SEARCH(\"G\",A1)", "33"},
      {"TEXT(B1,\"000000\")", "004471"},
      {"TEXT(B2,\"0%\")", "25%"},
      {"TEXT(45351,\"yyyy-mm-dd\")", "2024-02-29"},
      {"TEXT(A1,\"\"\"<\"\"@\"\">\"\"\")", "<Night>"},
      {"IF(B1=4471,A1,\"no\")", "Night"},
      {"IF(B1=1,A1)", "FALSE"},
      {"CHOOSE(2,\"a\",A2)", "jar"},
      {"INDEX(A1:B2,2,1)", "jar"},
      {"INDEX(A1:A2,2)", "jar"},
      {"IFERROR(A1,\"x\")", "Night"},
      {"HYPERLINK(\"http://x\",A1)", "Night"},
      {"HEX2DEC(\"1177\")&DEC2HEX(4471)&BASE(5,2,4)&DECIMAL(\"zz\",36)", "4471117701011295"},
      {"SUM(B1:B2,1)", "4472.25"},
      {"ROUND(2.345,2)&INT(-1.5)&MOD(-1,3)&ABS(-2)&POWER(2,10)", "2.35-2221024"},
      {"ROW()&COLUMN()", "34"},
      {"VALUE(\"12\")+1", "13"},
      {"T(B1)&N(A3)", "0"},
      {"A3", ""},
  };
  for (const auto& c : cases) {
    const CellValue value = value_of(c.formula);
    EXPECT_EQ(value.as_text(), c.text) << c.formula;
    EXPECT_FALSE(value.is_error()) << c.formula;
  }
}

TEST(FormulaValue, IsNoneOfWhatIsNotUnderstood) {
  for (const char* formula : {"",
                              "A1&",
                              "\"open",
                              "'open!A1",
                              "(1",
                              "VLOOKUP(1,A1:B2,2)",
                              "IFERROR(TODAY(),\"x\")",
                              "{1,2}",
                              "A1:A2",
                              "A:A",
                              "1:2",
                              "Other!A1",
                              "nobody",
                              "Loop",
                              "1/0",
                              "A1*2",
                              "MID(A1,0,1)",
                              "CHAR(55296)",
                              "#REF!",
                              "[.A1",
                              "[.1A]",
                              "A1 A2",
                              "REPT(\"ab\",99999)",
                              "SUM(A1:XFD1048576)",
                              "CHOOSE(9,1)",
                              "SEARCH(\"zz\",A1)",
                              "HEX2DEC(\"xyz\")"}) {
    EXPECT_TRUE(value_of(formula).is_error()) << formula;
  }
}

TEST(FormulaValue, CostsNoMoreThanItsBounds) {
  EXPECT_TRUE(value_of(std::string(100'000, '(') + "1").is_error());
  EXPECT_TRUE(value_of(std::string(100'001, '-') + "A1").is_error());
  std::string nested = "A1";
  for (int i = 0; i < 1000; i++) nested = "UPPER(" + nested + ")";
  EXPECT_TRUE(value_of(nested).is_error());
  FewCells cells;
  FormulaWork work;
  for (int i = 0; i < 1000; i++) evaluate_formula("SUM(A1:P256)", {1, 1}, cells, work);
  EXPECT_TRUE(work.spent());
  EXPECT_LE(cells.asked, extract::ooxml::kMostFormulaSteps + extract::ooxml::kMostAreaCells);
  FormulaWork bytes;
  for (int i = 0; i < 1000; i++) evaluate_formula("REPT(\"a\",32767)&\"b\"", {1, 1}, cells, bytes);
  EXPECT_TRUE(bytes.spent());
  FormulaWork search;
  for (int i = 0; i < 50; i++) {
    evaluate_formula("FIND(REPT(\"a\",2000)&\"b\",REPT(\"a\",2000))", {1, 1}, cells, search);
    evaluate_formula("SUBSTITUTE(REPT(\"a\",2000),REPT(\"a\",2000)&\"b\",1)", {1, 1}, cells, search);
  }
  EXPECT_GE(search.steps, 50U * 2 * 4'000);
  FormulaWork names;
  for (int i = 0; i < 1000; i++) evaluate_formula("Wide", {1, 1}, cells, names);
  EXPECT_TRUE(names.spent());
}

std::string cell(std::string_view ref, std::string_view inner, std::string_view attributes = "") {
  return "<c r=\"" + std::string(ref) + "\" " + std::string(attributes) + ">" + std::string(inner) + "</c>";
}

std::string word(std::string_view ref, std::string_view text) {
  return cell(ref, "<is><t>" + std::string(text) + "</t></is>", "t=\"inlineStr\"");
}

ExtractedText book(const std::vector<SheetSpec>& sheets, std::string_view names = "") {
  return walk_document(
      workbook(sheets, "", "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"9\"/></cellXfs>", names).build(), "a.xlsx");
}

TEST(ComputedCells, StandBesideTheSheet) {
  SheetSpec first, second;
  first.rows = "<row r=\"1\">" + word("A1", "Night") + word("B1", "jar") + cell("C1", "<f>A1&amp;B1</f><v></v>") +
               cell("D1", "<f>C1&amp;Sheet2!A2</f>") + "</row><row r=\"2\">" +
               cell("A2", "<f>1/4</f><v>0</v>", "s=\"1\"") +
               cell("B2", "<f>A1&amp;B1</f><v>Nightjar</v>", "t=\"str\"") + cell("C2", "<f>Bird</f>") + "</row>";
  second.rows = "<row r=\"2\" hidden=\"1\">" + cell("A2", "<f>REPT(\"!\",2)</f><v>0</v>") + "</row>";
  const ExtractedText text = book(
      {first, second}, "<definedNames><definedName name=\"Bird\">Sheet1!$A$1&amp;\"s\"</definedName></definedNames>");
  EXPECT_EQ(where_is(text, "\t\tNightjar\tNightjar!!\n25%\t\tNights"), "cell@Sheet1, computed!A1:D2");
  EXPECT_EQ(where_is(text, "!!"), "cell@Sheet1, computed!A1:D2 hidden-row@Sheet2, computed!A2:A2");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_TRUE(text.parts[0].facts.empty());
}

TEST(ComputedCells, AResultThatTheFileKeepsIsNotGivenAgain) {
  SheetSpec sheet;
  sheet.rows = "<row r=\"1\">" + cell("A1", "<f>\"Night\"&amp;\"jar\"</f><v>Nightjar</v>", "t=\"str\"") +
               cell("B1", "<f>1/3</f><v>0.333333333333333</v>") + cell("C1", "<f>2*0</f><v>0</v>") +
               cell("D1", "<f>TODAY()&amp;\"\"</f><v>x</v>", "t=\"str\"") + "</row>";
  EXPECT_EQ(text_of(book({sheet}), Place::cell), "Sheet1\n|Nightjar\t0.3333333333\t0\tx|\t0.333333333333333");
}

TEST(ComputedCells, AnotherResultThanTheFileKeepsIsGiven) {
  SheetSpec sheet;
  sheet.rows = "<row r=\"1\">" + cell("A1", "<f>\"Night\"&amp;\"jar\"</f><v>Owl</v>", "t=\"str\"") +
               cell("B1", "<f>\"Night\"&amp;\"jar\"</f><v>7</v>") + "</row>";
  EXPECT_EQ(text_of(book({sheet}), Place::cell), "Sheet1\n|Owl\t7|Nightjar\tNightjar");
}

TEST(ComputedCells, CirclesHaveNoValue) {
  SheetSpec sheet;
  sheet.rows = "<row r=\"1\">" + cell("A1", "<f>B1&amp;\"x\"</f>") + cell("B1", "<f>A1&amp;\"y\"</f>") + "</row>";
  EXPECT_EQ(text_of(book({sheet}), Place::cell), "Sheet1\n");
}

TEST(ComputedCells, WhatALimitLeavesOutIsAFact) {
  SheetSpec sheet;
  sheet.rows = "<row r=\"1\">" + cell("A1", "<f>1+1</f>");
  for (int i = 0; i < 600; i++) sheet.rows += "<c><f>SUM(XX1:ZZ70)+LEN(\"heron\")</f></c>";
  sheet.rows += "</row>";
  const ExtractedText text = book({sheet});
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"formulas-not-computed"});
  EXPECT_NE(where_is(text, "2\t5\t5"), "");
  EXPECT_EQ(outcomes(text), ":complete");
  const auto is_told = [](const std::string& cells) {
    SheetSpec many;
    many.rows = "<row r=\"1\">" + cells + "</row>";
    return !book({many}).parts[0].facts.empty();
  };
  const auto times = [](size_t count, std::string_view one) {
    std::string out;
    for (size_t i = 0; i < count; i++) out += one;
    return out;
  };
  EXPECT_FALSE(is_told(times(16'000, "<c><f>1+1</f></c>")));
  EXPECT_TRUE(is_told(times(16'000, "<c><f>1+1</f></c>") + "</row><row>" + times(4'001, "<c><f>1+1</f></c>")));
}

}  // namespace
}  // namespace postern::test

#include "extractors/text/sheet_text.h"

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct SheetCase {
  const char* name;
  std::string records;
  Place place;
  std::string text;  // segments parted by '|'
};

TEST(Sylk, CellsAreReadAsShown) {
  const std::vector<SheetCase> cases = {
      {"rows and columns", "C;Y1;X1;K\"Name\"\nC;X2;K\"Amount\"\nC;Y2;X1;K\"Ann\"\nC;X2;K4111\n", Place::cell,
       "Name\tAmount\nAnn\t4111"},
      {"the value in front of its place", "C;K\"a\";X2;Y3\n", Place::cell, "\ta"},
      {"quotes and semicolons", "C;Y1;X1;K\"say \"\"hi\"\";; and go\"\n", Place::cell, "say \"hi\"; and go"},
      {"accents",
       "C;Y1;X1;K\"caf\x1BN"
       "Be Z\x1BNHurich\"\n",
       Place::cell, "café Zürich"},
      {"a line feed", "C;Y1;X1;K\"two\x1B :lines\"\n", Place::cell, "two lines"},
      {"dates", "P;PGeneral\nP;Pyyyy\\-mm\\-dd\nF;P1;FG0G;Y1;X1\nC;K37651\n", Place::cell, "2003-01-30"},
      {"all digits", "P;PGeneral\nP;P#,##0.00\nF;P1;C1\nC;Y1;X1;K1234567.891\n", Place::cell,
       "1,234,567.89|1234567.891"},
      {"formulas", "C;Y2;X3;K3;EA1+2\n", Place::formula, "C2: A1+2\n"},
      {"names", "NN;NBudget;ER1C1\n", Place::defined_name, "Budget\tR1C1\t\n"},
      {"places out of all bounds", "C;Y99999999999;X0;K1\n", Place::cell, "1"},
  };
  for (const SheetCase& c : cases) {
    const ExtractedText text = walk_document("ID;PWXL;N;E\nP;X\n" + c.records + "E\n", "a.slk");
    EXPECT_EQ(text.parts[0].type, "application/x-sylk") << c.name;
    EXPECT_EQ(text_of(text, c.place), c.text) << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
  }
}

TEST(Sylk, IsToldByItsSecondRecord) {
  EXPECT_TRUE(extract::looks_like_sylk("ID;PWXL;N;E\r\nP;PGeneral\r\n"));
  EXPECT_TRUE(extract::looks_like_sylk("ID;PCALC\rC;X1;Y1;K1\r"));
  EXPECT_TRUE(extract::looks_like_sylk("ID;P\nE\n"));
  EXPECT_FALSE(extract::looks_like_sylk("ID;Price;Name\n1;2;Ann\n"));
  EXPECT_FALSE(extract::looks_like_sylk("ID;Price\nEve;2\n"));
  EXPECT_FALSE(extract::looks_like_sylk("ID;P"));
}

TEST(Dif, CellsAreRead) {
  const std::string header = "TABLE\r\n0,1\r\n\"EXCEL\"\r\nVECTORS\r\n0,2\r\n\"\"\r\nDATA\r\n0,0\r\n\"\"\r\n";
  const std::vector<SheetCase> cases = {
      {"strings and numbers",
       "-1,0\r\nBOT\r\n1,0\r\n\"Ann\"\r\n0,4111\r\nV\r\n-1,0\r\nBOT\r\n1,0\r\n\"\"\r\n0,0.5\r\nV\r\n-1,0\r\nEOD\r\n",
       Place::cell, "Ann\t4111\n\t0.5"},
      {"quotes", "-1,0\r\nBOT\r\n1,0\r\n\"say \"\"hi\"\"\"\r\n", Place::cell, "say \"hi\""},
      {"a string of two lines", "-1,0\r\nBOT\r\n1,0\r\n\"Night\r\njar\"\r\n1,0\r\nx\r\n", Place::cell, "Night jar\tx"},
      {"words", "-1,0\r\nBOT\r\n0,1\r\nTRUE\r\n0,0\r\nNA\r\n", Place::cell, "TRUE\tNA"},
      {"a quote that does not end", "-1,0\r\nBOT\r\n1,0\r\n\"Night\r\n0,1\r\nV", Place::cell, "Night 0,1 V"},
      {"cut off", "-1,0\r\nBOT\r\n1,0", Place::cell, ""},
  };
  for (const SheetCase& c : cases) {
    const ExtractedText text = walk_document(header + c.records, "a.dif");
    EXPECT_EQ(text.parts[0].type, "application/x-dif") << c.name;
    EXPECT_EQ(text_of(text, c.place), c.text) << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
  }
}

}  // namespace
}  // namespace postern::test

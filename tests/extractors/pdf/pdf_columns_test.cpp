// Columns of text that are drawn row by row.
#include <string>
#include <vector>

#include "extractors/pdf/columns.h"
#include "extractors/pdf/placed_lines.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

using Line = std::vector<const char*>;  // what stands side by side; "" for nothing

// Draws each line, 12 points below the one before, with what it has at these places.
std::string rows(const std::vector<Line>& lines, const std::vector<int>& at, int top = 700) {
  std::string out;
  for (const Line& line : lines) {
    for (size_t i = 0; i < line.size(); i++) {
      if (*line[i] == '\0') continue;
      out += "BT /F1 10 Tf " + std::to_string(at[i]) + " " + std::to_string(top) + " Td (" + line[i] + ") Tj ET ";
    }
    top -= 12;
  }
  return out;
}

ExtractedText read(const std::string& content) {
  return walk_document(PdfBuilder().page(content).build(), "a.pdf");
}

std::string by_columns(const ExtractedText& text) {
  for (const Segment& segment : text.segments) {
    if (segment.at == "p. 1, by columns") return segment.text;
  }
  return "";
}

const std::vector<Line> kArticle = {{"The board has decided", "Nobody outside of the"},
                                    {"that the whole works of", "house is to hear of this"},
                                    {"Northport will be closed", "before the press confer-"},
                                    {"in the spring.", "ence on the first of May."}};

TEST(PdfColumns, AreReadOneBehindTheOther) {
  const ExtractedText text = read(rows(kArticle, {50, 320}));
  EXPECT_EQ(
      by_columns(text),
      "The board has decided\nthat the whole works of\nNorthport will be closed\nin the spring.\nNobody outside of "
      "the\nhouse is to hear of this\nbefore the press confer-\nence on the first of May.\n");
  EXPECT_EQ(where_is(text, "conference"), "page@p. 1, by columns, words joined");
  EXPECT_EQ(where_is(text, "decided Nobody outside"), "page@p. 1");  // as drawn, too
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(PdfColumns, InTheirForms) {
  const std::vector<Line> three = {{"Every line of this one", "stands in three columns", "and is as long as it"},
                                   {"goes on below the first", "and so does the second", "and the third as well"},
                                   {"until it comes to an end", "as everything must here", "when the page is full"}};
  const struct {
    const char* name;
    std::string content;
    const char* phrase;  // with its line ends
  } cases[] = {
      {"three", rows(three, {40, 220, 400}), "second\nas everything"},
      {"a narrow gutter", rows(kArticle, {50, 175}), "works of\nNorthport"},
      {"lines a little lower",
       rows({{kArticle[0][0]}, {kArticle[1][0]}}, {50}, 800) +
           "BT /F1 10 Tf 50 700 Td (The board has decided) Tj 270 -3 Td (Nobody outside of the) "
           "Tj -270 -9 Td (that the whole works of) Tj 270 -3 Td (house is to hear of this) Tj "
           "-270 -9 Td (Northport will be closed) Tj 270 -3 Td (before the press confer-) Tj ET",
       "works of\nNorthport"},
      {"the right one first",
       rows({{"Nobody outside of the", "The board has decided"},
             {"house is to hear of this", "that the whole works of"},
             {"before the press confer-", "Northport will be closed"}},
            {320, 50}),
       "works of\nNorthport"},
      {"one column longer",
       rows({{"Nobody outside of the", "The board has decided"},
             {"house is to hear of this", "that the whole works of"},
             {"before the press confer-", "Northport will be closed"},
             {"", "in the spring or in the"},
             {"", "summer, whatever is first."}},
            {50, 320}),
       "closed\nin the spring or in the\nsummer"},
      {"invisible", "3 Tr " + rows(kArticle, {50, 320}), "works of\nNorthport"},
      {"below a headline and a line of its own",
       "BT /F1 20 Tf 50 760 Td (What nobody must know before the first of May of this year) Tj ET " +
           rows({{"by our own correspondent, who wrote it in a single long line across"}}, {50}, 730) +
           rows(kArticle, {50, 320}),
       "works of\nNorthport"},
  };
  for (const auto& c : cases) {
    EXPECT_NE(by_columns(read(c.content)).find(c.phrase), std::string::npos)
        << c.name << ": " << by_columns(read(c.content));
  }
}

TEST(PdfColumns, AreNotSeenInTablesAndPlainText) {
  const struct {
    const char* name;
    std::string content;
  } cases[] = {
      {"a table of short cells", rows({{"Item", "Price", "Sum"},
                                       {"Nails", "1.20", "12.00"},
                                       {"Bolts", "2.00", "8.00"},
                                       {"Screws", "0.10", "9.00"}},
                                      {50, 200, 350})},
      {"a table whose first cells are long", rows({{"Wages and salaries", "1,200"},
                                                   {"Rent of the building", "300"},
                                                   {"Insurance of all kinds", "80"},
                                                   {"Whatever is left over", "12"}},
                                                  {50, 400})},
      {"two rows", rows({kArticle[0], kArticle[1]}, {50, 320})},
      {"one column", rows({{kArticle[0][0]}, {kArticle[1][0]}, {kArticle[2][0]}, {kArticle[3][0]}}, {50})},
      {"columns drawn one behind the other", rows({{kArticle[0][0]}, {kArticle[1][0]}, {kArticle[2][0]}}, {50}) +
                                                 rows({{kArticle[0][1]}, {kArticle[1][1]}, {kArticle[2][1]}}, {320})},
      {"gaps at other places",
       rows({kArticle[0]}, {50, 320}) + rows({kArticle[1]}, {150, 420}, 688) + rows({kArticle[2]}, {50, 320}, 676)},
  };
  for (const auto& c : cases) EXPECT_EQ(by_columns(read(c.content)), "") << c.name;
}

TEST(PdfColumns, OfWordsByThemselves) {
  using extract::pdf::lines_by_column;
  EXPECT_TRUE(lines_by_column({}).empty());
  std::vector<extract::pdf::PlacedWord> words;
  for (int row = 0; row < 3; row++) {
    words.push_back({0, 100, 12.0 * row, 10, 20});
    words.push_back({120, 220, 12.0 * row, 10, 20});
  }
  const std::vector<std::vector<size_t>> lines = {{0}, {2}, {4}, {1}, {3}, {5}};
  EXPECT_EQ(lines_by_column(words), lines);
  words[3].left = 95;  // it stands in the gutter
  EXPECT_TRUE(lines_by_column(words).empty());
}

TEST(PdfColumns, WordsFromRightToLeft) {
  using extract::pdf::PlacedWord;
  // As drawn: C B 12 34 A on one line, whose words are read A 12 34 B C.
  std::vector<PlacedWord> words;
  for (const bool leftwards : {true, true, false, false, true}) {
    const double left = 20.0 * static_cast<double>(words.size());
    words.push_back({left, left + 15, 100, 10, 3, leftwards});
  }
  const std::vector<std::vector<size_t>> read = {{4, 2, 3, 1, 0}};
  EXPECT_EQ(extract::pdf::lines_leftwards(words), read);
  for (PlacedWord& word : words) word.leftwards = !word.leftwards;  // a line of another language with two such words
  words[2].leftwards = false;
  EXPECT_TRUE(extract::pdf::lines_leftwards(words).empty());
}

TEST(PdfColumns, HebrewAsItIsRead) {
  // Letters of Helvetica by their codes, said to be aleph to dalet; words drawn from left to right, as they are seen.
  const std::string map =
      "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange 4 beginbfchar "
      "<61> <05D0> <62> <05D1> <63> <05D2> <64> <05D3> endbfchar endcmap end";
  PdfBuilder builder;
  builder.page("BT /F2 12 Tf 72 700 Td (ba dc 12) Tj ET");
  const std::string number = std::to_string(builder.extra_number());
  builder.page_resources("/ColorSpace << >>")
      .extra("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode " +
             std::to_string(builder.extra_number() + 1) + " 0 R >>")
      .extra(PdfBuilder::stream(map));
  std::string pdf = builder.build();
  const std::string font = "/F1 3 0 R";
  pdf.replace(pdf.find(font), font.size(), "/F2 " + number + " 0 R");
  const ExtractedText text = walk_document(pdf, "a.pdf");
  EXPECT_EQ(where_is(text, "12 \u05D2\u05D3 \u05D0\u05D1"), "page@p. 1, right to left");
}

TEST(PdfPlaced, PiecesOfALineInTheirPlace) {
  const std::string text = "BT /F1 12 Tf 20 780 Td (Minutes of the meeting in the old hall, with all who came) Tj ET ";
  const auto at = [](double x, const std::string& word) {
    return "BT /F1 12 Tf " + std::to_string(x) + " 700 Td (" + word + ") Tj ET ";
  };
  const std::string below = "BT /F1 12 Tf 20 660 Td (and so on and so on) Tj ET ";
  // As wide as Helvetica has them.
  const struct {
    const char* name;
    std::string content;
    const char* wanted;
    const char* where;
  } cases[] = {
      {"in order", at(100, "alph") + at(122.7, "abet"), "alphabet", "page@p. 1"},
      {"the other way round", at(122.7, "abet") + at(100, "alph"), "alphabet", "page@p. 1, in place"},
      {"letters", at(109.3, "p") + at(100, "a") + at(116, "h") + at(106.7, "l"), "alph", "page@p. 1, in place"},
      {"something else between", at(100, "alph") + below + at(122.7, "abet"), "alphabet", "page@p. 1, in place"},
      {"groups of a number", at(131, "5678") + at(100, "1234"), "1234 5678", "page@p. 1, in place"},
      {"far apart", at(300, "abet") + at(100, "alph"), "alph abet", ""},
      {"drawn twice for bold letters", at(100, "alph abet") + at(100.3, "alph abet"), "alph abet", "page@p. 1"},
  };
  for (const auto& c : cases) {
    const ExtractedText read = walk_document(PdfBuilder().page(text + c.content).build(), "a.pdf");
    EXPECT_EQ(where_is(read, c.wanted), c.where) << c.name;
  }
}

TEST(PdfPlaced, ColumnsAreNoLines) {
  std::vector<extract::pdf::PlacedWord> words;
  for (const double left : {300.0, 50.0}) {
    for (double line = 0; line < 3; line++) {
      words.push_back({left, left + 100, 100 + 14 * line, 10, 12, false});
      words.push_back({left + 103, left + 200, 100 + 14 * line, 10, 12, false});
    }
  }
  EXPECT_TRUE(extract::pdf::lines_by_place(words).empty());
  std::swap(words[0], words[1]);
  const std::vector<std::vector<size_t>> read = {{1, 0}};
  EXPECT_EQ(extract::pdf::lines_by_place(words), read);
}

std::string with_map(const std::string& font, const std::string& pairs, const std::string& shown) {
  PdfBuilder builder;
  builder.page("BT /F2 12 Tf 72 700 Td (" + shown + ") Tj ET");
  const std::string number = std::to_string(builder.extra_number());
  builder.page_resources("/ColorSpace << >>")
      .extra("<< /Type /Font " + font + " /ToUnicode " + std::to_string(builder.extra_number() + 1) + " 0 R >>")
      .extra(PdfBuilder::stream("/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> "
                                "endcodespacerange 3 beginbfchar " +
                                pairs + " endbfchar endcmap end"));
  std::string pdf = builder.build();
  const std::string plain = "/F1 3 0 R";
  return pdf.replace(pdf.find(plain), plain.size(), "/F2 " + number + " 0 R");
}

// Glyphs by their numbers, of a font that says what they are or not.
TEST(PdfGlyphs, NumbersWithoutAMap) {
  const struct {
    const char* name;
    const char* ordering;
    const char* shown;
    bool fact;
  } cases[] = {
      {"numbers", "Identity", "<0031004C004A0057004D00440055002E>", true},
      {"few of them", "Identity", "<0031004C004A>", false},
      {"of a known collection", "Japan1", "<00220023002400250026002700280029>", false},
  };
  for (const auto& c : cases) {
    PdfBuilder builder;
    builder.page("BT /F1 12 Tf 72 600 Td (a line of ordinary text that stands beside it) Tj /F2 12 Tf 0 50 Td " +
                 std::string(c.shown) + " Tj ET");
    const std::string number = std::to_string(builder.extra_number());
    builder.extra(
        "<< /Type /Font /Subtype /Type0 /BaseFont /Zed /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
        "/Subtype /CIDFontType2 /BaseFont /Zed /CIDSystemInfo << /Registry (Adobe) /Ordering (" +
        std::string(c.ordering) + ") /Supplement 0 >> /DW 600 /CIDToGIDMap /Identity >>] >>");
    std::string pdf = builder.build();
    const std::string plain = "/F1 3 0 R";
    const ExtractedText text =
        walk_document(pdf.replace(pdf.find(plain), plain.size(), plain + " /F2 " + number + " 0 R"), "a.pdf");
    EXPECT_EQ(text.parts[0].facts, c.fact ? std::vector<std::string>{"unmapped-glyphs"} : std::vector<std::string>{})
        << c.name;
  }
}

TEST(PdfGlyphs, NamesThatSayOtherThanTheMap) {
  const std::string helvetica = "/Subtype /Type1 /BaseFont /Helvetica ";
  const std::string other = helvetica + "/Encoding << /Differences [97 /d /o /g] >>";
  const struct {
    const char* name;
    std::string font;
    const char* pairs;
    const char* shown;
    const char* where_named;
    bool fact;
  } cases[] = {
      {"a map of other letters", helvetica, "<64> <0063> <6F> <0061> <67> <0074>", "dog", "page@p. 1, by glyphs", true},
      {"names of their own", other, "<61> <0063> <62> <0061> <63> <0074>", "abc", "page@p. 1, by glyphs", true},
      {"the same", other, "<61> <0064> <62> <006F> <63> <0067>", "abc", "page@p. 1", false},
      {"capitals", other, "<61> <0044> <62> <004F> <63> <0047>", "abc", "", false},
      {"letters of formulas", other, "<61> <2146> <62> <2134> <63> <210A>", "abc", "", false},
      {"in the file, by numbers", "/Subtype /TrueType /BaseFont /AAAAAA+X", "<64> <0063> <6F> <0061> <67> <0074>",
       "dog", "", false},
  };
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(with_map(c.font, c.pairs, c.shown), "a.pdf");
    EXPECT_EQ(where_is(text, "dog"), c.where_named) << c.name;
    EXPECT_EQ(text.parts[0].facts, c.fact ? std::vector<std::string>{"second-reading"} : std::vector<std::string>{})
        << c.name;
  }
}

}  // namespace
}  // namespace postern::test

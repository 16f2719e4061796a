#include "extractors/xls/xls.h"

#include "extractors/xls/formula.h"
#include "extractors/xls/numbers.h"
#include "extractors/xls/records.h"
#include "extractors/xls/text_codes.h"
#include "tests/extractors/xls/biff_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::xls::formula_text;
using extract::xls::NumberFormats;
using extract::xls::PieceReader;
using extract::xls::plain_header;
using extract::xls::rk_number;
using namespace std::string_literals;
using namespace std::string_view_literals;

ExtractedText walk_book(std::string stream) {
  return walk_document(xls_file(std::move(stream)), "a.xls");
}

TEST(Records, StringsThatAContinueRecordCuts) {
  // Four characters of one byte, the rest of two bytes; then the other way round.
  const std::vector<std::string_view> narrow_first = {"\x07\0\0abcd"sv, "\1e\0\x16\4g\0"sv};
  PieceReader one(narrow_first);
  EXPECT_EQ(one.string(2), "abcde\xD0\x96g");
  EXPECT_TRUE(one.at_end());
  const std::vector<std::string_view> wide_first = {"\3\0\1\x16\4"sv, "\0yz"sv};
  PieceReader two(wide_first);
  EXPECT_EQ(two.string(2), "\xD0\x96yz");
  const std::vector<std::string_view> cut_short = {"\xFF\xFF\1a\0b"sv};
  PieceReader three(cut_short);
  EXPECT_EQ(three.string(2), "a") << "no more than there is";
}

TEST(Numbers, AsStoredAndAsShown) {
  EXPECT_EQ(rk_number(0x3FF00000), 1.0);
  EXPECT_EQ(rk_number((1234U << 2) | 3), 12.34);
  EXPECT_EQ(rk_number((~5U << 2) | 2), -6.0);
  NumberFormats formats;
  formats.add_format(164, "000\\-00\\-0000");
  formats.add_format(165, "#,##0.00\\ \"EUR\"");
  for (const unsigned format : {0U, 10U, 14U, 164U, 165U, 17U}) formats.add_style(format);
  const struct {
    double value;
    unsigned style;
    const char* text;
  } cases[] = {{4111111111111111.0, 0, "4111111111111111"},
               {0.1234, 1, "12.34% 0.1234"},
               {45351, 2, "2/29/2024 2024-02-29"},
               {45351, 5, "Feb-24 2024-02-29"},
               {28.316835945123, 0, "28.31683595 28.316835945123"},
               {0.0525003198123, 0, "0.0525003198 0.0525003198123"},
               {0.5, 0, "0.5"},
               {-0.809721977375563, 0, "-0.8097219774 -0.809721977375563"},
               {78051120, 3, "078-05-1120 78051120"},
               {1234567.5, 4, "1,234,567.50 EUR 1234567.5"},
               {5, 99, "5"}};
  for (const auto& c : cases) EXPECT_EQ(formats.show(c.value, c.style), c.text);
}

TEST(Numbers, TextsAsTheirFormatShowsThem) {
  NumberFormats formats;
  formats.add_format(164, "\"Night\"@\" Handbook\"");
  formats.add_format(165, "0;-0;0;\"no text\"");
  for (const unsigned format : {0U, 164U, 165U}) formats.add_style(format);
  EXPECT_EQ(formats.show_text("jar", 0), "jar");
  EXPECT_EQ(formats.show_text("jar", 1), "Nightjar Handbook");
  EXPECT_EQ(formats.show_text("jar", 2), "jar") << "a section that shows none of it hides nothing";
}

TEST(Formula, TokensBackToText) {
  const std::vector<std::string> sheets = {"Plan"}, names = {"Rate"};
  const extract::xls::FormulaContext context{8, 1252, &sheets, &names};
  const struct {
    std::string tokens;
    const char* text;
  } cases[] = {
      {"\x1E\2\0\x1E\3\0\3"s, "2+3"},
      {"\x17\3\0abc"s, "\"abc\""},
      {"\x24\1\0\2\xC0\x17\1\0y\x17\1\0n\x22\3\1\0"s, "IF(C2,\"y\",\"n\")"},
      {"\x25\0\0\1\0\0\xC0\1\xC0\x19\x10\0\0"s, "SUM(A1:B2)"},
      {"\x3A\0\0\4\0\1\xC0\x23\1\0\0\0\5"s, "Plan!B5*Rate"},
      {"\3"s, "+"},
      {"\x1E\2\0\xFF"s, "2"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(formula_text(c.tokens, context), c.text);
    for (size_t size = 0; size < c.tokens.size(); size++) {
      EXPECT_LE(formula_text(std::string_view(c.tokens).substr(0, size), context).size(), 100U);
    }
  }
}

TEST(Formula, NestingCostsNoMoreThanItsBound) {
  std::string tokens = "\x1E\1\0"s;
  tokens.append(60'000, '\x15');
  EXPECT_LE(formula_text(tokens, {}).size(), extract::xls::kMostFormulaText * 2);
}

TEST(HeaderText, WithoutItsCodes) {
  EXPECT_EQ(plain_header("&L&\"Arial,Bold\"&12Heron&CPlan &P&RR&&D"), "Heron\nPlan \nR&D");
}

TEST(Workbook, CellsStringsAndFormulas) {
  const std::string sst = biff(0x00FC, le(2, 4) + le(2, 4) + narrow("Heron", 2) + narrow("forgotten", 2));
  const std::string text_formula =
      cell_at(1, 0) + "\0\0\0\0\0\0\xFF\xFF"s + le(0, 2) + le(0, 4) + le(6, 2) + "\x17\3\0abc"s;
  const ExtractedText text =
      walk_book(book(sst,
                     biff(0x00FD, cell_at(0, 0) + le(0, 4)) + biff(0x0203, cell_at(0, 1) + real(4111111111111111.0)) +
                         biff(0x0006, text_formula) + biff(0x0207, narrow("computed", 2)) +
                         biff(0x0205, cell_at(1, 1) + le(1, 1) + le(0, 1)),
                     biff(0x0204, cell_at(0, 0) + narrow("not shown", 2))));
  EXPECT_EQ(text_of(text, Place::cell), "Plan|Heron\t4111111111111111\ncomputed\tTRUE|abc");
  EXPECT_EQ(where_is(text, "Heron"), "cell@Plan!A1:B2");
  EXPECT_EQ(text_of(text, Place::formula), "A2 =\"abc\"\n");
  EXPECT_EQ(text_of(text, Place::hidden_sheet), "Seen|not shown");
  EXPECT_EQ(where_is(text, "forgotten"), "hidden-text@shared strings that no cell shows");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Workbook, FormulasWithoutAResultAreWorkedOut) {
  const std::string sst = biff(0x00FC, le(2, 4) + le(2, 4) + narrow("Night", 2) + narrow("jar", 2));
  // A1&A2, and Seen!A1&"y", each with the result 0.
  const std::string joined = "\x24\0\0\0\xC0\x24\1\0\0\xC0\x08"s;
  const std::string number = "\x24\2\0\0\xC0\x1E\1\0\3"s;
  const auto formula = [](unsigned row, unsigned column, const std::string& tokens) {
    return biff(0x0006, cell_at(row, column) + real(0) + le(0, 2) + le(0, 4) + le(tokens.size(), 2) + tokens);
  };
  const ExtractedText text = walk_book(
      book(sst, biff(0x00FD, cell_at(0, 0) + le(0, 4)) + biff(0x00FD, cell_at(1, 0) + le(1, 4)) +
                    biff(0x0203, cell_at(2, 0) + real(4470.0)) + formula(0, 2, joined) + formula(2, 1, number)));
  EXPECT_EQ(where_is(text, "\t\tNightjar\n\n\t4471"), "cell@Plan, computed!A1:C3");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Workbook, WhatStandsBesidesCells) {
  const std::string url = wide("http://x") + le(0, 2);
  const std::string link = le(1, 2) + le(1, 2) + le(2, 2) + le(2, 2) + std::string(16, '\0') + le(2, 4) + le(3, 4) +
                           "\xE0\xC9\xEA\x79\xF9\xBA\xCE\x11\x8C\x82\x00\xAA\x00\x4B\xA9\x0B"s + le(url.size(), 4) +
                           url;
  const auto box = [](unsigned type, std::string_view content) {
    return biff(0x005D, le(0x15, 2) + le(0x12, 2) + le(type, 2) + le(1, 2) + std::string(14, '\0')) +
           biff(0x01B6, std::string(10, '\0') + le(content.size(), 2) + std::string(6, '\0')) +
           biff(0x003C, std::string(1, '\0') + std::string(content)) + biff(0x003C, std::string(16, '\0'));
  };
  const std::string name =
      biff(0x0018, le(0, 2) + le(0, 1) + le(4, 1) + le(3, 2) + std::string(8, '\0') + "\0Rate\x1E\7\0"s);
  const ExtractedText text = walk_book(book(
      name,
      biff(0x0014, narrow("&CHeading", 2)) + biff(0x0208, le(4, 2) + std::string(10, '\0') + le(0x20, 2) + le(0, 2)) +
          biff(0x0204, cell_at(4, 0) + narrow("in a hidden row", 2)) +
          biff(0x007D, le(9, 2) + le(9, 2) + le(0, 4) + le(1, 2) + le(0, 2)) +
          biff(0x0204, cell_at(60, 9) + narrow("in a hidden column", 2)) + box(0x19, "a remark") + box(6, "a box") +
          biff(0x001C, le(1, 2) + le(2, 2) + le(0, 2) + le(1, 2) + narrow("Ann", 2)) + biff(0x01B8, link)));
  for (const auto& [needle, place] :
       std::vector<std::pair<std::string, std::string>>{{"Heading", "header-footer@Plan"},
                                                        {"in a hidden row", "hidden-row@Plan!A5:A5"},
                                                        {"in a hidden column", "hidden-row@Plan!A61:J61"},
                                                        {"a remark", "comment@Plan"},
                                                        {"a box", "text-box@Plan"},
                                                        {"Ann", "comment@Plan!C2"},
                                                        {"http://x", "link@Plan!C2"},
                                                        {"Rate =7", "defined-name@"}}) {
    EXPECT_EQ(where_is(text, needle), place) << needle;
  }
}

TEST(Workbook, WhoWroteAndReservedIt) {
  const ExtractedText text =
      walk_book(book(biff(0x005C, narrow("Ann Lee", 2)) + biff(0x005B, le(0, 4) + narrow("Bob Ray", 2)), ""));
  EXPECT_EQ(where_is(text, "Ann Lee"), "property@lastUser");
  EXPECT_EQ(where_is(text, "Bob Ray"), "property@writeReservedBy");
}

// [MS-XLS] 2.4.313 SXString, 2.4.90 DConn; the storage of caches, 2.1.7.11.
TEST(Workbook, ConnectionsAndPivotCaches) {
  std::string server;
  for (const char c : std::string("DSN=osprey")) server += le(static_cast<unsigned char>(c), 2);
  const std::string stream =
      book(biff(0x0876, std::string(10, '\0') + server) + biff(0x00CD, narrow("select pay", 2)), "");
  const std::string cache = biff(0x00CD, narrow("the heron", 2)) + biff(0x00C9, real(4711.5)) + eof();
  const ExtractedText text =
      walk_document(CompoundBuilder().stream("Workbook", stream).stream("_SX_DB_CUR/0001", cache).build(), "a.xls");
  EXPECT_EQ(where_is(text, "DSN=osprey"), "connection@");
  EXPECT_EQ(where_is(text, "select pay"), "connection@");
  EXPECT_EQ(where_is(text, "the heron\n4711.5"), "pivot-cache@");
}

TEST(Workbook, ConditionsScenariosStylesAndListsOfGnumeric) {
  const std::string heron = "\x17\x05" + std::string(1, '\0') + "heron";  // PtgStr
  const std::string looks(6, '\0');
  const std::string condition = le(2, 1) + le(0, 1) + le(heron.size(), 2) + le(0, 2) + looks + heron;
  const std::string newer =
      std::string(12, '\0') + le(2, 1) + le(0, 1) + le(heron.size(), 2) + le(0, 2) + le(0, 4) + le(0, 2) + heron;
  const std::string scenario = le(1, 2) + le(0, 2) + le(7, 1) + le(0, 1) + le(3, 1) + narrow("osprey kite", 2);
  std::string hints;
  for (int i = 0; i < 4; i++) hints += narrow("x", 2);
  const std::string list = le(3, 4) + hints + le(8, 2) + le(0, 2) + "\x60" + std::string(7, '\0') + le(1, 1) +
                           le(0, 2) + le(2, 1) + narrow("falcon", 2) + le(2, 1) + narrow("kestrel", 2);
  const std::string style = biff(0x0293, le(5, 2) + narrow("Harrier style", 2)) +
                            biff(0x0293, le(0x8000, 2) + le(0, 2)) + biff(0x0293, le(6, 2) + narrow("Normal", 2));
  const ExtractedText text = walk_document(xls_file(book(style, biff(0x01B1, condition) + biff(0x087A, newer) +
                                                                    biff(0x00AF, scenario) + biff(0x01BE, list))),
                                           "a.xls");
  EXPECT_EQ(text_of(text, Place::formula), "\"heron\"|\"heron\"");
  EXPECT_EQ(where_is(text, "osprey kite"), "cell@Plan");
  EXPECT_EQ(where_is(text, "falcon"), "form-field@Plan");
  EXPECT_EQ(where_is(text, "kestrel"), "form-field@Plan");
  EXPECT_EQ(text_of(text, Place::attribute), "Harrier style");
}

TEST(Workbook, OldVersionsWithoutACompoundFile) {
  const std::string biff2 = biff(0x0009, le(2, 2) + le(0x10, 2)) +
                            biff(0x0004, le(0, 2) + le(0, 2) + std::string(3, '\0') + "\5Heron") +
                            biff(0x0002, le(0, 2) + le(1, 2) + std::string(3, '\0') + le(42, 2)) + eof();
  const ExtractedText text = walk_document(biff2, "a.xls");
  EXPECT_EQ(text_of(text, Place::cell), "Heron\t42");
  EXPECT_EQ(text.parts[0].type, "application/vnd.ms-excel");
}

TEST(Workbook, OldLinksToOtherBooksOnly) {
  const auto bytes = [](std::string_view text) { return le(text.size(), 1) + std::string(text); };
  const ExtractedText text =
      walk_document(biff(0x0809, le(0x0500, 2) + le(5, 2) + le(0, 4)) + biff(0x0017, bytes("\3Plan")) +
                        biff(0x0017, bytes(":")) + biff(0x0017, bytes("\1\1C\3heron.xls")) + eof(),
                    "a.xls");
  EXPECT_EQ(text_of(text, Place::link), "C\\heron.xls");
}

TEST(Workbook, EveryPrefixEnds) {
  const std::string whole =
      book(biff(0x00FC, le(1, 4) + le(1, 4) + narrow("Heron", 2)),
           biff(0x00FD, cell_at(0, 0) + le(0, 4)) + biff(0x0006, cell_at(0, 1) + std::string(40, '\0')));
  for (size_t size = 0; size < whole.size(); size += 3) {
    const ExtractedText text = walk_book(whole.substr(0, size));
    EXPECT_EQ(text.parts.size(), 1U);
  }
}

TEST(Workbook, WhatIsLeftBehindTheLastSheetIsNoDamage) {
  const std::string whole = book("", biff(0x0006, cell_at(0, 1) + std::string(40, '\0')));
  const std::string rest = "\0\0\0\0\0\0\0\xFF"s;
  EXPECT_EQ(outcomes(walk_book(whole)), ":complete");
  EXPECT_EQ(outcomes(walk_book(whole + rest)), ":complete");
  EXPECT_EQ(outcomes(walk_book(whole.substr(0, whole.size() - 8))), ":malformed");
}

TEST(Workbook, SheetsPastTheTenThousandth) {
  std::string names;
  for (unsigned i = 0; i <= 10'000; i++) names += biff(0x0085, le(i, 4) + le(0, 2) + narrow(std::to_string(i), 1));
  const ExtractedText text = walk_document(xls_file(bof(5) + names + eof()), "a.xls");
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "its sheets reached the limit (10000)");
}

}  // namespace
}  // namespace postern::test

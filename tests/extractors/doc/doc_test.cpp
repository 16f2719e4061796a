#include "tests/extractors/doc/word_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

struct DocCase {
  std::string name;
  WordBuilder document;
  Place place;
  std::string text;  // of that place, segments parted by '|'
};

void PrintTo(const DocCase& c, std::ostream* out) {
  *out << c.name;
}

class Doc : public testing::TestWithParam<DocCase> {};

TEST_P(Doc, GivesTextWithItsPlace) {
  const DocCase& c = GetParam();
  const ExtractedText text = walk_document(c.document.build(), "a.doc");
  EXPECT_EQ(text_of(text, c.place), c.text);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

// Changes of runs: deleted, inserted, hidden, a symbol ([MS-DOC] 2.6.1).
const std::string kDeleted = "\x00\x08\x01"s, kInserted = "\x01\x08\x01"s, kHidden = "\x3C\x08\x01"s,
                  kSymbol = "\x09\x6A\x00\x00\x61\xF0"s;

WordBuilder main_text(std::string_view ascii) {
  return WordBuilder().text(0, ascii);
}

WordBuilder tracked() {
  return main_text("Project ").text(0, "heron", kDeleted).text(0, "falcon", kInserted).text(0, " ships\r");
}

// A string table with wide strings ([MS-DOC] 2.2.4).
std::string strings(const std::vector<std::string>& all) {
  std::string out = le(0xFFFF, 2) + le(all.size(), 2) + le(0, 2);
  for (const std::string& one : all) out += le(one.size(), 2) + wide(one);
  return out;
}

std::vector<DocCase> cases() {
  // Two pieces, the second of wide text, which stand in the file the other way round.
  const std::string pieces = "\x02"s + le(28, 4) + le(0, 4) + le(2, 4) + le(5, 4) + le(0, 2) +
                             le(1U << 30 | (1024 + 6) * 2, 4) + le(0, 2) + le(0, 2) + le(1024, 4) + le(0, 2);
  const std::string link = "\x13 HYPERLINK \"http://a.example/x\" \x14here\x15.\r";
  const std::string comment_refs = le(0, 4) + le(1, 4) + std::string(20, '\0') + le(1, 2) + std::string(8, '\0');
  return {
      {"paragraphs",
       main_text("one\rtwo\x0Bthree\x0C"
                 "four\ta\x1E"
                 "b\r"),
       Place::body, "one\ntwo\nthree\nfour\ta-b\n"},
      {"windows_1252", main_text("caf\xE9\r"), Place::body, "caf\xC3\xA9\n"},
      {"pieces_in_their_order",
       main_text("\xAC\x20\xE9\x00z\x00"
                 "ab"s)
           .table(33, pieces),
       Place::body, "ab\xE2\x82\xAC\xC3\xA9z"},
      {"cells",
       main_text("a\x07"
                 "b\x07"),
       Place::body, "a\tb\t"},
      {"deleted", tracked(), Place::tracked_deletion, "heron"},
      {"inserted", tracked(), Place::tracked_insertion, "falcon"},
      {"body_with_revisions", tracked(), Place::body, "Project falcon ships\n"},
      {"before_the_change", tracked(), Place::revision, "Project heron ships\n"},
      {"hidden", main_text("seen ").text(0, "unseen", kHidden).text(0, "\r"), Place::hidden_text, "unseen"},
      {"symbol", main_text("x").text(0, "(", kSymbol).text(0, "(\r"), Place::body, "xa(\n"},
      {"link", main_text(link), Place::link, "http://a.example/x"},
      {"link_shown", main_text(link), Place::body, "here.\n"},
      {"nested_field",
       main_text("\x13 IF \x13 DATE \x14"
                 "2020\x15 > 1 \x14yes\x15\r"),
       Place::field, "DATE|IF 2020 > 1"},
      {"field_without_end", main_text("a\x13 lost text\r"), Place::body, "a lost text "},
      {"footnotes", main_text("x\r").text(1, "one\rtwo\r").positions(3, {0, 4, 8}), Place::footnote, "one\n|two\n"},
      {"headers", main_text("x\r").text(2, "top\rbottom\r").positions(11, {0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 11}),
       Place::header_footer, "top\n|bottom\n"},
      {"comments",
       main_text("x\r")
           .text(4, "check\r")
           .positions(5, {0, 6})
           .table(4, comment_refs)
           .table(36, le(3, 2) + wide("Ann") + le(3, 2) + wide("Bob")),
       Place::comment, "Bob: check\n"},
      {"endnotes", main_text("x\r").text(5, "end\r").positions(47, {0, 4}), Place::footnote, "end\n"},
      {"text_boxes", main_text("x\r").text(6, "in a box\r").positions(56, {0, 9}, 22), Place::text_box, "in a box\n"},
      {"bookmarks", main_text("x\r").table(21, strings({"Falcon", "_GoBack"})), Place::bookmark, "Falcon"},
      {"variables",
       main_text("x\r").table(
           60, le(0xFFFF, 2) + le(1, 2) + le(4, 2) + le(6, 2) + wide("Client") + le(0, 4) + le(5, 2) + wide("heron")),
       Place::property, "Client|heron"},
      {"reviewers", main_text("x\r").table(51, strings({"Unknown", "Ann"})), Place::property, "Ann"},
  };
}

INSTANTIATE_TEST_SUITE_P(Texts, Doc, testing::ValuesIn(cases()), [](const auto& c) { return c.param.name; });

TEST(DocParts, EmbeddedFileIsAChild) {
  CompoundBuilder file = main_text("x\r").file();
  const std::string content = "nightjar";
  const std::string packed = le(2, 2) + "a.txt\0c:\\a.txt\0"s + le(0x00030000, 4) + le(9, 4) + "c:\\a.txt\0"s +
                             le(content.size(), 4) + content;
  file.stream("ObjectPool/_1/\1Ole10Native", le(packed.size(), 4) + packed);
  const ExtractedText text = walk_document(file.build(), "a.doc");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].name, "a.txt");
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
}

// A style: fixed fields of 10 bytes, its name, changes of characters ([MS-DOC] 2.9.260 STD).
std::string style(unsigned number, unsigned base, std::string_view name, std::string_view changes) {
  const std::string out = le(number, 2) + le(base << 4 | 2, 2) + le(0, 6) + le(name.size(), 2) + wide(name) + le(0, 2) +
                          le(changes.size(), 2) + std::string(changes);
  return le(out.size(), 2) + out + std::string(out.size() % 2, '\0');
}

TEST(DocParts, StylesThatHideText) {
  constexpr unsigned kNone = 0xFFF;
  constexpr unsigned kByAPerson = 0xFFE;
  const std::string hides = "\x3C\x08\x01";
  const std::string shows("\x3C\x08\0", 3);
  const auto of_style = [](unsigned number) { return "\x30\x4A" + le(number, 2); };
  const std::string styles = le(4, 2) + le(5, 2) + le(10, 2) + style(kByAPerson, kNone, "Project Heron", hides) +
                             style(1, 1, "a", "") + style(2, 0, "b", shows) + style(3, 4, "c", "") +
                             style(4, 3, "d", "");
  const std::string file = WordBuilder()
                               .table(1, styles)
                               .text(0, "one ")
                               .text(0, "two ", of_style(0))
                               .text(0, "three ", of_style(2))
                               .text(0, "four ", of_style(0) + shows)
                               .text(0, "five\r", of_style(3))
                               .build();
  const ExtractedText text = walk_document(file, "a.doc");
  EXPECT_EQ(text_of(text, Place::hidden_text), "two ");
  EXPECT_EQ(text_of(text, Place::body), "one three four five\n");
  EXPECT_EQ(where_is(text, "Project Heron"), "attribute@names of styles");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(DocParts, FormFields) {
  const auto counted = [](std::string_view ascii) { return le(ascii.size(), 2) + wide(ascii) + le(0, 2); };
  const std::string list = le(0xFFFFFFFF, 4) + le(2, 2) + le(0, 4) + counted("Choice") + le(0, 2) + counted("") +
                           counted("Help heron") + counted("") + counted("OnEntry") + counted("") + le(0xFFFF, 2) +
                           le(2, 2) + le(0, 2) + le(3, 2) + wide("red") + le(5, 2) + wide("green");
  const auto behind_a_head = [](const std::string& data) {
    return le(data.size() + 68, 4) + le(68, 2) + std::string(62, '\0') + data;
  };
  const std::string file = WordBuilder()
                               .text(0, "x\r")
                               .file()
                               .stream("Data", "???" + behind_a_head(list) + behind_a_head(list.substr(0, 30)))
                               .build();
  const ExtractedText text = walk_document(file, "a.doc");
  EXPECT_EQ(text_of(text, Place::form_field), "Choice\nHelp heron\nOnEntry\nred\ngreen\n|Choice\n");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(DocDamage, PieceOutsideTheFileKeepsTheRest) {
  const std::string pieces = "\x02"s + le(28, 4) + le(0, 4) + le(2, 4) + le(5, 4) + le(0, 2) +
                             le(1U << 30 | 1024 * 2, 4) + le(0, 2) + le(0, 2) + le(900'000, 4) + le(0, 2);
  const ExtractedText text = walk_document(main_text("abcde").table(33, pieces).build(), "a.doc");
  EXPECT_EQ(text_of(text, Place::body), "ab");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

TEST(DocDamage, PiecesThatShareTheirBytesMultiplyNothing) {
  constexpr std::uint32_t kPieces = 5000, kCharacters = 4000;
  std::string positions, entries;
  for (std::uint32_t i = 0; i <= kPieces; i++) positions += le(std::uint64_t{i} * kCharacters, 4);
  for (std::uint32_t i = 0; i < kPieces; i++) entries += le(0, 2) + le(1U << 30 | 1024 * 2, 4) + le(0, 2);
  WordBuilder document = main_text(std::string(kCharacters, 'a'));
  document.table(33, "\x02"s + le(positions.size() + entries.size(), 4) + positions + entries);
  const ExtractedText text = walk_document(document.build(), "a.doc");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit) << text.parts[0].why;
  EXPECT_LE(text_of(text, Place::body).size(), 8U * kCharacters);
}

TEST(DocVersions, WordTwoIsItsMainStreamAlone) {
  std::string document(0x180, '\0');
  document.replace(0, 4, le(0xA5DB, 2) + le(45, 2));
  document.replace(0x18, 4, le(0x180, 4));
  document.replace(0x34, 8, le(6, 4) + le(5, 4));
  const ExtractedText text = walk_document(document + "night\rjar\r\0"s, "a.doc", {}, "application/msword");
  EXPECT_EQ(text_of(text, Place::body), "night\n");
  EXPECT_EQ(text_of(text, Place::footnote), "jar\n");
}

TEST(DocVersions, WordSixKeepsNarrowTextInTheMainStream) {
  std::string document(0x300, '\0');
  document.replace(0, 8, le(0xA5DC, 2) + le(104, 2) + le(0, 2) + le(0x0419, 2));
  document.replace(0x18, 4, le(0x300, 4));
  document.replace(0x34, 4, le(9, 4));
  CompoundBuilder file;
  file.stream("WordDocument", document +
                                  "\xCF\xF0\x07"
                                  "b\x07\x07"
                                  "c\r\r");
  const ExtractedText text = walk_document(file.build(), "a.doc");
  EXPECT_EQ(text_of(text, Place::body), "\xD0\x9F\xD1\x80\tb\nc\n\n");
}

TEST(DocVersions, LettersOfWordSixAreReadByTheirFonts) {
  constexpr size_t kTextAt = 0x400, kPageAt = 0x600, kTablesAt = 0x800;
  const std::string text =
      "\xCF\xF0\r"
      "\xE1\r"
      "\xE4\r"s;
  const auto font = [](unsigned charset, const std::string& name) {
    return le(5 + name.size() + 1, 1) + std::string(3, '\0') + le(charset, 1) + '\0' + name + '\0';
  };
  const std::string list = font(0, "Arial") + font(204, "Arial") + font(0, "Arial Greek");
  const std::string fonts = le(list.size() + 2, 2) + list;
  const std::string styles = le(14, 2) + le(0, 2) + le(8, 2) + std::string(8, '\0') + le(1, 2);  // begins with font 1
  const std::string pages = le(kTextAt, 4) + le(kTextAt + text.size(), 4) + le(kPageAt / 512, 2);
  std::string page(512, '\0');
  const std::uint64_t bounds[] = {kTextAt, kTextAt + 3, kTextAt + 5, kTextAt + 7};
  for (size_t i = 0; i < 4; i++) page.replace(i * 4, 4, le(bounds[i], 4));
  page.replace(16, 3, "\0\x64\x69"s);
  page.replace(0xC8, 9, "\x8\x75\1\x63\x18\0\x5D\2\0"s);  // a flag and a size in front
  page.replace(0xD2, 4, "\3\x5D\0\0"s);
  page[511] = 3;
  std::string document(kTextAt, '\0');
  document.replace(0, 8, le(0xA5DC, 2) + le(104, 2) + le(0, 2) + le(0x0409, 2));
  document.replace(0x18, 4, le(kTextAt, 4));
  document.replace(0x34, 4, le(text.size(), 4));
  std::uint64_t at = kTablesAt;
  for (const auto& [number, table] : {std::pair{1, styles}, std::pair{12, pages}, std::pair{15, fonts}}) {
    document.replace(0x58 + static_cast<size_t>(number) * 8, 8, le(at, 4) + le(table.size(), 4));
    at += table.size();
  }
  document += text;
  document.resize(kPageAt);
  document += page + styles + pages + fonts;
  CompoundBuilder file;
  file.stream("WordDocument", document);
  EXPECT_EQ(text_of(walk_document(file.build(), "a.doc"), Place::body), "\u041F\u0440\n\u03B1\n\u00E4\n");
}

TEST(DocVersions, MacintoshWordSixByItsCharset) {
  std::string document(0x300, '\0');
  document.replace(0, 8, le(0xA5DC, 2) + le(104, 2) + le(0, 2) + le(0x040C, 2));
  document.replace(0x14, 8, le(256, 2) + le(256, 2) + le(0x300, 4));
  document.replace(0x34, 4, le(4, 4));
  CompoundBuilder file;
  file.stream("WordDocument", document + "\x8Et\x8E\r");
  EXPECT_EQ(text_of(walk_document(file.build(), "a.doc"), Place::body), "\u00E9t\u00E9\n");
}

TEST(DocVersions, EastAsianWord95HasCodesOfTwoBytes) {
  const std::string fonts = le(11, 2) + "\x08\0\0\0\x80\0MS\0"s;  // of Shift JIS
  std::string document(0x300, '\0');
  document.replace(0, 8, le(0xA697, 2) + le(101, 2) + le(0, 2) + le(0x0409, 2));
  document.replace(0x18, 8, le(0x300, 4) + le(0x30E, 4));
  document.replace(0x34, 4, le(7, 4));
  document.replace(0x58 + 15 * 8, 8, le(0x30E, 4) + le(fonts.size(), 4));
  CompoundBuilder file;
  file.stream("WordDocument", document + wide("jar") + "\xC7\x8A\x9D\x97\x93\x10\r\0"s + fonts);
  EXPECT_EQ(text_of(walk_document(file.build(), "a.doc"), Place::body), "jar\u7BA1\u7406\u201C\n");
}

TEST(DocDamage, EncryptedWithoutAPassword) {
  const ExtractedText text = walk_document(main_text("x").flags(0x0100).build(), "a.doc");
  EXPECT_EQ(text.parts[0].outcome, Outcome::encrypted);
  EXPECT_EQ(text_of(text, Place::body), "");
}

}  // namespace
}  // namespace postern::test

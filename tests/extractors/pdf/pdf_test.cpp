#include "extractors/pdf/hyphens.h"
#include "extractors/pdf/text.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

using extract::pdf::to_text;

std::string converted(std::u16string_view text) {
  std::vector<unsigned short> units(text.begin(), text.end());
  return to_text({units.data(), units.size()});
}

TEST(PdfText, MakesReadableUtf8) {
  struct Case {
    std::u16string_view given;
    const char* text;
  };
  for (const Case& c : std::initializer_list<Case>{{u"plain", "plain"},
                                                   {u"o\uFB03ce \uFB01le", "office file"},
                                                   {u"confi\u00AD\ndential", "confidential"},
                                                   {u"co\u00ADop", "coop"},
                                                   {u"\u202B\u05D0\u202C", "\xD7\x90"},
                                                   {u"\U0001F600", "\xF0\x9F\x98\x80"},
                                                   {u"\xD83D"
                                                    u"x",
                                                    "\xEF\xBF\xBDx"},
                                                   {u"a\fb", "ab"}}) {
    EXPECT_EQ(converted(c.given), c.text);
  }
}

TEST(Pdf, TextByPage) {
  const ExtractedText text = walk_document(PdfBuilder().line("first page").line("second page").build(), "a.pdf");
  EXPECT_EQ(where_is(text, "first page"), "page@p. 1");
  EXPECT_EQ(where_is(text, "second page"), "page@p. 2");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Pdf, KernedPiecesJoin) {
  const ExtractedText text = walk_document(
      PdfBuilder().page("BT /F1 12 Tf 72 700 Td [(Pro) -20 (ject Am) 15 (ber) -280 (Heron)] TJ ET").build(), "a.pdf");
  EXPECT_NE(where_is(text, "Project Amber Heron"), "");
}

TEST(Pdf, LeadingBytesAreTolerated) {
  const ExtractedText text = walk_document("junk before\n" + PdfBuilder().line("still read").build(), "a.pdf");
  EXPECT_NE(where_is(text, "still read"), "");
}

TEST(Pdf, LettersByThemselvesJoin) {
  const struct {
    const char* name;
    const char* content;
  } cases[] = {{"at an angle", "BT /F1 12 Tf 0.707 0.707 -0.707 0.707 100 300 Tm (Nightjar) Tj ET"},
               {"spaced out", "BT /F1 12 Tf 20 Tc 72 700 Td (Nightjar) Tj ET"}};
  for (const auto& c : cases)
    EXPECT_NE(where_is(walk_document(PdfBuilder().page(c.content).build(), "a.pdf"), "Nightjar"), "") << c.name;
}

TEST(PdfText, JoinsLettersOnly) {
  using extract::pdf::is_scattered;
  using extract::pdf::joined_letters;
  EXPECT_EQ(joined_letters("N\ni\ng\nh\nt\n"), "Night\n");
  EXPECT_EQ(joined_letters("N i g h t   j a r s"), "Night\njars\n");
  EXPECT_EQ(joined_letters("a word and a b c more"), "");
  EXPECT_TRUE(is_scattered("N\ni\ng\nh\nt\nj"));
  EXPECT_FALSE(is_scattered("A page of words with a letter"));
  EXPECT_FALSE(is_scattered("a b c"));
}

TEST(PdfText, JoinsWordsThatHyphensCut) {
  const struct {
    const char* name;
    std::string text;
    const char* words;
  } cases[] = {
      {"a word", "strictly confi-\ndential.\n", "confidential\n"},
      {"at the beginning", "confi-\ndential", "confidential\n"},
      {"with a capital", "Confi-\ndential: x", "Confidential\n"},
      {"all of capitals", "CONFI-\nDENTIAL", "CONFIDENTIAL\n"},
      {"twice cut", "con-\nfiden-\ntial\n", "confidential\n"},
      {"each once", "confi-\ndential\nconfi-\ndential", "confidential\n"},
      {"two", "confi-\ndential merg-\ner\n", "confidential\nmerger\n"},
      {"the hyphen of Unicode", "confi\u2010\ndential", "confidential\n"},
      {"letters with marks", "\u00FCber-\nm\u00E4\u00DFig ge-\nhe\u0301im", "\u00FCberm\u00E4\u00DFig\ngehe\u0301im\n"},
      {"Cyrillic", "\u043A\u043E\u043D\u0444\u0438-\n\u0434\u0435\u043D",
       "\u043A\u043E\u043D\u0444\u0438\u0434\u0435\u043D\n"},
      {"made for compounds", "a well-\nknown and self-\nmade man", ""},
      {"but not here", "a self-\nish man", "selfish\n"},
      {"a compound elsewhere", "the open-ended and the open-\nended", ""},
      {"of three words", "state-of-the-\nart", ""},
      {"in front of another hyphen", "anti-\nmoney-laundering", ""},
      {"a name behind", "the Anglo-\nSaxon", ""},
      {"one letter", "e-\nmail x-\nray", ""},
      {"a dash", "words -\nand more", ""},
      {"a range", "pages 12-\n14 and 12-\nfold", ""},
      {"an address", "me@some-\nwhere/a-\nb /tmp/con-\nfig conf-\nig_a", ""},
      {"an end", "confi-", ""},
      {"an empty line", "confi-\n\ndential", ""},
      {"no text", "", ""},
  };
  for (const auto& c : cases) EXPECT_EQ(extract::pdf::joined_words(c.text), c.words) << c.name;
}

TEST(Pdf, WordsThatHyphensCutAreAlsoGivenWhole) {
  const ExtractedText text = walk_document(
      PdfBuilder()
          .page("BT /F1 12 Tf 14 TL 72 700 Td (This is confi-) Tj T* (dential and well-) Tj T* (known) Tj ET")
          .page("BT 3 Tr /F1 12 Tf 14 TL 72 700 Td (of the scan-) Tj T* (ner) Tj ET")
          .build(),
      "a.pdf");
  EXPECT_EQ(where_is(text, "confi-\ndential and well-\nknown"), "page@p. 1");
  EXPECT_EQ(where_is(text, "confidential"), "page@p. 1, words joined");
  EXPECT_EQ(where_is(text, "wellknown"), "");
  EXPECT_EQ(where_is(text, "scanner"), "hidden-text@p. 2, words joined");
}

TEST(Pdf, Properties) {
  const ExtractedText text =
      walk_document(PdfBuilder().line("x").info("/Title (Merger plan) /Keywords (secret)").build(), "a.pdf");
  EXPECT_EQ(where_is(text, "Merger plan"), "property@Title");
  EXPECT_EQ(where_is(text, "secret"), "property@Keywords");
}

TEST(Pdf, XmpAndBookmarks) {
  PdfBuilder builder;
  builder.line("x");
  const std::string n = std::to_string(builder.extra_number());
  const std::string outline = std::to_string(builder.extra_number() + 1);
  const std::string item = std::to_string(builder.extra_number() + 2);
  builder.catalog("/Metadata " + n + " 0 R /Outlines " + outline + " 0 R");
  builder.extra(PdfBuilder::stream(
      "<x:xmpmeta xmlns:x=\"x\"><dc:description xmlns:dc=\"d\">from XMP</dc:description></x:xmpmeta>",
      "/Type /Metadata /Subtype /XML"));
  builder.extra("<< /Type /Outlines /First " + item + " 0 R /Last " + item + " 0 R /Count 1 >>");
  builder.extra("<< /Title (Chapter on salaries) /Parent " + outline + " 0 R >>");
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(where_is(text, "from XMP"), "property@XMP");
  EXPECT_EQ(where_is(text, "Chapter on salaries"), "bookmark@");
}

TEST(Pdf, BookmarksInsideBookmarks) {
  PdfBuilder builder;
  builder.line("x");
  const size_t outline = builder.extra_number();
  const auto reference = [](size_t number) { return std::to_string(number) + " 0 R"; };
  builder.catalog("/Outlines " + reference(outline));
  builder.extra("<< /Type /Outlines /First " + reference(outline + 1) + " /Last " + reference(outline + 1) + " >>");
  for (size_t i = 1; i <= 70; i++) {
    const std::string inside =
        i < 70 ? " /First " + reference(outline + i + 1) + " /Last " + reference(outline + i + 1) : "";
    builder.extra("<< /Title (level " + std::to_string(i) + ".) /Parent " + reference(outline + i - 1) + inside +
                  " >>");
  }
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(where_is(text, "level 1.\nlevel 2."), "bookmark@");
  EXPECT_EQ(where_is(text, "level 70."), "bookmark@");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Pdf, AttachedFilesAreChildren) {
  PdfBuilder builder;
  builder.line("x");
  const std::string spec = std::to_string(builder.extra_number());
  const std::string file = std::to_string(builder.extra_number() + 1);
  builder.catalog("/Names << /EmbeddedFiles << /Names [ (a) " + spec + " 0 R ] >> >>");
  builder.extra("<< /Type /Filespec /F (notes.txt) /EF << /F " + file + " 0 R >> >>");
  builder.extra(PdfBuilder::stream("attached words\n", "/Type /EmbeddedFile"));
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(text.parts[1].name, "notes.txt");
  EXPECT_NE(where_is(text, "attached words"), "");
}

TEST(Pdf, AThousandPropertiesAreRead) {
  const auto with = [](int count) {
    std::string info;
    for (int i = 1; i <= count; i++) info += "/K" + std::to_string(i) + " (value " + std::to_string(i) + ".) ";
    return walk_document(PdfBuilder().line("x").info(info).build(), "a.pdf");
  };
  EXPECT_EQ(outcomes(with(1000)), ":complete");
  const ExtractedText text = with(1001);
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "properties reached the limit (1000)");
  EXPECT_NE(where_is(text, "value 500."), "");
}

TEST(Pdf, NamesOfAttachedFilesInUtf16) {
  PdfBuilder builder;
  builder.line("x");
  const std::string file = std::to_string(builder.extra_number()), data = std::to_string(builder.extra_number() + 1);
  builder.catalog("/Names << /EmbeddedFiles << /Names [ (a) " + file + " 0 R ] >> >>");
  builder.extra("<< /Type /Filespec /F (a.txt) /UF <FEFF79D85BC6004E0069006700680074> /Desc (heron) /EF << /F " + data +
                " 0 R >> >>");
  builder.extra(PdfBuilder::stream("attached text", "/Type /EmbeddedFile"));
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(where_is(text, "秘密Night"), "file-name@");
  EXPECT_EQ(where_is(text, "heron"), "file-name@");
  EXPECT_NE(where_is(text, "attached text"), "");
}

TEST(Pdf, OutcomesOfDamage) {
  EXPECT_EQ(outcomes(walk_document("%PDF-1.4\nnothing else", "a.pdf")), ":malformed");
  std::string cut = PdfBuilder().line("kept text").line("more").build();
  cut.resize(cut.rfind("startxref"));  // readers rebuild the table
  const ExtractedText text = walk_document(cut, "a.pdf");
  EXPECT_NE(where_is(text, "kept text"), "") << outcomes(text);
  const ExtractedText claims = walk_document(PdfBuilder().line("one").claim_pages(5000).build(), "a.pdf");
  EXPECT_NE(claims.parts[0].outcome, Outcome::complete);
}

TEST(Pdf, NoTextAtAllIsNotOcred) {
  const ExtractedText text = walk_document(PdfBuilder().page("0 0 10 10 re f").build(), "scan.pdf");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete);
}

TEST(Pdf, LockedIsEncrypted) {
  // An encryption dictionary whose user password is not the empty one (ISO 32000-1 7.6.3).
  PdfBuilder builder;
  builder.line("x");
  std::string bytes = builder.build();
  const std::string dictionary = "/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <" +
                                 std::string(64, 'A') + "> /U <" + std::string(64, 'B') +
                                 "> >> /ID [<00112233445566778899AABBCCDDEEFF> <00>] ";
  bytes.insert(bytes.rfind("/Root"), dictionary);
  EXPECT_EQ(outcomes(walk_document(bytes, "a.pdf")), ":encrypted");
}

}  // namespace
}  // namespace postern::test

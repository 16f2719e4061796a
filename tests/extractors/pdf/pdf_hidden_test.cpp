// Text of a PDF that nobody sees on its pages, and passwords.
#include <fstream>
#include <iterator>

#include "extractors/pdf/revisions.h"
#include "extractors/pdf/text.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

using extract::pdf::readable;

TEST(PdfText, MakesUtf8Readable) {
  EXPECT_EQ(readable("plain"), "plain");
  EXPECT_EQ(readable("o\uFB03ce \uFB01le"), "office file");
  EXPECT_EQ(readable("confi\u00AD\ndential co\u00ADop"), "confidential coop");
  EXPECT_EQ(readable("\u202B\u05D0\u202C \u20AC \u00A9 \uFF21"), "\u05D0 \u20AC \u00A9 \uFF21");
  EXPECT_EQ(readable(std::string_view("a\0b\fc", 5)), "abc");
  EXPECT_EQ(readable("\xE2\x80"), "\xE2\x80");  // cut short
}

TEST(PdfHidden, IsFoundAndSaidToBeHidden) {
  const struct {
    const char* name;
    const char* content;
    const char* where;
  } cases[] = {
      {"invisible", "BT /F1 12 Tf 72 700 Td (seen) Tj 3 Tr 0 -20 Td (secret words) Tj ET",
       "page@p. 1 hidden-text@p. 1"},
      {"all of it invisible", "BT 3 Tr /F1 12 Tf 72 700 Td (secret words) Tj ET", "hidden-text@p. 1"},
      {"right of the page", "BT /F1 12 Tf 72 700 Td (seen) Tj 2000 0 Td (secret words) Tj ET", "hidden-text@p. 1"},
      {"below the page", "BT /F1 12 Tf 72 700 Td (seen) Tj 0 -3000 Td (secret words) Tj ET", "hidden-text@p. 1"},
      {"white", "BT /F1 12 Tf 72 700 Td (seen) Tj 1 g 0 -20 Td (secret words) Tj ET", "page@p. 1 hidden-text@p. 1"},
      {"white in RGB", "BT /F1 12 Tf 72 700 Td (seen) Tj 1 1 1 rg 0 -20 Td (secret words) Tj ET",
       "page@p. 1 hidden-text@p. 1"},
      {"white on a dark bar", "0 g 60 690 400 30 re f BT /F1 12 Tf 1 g 72 700 Td (secret words) Tj ET", "page@p. 1"},
      {"black again", "q 1 g Q BT /F1 12 Tf 72 700 Td (secret words) Tj ET", "page@p. 1"},
  };
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(PdfBuilder().page(c.content).build(), "a.pdf");
    EXPECT_EQ(where_is(text, "secret words"), c.where) << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
    const bool hidden = std::string_view(c.where).find("hidden-text") != std::string_view::npos;
    EXPECT_EQ(text.parts[0].facts.size(), hidden ? 1U : 0U) << c.name;
  }
}

TEST(PdfHidden, InsideAWordIsLeftOutOfTheWordAsItIsSeen) {
  const auto drawn = [](const std::string& noise, const std::string& back) {
    return "BT /F1 12 Tf 72 700 Td (the alp) Tj " + noise + " (zz) Tj " + back + " (habet) Tj ET";
  };
  const struct {
    const char* name;
    std::string content;
    bool hidden;
  } cases[] = {
      {"invisible", drawn("3 Tr /F1 1 Tf", "0 Tr /F1 12 Tf"), true},
      {"invisible, as large as the word", drawn("3 Tr", "0 Tr"), true},
      {"white", drawn("1 g", "0 g"), true},
      {"a tenth of a point", drawn("/F1 .1 Tf", "/F1 12 Tf"), true},
      {"one point", drawn("/F1 1 Tf", "/F1 12 Tf"), true},
      {"of no opacity", drawn("/None gs", "/All gs"), true},
      {"clipped",
       "BT /F1 12 Tf 72 700 Td (the alp) Tj ET q 0 0 1 1 re W n BT /F1 12 Tf 110 700 Td (zz) Tj ET Q "
       "BT /F1 12 Tf 109.4 700 Td (habet) Tj ET",
       false},
  };
  for (const auto& c : cases) {
    const std::string pdf =
        PdfBuilder().page(c.content).page_resources("/ExtGState << /None << /ca 0 >> /All << /ca 1 >> >>").build();
    const ExtractedText text = walk_document(pdf, "a.pdf");
    EXPECT_EQ(where_is(text, "the alphabet"), "page@p. 1, as seen") << c.name;
    EXPECT_EQ(where_is(text, "zz").find("hidden-text@p. 1") != std::string::npos, c.hidden) << c.name;
  }
}

TEST(PdfHidden, LinesThatSayTheSameAreNotGivenAgain) {
  const ExtractedText text =
      walk_document(PdfBuilder().page("BT /F1 12 Tf 72 700 Td (one line) Tj 1 g ( and two) Tj ET").build(), "a.pdf");
  EXPECT_EQ(where_is(text, "one line"), "page@p. 1");
  EXPECT_EQ(where_is(text, "and two"), "page@p. 1 hidden-text@p. 1");
}

// Whoever reads the page sees one, whoever copies from it gets the other.
TEST(PdfMarked, ReplacementsDoNotCoverWhatIsDrawn) {
  const ExtractedText text = walk_document(
      PdfBuilder()
          .page("BT /F1 12 Tf 72 700 Td (plain) Tj ET /Span << /ActualText (harmless) >> BDC BT /F1 12 Tf 72 600 Td "
                "(secret words) Tj ET EMC")
          .build(),
      "a.pdf");
  EXPECT_EQ(where_is(text, "plain"), "page@p. 1");
  EXPECT_EQ(where_is(text, "harmless"), "page@p. 1");
  EXPECT_EQ(where_is(text, "secret words"), "page@p. 1, as drawn");
}

TEST(PdfMarked, AlternativesInsideTheContent) {
  const ExtractedText text = walk_document(
      PdfBuilder()
          .page("/Figure << /Alt <FEFF00FC006200650072> /E (Doctor) >> BDC BT /F1 12 Tf 72 600 Td (Dr.) Tj ET EMC")
          .build(),
      "a.pdf");
  EXPECT_EQ(where_is(text, "\u00FCber\nDoctor"), "alt-text@p. 1");
  EXPECT_EQ(where_is(text, "Dr."), "page@p. 1");
}

TEST(PdfMarked, TextInPatterns) {
  const auto tile = [](const std::string& content, const std::string& resources) {
    return PdfBuilder::stream(content,
                              "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 90 20] /XStep 90 "
                              "/YStep 20 /Matrix [1 0 0 1 -900 -900] /Resources << /Font << /F1 3 0 R >> " +
                                  resources + " >>");
  };
  PdfBuilder builder;
  builder.page("BT /F1 12 Tf 72 700 Td (plain) Tj ET /Pattern cs /P scn 0 0 500 500 re f");
  const std::string own = "/Pattern << /P " + std::to_string(builder.extra_number()) + " 0 R >>";
  builder.page_resources(own);
  // It is filled with itself, twice.
  builder.extra(tile("BT /F1 12 Tf 5 5 Td (in a tile) Tj ET /Pattern cs /P scn 0 0 9 9 re f 9 9 9 9 re f", own));
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(where_is(text, "in a tile"), "page@p. 1");
  EXPECT_EQ(where_is(text, "plain"), "page@p. 1");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(PdfHidden, LayersThatAreOff) {
  PdfBuilder builder;
  builder.page("BT /F1 12 Tf 72 700 Td (seen) Tj ET /OC /L BDC BT /F1 12 Tf 72 600 Td (secret layer) Tj ET EMC");
  const std::string layer = std::to_string(builder.extra_number()) + " 0 R";
  builder.page_resources("/Properties << /L " + layer + " >>")
      .catalog("/OCProperties << /OCGs [" + layer + "] /D << /OFF [" + layer + "] /Order [] >> >>")
      .extra("<< /Type /OCG /Name (Draft) >>");
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(where_is(text, "secret layer"), "hidden-text@p. 1");
  EXPECT_EQ(where_is(text, "seen"), "page@p. 1");
}

// With another content of the first page.
std::string updated(const std::string& pdf, const std::string& content) {
  return updated_pdf(pdf, 6, PdfBuilder::stream(content));
}

TEST(PdfRevisions, GiveWhatIsGoneSince) {
  const auto page = [](const std::string& text) { return "BT /F1 12 Tf 72 700 Td (" + text + ") Tj ET"; };
  const std::string first = PdfBuilder().page(page("price is 900")).build();
  const ExtractedText once = walk_document(updated(first, page("price is open")), "a.pdf");
  EXPECT_EQ(where_is(once, "price is 900"), "revision@revision 1, p. 1");
  EXPECT_EQ(where_is(once, "price is open"), "page@p. 1");
  EXPECT_EQ(outcomes(once), ":complete");
  const ExtractedText twice =
      walk_document(updated(updated(first, page("price is 800")), page("price is open")), "a.pdf");
  EXPECT_EQ(where_is(twice, "price is 900"), "revision@revision 1, p. 1");
  EXPECT_EQ(where_is(twice, "price is 800"), "revision@revision 2, p. 1");
  const ExtractedText same = walk_document(updated(first, page("price is 900")), "a.pdf");
  EXPECT_EQ(where_is(same, "price is 900"), "page@p. 1");
}

TEST(PdfRevisions, MoreThanThirtyTwoAreALimit) {
  const auto page = [](const std::string& text) { return "BT /F1 12 Tf 72 700 Td (" + text + ") Tj ET"; };
  std::string pdf = PdfBuilder().page(page("the first word")).build();
  for (int i = 1; i <= 32; i++) pdf = updated(pdf, page("price " + std::to_string(i)));
  const ExtractedText all = walk_document(pdf, "a.pdf");
  EXPECT_EQ(where_is(all, "the first word"), "revision@revision 1, p. 1");
  EXPECT_EQ(outcomes(all), ":complete");
  const ExtractedText more = walk_document(updated(pdf, page("price 33")), "a.pdf");
  EXPECT_EQ(where_is(more, "the first word"), "");
  EXPECT_EQ(where_is(more, "price 1\n"), "revision@revision 2, p. 1");
  EXPECT_EQ(outcomes(more), ":limit");
  EXPECT_EQ(more.parts[0].why, "earlier revisions reached the limit (32)");
}

TEST(PdfRevisions, AttachedFiles) {
  const auto note = [](const char* more) { return std::string("/Annots [") + more + "]"; };
  const std::string attached =
      "<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS << /Type /Filespec /F (bid.txt) /EF << /F 7 0 R >> >> >>";
  const std::string first = PdfBuilder()
                                .line("x")
                                .page_entries(note(attached.c_str()))
                                .extra(PdfBuilder::stream("price is 900", "/Type /EmbeddedFile"))
                                .build();
  // Replaced under the same name.
  const ExtractedText replaced =
      walk_document(updated_pdf(first, 7, PdfBuilder::stream("price is open", "/Type /EmbeddedFile")), "a.pdf");
  EXPECT_EQ(where_is(replaced, "price is open"), "body@");
  EXPECT_EQ(where_is(replaced, "price is 900"), "body@");
  ASSERT_EQ(replaced.parts.size(), 3U);
  EXPECT_EQ(replaced.parts[1].facts, std::vector<std::string>{});
  EXPECT_EQ(replaced.parts[2].facts, std::vector<std::string>{"earlier-revision"});
  // Gone with its annotation.
  const ExtractedText gone = walk_document(
      updated_pdf(first, 5, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 6 0 R >>"), "a.pdf");
  EXPECT_EQ(where_is(gone, "price is 900"), "body@");
  ASSERT_EQ(gone.parts.size(), 2U);
  EXPECT_EQ(gone.parts[1].facts, std::vector<std::string>{"earlier-revision"});
  // Still the same.
  EXPECT_EQ(walk_document(updated(first, "BT ET"), "a.pdf").parts.size(), 2U);
}

TEST(PdfRevisions, AreFoundByTheirEnds) {
  using extract::pdf::revision_ends;
  EXPECT_TRUE(revision_ends("startxref\n9\n%%EOF\n").empty());
  EXPECT_EQ(revision_ends("startxref\n9\n%%EOF\nstartxref\n30\n%%EOF\n"), std::vector<size_t>{17});
  EXPECT_TRUE(revision_ends("startxref\n0\n%%EOF\nstartxref\n30\n%%EOF\n").empty()) << "linearised";
  EXPECT_TRUE(revision_ends("%%EOF %%EOF").empty());
}

std::string file(const std::string& name) {
  std::ifstream in(POSTERN_SOURCE_DIR "/tests/extractors/pdf/locked/" + name, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  EXPECT_FALSE(bytes.empty()) << name;
  return bytes;
}

// Made by qpdf --encrypt with the user password Heron-77.
TEST(PdfPasswords, ThatStandInTheMailOpen) {
  for (const char* name : {"rc4_40.pdf", "rc4_128.pdf", "aes_128.pdf", "aes_256.pdf"}) {
    const auto mail = [&](std::string_view words) {
      std::string out =
          "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pdf\n"
          "Content-Transfer-Encoding: binary\n\n";
      out.append(file(name)).append("\n--b\n\n").append(words).append("\n--b--\n");
      return out;
    };
    const ExtractedText open = walk_document(mail("The password is Heron-77."), "", {}, "message/rfc822");
    EXPECT_EQ(where_is(open, "locked page text"), "page@p. 1") << name;
    EXPECT_EQ(where_is(open, "locked note"), "annotation@p. 1") << name;
    EXPECT_EQ(outcomes(open), ":complete 1:complete 2:complete") << name;
    EXPECT_EQ(open.parts[1].facts, std::vector<std::string>{"decrypted"}) << name;
    const ExtractedText shut = walk_document(mail("The password comes later."), "", {}, "message/rfc822");
    EXPECT_EQ(outcomes(shut), ":complete 1:encrypted 2:complete") << name;
  }
}

}  // namespace
}  // namespace postern::test

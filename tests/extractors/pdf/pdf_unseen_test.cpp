// What stands in a PDF and no page shows: appearances of annotations, pages outside the tree, forms that nothing draws.
#include <algorithm>

#include "extractors/pdf/unseen.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

constexpr const char* kForm = "/Type /XObject /Subtype /Form /BBox [0 0 99 99] /Resources << /Font << /F1 3 0 R >> >>";

std::string drawn(const std::string& text) {
  return "BT /F1 10 Tf 5 50 Td (" + text + ") Tj ET";
}

std::string form(const std::string& text, const std::string& entries = kForm) {
  return PdfBuilder::stream(drawn(text), entries);
}

// One page with an annotation; the first of `extra` is object 7.
ExtractedText annotated(const std::string& annotation, const std::vector<std::string>& extra) {
  const std::string rect = annotation.find("/Rect") == std::string::npos ? " /Rect [100 100 199 199]" : "";
  PdfBuilder builder;
  builder.line("seen").page_entries("/Annots [<< /Type /Annot " + annotation + rect + " >>]");
  for (const std::string& object : extra) builder.extra(object);
  return walk_document(builder.build(), "a.pdf");
}

bool has_fact(const ExtractedText& text, std::string_view name) {
  const auto& facts = text.parts[0].facts;
  return std::find(facts.begin(), facts.end(), name) != facts.end();
}

TEST(PdfUnseen, AppearancesOfAnnotations) {
  const struct {
    const char* name;
    const char* annotation;
    const char* where;
  } cases[] = {
      {"shown", "/Subtype /Stamp /AP << /N 7 0 R >>", "page@p. 1"},
      {"hidden", "/Subtype /Stamp /F 2 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"no view", "/Subtype /Stamp /F 32 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"printed only", "/Subtype /FreeText /F 36 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"hidden field", "/Subtype /Widget /FT /Tx /T (a) /F 2 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"hidden watermark", "/Subtype /Watermark /F 2 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"hidden square", "/Subtype /Square /F 2 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"hidden link", "/Subtype /Link /F 2 /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"without a size", "/Subtype /Stamp /Rect [9 9 9 9] /AP << /N 7 0 R >>", "hidden-text@p. 1, not shown"},
      {"state not chosen", "/Subtype /Widget /FT /Btn /T (a) /AS /Off /AP << /N << /On 7 0 R >> >>",
       "annotation@p. 1, another state"},
      {"state chosen", "/Subtype /Widget /FT /Btn /T (a) /AS /On /AP << /N << /On 7 0 R /Off 8 0 R >> >>", "page@p. 1"},
      {"pressed", "/Subtype /Widget /FT /Btn /T (a) /AP << /N 8 0 R /D 7 0 R >>", "annotation@p. 1, another state"},
      {"under the pointer", "/Subtype /Stamp /AP << /N 8 0 R /R 7 0 R >>", "annotation@p. 1, another state"},
      {"pressed as before", "/Subtype /Widget /FT /Btn /T (a) /AP << /N 7 0 R /D 7 0 R >>", "page@p. 1"},
      {"its own words", "/Subtype /FreeText /F 2 /Contents (secret  words) /AP << /N 7 0 R >>", ""},
      {"the words of its field", "/Subtype /Widget /F 2 /AP << /N 7 0 R >> /Parent << /T (a) /V (secret words) >>", ""},
  };
  for (const auto& c : cases) {
    const ExtractedText text = annotated(c.annotation, {form("secret words"), form("s")});
    EXPECT_EQ(where_is(text, "secret words"), c.where) << c.name;
    EXPECT_EQ(where_is(text, "seen"), "page@p. 1") << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
    EXPECT_EQ(has_fact(text, "hidden-text"), std::string_view(c.where).starts_with("hidden-text")) << c.name;
  }
}

TEST(PdfUnseen, AppearancesThatSayNothingNew) {
  const ExtractedText text = annotated("/Subtype /Widget /FT /Btn /T (a) /AS /Off /AP << /N << /On 7 0 R >> >>",
                                       {form("4"), form("seen"), form("Confirmed")});
  EXPECT_EQ(text_of(text, Place::annotation), "");
  EXPECT_EQ(text_of(text, Place::hidden_text), "Confirmed\n");  // the other forms are drawn nowhere, and nothing new
}

TEST(PdfUnseen, SaysMore) {
  using extract::pdf::says_more;
  EXPECT_TRUE(says_more("two words", "two"));
  EXPECT_FALSE(says_more("two\nwords\n", "with two words inside"));
  EXPECT_FALSE(says_more("4", ""));
  EXPECT_FALSE(says_more("\u2714 \u2022\n", ""));
  EXPECT_TRUE(says_more("\u79D8\u5BC6", ""));
  EXPECT_FALSE(says_more("", ""));
}

TEST(PdfUnseen, PagesOutsideTheTree) {
  const std::string page =
      "/MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 8 0 R /Annots [<< /Type /Annot "
      "/Subtype "
      "/Text /Rect [0 0 9 9] /Contents (its note) >>] >>";
  const struct {
    const char* name;
    const char* catalog;
    std::string object;
  } cases[] = {
      {"referred to by nothing", "", "<< /Type /Page " + page},
      {"a template", "/Names << /Templates << /Names [(t) 7 0 R] >> >>", "<< /Type /Template " + page},
      {"a template that may be shown", "/Names << /Templates << /Names [(t) 7 0 R] >> >>", "<< /Type /Page " + page},
  };
  for (const auto& c : cases) {
    PdfBuilder builder;
    builder.line("seen").catalog(c.catalog).extra(c.object).extra(PdfBuilder::stream(drawn("secret words")));
    const ExtractedText text = walk_document(builder.build(), "a.pdf");
    EXPECT_EQ(where_is(text, "secret words"), "hidden-text@unlisted page 1") << c.name;
    EXPECT_EQ(where_is(text, "its note"), "annotation@unlisted page 1") << c.name;
    EXPECT_TRUE(has_fact(text, "hidden-text")) << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
  }
}

TEST(PdfUnseen, ResourcesOfAnUnlistedPageComeFromAbove) {
  PdfBuilder builder;
  builder.line("seen")
      .extra("<< /Type /Page /Parent 9 0 R /Contents [8 0 R 8 0 R] >>")
      .extra(PdfBuilder::stream(drawn("secret words") + "\n"))
      .extra("<< /Type /Pages /Parent 9 0 R /Kids [7 0 R] /Resources << /Font << /F1 3 0 R >> >> >>");
  EXPECT_EQ(where_is(walk_document(builder.build(), "a.pdf"), "secret words"), "hidden-text@unlisted page 1");
}

// What no object refers to: annotations, and files with and without their specification.
TEST(PdfUnseen, AnnotationsAndFilesOnNoPage) {
  const std::string spec = "<< /Type /Filespec /F (bid.txt) /EF << /F 7 0 R >> >>";
  const std::string file = PdfBuilder::stream("attached words", "/Type /EmbeddedFile");
  const struct {
    const char* name;
    std::vector<std::string> objects;
    const char* file_name;
  } cases[] = {
      {"annotation",
       {file, "<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /Contents (Heron) /FS " + spec + " >>"},
       "bid.txt"},
      {"specification", {file, spec}, "bid.txt"},
      {"file alone", {file}, ""},
      {"of a font", {file, "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /AF [9 0 R] >>", spec}, "bid.txt"},
  };
  for (const auto& c : cases) {
    PdfBuilder builder;
    builder.line("shown");
    for (const std::string& object : c.objects) builder.extra(object);
    const ExtractedText text = walk_document(builder.build(), "a.pdf");
    EXPECT_EQ(where_is(text, "attached words"), "body@") << c.name;
    ASSERT_EQ(text.parts.size(), 2U) << c.name;
    EXPECT_EQ(text.parts[1].name, c.file_name) << c.name;
    EXPECT_EQ(where_is(text, "Heron"), std::string(c.name) == "annotation" ? "annotation@not on any page" : "")
        << c.name;
    EXPECT_EQ(outcomes(text), ":complete 1:complete") << c.name;
  }
}

TEST(PdfUnseen, AnnotationsThatAnUpdateLeftOver) {
  const std::string first =
      PdfBuilder().line("shown").extra("<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Heron) >>").build();
  const ExtractedText text = walk_document(updated_pdf(first, 6, PdfBuilder::stream("BT ET")), "a.pdf");
  EXPECT_EQ(where_is(text, "Heron"), "revision@left over, not on any page");
}

TEST(PdfUnseen, FormsThatNothingDraws) {
  const auto with_forms = [](const std::string& content, const std::string& resources,
                             const std::vector<std::string>& forms) {
    PdfBuilder builder;
    builder.page("BT /F1 12 Tf 72 700 Td (seen) Tj ET " + content).page_resources("/XObject << " + resources + " >>");
    for (const std::string& one : forms) builder.extra(one);
    return walk_document(builder.build(), "a.pdf");
  };
  const std::string nested = std::string(kForm) + " /Ignored << /XObject << /B 8 0 R >> >>";
  EXPECT_EQ(where_is(with_forms("", "/A 7 0 R", {form("secret words")}), "secret words"),
            "hidden-text@not on any page");
  EXPECT_EQ(where_is(with_forms("", "", {form("secret words")}), "secret words"), "hidden-text@not on any page");
  EXPECT_EQ(where_is(with_forms("/A Do", "/A 7 0 R", {form("secret words")}), "secret words"), "page@p. 1");
  // Once, though two forms have it.
  EXPECT_EQ(where_is(with_forms("", "", {form("secret words"), form("secret words", nested)}), "secret words"),
            "hidden-text@not on any page");
  // What a page says as well is nothing new.
  const ExtractedText same = with_forms("", "", {form("seen")});
  EXPECT_EQ(where_is(same, "seen"), "page@p. 1");
  EXPECT_FALSE(has_fact(same, "hidden-text"));
  // A form that draws itself, and one whose box has no size.
  const std::string own =
      "/Type /XObject /Subtype /Form /BBox [0 0 0 0] /Resources << /Font << /F1 3 0 R >> /XObject << "
      "/A 7 0 R >> >>";
  const ExtractedText looped = with_forms("", "", {PdfBuilder::stream(drawn("secret words") + " /A Do", own)});
  EXPECT_EQ(where_is(looped, "secret words"), "hidden-text@not on any page");
  EXPECT_EQ(outcomes(looped), ":complete");
}

}  // namespace
}  // namespace postern::test

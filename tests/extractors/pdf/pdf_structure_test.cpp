// What a PDF holds besides the text of its pages.
#include <algorithm>

#include "extractors/pdf/xml_strings.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

// A document of one page with these entries of the page and the catalog; extra objects begin at 7.
std::string document(const std::string& page_entries, const std::string& catalog,
                     const std::vector<std::string>& extra = {}) {
  PdfBuilder builder;
  builder.line("x").page_entries(page_entries).catalog(catalog);
  for (const std::string& object : extra) builder.extra(object);
  return builder.build();
}

struct Case {
  const char* name;
  std::string page;
  std::string catalog;
  std::vector<std::string> extra;
  const char* text;
  const char* where;
};

TEST(PdfObjects, AreReadWithTheirPlaces) {
  const std::string packed = PdfBuilder::stream("app.alert('from a stream')");
  const Case cases[] = {
      {"note",
       "/Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (Delay the launch) /T (Ada) >>]",
       "",
       {},
       "Delay the launch\n",
       "annotation@p. 1"},
      {"its author",
       "/Annots [<< /Subtype /Text /Rect [0 0 9 9] /Contents (a) /T (Ada Reviewer) >>]",
       "",
       {},
       "Ada Reviewer",
       "annotation@p. 1"},
      {"text in UTF-16",
       "/Annots [<< /Subtype /Text /Rect [0 0 9 9] /Contents <FEFF79D85BC6> >>]",
       "",
       {},
       "秘密",
       "annotation@p. 1"},
      {"text in an object of its own",
       "/Annots [<< /Subtype /Text /Rect [0 0 9 9] /Contents 7 0 R >>]",
       "",
       {"(far away)"},
       "far away",
       "annotation@p. 1"},
      {"rich text",
       "/Annots [<< /Subtype /FreeText /Rect [0 0 9 9] /RC (<body><p>very <b>ri</b>ch</p></body>) >>]",
       "",
       {},
       "very rich",
       "annotation@p. 1"},
      {"names with escapes",
       "/A#6enots [<< /Subtype /Text /Rect [0 0 9 9] /C#6fntents (escaped) >>]",
       "",
       {},
       "escaped",
       "annotation@p. 1"},
      {"reply",
       "/Annots 7 0 R",
       "",
       {"[8 0 R 9 0 R]", "<< /Subtype /Text /Rect [0 0 9 9] /Contents (first) >>",
        "<< /Subtype /Text /Rect [0 0 9 9] /IRT 8 0 R /Contents (answer) >>"},
       "first\nanswer",
       "annotation@p. 1"},
      {"link",
       "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/x) >> >>]",
       "",
       {},
       "https://example.org/x",
       "link@p. 1"},
      {"launch",
       "/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /Launch /F (run.exe) >> >>]",
       "",
       {},
       "run.exe",
       "link@p. 1"},
      {"script of an annotation",
       "/Annots [<< /Subtype /Widget /Rect [0 0 9 9] /AA << /K << /S /JavaScript /JS (keyed()) >> "
       ">> >>]",
       "",
       {},
       "keyed()",
       "script@p. 1"},
      {"script of a page", "/AA << /O << /S /JavaScript /JS (opened()) >> >>", "", {}, "opened()", "script@p. 1"},
      {"script of the document",
       "",
       "/OpenAction << /S /JavaScript /JS 7 0 R >>",
       {packed},
       "from a stream",
       "script@"},
      {"script by name",
       "",
       "/Names << /JavaScript << /Names [(init) << /S /JavaScript /JS (named()) >>] >> >>",
       {},
       "named()",
       "script@"},
      {"script behind another action",
       "",
       "/OpenAction << /S /Named /N /NextPage /Next << /S /JavaScript /JS (after()) >> >>",
       {},
       "after()",
       "script@"},
      {"field",
       "",
       "/AcroForm << /Fields [7 0 R] >>",
       {"<< /FT /Tx /T (person) /Kids [8 0 R] >>", "<< /Parent 7 0 R /T (name) /V (Grace) /TU (full name) >>"},
       "Grace",
       "form-field@person.name"},
      {"its tooltip",
       "",
       "/AcroForm << /Fields [<< /FT /Tx /T (a) /V (b) /TU (the salary) >>] >>",
       {},
       "the salary",
       "form-field@a"},
      {"its default",
       "",
       "/AcroForm << /Fields [<< /FT /Tx /T (a) /DV (by default) >>] >>",
       {},
       "by default",
       "form-field@a"},
      {"choices",
       "",
       "/AcroForm << /Fields [<< /FT /Ch /T (a) /Opt [(one) [(2) (two)]] >>] >>",
       {},
       "one\n2\ntwo",
       "form-field@a"},
      {"a box that is ticked",
       "",
       "/AcroForm << /Fields [<< /FT /Btn /T (a) /V /Resigned >>] >>",
       {},
       "Resigned",
       "form-field@a"},
      {"a widget that is no field",
       "/Annots [<< /Subtype /Widget /Rect [0 0 9 9] /V (orphan) >>]",
       "",
       {},
       "orphan",
       "form-field@p. 1"},
      {"caption of a button",
       "/Annots [<< /Subtype /Widget /Rect [0 0 9 9] /MK << /CA (Press) >> >>]",
       "",
       {},
       "Press",
       "form-field@p. 1"},
      {"XFA in packets",
       "",
       "/AcroForm << /XFA [(datasets) 7 0 R] >>",
       {PdfBuilder::stream("<xfa:datasets xmlns:xfa=\"x\"><name>Alan</name></xfa:datasets>")},
       "Alan",
       "form-field@XFA"},
      {"what an application keeps in the data of a form",
       "",
       "/AcroForm << /XFA [(template) 7 0 R (datasets) 8 0 R] >>",
       {PdfBuilder::stream("<template><field name=\"Iban\" w=\"9mm\"/></template>"),
        PdfBuilder::stream(
            "<xfa:datasets xmlns:xfa=\"x\"><xfa:data><row secret=\"Alan\" xfa:x=\"y\"/></xfa:data></xfa:datasets>")},
       "Iban\nAlan\n",
       "form-field@XFA"},
      {"where a form is sent",
       "",
       "/AcroForm << /XFA 7 0 R >>",
       {PdfBuilder::stream("<template><submit target=\"http://c.example\"/></template>")},
       "http://c.example",
       "form-field@XFA"},
      {"XFA script",
       "",
       "/AcroForm << /XFA 7 0 R >>",
       {PdfBuilder::stream("<template><event><script>xfa.host.go()</script></event></template>")},
       "xfa.host.go()",
       "script@XFA"},
      {"signature",
       "",
       "/AcroForm << /Fields [<< /FT /Sig /T (s) /V << /Type /Sig /ByteRange [0 1] /Contents <00FF> "
       "/Reason (I approve) >> >>] >>",
       {},
       "I approve",
       "form-field@s"},
      {"names of styles",
       "",
       "/StructTreeRoot << /RoleMap << /Text#20Body /P /Heron#20bid /P /Textbox /Sect >> >>",
       {},
       "Heron bid\n",
       "attribute@"},
      {"alternative text",
       "",
       "/StructTreeRoot << /K [<< /S /Figure /Alt (a chart of losses) >>] >>",
       {},
       "a chart of losses",
       "alt-text@"},
      {"layer", "", "/OCProperties << /OCGs [<< /Type /OCG /Name (Draft layer) >>] >>", {}, "Draft layer", "property@"},
      {"metadata of a page",
       "/Metadata 7 0 R",
       "",
       {PdfBuilder::stream("<a><b>of the page</b></a>", "/Type /Metadata /Subtype /XML")},
       "of the page",
       "property@p. 1, XMP"},
      {"action of a bookmark",
       "",
       "/Outlines << /First << /Title (t) /A << /S /URI /URI (http://b.example) >> >> >>",
       {},
       "http://b.example",
       "link@"},
  };
  for (const Case& c : cases) {
    const ExtractedText text = walk_document(document(c.page, c.catalog, c.extra), "a.pdf");
    EXPECT_EQ(where_is(text, c.text), c.where) << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name << ": " << text.parts[0].why;
  }
}

TEST(PdfObjects, ScriptsAreAFact) {
  const ExtractedText text = walk_document(document("", "/OpenAction << /S /JavaScript /JS (a()) >>"), "a.pdf");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"scripts"});
}

// Every file that hangs anywhere is a child.
TEST(PdfObjects, AttachedFiles) {
  const std::string file = PdfBuilder::stream("attached words", "/Type /EmbeddedFile /Subtype /text#2Fplain");
  const std::string spec = "<< /Type /Filespec /F (a.txt) /UF (real.txt) /EF << /F 7 0 R >> >>";
  const struct {
    const char* name;
    std::string page, catalog;
  } cases[] = {
      {"of an annotation", "/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS " + spec + " >>]", ""},
      {"by name", "", "/Names << /EmbeddedFiles << /Kids [<< /Names [(k) " + spec + "] >>] >> >>"},
      {"associated with the document", "", "/AF [" + spec + "]"},
      {"associated with a page", "/AF [" + spec + "]", ""},
      {"of a medium",
       "/Annots [<< /Subtype /RichMedia /Rect [0 0 9 9] /RichMediaContent << /Assets << /Names [(k) " + spec +
           "] >> >> >>]",
       ""},
  };
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(document(c.page, c.catalog, {file}), "a.pdf");
    EXPECT_EQ(outcomes(text), ":complete 1:complete") << c.name;
    ASSERT_EQ(text.parts.size(), 2U) << c.name;
    EXPECT_EQ(text.parts[1].name, "real.txt") << c.name;
    EXPECT_EQ(where_is(text, "attached words"), "body@") << c.name;
    EXPECT_NE(where_is(text, "a.txt"), "") << c.name;
  }
}

// A document that hangs on a PDF unpacked is no zip behind it, though archive programs would find it.
TEST(PdfObjects, AttachedZipsThatAreNotPacked) {
  const std::string zip = ZipBuilder().add("a.txt", "attached words").build();
  const std::string names = "/Names << /EmbeddedFiles << /Names [(k) << /F (a.zip) /EF << /F 7 0 R >> >>] >> >>";
  const std::string file = document("", names, {PdfBuilder::stream(zip)});
  const ExtractedText text = walk_document(file, "a.pdf");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 1/1:complete");
  EXPECT_EQ(where_is(text, "attached words"), "body@");
  // One that is no attachment is.
  const ExtractedText behind = walk_document(file + ZipBuilder().add("b.txt", "words behind").build(), "a.pdf");
  EXPECT_EQ(behind.parts[0].outcome, Outcome::ambiguous);
  EXPECT_NE(where_is(behind, "words behind"), "");
  const ExtractedText loose = walk_document(document("", "", {PdfBuilder::stream(zip)}), "a.pdf");
  EXPECT_EQ(loose.parts[0].outcome, Outcome::ambiguous);
}

// One specification may name different bytes for different systems: all are read.
TEST(PdfObjects, FilesOfOneSpecificationThatDiffer) {
  const ExtractedText text = walk_document(
      document("", "/Names << /EmbeddedFiles << /Names [(k) << /F (a.txt) /EF << /F 7 0 R /UF 8 0 R >> >>] >> >>",
               {PdfBuilder::stream("harmless"), PdfBuilder::stream("harmful")}),
      "a.pdf");
  EXPECT_NE(where_is(text, "harmless"), "");
  EXPECT_NE(where_is(text, "harmful"), "");
}

TEST(PdfObjects, CyclesEnd) {
  const ExtractedText text = walk_document(
      document("/Annots [7 0 R]", "/AcroForm << /Fields [8 0 R] >>",
               {"<< /Subtype /Text /Rect [0 0 9 9] /Contents (round) /Popup 7 0 R /A << /Next 7 0 R >> >>",
                "<< /T (a) /V (value) /Kids [8 0 R] >>"}),
      "a.pdf");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(where_is(text, "round"), "annotation@p. 1");
  EXPECT_EQ(where_is(text, "value"), "form-field@a");
}

TEST(PdfObjects, PicturesOfAForm) {
  const ExtractedText text = walk_document(
      document(
          "", "/AcroForm << /XFA 7 0 R >>",
          {PdfBuilder::stream("<template><draw><value><image contentType=\"image/png\">bm8gcGljdHVyZSwgYnV0IHdvcmRz"
                              "</image></value></draw><image contentType=\"image/png\" href=\"x.png\"/></template>")}),
      "a.pdf");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(where_is(text, "no picture, but words"), "body@");
  EXPECT_EQ(where_is(text, "bm8g"), "");
}

TEST(PdfXml, TextAndScripts) {
  using extract::pdf::read_xml_strings;
  using extract::pdf::XmlValues;
  const auto xml =
      read_xml_strings("<a><p>one <b>t</b>wo</p><p x=\"v\">three</p><script>s()</script></a>", XmlValues::elements);
  EXPECT_EQ(xml.text, "one two\nthree\n");
  EXPECT_EQ(xml.script, "s()\n");
  EXPECT_EQ(read_xml_strings("<d p:title=\"T\" xmlns:p=\"u\"/>", XmlValues::attributes_too).text, "T\n");
}

TEST(FormData, FieldsUnderTheirNamesAndAnnotations) {
  const std::string data =
      "%FDF-1.2\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<< /FDF << /Fields [ << /T (person) /Kids [ << /T (name) /V "
      "(\xFE\xFF\\000h\\000e\\000r\\000o\\000n) >> ] >> ] /F (form.pdf) /Annots [ << /Subtype /Text /Contents "
      "(kestrel) >> ] >> >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";
  const ExtractedText text = walk_document(data, "a.fdf");
  EXPECT_EQ(where_is(text, "heron"), "form-field@person.name");
  EXPECT_EQ(where_is(text, "kestrel"), "annotation@");
  EXPECT_EQ(where_is(text, "form.pdf"), "form-field@");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(outcomes(walk_document("%FDF-1.2\n1 0 obj\n<< /FDF", "a.fdf")), ":malformed");
}

TEST(PdfStructure, ClipsOfRenditionsHaveNames) {
  const std::string screen =
      "<< /Type /Annot /Subtype /Screen /Rect [0 0 9 9] /C [1 0 0] /A << /S /Rendition /R << /N (film) /C << /S /MCD "
      "/N "
      "(heron clip) >> >> >> >>";
  EXPECT_NE(where_is(walk_document(PdfBuilder().page_entries("/Annots [" + screen + "]").line("x").build(), "a.pdf"),
                     "heron clip"),
            "");
}

TEST(FormData, XfdfIsXml) {
  const ExtractedText text = walk_document(
      "<?xml version=\"1.0\"?><xfdf xmlns=\"http://ns.adobe.com/xfdf/\"><fields><field name=\"person\"><value>he<!-- "
      "-->ron</value></field></fields></xfdf>",
      "a.xfdf");
  EXPECT_EQ(text.parts[0].type, "application/xml");
  EXPECT_EQ(where_is(text, "heron"), "body@without tags");
}

TEST(PdfStructure, LabelsOfPages) {
  const std::string pdf = PdfBuilder().line("x").catalog("/PageLabels << /Nums [0 << /S /D /P (Heron-) >>] >>").build();
  EXPECT_EQ(where_is(walk_document(pdf, "a.pdf"), "Heron-"), "property@");
}

TEST(PdfStructure, NamesOfPropertiesThatPeopleGave) {
  const ExtractedText text =
      walk_document(PdfBuilder().line("x").info("/Title (a) /Heron#20client (b)").build(), "a.pdf");
  EXPECT_EQ(where_is(text, "Heron client"), "property@names");
  EXPECT_EQ(where_is(text, "Title"), "");
}

}  // namespace
}  // namespace postern::test

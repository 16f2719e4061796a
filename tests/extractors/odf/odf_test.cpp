// OpenDocument texts, presentations, packages.
#include "tests/support/document_walk.h"
#include "tests/support/odf_builder.h"

namespace postern::test {
namespace {

struct TextCase {
  const char* name;
  const char* body;
  Place place;
  const char* text;
};

TEST(OdfText, NamesOfStyles) {
  ZipBuilder zip = odf_package("text", odf_content("text", "<text:p>x</text:p>", "<style:style style:name=\"Auto\"/>"));
  zip.add("styles.xml",
          odf_xml("document-styles",
                  "<office:styles><style:style style:name=\"Standard\" style:family=\"paragraph\"/>"
                  "<style:style style:name=\"Heading_20_1\" style:display-name=\"Heading 1\"/>"
                  "<style:style style:name=\"Heron_20_bid\" style:family=\"paragraph\"/>"
                  "<style:style style:name=\"e1\" style:display-name=\"Egret 2\" style:family=\"text\"/>"
                  "<style:style style:name=\"_5f_a_b_20c_\" style:family=\"text\"/>"
                  "<text:list-style style:name=\"WWNum12\"/><text:list-style style:name=\"Bittern_20_list\"/>"
                  "</office:styles><office:master-styles><style:master-page style:name=\"Standard\"/>"
                  "<style:master-page style:name=\"Stork_20_page\"/></office:master-styles>"));
  const ExtractedText text = walk_document(zip.build(), "a.odt");
  EXPECT_EQ(text_of(text, Place::attribute), "Heron bid\nEgret 2\n_a_b\u020c\nBittern list\nStork page\n");
}

// As templates that bring styles alone.
TEST(OdfText, StylesWithoutContent) {
  const std::string styles =
      odf_xml("document-styles",
              "<office:styles><style:style style:name=\"Heron\" style:family=\"paragraph\"/></office:styles>");
  const auto file = [&](const std::string& name, const std::string& kind = "text-template") {
    ZipBuilder zip;
    ZipBuilder::Member type;
    type.name = "mimetype";
    type.data = "application/vnd.oasis.opendocument." + kind;
    type.method = 0;
    zip.add(type);
    return zip.add(name, styles).build();
  };
  const ExtractedText text = walk_document(file("styles.xml"), "a.ott");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(where_is(text, "Heron"), "attribute@");
  EXPECT_EQ(walk_document(file("other.xml"), "a.ott").parts[0].outcome, Outcome::malformed);
  for (const char* kind : {"text", "spreadsheet", "presentation", "graphics"}) {
    EXPECT_EQ(walk_document(file("styles.xml", kind), "a").parts[0].outcome, Outcome::malformed) << kind;
  }
}

TEST(OdfText, MacrosThatEventsCall) {
  ZipBuilder zip = odf_package(
      "text",
      odf_content("text",
                  "<office:event-listeners><script:event-listener "
                  "xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\" script:event-name=\"dom:load\" "
                  "xlink:href=\"vnd.sun.star.script:Standard.Egret\"/></office:event-listeners>"));
  zip.add("Dialogs/Standard/Ask.xml",
          "<dlg:window xmlns:dlg=\"http://openoffice.org/2000/dialog\" "
          "xmlns:script=\"http://openoffice.org/2000/script\" dlg:title=\"Ask the heron\"><script:event "
          "script:event-name=\"on-performaction\" script:macro-name=\"Standard.Module1.Bittern\"/></dlg:window>");
  const ExtractedText text = walk_document(zip.build(), "a.odt");
  EXPECT_EQ(where_is(text, "Egret"), "link@");
  EXPECT_EQ(where_is(text, "Bittern"), "macro@");
  EXPECT_EQ(where_is(text, "Ask the heron"), "form-field@");
}

TEST(OdfText, NamesOfFormsAndVariables) {
  const ExtractedText text = walk_document(
      odf_text("<office:forms><form:form form:name=\"Heron form\"><form:listbox form:name=\"Kite list\"/></form:form>"
               "</office:forms><text:variable-decls><text:variable-decl text:name=\"Osprey\"/></text:variable-decls>"
               "<text:p><text:execute-macro text:name=\"m\" text:description=\"Falcon help\">x</text:execute-macro>"
               "</text:p>"),
      "a.odt");
  EXPECT_EQ(where_is(text, "Heron form"), "form-field@");
  EXPECT_EQ(where_is(text, "Kite list"), "form-field@");
  EXPECT_EQ(where_is(text, "Osprey"), "field@");
  EXPECT_EQ(where_is(text, "Falcon help"), "macro@");
}

TEST(OdfText, WithoutLettersThatNobodySees) {
  const struct {
    const char* name;
    const char* properties;
    const char* body;
    const char* hidden;
  } cases[] = {
      {"white", "fo:color=\"#ffffff\"", "alpzzhabet\nalphabet\n", "zz\n"},
      {"white on black", "fo:color=\"#ffffff\" fo:background-color=\"#000000\"", "alpzzhabet\n", ""},
      {"one point", "fo:font-size=\"1pt\"", "alpzzhabet\nalphabet\n", "zz\n"},
      {"two points", "fo:font-size=\"2pt\"", "alpzzhabet\nalphabet\n", "zz\n"},
      {"more than two points", "fo:font-size=\"2.5pt\"", "alpzzhabet\n", ""},
      {"ten points", "fo:font-size=\"10pt\"", "alpzzhabet\n", ""},
      {"struck out", "style:text-line-through-style=\"solid\"", "alpzzhabet\nalphabet\n", ""},
  };
  for (const auto& c : cases) {
    const std::string style =
        "<style:style style:name=\"W\" style:family=\"text\"><style:text-properties "
        "xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" " +
        std::string(c.properties) + "/></style:style>";
    const ExtractedText text = walk_document(
        odf_text("<text:p>alp<text:span text:style-name=\"W\">zz</text:span>habet</text:p>", style), "a.odt");
    std::string body = text_of(text, Place::body);
    std::erase(body, '|');
    EXPECT_EQ(body, c.body) << c.name;
    EXPECT_EQ(text_of(text, Place::hidden_text), c.hidden) << c.name;
  }
}

TEST(OdfText, InCapitalsAsItIsShown) {
  const std::string upper =
      "xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" fo:text-transform=";
  const std::string styles =
      "<style:style style:name=\"U\" style:family=\"text\"><style:text-properties " + upper +
      "\"uppercase\"/></style:style><style:style style:name=\"P\" style:family=\"paragraph\"><style:text-properties " +
      upper +
      "\"uppercase\"/></style:style><style:style style:name=\"C\" style:family=\"paragraph\" "
      "style:parent-style-name=\"P\"/><style:style style:name=\"N\" style:family=\"paragraph\" "
      "style:parent-style-name=\"P\"><style:text-properties " +
      upper + "\"none\"/></style:style>";
  const struct {
    const char *body, *text;
  } cases[] = {
      {"<text:p>code <text:span text:style-name=\"U\">qvx-<text:span>4471</text:span></text:span>.</text:p>",
       "code qvx-4471.\n|code QVX-4471."},
      {"<text:p text:style-name=\"P\">qvx-1</text:p>", "qvx-1\n|QVX-1"},
      {"<text:p text:style-name=\"C\">qvx-1</text:p>", "qvx-1\n|QVX-1"},
      {"<text:p text:style-name=\"N\">qvx-1</text:p>", "qvx-1\n"},
      {"<text:p text:style-name=\"P\">heron</text:p>", "heron\n"},
  };
  for (const auto& c : cases) {
    std::string text = text_of(walk_document(odf_text(c.body, styles), "a.odt"), Place::body);
    while (text.ends_with('\n') && text.find('|') != std::string::npos) text.pop_back();
    EXPECT_EQ(text, c.text) << c.body;
  }
}

TEST(OdfText, NamesOfLayersAndCaptions) {
  const ExtractedText drawing =
      walk_document(odf_package("graphics", odf_content("drawing",
                                                        "<draw:layer-set><draw:layer draw:name=\"layout\"/><draw:layer "
                                                        "draw:name=\"Heron\"/></draw:layer-set>"))
                        .build(),
                    "a.odg");
  EXPECT_EQ(text_of(drawing, Place::attribute), "Heron\n");
  const ExtractedText text =
      walk_document(odf_text("<text:sequence-decls><text:sequence-decl text:name=\"Illustration\"/><text:sequence-decl "
                             "text:name=\"Heron\"/></text:sequence-decls>"),
                    "a.odt");
  EXPECT_EQ(text_of(text, Place::attribute), "Heron\n");
}

TEST(OdfText, PlacesOfText) {
  const TextCase cases[] = {
      {"runs are joined", "<text:p>Night<text:span>jar</text:span></text:p><text:p>two</text:p>", Place::body,
       "Nightjar\ntwo\n"},
      {"white space is collapsed", "<text:p>\n  one\n  <text:span> two</text:span> </text:p>", Place::body,
       "one two \n"},
      {"spaces, tabs, lines", "<text:p>a<text:s text:c=\"3\"/>b<text:tab/>c<text:line-break/>d</text:p>", Place::body,
       "a   b\tc\nd\n"},
      {"many spaces are bounded", "<text:p>a<text:s text:c=\"2000000000\"/>b</text:p>", Place::tracked_deletion, ""},
      {"table",
       "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
       "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>",
       Place::body, "a\tb\n"},
      {"footnote",
       "<text:p>main<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>below</text:p>"
       "</text:note-body></text:note> goes on</text:p>",
       Place::footnote, "below\n"},
      {"around a footnote",
       "<text:p>main<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>below</text:p>"
       "</text:note-body></text:note> goes on</text:p>",
       Place::body, "main goes on\n"},
      {"comment with its author",
       "<text:p>x<office:annotation><dc:creator>Ann</dc:creator><dc:date>2024-01-01</dc:date><text:p>look</text:p>"
       "</office:annotation></text:p>",
       Place::comment, "Ann: look\n"},
      {"comment as Impress writes it",
       "<text:p>x<io:annotation xmlns:io=\"http://openoffice.org/2009/office\"><dc:creator>Ann</dc:creator>"
       "<text:p>look</text:p></io:annotation></text:p>",
       Place::comment, "Ann: look\n"},
      {"text box", "<text:p>x<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame></text:p>",
       Place::text_box, "boxed\n"},
      {"shape", "<text:p>x<draw:custom-shape><text:p>shaped</text:p></draw:custom-shape></text:p>", Place::text_box,
       "shaped\n"},
      {"alternative text", "<text:p><draw:frame><svg:title>T</svg:title><svg:desc>D</svg:desc></draw:frame></text:p>",
       Place::alt_text, "T\nD\n"},
      {"hidden section", "<text:section text:name=\"s\" text:display=\"none\"><text:p>secret</text:p></text:section>",
       Place::hidden_text, "secret\n"},
      {"hidden run by its style", "<text:p>a<text:span text:style-name=\"H\">secret</text:span>b</text:p>",
       Place::hidden_text, "secret\n"},
      {"beside a hidden run", "<text:p>a<text:span text:style-name=\"H\">secret</text:span>b</text:p>", Place::body,
       "ab\n"},
      {"hidden by the parent of its style", "<text:p>a<text:span text:style-name=\"C\">secret</text:span></text:p>",
       Place::hidden_text, "secret\n"},
      {"hidden paragraph", "<text:p>be<text:hidden-paragraph text:is-hidden=\"true\"/>low</text:p>", Place::hidden_text,
       "below\n"},
      {"link", "<text:p><text:a xlink:href=\"http://example.net/x\">here</text:a></text:p>", Place::link,
       "http://example.net/x\n"},
      {"tip of a link", "<text:p><text:a office:name=\"n\" office:title=\"heron\">here</text:a></text:p>",
       Place::alt_text, "n\nheron\n"},
      {"area of a picture", "<text:p><draw:area-circle xlink:href=\"http://example.net/x\"/></text:p>", Place::link,
       "http://example.net/x\n"},
      {"name of a table", "<table:table table:name=\"Heron\"/><table:table table:name=\"Table1\"/>", Place::attribute,
       "Heron\n"},
      {"bookmark", "<text:p><text:bookmark-start text:name=\"Nightjar\"/>x</text:p>", Place::bookmark, "Nightjar\n"},
      {"field", "<text:p><text:conditional-text text:condition=\"c\" text:string-value-if-true=\"yes\"/></text:p>",
       Place::field, "c\nyes\n"},
      {"form", "<form:form><form:text form:current-value=\"typed\" form:label=\"Name\"/></form:form>",
       Place::form_field, "Name\ntyped\n"},
      {"data source", "<text:p><text:database-display text:table-name=\"staff\" text:column-name=\"iban\"/></text:p>",
       Place::field, "staff\niban\n"},
  };
  constexpr std::string_view kStyles =
      "<style:style style:name=\"H\" style:family=\"text\"><style:text-properties text:display=\"none\"/></style:style>"
      "<style:style style:name=\"C\" style:family=\"text\" style:parent-style-name=\"H\"/>";
  for (const TextCase& c : cases) {
    const ExtractedText text = walk_document(odf_text(c.body, kStyles), "a.odt");
    EXPECT_EQ(text_of(text, c.place), c.text) << c.name;
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << c.name << ": " << text.parts[0].why;
  }
}

TEST(OdfText, TrackedChanges) {
  const ExtractedText text = walk_document(
      odf_text("<text:tracked-changes><text:changed-region text:id=\"d1\"><text:deletion><office:change-info>"
               "<dc:creator>Ann</dc:creator></office:change-info><text:p>old </text:p></text:deletion>"
               "</text:changed-region><text:changed-region text:id=\"i1\"><text:insertion/></text:changed-region>"
               "</text:tracked-changes><text:p>the <text:change text:change-id=\"d1\"/><text:change-start "
               "text:change-id=\"i1\"/>new<text:change-end text:change-id=\"i1\"/> price</text:p>"),
      "a.odt");
  EXPECT_EQ(text_of(text, Place::body), "the new price\n");
  EXPECT_EQ(text_of(text, Place::tracked_deletion), "old\n");
  EXPECT_EQ(text_of(text, Place::tracked_insertion), "new\n");
  EXPECT_EQ(text_of(text, Place::revision), "the old  price\n");
  EXPECT_EQ(text_of(text, Place::property), "Ann\n");
}

TEST(OdfText, HeadersPropertiesMacrosObjectsAndFiles) {
  ZipBuilder zip = odf_package("text", odf_content("text", "<text:p>body</text:p>"));
  zip.add("styles.xml",
          odf_xml("document-styles",
                  "<office:master-styles><style:master-page><style:header><text:p>top</text:p></style:header>"
                  "<style:footer-left><text:p>bottom</text:p></style:footer-left></style:master-page>"
                  "</office:master-styles>"));
  zip.add("meta.xml", odf_xml("document-meta",
                              "<office:meta><dc:title>The title</dc:title><meta:user-defined meta:name=\"Client\">"
                              "Nightjar</meta:user-defined></office:meta>"));
  zip.add("Basic/Standard/Module1.xml",
          "<script:module xmlns:script=\"http://openoffice.org/2000/script\" script:name=\"Module1\">Sub Main\nEnd "
          "Sub</script:module>");
  zip.add("Scripts/python/a.py", "def run(): pass\n");
  zip.add("Object 1/content.xml",
          odf_content("chart", "<chart:chart><chart:title><text:p>Sales</text:p></chart:title></chart:chart>"));
  zip.add("Object 2/content.xml",
          "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi></mrow>"
          "</semantics></math>");
  zip.add("Pictures/a.txt", "a file inside");
  const ExtractedText text = walk_document(zip.build(), "a.odt");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(text_of(text, Place::header_footer), "top\nbottom\n");
  EXPECT_EQ(where_is(text, "The title"), "property@title");
  EXPECT_EQ(where_is(text, "Nightjar"), "property@Client");
  EXPECT_EQ(where_is(text, "Sub Main"), "macro@Module1");
  EXPECT_EQ(where_is(text, "def run"), "macro@Scripts/python/a.py");
  EXPECT_EQ(where_is(text, "Sales"), "chart@Object 1 ");
  EXPECT_EQ(where_is(text, "E=m"), "body@Object 2 ");
  EXPECT_EQ(where_is(text, "a file inside"), "body@");
}

TEST(OdfPresentation, SlidesNotesHiddenSlidesMasters) {
  ZipBuilder zip = odf_package(
      "presentation",
      odf_content("presentation",
                  "<draw:page draw:name=\"page1\"><draw:frame><draw:text-box><text:p>first</text:p></draw:text-box>"
                  "</draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>said</text:p></draw:text-box>"
                  "</draw:frame></presentation:notes></draw:page>"
                  "<draw:page draw:name=\"page2\" draw:style-name=\"dp2\"><draw:frame><draw:text-box><text:p>unseen"
                  "</text:p></draw:text-box></draw:frame></draw:page>",
                  "<style:style style:name=\"dp2\" style:family=\"drawing-page\"><style:drawing-page-properties "
                  "presentation:visibility=\"hidden\"/></style:style>"));
  zip.add("styles.xml", odf_xml("document-styles",
                                "<office:master-styles><style:master-page><draw:frame><draw:text-box><text:p>logo"
                                "</text:p></draw:text-box></draw:frame></style:master-page></office:master-styles>"));
  const ExtractedText text = walk_document(zip.build(), "a.odp");
  EXPECT_EQ(where_is(text, "first"), "body@slide 1");
  EXPECT_EQ(where_is(text, "said"), "notes@slide 1");
  EXPECT_EQ(where_is(text, "unseen"), "hidden-slide@slide 2");
  EXPECT_EQ(where_is(text, "logo"), "master@");
}

TEST(OdfDatabase, ConnectionQueriesTablesFormsAndScript) {
  ZipBuilder zip = odf_package(
      "database",
      odf_content(
          "database",
          "<db:data-source><db:connection-data><db:database-description><db:file-based-database "
          "xlink:href=\"file:///srv/heron.csv\"/></db:database-description></db:connection-data></db:data-source>"
          "<db:forms><db:component db:name=\"Heron form\" xlink:href=\"forms/Obj11\"/></db:forms>"
          "<db:queries><db:query db:name=\"Pay\" db:command=\"SELECT heron FROM staff\"/></db:queries>"
          "<db:table-representations><db:table-representation db:name=\"Heron staff\"/>"
          "</db:table-representations>"));
  zip.add("forms/Obj11/content.xml", odf_content("text", "<text:p>Heron label</text:p>"));
  zip.add("reports/Obj12/content.xml", odf_content("text", "<text:p>Heron report</text:p>"));
  zip.add("database/script", "INSERT INTO STAFF VALUES('Heron value')\n");
  const ExtractedText text = walk_document(zip.build(), "a.odb");
  for (const char* const word : {"file:///srv/heron.csv", "SELECT heron FROM staff", "Heron staff", "Heron form"}) {
    EXPECT_NE(where_is(text, word).find("connection@"), std::string::npos) << word;
  }
  EXPECT_EQ(where_is(text, "Heron label"), "body@forms/Obj11 ");
  EXPECT_EQ(where_is(text, "Heron report"), "body@reports/Obj12 ");
  EXPECT_EQ(where_is(text, "Heron value"), "body@");
  EXPECT_EQ(text.parts[0].type, "application/vnd.oasis.opendocument.database");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(text.parts[1].name, "database/script");
}

TEST(OdfFlat, FilesInBase64AndNestedDocuments) {
  const ExtractedText text = walk_document(
      odf_xml("document",
              "<office:meta><dc:title>Flat</dc:title></office:meta><office:body><office:text><text:p>body<draw:frame>"
              "<draw:image><office:binary-data>TmlnaHRqYXI=</office:binary-data></draw:image></draw:frame></text:p>"
              "</office:text></office:body>"),
      "a.fodt");
  EXPECT_EQ(text.parts[0].type, "application/vnd.oasis.opendocument.flat");
  EXPECT_EQ(text_of(text, Place::body), "body\n|Nightjar");
  EXPECT_EQ(text_of(text, Place::property), "Flat");
}

TEST(OdfOld, OpenOfficeOrg1) {
  ZipBuilder zip;
  ZipBuilder::Member type;
  type.name = "mimetype";
  type.data = "application/vnd.sun.xml.writer";
  type.method = 0;
  zip.add(type);
  zip.add("content.xml",
          "<!DOCTYPE office:document-content PUBLIC \"-//OpenOffice.org//DTD OfficeDocument 1.0//EN\" \"office.dtd\">"
          "<office:document-content xmlns:office=\"http://openoffice.org/2000/office\" "
          "xmlns:text=\"http://openoffice.org/2000/text\"><office:body><text:p>old<text:footnote><text:footnote-body>"
          "<text:p>note</text:p></text:footnote-body></text:footnote></text:p></office:body>"
          "</office:document-content>");
  const ExtractedText text = walk_document(zip.build(), "a.sxw");
  EXPECT_EQ(text_of(text, Place::body), "old\n");
  EXPECT_EQ(text_of(text, Place::footnote), "note\n");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(OdfPackage, EncryptedPartsAreNamed) {
  ZipBuilder zip = odf_package("text", std::string(64, '\x93'));
  zip.add("META-INF/manifest.xml",
          "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">"
          "<manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data/></manifest:file-entry>"
          "</manifest:manifest>");
  const ExtractedText text = walk_document(zip.build(), "a.odt");
  EXPECT_EQ(outcomes(text), ":encrypted 1:encrypted");
  EXPECT_EQ(text_of(text, Place::file_name), "a.odt|content.xml");
}

TEST(OdfPackage, DamageKeepsWhatWasRead) {
  const ExtractedText cut =
      walk_document(odf_package("text", "<office:document-content" + std::string(kOdfNamespaces) +
                                            "><office:body><office:text><text:p>kept</text:p><text:p>cut")
                        .build());
  EXPECT_EQ(outcomes(cut), ":malformed");
  EXPECT_NE(text_of(cut, Place::body).find("kept\ncut"), std::string::npos);
  EXPECT_EQ(outcomes(walk_document(odf_package("text", "").build())), ":malformed");
}

TEST(OdfPackage, WithoutItsTypeItIsFoundByItsNames) {
  ZipBuilder zip;
  zip.add("content.xml", odf_content("text", "<text:p>found</text:p>"));
  zip.add("META-INF/manifest.xml", "<manifest/>");
  EXPECT_EQ(text_of(walk_document(zip.build()), Place::body), "found\n");
}

}  // namespace
}  // namespace postern::test

#include "tests/support/document_walk.h"
#include "tests/support/ooxml_builder.h"

namespace postern::test {
namespace {

struct BodyCase {
  std::string name;
  std::string body;  // inside w:body
  Place place;
  std::string text;  // of that place, segments parted by '|'
};

void PrintTo(const BodyCase& c, std::ostream* out) {
  *out << c.name;
}

class WordBody : public testing::TestWithParam<BodyCase> {};

TEST_P(WordBody, GivesTextAsAReaderSeesIt) {
  const BodyCase& c = GetParam();
  const ExtractedText text = walk_document(word(c.body).build(), "a.docx");
  EXPECT_EQ(text_of(text, c.place), c.text);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

std::string run(std::string_view inner) {
  return "<w:r>" + std::string(inner) + "</w:r>";
}
std::string t(std::string_view text) {
  return "<w:t xml:space=\"preserve\">" + std::string(text) + "</w:t>";
}
std::string p(std::string_view inner) {
  return "<w:p>" + std::string(inner) + "</w:p>";
}

std::vector<BodyCase> body_cases() {
  const std::string box = "<w:txbxContent>" + word_paragraph("in a box") + "</w:txbxContent>";
  const auto look = [](const std::string& properties) { return "<w:rPr>" + properties + "</w:rPr>"; };
  const std::string tracked = p(run(t("Project amber ")) + "<w:del>" + run("<w:delText>heron</w:delText>") +
                                "</w:del><w:ins>" + run(t("falcon")) + "</w:ins>" + run(t(" ships")));
  return {
      {"runs_join", p(run(t("4111 1111 ")) + run("<w:rPr><w:b/></w:rPr>" + t("1111")) + run(t(" 1111"))), Place::body,
       "4111 1111 1111 1111\n"},
      {"paragraphs_end_lines", word_paragraph("one") + word_paragraph("two"), Place::body, "one\ntwo\n"},
      {"tabs_and_breaks", p(run(t("a") + "<w:tab/>" + t("b") + "<w:br/>" + t("c") + "<w:noBreakHyphen/>" + t("d"))),
       Place::body, "a\tb\nc-d\n"},
      {"tab_stops_are_no_text", p("<w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>" + run(t("x"))), Place::body,
       "x\n"},
      {"entities", p(run(t("R&amp;D &lt;x&gt; &#8364;5 &#x41;"))), Place::body,
       "R&D <x> \xE2\x82\xAC"
       "5 A\n"},
      {"symbols_are_characters",
       p(run(t("Night")) + run("<w:sym w:font=\"Arial\" w:char=\"006A\"/><w:sym w:font=\"X\" w:char=\"F061\"/>") +
         run("<w:sym w:char=\"zz\"/><w:sym w:char=\"D800\"/>" + t("r"))),
       Place::body, "Nightjar\n"},
      {"titles_of_content_controls",
       "<w:sdt><w:sdtPr><w:alias w:val=\"Nightjar\"/><w:tag w:val=\"code\"/></w:sdtPr><w:sdtContent>" +
           word_paragraph("x") + "</w:sdtContent></w:sdt>",
       Place::form_field, "Nightjar\ncode\n"},
      {"captions_of_tables",
       "<w:tbl><w:tblPr><w:tblCaption w:val=\"Night\"/><w:tblDescription w:val=\"jar\"/></w:tblPr><w:tr><w:tc>" +
           word_paragraph("x") + "</w:tc></w:tr></w:tbl>",
       Place::alt_text, "Night\njar\n"},
      {"cdata", p(run("<w:t><![CDATA[a<b]]></w:t>")), Place::body, "a<b\n"},
      {"table",
       "<w:tbl><w:tr><w:tc>" + word_paragraph("a") + "</w:tc><w:tc>" + word_paragraph("b") +
           "</w:tc></w:tr><w:tr><w:tc>" + word_paragraph("c") + "</w:tc><w:tc>" + word_paragraph("d") +
           "</w:tc></w:tr></w:tbl>",
       Place::body, "a\tb\nc\td\n"},
      {"deleted_is_not_in_the_body", tracked, Place::body, "Project amber falcon ships\n"},
      {"deleted", tracked, Place::tracked_deletion, "heron\n"},
      {"inserted", tracked, Place::tracked_insertion, "falcon\n"},
      {"before_the_change", tracked, Place::revision, "Project amber heron ships\n"},
      {"moved_from", p("<w:moveFrom>" + run(t("moved away")) + "</w:moveFrom>"), Place::tracked_deletion,
       "moved away\n"},
      {"vanished", p(run("<w:rPr><w:vanish/></w:rPr>" + t("unseen")) + run(t("seen"))), Place::hidden_text, "unseen\n"},
      {"without_white_letters", p(run(t("alp")) + run(look("<w:color w:val=\"FFFFFF\"/>") + t("zz")) + run(t("habet"))),
       Place::body, "alpzzhabet\n|alphabet\n"},
      {"white_letters_are_hidden",
       p(run(t("alp")) + run(look("<w:color w:val=\"FFFFFF\"/>") + t("zz")) + run(t("habet"))), Place::hidden_text,
       "zz\n"},
      {"without_tiny_letters", p(run(t("alp")) + run(look("<w:sz w:val=\"2\"/>") + t("zz")) + run(t("habet"))),
       Place::body, "alpzzhabet\n|alphabet\n"},
      {"two_points_are_tiny", p(run(t("alp")) + run(look("<w:sz w:val=\"4\"/>") + t("zz")) + run(t("habet"))),
       Place::body, "alpzzhabet\n|alphabet\n"},
      {"more_are_not", p(run(t("alp")) + run(look("<w:sz w:val=\"5\"/>") + t("zz")) + run(t("habet"))), Place::body,
       "alpzzhabet\n"},
      {"without_struck_letters", p(run(t("alp")) + run(look("<w:strike/>") + t("zz")) + run(t("habet"))), Place::body,
       "alpzzhabet\n|alphabet\n"},
      {"struck_letters_are_not_hidden", p(run(t("alp")) + run(look("<w:strike/>") + t("zz"))), Place::hidden_text, ""},
      {"in_capitals", p(run(t("code ")) + run(look("<w:caps/>") + t("qvx-4471-kd")) + run(t(" now"))), Place::body,
       "code qvx-4471-kd now\n|code QVX-4471-KD now\n"},
      {"in_capitals_in_pieces", p(run(look("<w:caps/>") + t("qvx-")) + run(look("<w:caps/>") + t("4471"))), Place::body,
       "qvx-4471\n|QVX-4471\n"},
      {"capitals_without_a_digit", p(run(look("<w:caps/>") + t("heron"))), Place::body, "heron\n"},
      {"capitals_off", p(run(look("<w:caps w:val=\"0\"/>") + t("qvx-4471"))), Place::body, "qvx-4471\n"},
      {"capitals_and_struck",
       p(run(look("<w:caps/>") + t("qv")) + run(look("<w:strike/>") + t("zz")) + run(look("<w:caps/>") + t("x"))),
       Place::body, "qvzzx\n|QVX\n"},
      {"white_throughout", p(run(look("<w:color w:val=\"FFFFFF\"/>") + t("white"))), Place::body, "white\n"},
      {"white_on_black",
       p(run(t("a ")) + run(look("<w:color w:val=\"FFFFFF\"/><w:shd w:fill=\"000000\"/>") + t("label"))), Place::body,
       "a label\n"},
      {"vanish_off", p(run("<w:rPr><w:vanish w:val=\"0\"/></w:rPr>" + t("seen"))), Place::body, "seen\n"},
      {"vanished_mark_hides_nothing", p("<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>" + run(t("seen"))), Place::body,
       "seen\n"},
      {"text_box", p(run(t("before")) + run("<w:pict><v:textbox>" + box + "</v:textbox></w:pict>") + run(t(" after"))),
       Place::text_box, "in a box\n"},
      {"text_box_keeps_the_paragraph_whole",
       p(run(t("before")) + run("<w:pict><v:textbox>" + box + "</v:textbox></w:pict>") + run(t(" after"))), Place::body,
       "before after\n"},
      {"alternate_content_once",
       p(run("<mc:AlternateContent><mc:Choice Requires=\"wps\">" + box + "</mc:Choice><mc:Fallback><w:pict>" + box +
             "</w:pict></mc:Fallback></mc:AlternateContent>")),
       Place::text_box, "in a box\n"},
      {"alternate_content_that_differs",
       p(run("<mc:AlternateContent><mc:Choice Requires=\"wps\">" + box + "</mc:Choice><mc:Fallback><w:txbxContent>" +
             word_paragraph("for old readers") + "</w:txbxContent></mc:Fallback></mc:AlternateContent>")),
       Place::text_box, "in a box\nfor old readers\n"},
      {"alternate_content_in_a_word",
       p(run(t("Night")) + "<mc:AlternateContent><mc:Choice Requires=\"wps\">" + run(t("jar")) +
         "</mc:Choice><mc:Fallback>" + run(t("zz")) + "</mc:Fallback></mc:AlternateContent>" + run(t("s"))),
       Place::body, "Nightjars\n|Nightzzs\n"},
      {"alternate_content_twice",
       p(run(t("a")) + "<mc:AlternateContent><mc:Choice>" + run(t("b")) + "</mc:Choice><mc:Fallback>" + run(t("c")) +
         "</mc:Fallback></mc:AlternateContent><mc:AlternateContent><mc:Choice>" + run(t("d")) +
         "</mc:Choice><mc:Choice>" + run(t("e")) + "</mc:Choice><mc:Fallback/></mc:AlternateContent>" + run(t("f"))),
       Place::body, "abdf\n|acf\n"},
      {"alternate_content_without_a_choice",
       p(run(t("a")) + "<mc:AlternateContent><mc:Choice/><mc:Fallback>" + run(t("b")) +
         "</mc:Fallback></mc:AlternateContent>"),
       Place::body, "ab\n"},
      {"alternate_content_of_paragraphs",
       "<mc:AlternateContent><mc:Choice>" + word_paragraph("first") + "</mc:Choice><mc:Fallback>" +
           word_paragraph("second") + "</mc:Fallback></mc:AlternateContent>",
       Place::body, "first\nsecond\n"},
      {"field_code", p(run("<w:instrText>HYPERLINK \"http://x.example\"</w:instrText>") + run(t("shown"))),
       Place::field, "HYPERLINK \"http://x.example\"\n"},
      {"alternative_text",
       p(run("<w:drawing><wp:inline><wp:docPr id=\"1\" name=\"Picture 1\" descr=\"a chart of sales\"/>"
             "</wp:inline></w:drawing>")),
       Place::alt_text, "a chart of sales\n"},
      {"names_that_people_gave",
       p(run("<w:drawing><wp:inline><wp:docPr id=\"1\" name=\"Plan Heron\"/></wp:inline></w:drawing>"
             "<w:drawing><wp:inline><wp:docPr id=\"1\" name=\"Picture 7\"/></wp:inline></w:drawing>")),
       Place::attribute, "Plan Heron\n"},
      {"fractions_do_not_join_their_numbers",
       p("<m:oMath "
         "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><m:f><m:num><m:r><m:t>41</m:t></m:r></"
         "m:num><m:den><m:r><m:t>11</m:t></m:r></m:den></m:f></"
         "m:oMath>"),
       Place::body, "41/11\n"},
      {"watermark", p(run("<w:pict><v:shape><v:textpath string=\"CONFIDENTIAL\"/></v:shape></w:pict>")),
       Place::text_box, "CONFIDENTIAL\n"},
      {"bookmark",
       p("<w:bookmarkStart w:id=\"0\" w:name=\"salaries\"/><w:bookmarkStart w:id=\"1\" w:name=\"_GoBack\"/>"),
       Place::bookmark, "salaries\n"},
  };
}

INSTANTIATE_TEST_SUITE_P(Cases, WordBody, testing::ValuesIn(body_cases()), [](const auto& c) { return c.param.name; });

TEST(Word, StoriesAreFoundByRelationship) {
  auto builder = word(word_paragraph("the body"));
  builder.relations("word/document.xml", {{"r1", "header", "odd-name.xml"},
                                          {"r2", "footnotes", "/word/notes.bin"},
                                          {"r3", "comments", "../word/c.xml"},
                                          {"r4", "hyperlink", "https://drop.example/upload?x=1&amp;y=2", true}});
  builder.part("word/odd-name.xml", word_xml(word_paragraph("the header"), "hdr"));
  builder.part("word/notes.bin", word_xml("<w:footnote>" + word_paragraph("the note") + "</w:footnote>", "footnotes"));
  builder.part("word/c.xml",
               word_xml("<w:comment w:author=\"Ann\">" + word_paragraph("the comment") + "</w:comment>", "comments"));
  const ExtractedText text = walk_document(builder.build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::body), "the body\n");
  EXPECT_EQ(text_of(text, Place::header_footer), "the header\n");
  EXPECT_EQ(text_of(text, Place::footnote), "the note\n");
  EXPECT_EQ(text_of(text, Place::comment), "Ann: the comment\n");
  EXPECT_EQ(text_of(text, Place::link), "https://drop.example/upload?x=1&y=2");
  EXPECT_EQ(outcomes(text), ":complete");
}

// Styles hide text as marks of runs do; of styles that apply to a run, an odd number must.
TEST(Word, StylesThatHide) {
  const auto styled = [](std::string_view style, std::string_view inner) {
    return p("<w:pPr><w:pStyle w:val=\"" + std::string(style) + "\"/></w:pPr>" + std::string(inner));
  };
  const auto of_style = [](std::string_view style) {
    return "<w:rPr><w:rStyle w:val=\"" + std::string(style) + "\"/></w:rPr>";
  };
  auto builder = word(styled("Secret", run(t("a")) + run("<w:rPr><w:vanish w:val=\"0\"/></w:rPr>" + t("A")) +
                                           run(of_style("Away") + t("B"))) +
                      styled("Child", run(t("b"))) + styled("Shown", run(t("C")) + run(of_style("Away") + t("c"))) +
                      p(run(t("D"))));
  builder.relations("word/document.xml", {{"r1", "styles", "s.xml"}});
  builder.part(
      "word/s.xml",
      word_xml("<w:style w:styleId=\"Secret\" w:customStyle=\"1\"><w:name w:val=\"Project Heron\"/>"
               "<w:rPr><w:vanish/></w:rPr></w:style>"
               "<w:style w:styleId=\"Child\"><w:name w:val=\"x\"/><w:basedOn w:val=\"Secret\"/></w:style>"
               "<w:style w:styleId=\"Shown\"><w:basedOn w:val=\"Secret\"/><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>"
               "<w:rPr><w:vanish w:val=\"0\"/></w:rPr></w:style>"
               "<w:style w:styleId=\"Away\"><w:rPr><w:vanish/></w:rPr></w:style>"
               "<w:style w:styleId=\"Loop\"><w:basedOn w:val=\"Loop\"/></w:style>",
               "styles"));
  const ExtractedText text = walk_document(builder.build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::hidden_text), "a\nb\nc\n");
  EXPECT_EQ(text_of(text, Place::body), "AB\n\nC\nD\n");
  EXPECT_EQ(where_is(text, "Project Heron"), "attribute@names of styles");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Word, StylesShowTextInCapitals) {
  auto builder = word(
      p("<w:pPr><w:pStyle w:val=\"Loud\"/></w:pPr>" + run(t("qvx-1"))) +
      p(run("<w:rPr><w:rStyle w:val=\"Child\"/></w:rPr>" + t("qvx-2"))) +
      p("<w:pPr><w:pStyle w:val=\"Loud\"/></w:pPr>" + run("<w:rPr><w:rStyle w:val=\"Child\"/></w:rPr>" + t("qvx-3"))) +
      p(run(t("qvx-4"))));
  builder.relations("word/document.xml", {{"r1", "styles", "s.xml"}});
  builder.part("word/s.xml", word_xml("<w:style w:styleId=\"Loud\"><w:rPr><w:caps/></w:rPr></w:style>"
                                      "<w:style w:styleId=\"Child\"><w:basedOn w:val=\"Loud\"/></w:style>",
                                      "styles"));
  EXPECT_EQ(text_of(walk_document(builder.build(), "a.docx"), Place::body),
            "qvx-1\nqvx-2\nqvx-3\nqvx-4\n|QVX-1\nQVX-2\n");
}

TEST(Word, OtherPrefixesAndTheStrictNamespace) {
  const std::string xml = "<x:document xmlns:x=\"" + std::string(kWordStrictNs) +
                          "\"><x:body><x:p><x:r><x:t>strict</x:t></x:r></x:p>" + "<p xmlns=\"" + std::string(kWordNs) +
                          "\"><r><t>default</t></r></p></x:body></x:document>";
  const ExtractedText text =
      walk_document(OoxmlBuilder("word/document.xml", "wordprocessingml.document", xml).build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::body), "strict\ndefault\n");
}

TEST(Word, Utf16) {
  std::u16string wide =
      u"<?xml version=\"1.0\" encoding=\"UTF-16\"?><w:document xmlns:w=\""
      u"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>Stra\u00DFe"
      u"</w:t></w:r></w:p></w:body></w:document>";
  std::string bytes = "\xFF\xFE";
  for (const char16_t unit : wide) put_le(bytes, unit, 2);
  const ExtractedText text =
      walk_document(OoxmlBuilder("word/document.xml", "wordprocessingml.document", bytes).build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::body),
            "Stra\xC3\x9F"
            "e\n");
}

TEST(Word, WhatNoRelationshipLeadsToIsAChild) {
  auto builder = word(word_paragraph("body"));
  builder.part("stowaway.txt", "smuggled text\n");
  builder.relations("word/document.xml",
                    {{"r1", "oleObject", "embeddings/inner.docx"}, {"r2", "aFChunk", "chunk.txt"}});
  builder.part("word/embeddings/inner.docx", word(word_paragraph("embedded body")).build());
  builder.part("word/chunk.txt", "chunk text\n");
  const ExtractedText text = walk_document(builder.build(), "a.docx");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete 3:complete");
  for (const char* needle : {"smuggled text", "embedded body", "chunk text"})
    EXPECT_NE(where_is(text, needle), "") << needle;
}

TEST(Word, PropertiesAndMacros) {
  auto builder = word(word_paragraph("body"));
  builder.root({"rId2", "metadata/core-properties", "docProps/core.xml"});
  builder.root({"rId3", "custom-properties", "docProps/custom.xml"});
  builder.part("docProps/core.xml",
               "<cp:coreProperties xmlns:cp=\"x\" xmlns:dc=\"y\"><dc:title>Merger plan</dc:title></cp:coreProperties>");
  builder.part(
      "docProps/custom.xml",
      "<Properties xmlns:vt=\"v\"><property name=\"Label\"><vt:lpwstr>Secret</vt:lpwstr></property></Properties>");
  builder.relations("word/document.xml", {{"r1", "vbaProject", "vbaProject.bin"}});
  builder.part("word/vbaProject.bin", "\xD0\xCF\x11\xE0");
  const ExtractedText text = walk_document(builder.build(), "a.docm");
  EXPECT_EQ(where_is(text, "Merger plan"), "property@title");
  EXPECT_EQ(where_is(text, "Secret"), "property@Label");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"macros"});
  EXPECT_EQ(outcomes(text), ":complete 1:unsupported");
}

TEST(Word, DamageKeepsWhatWasRead) {
  std::string xml = word_xml(word_paragraph("first") + word_paragraph("second"));
  xml.resize(xml.find("second") + 3);
  const ExtractedText text =
      walk_document(OoxmlBuilder("word/document.xml", "wordprocessingml.document", xml).build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::body), "first\nsec\n");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

TEST(Word, EntitiesOfADocumentTypeAreTextAndNothingMore) {
  const std::string xml =
      "<!DOCTYPE x [<!ENTITY a \"the hidden words\"><!ENTITY b \"&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>" +
      word_xml(word_paragraph("visible &b; &c;")).substr(55);
  const ExtractedText text =
      walk_document(OoxmlBuilder("word/document.xml", "wordprocessingml.document", xml).build(), "a.docx");
  EXPECT_EQ(text_of(text, Place::body), "visible  \n");
  EXPECT_EQ(text_of(text, Place::hidden_text).find("the hidden words") != std::string::npos, true);
  EXPECT_EQ(where_is(text, "root:"), "");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

TEST(Word, DeepNestingIsBounded) {
  std::string body;
  for (int i = 0; i < 50'000; i++) body += "<w:sdt>";
  body += word_paragraph("at the bottom");
  const ExtractedText text = walk_document(word(body).build(), "a.docx");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
  EXPECT_NE(where_is(text, "at the bottom"), "");
}

TEST(Word, ABombInsideEndsInLimit) {
  auto builder = word(word_paragraph("body"));
  ZipBuilder::Member member;
  member.name = "word/header1.xml";
  member.packed = deflate_run(' ', 64 << 20);
  member.claimed_size = 64 << 20;
  member.crc = 0;
  builder.zip().add(member);
  builder.relations("word/document.xml", {{"r1", "header", "header1.xml"}});
  const ExtractedText text = walk_document(builder.build(), "a.docx");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit) << text.parts[0].why;
  EXPECT_EQ(text_of(text, Place::body), "body\n");
}

TEST(Word, EncryptedIsAnOle2File) {
  const ExtractedText text = walk_document("stub", "a.docx", {}, "application/x-encrypted-ooxml");
  EXPECT_EQ(text.parts[0].outcome, Outcome::encrypted);
}

}  // namespace
}  // namespace postern::test

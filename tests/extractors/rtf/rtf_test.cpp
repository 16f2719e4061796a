#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct RtfCase {
  std::string name;
  std::string rtf;  // inside the outermost group, behind \rtf1
  Place place;
  std::string text;  // of that place, segments parted by '|'
};

void PrintTo(const RtfCase& c, std::ostream* out) {
  *out << c.name;
}

ExtractedText walk_rtf(std::string_view inner) {
  return walk_document("{\\rtf1\\ansi " + std::string(inner) + "}", "a.rtf");
}

class Rtf : public testing::TestWithParam<RtfCase> {};

TEST_P(Rtf, GivesTextWithItsPlace) {
  const RtfCase& c = GetParam();
  const ExtractedText text = walk_rtf(c.rtf);
  EXPECT_EQ(text_of(text, c.place), c.text);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

std::vector<RtfCase> text_cases() {
  const std::string colors = "{\\colortbl;\\red255\\green0\\blue0;\\red255\\green255\\blue255;}";
  return {
      {"WithoutWhiteLetters", colors + "alp{\\cf2 zz}habet\\par", Place::body, "alpzzhabet\n|alphabet\n"},
      {"WhiteLettersAreHidden", colors + "alp{\\cf2 zz}habet\\par", Place::hidden_text, "zz\n"},
      {"RedLettersAreSeen", colors + "alp{\\cf1 zz}habet\\par", Place::body, "alpzzhabet\n"},
      {"WhiteOnAColour", colors + "alp{\\cf2\\highlight1 zz}habet\\par", Place::body, "alpzzhabet\n"},
      {"WhiteThroughout", colors + "{\\cf2 white}\\par", Place::body, "white\n"},
      {"WithoutTinyLetters", "alp{\\fs2 zz}habet\\par", Place::body, "alpzzhabet\n|alphabet\n"},
      {"TwoPointsAreTiny", "alp{\\fs4 zz}habet\\par", Place::body, "alpzzhabet\n|alphabet\n"},
      {"MoreAreNot", "alp{\\fs5 zz}habet\\par", Place::body, "alpzzhabet\n"},
      {"InCapitals", "code {\\caps qvx-4471-kd}{\\caps0  now}\\par", Place::body,
       "code qvx-4471-kd now\n|code QVX-4471-KD now\n"},
      {"WithoutStruckLetters", "alp{\\strike zz}habet\\par", Place::body, "alpzzhabet\n|alphabet\n"},
      {"runs_join", "4111 {\\b 1111} \\i 1111\\i0  11{\\ul 11}\\par", Place::body, "4111 1111 1111 1111\n"},
      {"line_ends_of_the_file_are_none", "Night\r\njar\nfalls", Place::body, "Nightjarfalls"},
      {"paragraphs_and_lines", "a\\par b\\line c\\tab d\\sect e\\page f", Place::body, "a\nb\nc\td\ne\nf"},
      {"escaped_signs", "\\{a\\}\\\\b\\~c\\_d\\-e", Place::body,
       "{a}\\b\xC2\xA0"
       "c-de"},
      {"named_signs", "\\lquote a\\rquote\\emdash\\bullet", Place::body,
       "\xE2\x80\x98"
       "a\xE2\x80\x99\xE2\x80\x94\xE2\x80\xA2"},
      {"table", "\\trowd a\\cell b\\cell\\row\\trowd c\\cell d\\cell\\row", Place::body, "a\tb\nc\td\n"},
      {"nested_table", "x{\\nestcell y\\nestcell{\\*\\nesttableprops\\nestrow}{\\nonesttables\\par}}", Place::body,
       "x\ty\n"},
      {"text_for_readers_without_nested_tables",
       "x{\\nestcell y\\nestcell{\\*\\nesttableprops\\nestrow}{\\nonesttables Nightjar\\par}}", Place::hidden_text,
       "Nightjar\n"},
      {"titles_in_the_code_page_of_the_document",
       "\\ansicpg1251\\deff0{\\fonttbl{\\f0\\fcharset0 A;}}{\\info{\\title \\'cf\\'f0}}", Place::property,
       "\xD0\x9F\xD1\x80"},
      {"windows_1252", "caf\\'e9 \\'80", Place::body, "caf\xC3\xA9 \xE2\x82\xAC"},
      {"raw_bytes", "caf\xE9", Place::body, "caf\xC3\xA9"},
      {"code_page_of_the_document", "\\ansicpg1251 \\'cf\\'f0", Place::body, "\xD0\x9F\xD1\x80"},
      {"charset_of_the_font", "{\\fonttbl{\\f0\\fcharset204 A;}{\\f1\\fcharset0 B;}}\\f0\\'cf{\\f1\\'cf}\\'f0",
       Place::body, "\xD0\x9F\xC3\x8F\xD1\x80"},
      {"default_font", "\\deff3{\\fonttbl{\\f3\\fcharset161 A;}}\\'e1", Place::body, "\xCE\xB1"},
      {"code_page_of_the_font", "{\\fonttbl{\\f0\\fcharset0\\cpg1251 A;}}\\f0\\'cf", Place::body, "\xD0\x9F"},
      {"two_bytes_a_character", "{\\fonttbl{\\f0\\fcharset134 A;}}\\f0\\'d6\\'d0\\'b9\\'fa", Place::body,
       "\xE4\xB8\xAD\xE5\x9B\xBD"},
      {"second_byte_as_itself", "{\\fonttbl{\\f0\\fcharset128 A;}}\\f0\\'83e\\'83X", Place::body,
       "\xE3\x83\x86\xE3\x82\xB9"},
      {"second_byte_an_escaped_sign", "{\\fonttbl{\\f0\\fcharset128 A;}}\\f0\\'83\\\\", Place::body, "\xE3\x82\xBD"},
      {"unicode", "\\u8364?\\u-10179?\\u-8704?", Place::body, "\xE2\x82\xAC\xF0\x9F\x98\x80"},
      {"pair_around_a_word", "\\uc0\\u-10179\\uc1 \\u-8704?", Place::body, "\xF0\x9F\x98\x80"},
      {"unicode_without_spare", "\\uc0\\u252 ber", Place::body,
       "\xC3\xBC"
       "ber"},
      {"unicode_with_two_spare", "\\uc2\\u20013\\'d6\\'d0x", Place::body, "\xE4\xB8\xADx"},
      {"spare_count_ends_with_its_group", "{\\uc0\\u97 }\\u98?c", Place::body, "abc"},
      {"symbols_by_number", "\\u-3999?", Place::body, "a"},
      {"right_to_left_font", "{\\fonttbl{\\f0\\fcharset0 A;}{\\f1\\fcharset178 B;}}\\ltrch\\f0\\rtlch\\af1\\'d3",
       Place::body, "\xD8\xB3"},
      {"other_half_of_upr", "a{\\upr{old}{\\*\\ud{new}}}", Place::hidden_text, "old"},
      {"upr_in_a_title", "{\\info{\\title a {\\upr{old}{\\*\\ud{new}}}}}", Place::property, "a new"},
      {"upr_of_one_group_in_a_title", "{\\info{\\title a {\\upr old\\ud new} b}}", Place::property, "a new b"},
      {"a_title_in_upr", "{\\info{\\upr{\\title old}{\\*\\ud{\\title new}}}}", Place::property, "old|new"},
      {"ud_inside_another_destination_of_upr", "{\\upr{\\title old{\\*\\ud new}}}", Place::property, "old"},
      {"unicode_half_of_upr", "{\\upr{old}{\\*\\ud{new}}}", Place::body, "new"},
      {"ud_in_the_middle_of_a_title", "{\\upr{\\title old\\ud new}}after", Place::property, "old"},
      {"text_after_ud_in_the_same_group", "{\\upr{old}{{\\*\\ud new} more}}after", Place::hidden_text, "old"},
      {"hidden", "seen{\\v unseen}\\v also\\v0 .", Place::hidden_text, "unseenalso"},
      {"hidden_is_not_in_the_body", "seen{\\v unseen}.", Place::body, "seen."},
      {"plain_ends_hidden", "\\v a\\plain b", Place::body, "b"},
      {"deleted", "Project {\\deleted heron}{\\revised falcon} ships\\par", Place::tracked_deletion, "heron"},
      {"inserted", "Project {\\deleted heron}{\\revised falcon} ships\\par", Place::tracked_insertion, "falcon"},
      {"inserted_is_in_the_body", "Project {\\deleted heron}{\\revised falcon} ships\\par", Place::body,
       "Project falcon ships\n"},
      {"before_the_change", "Project {\\deleted heron}{\\revised falcon} ships\\par", Place::revision,
       "Project heron ships\n"},
      {"headers_and_footers", "{\\header top}{\\footerf bottom}x", Place::header_footer, "top|bottom"},
      {"footnotes", "a{\\footnote one}b{\\footnote\\ftnalt two}", Place::footnote, "one|two"},
      {"body_around_footnotes", "a{\\footnote one}b", Place::body, "ab"},
      {"comments_with_authors",
       "{\\*\\atnid AR}{\\*\\atnauthor Ann Roe}\\chatn{\\*\\annotation{\\*\\atndate 1}{\\*\\atnref 1}check}",
       Place::comment, "AR Ann Roe: check"},
      {"text_boxes", "{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt in a box\\par}}}", Place::text_box,
       "in a box\n"},
      {"alternative_text", "{\\shp{\\*\\shpinst{\\sp{\\sn wzDescription}{\\sv a chart}}}}", Place::alt_text, "a chart"},
      {"word_art", "{\\shp{\\*\\shpinst{\\sp{\\sn gtextUNICODE}{\\sv Nightjar}}}}", Place::text_box, "Nightjar"},
      {"link", "{\\field{\\*\\fldinst HYPERLINK \"http://a.example/x\" \\\\o \"tip\"}{\\fldrslt here}}", Place::link,
       "http://a.example/x"},
      {"link_tip", "{\\field{\\*\\fldinst HYPERLINK \"http://a.example/x\" \\\\o \"tip\"}{\\fldrslt here}}",
       Place::alt_text, "tip"},
      {"link_shown", "{\\field{\\*\\fldinst HYPERLINK \"http://a.example/x\"}{\\fldrslt here}}", Place::body, "here"},
      {"field_code", "{\\field{\\*\\fldinst INCLUDETEXT \"c:\\\\\\\\plan.doc\"}{\\fldrslt x}}", Place::field,
       "INCLUDETEXT \"c:\\\\plan.doc\""},
      {"form_field", "{\\*\\formfield{\\fftype0{\\*\\ffname Iban}{\\*\\ffdeftext DE00}}}", Place::form_field,
       "Iban|DE00"},
      {"bookmark", "{\\*\\bkmkstart Falcon}x{\\*\\bkmkend Falcon}", Place::bookmark, "Falcon"},
      {"properties", "{\\info{\\title T {\\b x}}{\\author A}{\\creatim\\yr2010\\mo5\\dy1\\hr12\\min3}}",
       Place::property, "T x|A|2010-05-01 12:03"},
      {"custom_properties", "{\\*\\userprops{\\propname Label}\\proptype30{\\staticval Secret}}", Place::property,
       "Label|Secret"},
      {"name_of_a_list",
       "{\\*\\listtable{\\list{\\listlevel{\\leveltext\\'01.;}{\\levelnumbers\\'01;}}{\\listname Steps of heron;}}}x",
       Place::attribute, "Steps of heron"},
      {"list_table_is_no_text",
       "{\\*\\listtable{\\list{\\listlevel{\\leveltext\\'01.;}{\\levelnumbers\\'01;}}{\\listname Steps;}}}x",
       Place::body, "x"},
      {"names_of_styles",
       "{\\stylesheet{\\ql Normal;}{\\s1\\sbasedon0 heading 1;}{\\*\\cs10 \\additive Default Paragraph Font;}"
       "{\\s15{\\*\\keycode \\shift\\ctrl n}Heron caf\\'e9;}{\\*\\cs16 {\\b Secret {project}};}}x",
       Place::attribute, "Heron caf\u00e9\nSecret project\n"},
      {"names_of_styles_are_no_text", "{\\stylesheet{\\s15 Heron;}}x", Place::body, "x"},
      {"schemas",
       "{\\*\\xmlnstbl {\\xmlns1 http://schemas.microsoft.com/office/word/2003/wordml}{\\xmlns2 urn:heron:tender}}x",
       Place::custom_xml, "urn:heron:tender\n"},
      {"name_of_an_object", "{\\object{\\*\\objclass Word.Document.8}{\\*\\objname heron}{\\result x}}",
       Place::attribute, "heron"},
      {"unknown_destination", "a{\\*\\nobodyknows night{\\b jar}}b", Place::hidden_text, "nightjar"},
      {"unknown_word_hides_nothing", "a{\\nobodyknows b}", Place::body, "ab"},
      {"tables_of_the_file_are_no_text", "{\\fonttbl{\\f0 Arial;}}{\\colortbl;\\red0;}{\\stylesheet{Normal;}}x",
       Place::body, "x"},
      {"names_of_fonts_are_not_read", "{\\fonttbl{\\f0 Nightjar;}}x", Place::body, "x"},
      {"mail_merge_sources", "{\\*\\mailmerge{\\mmdatasource heron.mdb}{\\mmconnectstr DSN=egret}}x", Place::connection,
       "heron.mdb|DSN=egret"},
      {"reviewers", "{\\*\\revtbl {Unknown;}{Ann Lee;}}x", Place::property, "Unknown; Ann Lee"},
      {"index_entries", "x{\\xe Nightjar}", Place::hidden_text, "Nightjar"},
      {"binary_data_is_no_text", "a{\\*\\unknown\\bin3 }}}b}c", Place::body, "ac"},
  };
}

INSTANTIATE_TEST_SUITE_P(Texts, Rtf, testing::ValuesIn(text_cases()), [](const auto& c) { return c.param.name; });

TEST(RtfObjects, PackagedFileIsAChild) {
  // [MS-OLEDS] 2.2.5: version, embedded, class "Package", no topic, no item, then the packager's stream.
  const std::string data =
      "0105000002000000080000005061636b61676500000000000000000030000000"
      "0200"
      "612e74787400"
      "633a5c612e74787400"
      "00000300"
      "09000000633a5c612e74787400"
      "080000006e696768746a6172";
  const ExtractedText text = walk_rtf("{\\object{\\*\\objclass Package}{\\*\\objdata " + data + "}{\\result shown}}");
  ASSERT_EQ(text.parts.size(), 2u);
  EXPECT_EQ(text.parts[1].name, "a.txt");
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
  EXPECT_EQ(where_is(text, "shown"), "body@");
}

TEST(RtfObjects, DigitsMayBeBrokenByLinesAndBytesMayBeRaw) {
  const ExtractedText text = walk_rtf("{\\*\\themedata 6e69\r\n6 7 68\n74\\bin3 jar}");
  ASSERT_EQ(text.parts.size(), 2u);
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
}

TEST(RtfObjects, PicturesAreChildren) {
  const ExtractedText text = walk_rtf("{\\pict\\pngblip 89504e470d0a1a0a0000}");
  ASSERT_EQ(text.parts.size(), 2u);
  EXPECT_EQ(text.parts[1].type, "image/png");
}

TEST(RtfObjects, PicturesUnderTheWrongWordAreReadByTheirBytes) {
  const ExtractedText text = walk_rtf("{\\pict\\wmetafile8 89504e470d0a1a0a0000}");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].type, "image/png");
}

TEST(RtfDamage, EndInsideAGroupKeepsTheText) {
  const ExtractedText text = walk_document("{\\rtf1 a{\\footnote night", "a.rtf");
  EXPECT_EQ(text_of(text, Place::footnote), "night");
  EXPECT_EQ(text.parts[0].outcome, Outcome::partial);
}

TEST(RtfDamage, TextBehindTheEndIsAPart) {
  const ExtractedText text = walk_document("{\\rtf1 a}\r\nnightjar", "a.rtf");
  ASSERT_EQ(text.parts.size(), 2u);
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"appended-data"});
}

TEST(RtfDamage, GroupsBeyondTheLimitAreNamed) {
  const ExtractedText text =
      walk_document("{\\rtf1 a" + std::string(20'000, '{') + std::string(20'000, '}') + "b}", "");
  EXPECT_EQ(text_of(text, Place::body), "ab");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit);
  EXPECT_NE(text.parts[0].why.find("10000"), std::string::npos) << text.parts[0].why;
}

TEST(RtfDamage, SizesThatLieAreCut) {
  const ExtractedText text = walk_document("{\\rtf1 a{\\pict\\bin2000000000 xyz", "");
  EXPECT_EQ(text_of(text, Place::body), "a|xyz");
  EXPECT_EQ(text.parts[0].outcome, Outcome::partial);
}

}  // namespace
}  // namespace postern::test

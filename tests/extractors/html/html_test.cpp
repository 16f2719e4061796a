#include "extractors/html/selector.h"
#include "extractors/html/strip.h"
#include "extractors/html/style.h"
#include "extractors/html/tree.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct HtmlCase {
  std::string name;
  std::string html;
  std::string body;
  std::string hidden;
  std::string quoted;
};

void PrintTo(const HtmlCase& c, std::ostream* out) {
  *out << c.name;
}

ExtractedText walk_html(std::string_view html) {
  return walk_document(html, "", {}, "text/html");
}

class Html : public testing::TestWithParam<HtmlCase> {};

TEST_P(Html, ShowsWhatAReaderSees) {
  const HtmlCase& c = GetParam();
  const ExtractedText text = walk_html(c.html);
  EXPECT_EQ(text_of(text, Place::body), c.body);
  EXPECT_EQ(text_of(text, Place::hidden_text), c.hidden);
  EXPECT_EQ(text_of(text, Place::quoted), c.quoted);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

std::vector<HtmlCase> html_cases() {
  return {
      {"inline_joined", "<p><span>Night</span><b>j</b><wbr>ar</p>", "Nightjar\n", "", ""},
      {"blocks", "<div>a</div><div>b</div>c<p>d", "a\nb\nc\nd\n", "", ""},
      {"breaks", "a<br>b<br><br>c", "a\nb\n\nc\n", "", ""},
      {"white_space", "<p>  a \n\t b  </p>", "a b\n", "", ""},
      {"pre", "<pre>a\n  b</pre>", "a\n  b\n", "", ""},
      {"cells", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a\tb\nc\td\n", "", ""},
      {"entities", "&lt;Night&#106;&#x61;r&gt; &amp;&nbsp;x", "<Nightjar> &\u00A0x\n", "", ""},
      {"display_none", "a<span style='display:none'>b</span>c", "ac\n", "b\n|abc\n", ""},
      {"display_none_block", "<p>a</p><p style='DISPLAY : None !important'>b</p>", "a\n", "b\n", ""},
      {"visibility", "<p style='visibility:hidden'>a<span style='visibility:visible'>b</span></p>", "b\n", "a\n|ab\n",
       ""},
      {"font_size", "<p style='font-size:0px'>a</p>b", "b\n", "a\n", ""},
      {"opacity", "<p style='opacity:0.0'>a</p>b", "b\n", "a\n", ""},
      {"white_on_white", "<p style='color:#fff'>a</p>b", "b\n", "a\n", ""},
      {"nearly_white", "<p><font color='#FEFEFE'>a</font></p>b", "b\n", "a\n", ""},
      {"white_on_blue_is_seen", "<table bgcolor=navy><tr><td style='color:white'>a</table>", "a\n", "", ""},
      {"black_on_black", "<div style='background:#000;color:rgb(0,0,0)'>a</div>b", "b\n", "a\n", ""},
      {"off_screen", "<div style='position:absolute;left:-9999px'>a</div>b", "b\n", "a\n", ""},
      {"zero_size", "<div style='max-height:0;overflow:hidden'>a</div>b", "b\n", "a\n", ""},
      {"hidden_attribute", "<div hidden>a</div>b", "b\n", "a\n", ""},
      {"mso_hide", "<div style='mso-hide:all'>a</div>b", "b\n", "a\n", ""},
      {"class_rule", "<style>.x, p.y{display:none}</style><i class='q x'>a</i><p class=y>b</p><i class=y>c</i>", "c\n",
       "a\nb\n", ""},
      {"id_rule", "<style>/* c */ #z { color : white }</style><p id=z>a</p>b", "b\n", "a\n", ""},
      {"media_for_print_hides_nothing", "<style>@media print{p{display:none}} i{display:none}</style><p>a</p><i>b</i>",
       "a\n", "b\n", ""},
      {"media_for_screens_hides",
       "<style>@media print, screen{p{display:none}}u{display:none}</style><p>a</p><u>b</u>c", "c\n", "a\nb\n|bc\n",
       ""},
      {"media_with_a_condition_is_passed_over",
       "<style>@media screen and (max-width:600px){p{display:none}}</style><p>a</p>", "a\n", "", ""},
      {"descendant_rule", "<style>.x p{display:none}</style><div class=x><b><p>a</p></b></div><p>b</p>", "b\n", "a\n",
       ""},
      {"child_rule", "<style>div > P{display:none}</style><div><p>a</p><u><p>b</p></u></div>", "b\n", "a\n", ""},
      {"child_of_a_descendant_rule",
       "<style>.x > div p{display:none}</style><div class=x><div><div><p>a</p></div></div></div><div><p>b</p></div>",
       "b\n", "a\n", ""},
      {"two_classes_rule", "<style>p.x.y{display:none}</style><p class='y z x'>a</p><p class=x>b</p>", "b\n", "a\n",
       ""},
      {"attribute_and_sibling_rules_are_passed_over",
       "<style>p[x]{display:none}p + p{display:none}p:hover{display:none}</style><p x>a</p><p>b</p>", "a\nb\n", "", ""},
      {"blockquote", "a<blockquote>b</blockquote>c", "a\nc\n", "", "b\n"},
      {"outlook_reply", "<p>a</p><div id=divRplyFwdMsg><b>From:</b> x</div><div>b</div>", "a\n", "", "From: x\nb\n"},
      {"display_inline", "<div style='display:inline'>Night</div><div style='display:inline'>jar</div>", "Nightjar\n",
       "", ""},
      {"outlook_condition", "<p>Night<!--[if mso]>jar<![endif]--></p>", "Night\n|Nightjar\n", "", ""},
      {"not_outlook_condition", "<p>Night<!--[if !mso]><!-->jar<!--<![endif]--></p>", "Nightjar\n", "", ""},
      {"template", "<template>a</template>b", "b\n", "a\n", ""},
      {"unclosed_everything", "<div><p><b>a<td>b", "ab\n", "", ""},
      {"nul_inside", std::string("Night\0jar", 9), "Nightjar\n", "", ""},
  };
}

INSTANTIATE_TEST_SUITE_P(Cases, Html, testing::ValuesIn(html_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(Selector, CountsTheNamesThatItLooksThrough) {
  const auto steps_of = [](std::string_view selector, const std::string& classes) {
    constexpr std::uint64_t kSteps = 1'000'000;
    std::uint64_t left = kSteps;
    EXPECT_FALSE(extract::Selector::parse(selector)->matches({{"p", classes, "", ""}}, left)) << selector;
    return kSteps - left;
  };
  EXPECT_EQ(steps_of("b", "x"), 1U);
  EXPECT_LT(steps_of(".x.y", "x"), 10U);
  EXPECT_GT(steps_of(".x.y", "x " + std::string(100'000, 'z')), 10'000U) << "long names";
  std::string asked;
  for (int i = 0; i < 1000; i++) asked += ".x";
  EXPECT_GT(steps_of(asked + ".y", "x"), 1000U) << "many names asked for";
}

struct PlaceCase {
  const char* name;
  std::string html;
  std::string needle;
  std::string where;
};

TEST(HtmlPlaces, NameWhatIsNotText) {
  const std::vector<PlaceCase> cases = {
      {"link", "<a href='http://x.example/n'>here</a>", "x.example", "link@here"},
      {"encoded link", "<a href='http://x.example/?q=Project%20Nightjar'>h</a>", "Project Nightjar", "link@decoded"},
      {"comment", "<!-- Nightjar -->x", "Nightjar", "comment@"},
      {"comment with bang", "<!-- Nightjar --!>x", "Nightjar", "comment@"},
      {"alt", "<img alt=Nightjar>", "Nightjar", "alt-text@img@alt"},
      {"title attribute", "<p title=Nightjar>x", "Nightjar", "alt-text@p@title"},
      {"title", "<title>Nightjar</title>x", "Nightjar", "property@title"},
      {"value", "<input type=hidden value=Nightjar>", "Nightjar", "form-field@input@value"},
      {"textarea", "<textarea>Nightjar</textarea>", "Nightjar", "form-field@textarea body@as it is displayed"},
      {"script", "<script>var x='Nightjar'</script>", "Nightjar", "script@"},
      {"handler", "<p onclick='Nightjar()'>x", "Nightjar", "script@p@onclick"},
      {"meta", "<meta name=description content=Nightjar>", "Nightjar", "property@description"},
      {"name_of_a_property", "<meta name='Nightjar client' content=x>", "Nightjar client", "property@name"},
      {"name_of_a_vocabulary", "<meta name='og:nightjar' content=x>", "nightjar", ""},
      {"class and id", "<p class=Nightjar id=Nightjar>x", "Nightjar", ""},
      {"name of a field", "<form name=Nightjar><input name=Nightjar value=x></form>", "Nightjar", ""},
      {"data attribute", "<p data-x=Nightjar>x", "Nightjar", "attribute@p@data-x"},
      {"generated content", "<style>p:before{content:'Nightjar'}</style>x", "Nightjar", "attribute@style"},
      {"data uri", "<img src='data:text/plain;base64,TmlnaHRqYXI='>", "Nightjar", "body@"},
      {"data uri in a script", "<p>x</p><script>var x=\"data:text/plain;base64,TmlnaHRqYXI=\", y={data:1,z:2}</script>",
       "Nightjar", "body@"},
      {"srcdoc", "<iframe srcdoc='&lt;p>Nightjar'></iframe>", "Nightjar", "body@"},
      {"noframes", "<noframes>Nightjar</noframes>", "Nightjar", "hidden-text@noframes"},
      {"svg text", "<svg><text>Nightjar</text></svg>", "Nightjar", "body@"},
  };
  for (const PlaceCase& c : cases) EXPECT_EQ(where_is(walk_html(c.html), c.needle), c.where) << c.name;
}

TEST(HtmlCharset, ComesFromThePageWhenTheMailSaysNothing) {
  EXPECT_EQ(text_of(walk_html("<meta charset=koi8-r><p>\xD0\xD2\xC9\xD7\xC5\xD4"), Place::body), "привет\n");
}

std::string repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; i++) out += text;
  return out;
}

TEST(Html, RowsOfFourLettersArePutTogether) {
  EXPECT_EQ(where_is(walk_html("<table><tr><td>c<td>a<td>t<td>s</table>"), "cats"), "body@beside each other");
  EXPECT_EQ(where_is(walk_html("<table><tr><td>c<td>a<td>t</table>"), "cat"), "");
}

TEST(Html, LettersThatNumberItemsAreReadWhereTheyAreChosen) {
  const struct {
    const char *html, *where;
  } cases[] = {
      {"<ol type=A><li value=13><li value=1><li value=18><li value=12></ol>", "body@letters of lists"},
      {"<ol type=A start=13><li></ol><ol type=A start=1><li></ol><ol type=A start=18><li></ol><ol type=A "
       "start=12><li></ol>",
       "body@letters of lists"},
      {"<ol style='list-style: upper-latin inside'><li value=13>a<li value=1>b<li value=18>c<li value=12>d</ol>",
       "body@letters of lists"},
      {"<ol><li type=A value=13><li type=A value=1><li type=A value=18><ul><li>x</ul><li type=A value=12></ol>",
       "body@letters of lists"},
      {"<ol><li value=13><li value=1><li value=18><li value=12></ol>", ""},
      {"<ol type=A start=13><li><li><li><li></ol>", ""},
      {"<ol type=A><li value=0><li value=-5><li value=99999999999999999999><li value=x></ol>", ""},
  };
  for (const auto& [html, where] : cases) EXPECT_EQ(where_is(walk_html(html), "MARL"), where) << html;
  const ExtractedText text = walk_html("<ol type=a start=3><li>one<li>two<li>three<li>four</ol>");
  EXPECT_EQ(where_is(text, "cdef"), "") << "they count on";
  EXPECT_NE(where_is(walk_html("<ol type=a><li value=3><li value=1><li value=20>"), "cat"), "");
  EXPECT_EQ(where_is(walk_html("<ol type=a><li value=3><li value=1></ol>"), "ca"), "") << "of two letters";
  EXPECT_EQ(where_is(walk_html("<ol type=a><li value=27><li value=52><li value=703>"), "aaaz"), "");
  EXPECT_EQ(where_is(walk_html("<ol type=a><li value=27><li value=52><li value=702>"), "aaazzz"),
            "body@letters of lists");
}

TEST(HostileHtml, IsReadWithoutATree) {
  std::string attributes = "<p";
  for (int i = 0; i < 100'000; i++) attributes += " a" + std::to_string(i) + "=x";
  std::string fonts;
  for (int i = 0; i < 3000; i++) fonts += "<font size=" + std::to_string(i) + ">";
  struct {
    std::string name, html, bound;
  } const cases[] = {
      {"deep", repeat("<div>", 100'000) + "Nightjar", "elements inside elements reached the limit (600)"},
      {"deep with end tags of others", repeat("<div></p>", 100'000) + "Nightjar",
       "elements inside elements reached the limit (600)"},
      {"attributes", attributes + ">Nightjar", "attributes of one element reached the limit (1000)"},
      {"formatting", fonts + repeat("<p>x", 3000) + "Nightjar", "elements inside elements reached the limit (600)"},
      {"work", repeat(repeat("<div>", 500) + repeat("</div>", 500), 500) + "Nightjar",
       "elements open at all its tags together reached the limit (60000000)"},
  };
  for (const auto& [name, html, bound] : cases) {
    const ExtractedText text = walk_html(html);
    EXPECT_EQ(text.parts[0].outcome, Outcome::limit) << name;
    EXPECT_THAT(text.parts[0].why, testing::HasSubstr(bound)) << name;
    EXPECT_NE(where_is(text, "Nightjar"), "") << name;
  }
}

TEST(HostileHtml, IsBoundedWhereverTheCostHides) {
  using extract::HtmlBound;
  EXPECT_EQ(extract::bound_passed(repeat("<p>a", 100'000)), HtmlBound::none);
  EXPECT_EQ(extract::bound_passed(repeat("<tr><td>a", 50'000)), HtmlBound::none);
  EXPECT_EQ(extract::bound_passed("<!--" + repeat("<div>", 10'000) + "-->"), HtmlBound::none);
  EXPECT_EQ(extract::bound_passed("<!-->" + repeat("<div>", 10'000)), HtmlBound::depth);
  EXPECT_EQ(extract::bound_passed(repeat("<div title='</div>'>", 10'000)), HtmlBound::depth);
  // "/>" ends an element of SVG and MathML, and no other.
  EXPECT_EQ(extract::bound_passed("<svg>" + repeat("<path d='M0 0'/>", 10'000) + "</svg>"), HtmlBound::none);
  EXPECT_EQ(extract::bound_passed("<svg>" + repeat("<g><path d=M0 /></g>", 10'000) + "</svg>"), HtmlBound::none);
  EXPECT_EQ(extract::bound_passed("<math>" + repeat("<mspace/>", 10'000) + "</math>"), HtmlBound::none);
  for (const char* hostile : {"<g>", "<g a=b/>", "<b/>", "<div/>"}) {
    EXPECT_EQ(extract::bound_passed("<svg>" + repeat(hostile, 10'000)), HtmlBound::depth) << hostile;
  }
  EXPECT_EQ(extract::bound_passed("<svg><foreignObject>" + repeat("<section/>", 10'000)), HtmlBound::depth);
  EXPECT_EQ(extract::bound_passed(repeat("<section/>", 10'000)), HtmlBound::depth);
  EXPECT_EQ(extract::bound_passed("<div><svg>" + repeat("<g>", 40) + "</div>" + repeat("<x/>", 10'000)),
            HtmlBound::depth);
}

TEST(Colours, AreRead) {
  EXPECT_EQ(extract::parse_colour("#abc"), (extract::Colour{0xAA, 0xBB, 0xCC}));
  EXPECT_EQ(extract::parse_colour("rgb(1, 2, 3)"), (extract::Colour{1, 2, 3}));
  EXPECT_EQ(extract::parse_colour("rgb(100%,0%,0%)"), (extract::Colour{255, 0, 0}));
  EXPECT_EQ(extract::parse_colour("nonsense"), std::nullopt);
}

TEST(HtmlAttributes, OfElementsThatAreNoneOfHtmlHoldText) {
  const ExtractedText text = walk_html(
      "<map version='1'><node TEXT='heron idea'><richcontent><html><body><p>note</p></body></html></richcontent>"
      "<attribute NAME='kite key' VALUE='v'/></node></map><font text='falcon'>x</font><v:shape name='osprey'>");
  EXPECT_EQ(where_is(text, "heron idea"), "attribute@node@text");
  EXPECT_EQ(where_is(text, "kite key"), "attribute@attribute@name");
  EXPECT_EQ(where_is(text, "falcon") + where_is(text, "osprey"), "");
}

// As the parser decodes them, of which each text here is shown by a page as well.
TEST(HtmlReferences, WithoutATreeAreThoseOfTheParser) {
  const struct {
    const char* html;
    const char* text;
  } cases[] = {
      {"caf&eacute; &Zcaron;i&zcaron;ka", "café Žižka"},
      {"&Lopf;&period;&sigma;&CounterClockwiseContourIntegral;", "𝕃.σ∳"},
      {"a&nvlt;b", "a<⃒b"},
      {"caf&eacutes &AMP &amp", "cafés & &"},
      {"&notin; &notit;", "∉ ¬it;"},
      {"&#72;&#x69; &nosuchname; & &; &eacut;", "Hi &nosuchname; & &; &eacut;"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(extract::decode_references(c.html), c.text) << c.html;
    EXPECT_EQ(text_of(walk_html("<p>" + std::string(c.html)), Place::body), std::string(c.text) + "\n") << c.html;
  }
  EXPECT_EQ(extract::decode_references("?a=1&copy=2&reg&lt;", extract::Reading::attribute), "?a=1&copy=2®<");
  EXPECT_EQ(extract::decode_references("&regx&reg", extract::Reading::attribute), "&regx®");
}

}  // namespace
}  // namespace postern::test

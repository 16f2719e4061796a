// What a page shows in another order, or with other letters, than it is written in.
#include "extractors/html/layout.h"

#include <algorithm>

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct LayoutCase {
  std::string name;
  std::string html;
  std::string displayed;  // "" where it is read as it is written
};

void PrintTo(const LayoutCase& c, std::ostream* out) {
  *out << c.name;
}

// What is told of the page as it is displayed, its lines trimmed.
std::string displayed_of(const ExtractedText& text) {
  std::string out;
  for (const Segment& segment : text.segments) {
    if (segment.at == "as it is displayed") out += segment.text;
  }
  std::string trimmed;
  for (const char c : out) {
    if (c == '\n') {
      while (trimmed.ends_with(' ') || trimmed.ends_with('\t')) trimmed.pop_back();
    }
    if (c == ' ' && (trimmed.empty() || trimmed.back() == '\n')) continue;
    trimmed += c;
  }
  return trimmed;
}

// A letter an element, in the order that `letters` says: "2c0a1b" is "abc" with the styles of 2, 0, 1 from `style`.
template <typename Style>
std::string letters(std::string_view text, std::initializer_list<size_t> order, const Style& style) {
  std::string out;
  for (const size_t i : order)
    out += "<span style='" + std::string(style(i)) + "'>" + std::string(text.substr(i, 1)) + "</span>";
  return out;
}

const std::initializer_list<size_t> kShuffled = {5, 2, 0, 4, 1, 3};

std::string pixels(size_t n, const char* unit = "px") {
  return std::to_string(n) + unit;
}

std::vector<LayoutCase> moved_cases() {
  const auto flex = [](const std::string& more, const std::string& inside) {
    return "<div style='display:flex;" + more + "'>" + inside + "</div>";
  };
  const auto grid = [](const std::string& more, const std::string& inside) {
    return "<div style='display:grid;" + more + "'>" + inside + "</div>";
  };
  const auto step = [](size_t i) { return std::to_string(i + 1); };
  return {
      {"order", flex("", letters("falcon", kShuffled, [&](size_t i) { return "order:" + step(i); })), "falcon\n"},
      {"order_by_place", "<style>i:nth-child(2n){order:-1}</style><div style='display:flex'><i>con</i><i>fal</i></div>",
       "falcon\n"},
      {"order_by_place_of_type",
       "<style>i:last-of-type{order:-1}</style><div style='display:flex'><i>con</i><i>fal</i><b>s</b></div>",
       "falcons\n"},
      {"order_of_two", flex("", "<b style='order:2'>con</b><b>fal</b>"), "falcon\n"},
      {"order_below_zero", flex("", "<b>con</b><b style='order:-1'>fal</b>"), "falcon\n"},
      {"order_in_an_inline_flex", "<p>a<span style='display:inline-flex'><b style='order:2'>con</b><b>fal</b></span>",
       "afalcon\n"},
      {"order_by_rule", "<style>.f{display:flex}.l{order:1}</style><div class=f><b class=l>con</b><b>fal</b></div>",
       "falcon\n"},
      {"order_old_names", "<div style='display:-webkit-flex'><b style='-webkit-order:2'>con</b><b>fal</b></div>",
       "falcon\n"},
      {"text_in_the_container", flex("", "<b style='order:1'>con</b>fal"), "falcon\n"},
      {"contents", flex("", "<div style='display:contents'><b style='order:1'>con</b></div><b>fal</b>"), "falcon\n"},
      {"row_reverse", flex("flex-direction:row-reverse", "<b>n</b><b>o</b><b>c</b><b>fal</b>"), "falcon\n"},
      {"flow_reverse", flex("flex-flow:wrap row-reverse", "<b>con</b><b>fal</b>"), "falcon\n"},
      {"column_reverse", flex("flex-direction:column-reverse", "<p>falcon</p><p>amber</p>"), "amber\nfalcon\n"},
      {"nested_reverse",
       flex("flex-direction:row-reverse", flex("flex-direction:row-reverse", "<b>n</b><b>co</b>") + "<b>fal</b>"),
       "falcon\n"},
      {"flex_from_right_to_left", "<div dir=rtl style='display:flex'><b>con</b><b>fal</b></div>", "falcon\n"},
      {"reversed_twice", "<div dir=rtl style='display:flex;flex-direction:row-reverse'><b>fal</b><b>con</b></div>", ""},
      {"grid_columns",
       grid("", letters("falcon", kShuffled, [&](size_t i) { return "grid-row:1;grid-column:" + step(i); })),
       "falcon\n"},
      {"grid_areas_by_line", grid("", "<b style='grid-area:1/2'>con</b><b style='grid-area:1/1'>fal</b>"), "falcon\n"},
      {"grid_areas_by_name",
       grid("grid-template-areas:\"x y\"", "<b style='grid-area:y'>con</b><b style='grid-area:x'>fal</b>"), "falcon\n"},
      {"grid_rows", grid("", "<p style='grid-row:2'>falcon</p><p style='grid-row:1'>amber</p>"), "amber\nfalcon\n"},
      {"grid_order", grid("grid-template-columns:repeat(2,1fr)", "<b style='order:1'>con</b><b>fal</b>"), "falcon\n"},
      {"grid_line_from_behind",
       grid("grid-template-columns:1em 1em", "<b style='grid-row:1;grid-column:-2'>con</b><b>fal</b>"), "falcon\n"},
      {"floats_to_the_right",
       "<div>" + letters("falcon", {5, 4, 3, 2, 1, 0}, [](size_t) { return "float:right"; }) + "</div>", "falcon\n"},
      {"words_before_a_float", "<div>con<b style='float:left'>fal</b></div>", "falcon\n"},
      {"tables_that_float", "<table align=right><tr><td>con</table><table align=right><tr><td>fal</table>", "falcon\n"},
      {"absolute_left",
       "<div style='position:relative;height:2em'>" +
           letters("falcon", kShuffled, [](size_t i) { return "position:absolute;left:" + pixels(9 * i); }) + "</div>",
       "falcon\n"},
      {"absolute_in_em",
       "<div style='position:relative'>" +
           letters("falcon", kShuffled, [](size_t i) { return "top:0;position:absolute;left:0." + pixels(i, "em"); }) +
           "</div>",
       "falcon\n"},
      {"absolute_in_hundredths",
       "<div style='position:relative'>" +
           letters("falcon", kShuffled, [](size_t i) { return "position:absolute;top:1px;left:" + pixels(i, "%"); }) +
           "</div>",
       "falcon\n"},
      {"absolute_far_apart",
       "<div style='position:relative'>" +
           letters("falcon", kShuffled, [](size_t i) { return "position:absolute;top:0;left:" + pixels(20 * i); }) +
           "</div>",
       "falcon\n"},
      {"absolute_words_of_letters",
       "<div style='position:relative'>" +
           letters("aconny", kShuffled,
                   [](size_t i) { return "position:absolute;top:0;left:" + pixels(i < 2 ? 16 * i : 16 * i + 16); }) +
           "</div>",
       "ac onny\n"},
      {"absolute_right",
       "<div style='position:relative'>" +
           letters("falcon", kShuffled, [](size_t i) { return "position:absolute;right:" + pixels(90 - 9 * i); }) +
           "</div>",
       "falcon\n"},
      {"absolute_lines",
       "<div style='position:relative;height:60px'><p style='position:absolute;top:30px'>falcon</p>"
       "<p style='position:absolute;top:0'>amber</p></div>",
       "amber\nfalcon\n"},
      {"absolute_in_wrappers",
       "<div style='position:relative'><div><i style='position:absolute;top:0;left:30px'>con</i></div><div>"
       "<u><i style='position:absolute;top:0;left:10px'>fal</i></u></div></div>",
       "falcon\n"},
      {"fixed", "<b style='position:fixed;top:0;left:20px'>con</b><b style='position:fixed;top:0;left:0'>fal</b>",
       "falcon\n"},
      {"inset",
       "<b style='position:absolute;inset:0 auto auto 20px'>con</b><b style='position:absolute;inset:0'>fal</b>",
       "falcon\n"},
      {"relative",
       "<p><b style='position:relative;left:20px'>con</b><b style='position:relative;left:-22px'>fal</b></p>",
       "falcon\n"},
      {"relative_right",
       "<p><b style='position:relative;right:-1.5em'>con</b><b style='position:relative;right:1.5em'>"
       "fal</b></p>",
       "falcon\n"},
      {"relative_by_rule",
       "<style>.a{position:relative;left:20px}.b{position:relative;left:-22px}</style><p><b class=a>con</b><b "
       "class=b>fal</b></p>",
       "falcon\n"},
      {"relative_lines",
       "<p style='margin:0;position:relative;top:20px'>falcon</p><p style='margin:0;position:relative;top:-20px'>amber",
       "amber\nfalcon\n"},
      {"translated_letters_of_one_width",
       "<p style='font-family:Courier New,monospace'><b "
       "style='display:inline-block;transform:translateX(200%)'>l</b><b "
       "style='display:inline-block;transform:translateX(-100%)'>f</b><b style='display:inline-block;"
       "transform:translateX(-100%)'>a</b>con",
       "falcon\n"},
      {"translated",
       "<b style='display:inline-block;transform:translateX(20px)'>con</b><b style='display:inline-block;"
       "transform:translate(-22px, 0)'>fal</b>",
       "falcon\n"},
      {"translated_by_itself",
       "<b style='display:inline-block;transform:translateX(100%)'>con</b><b style='display:inline-block;"
       "transform:translateX(-100%)'>fal</b>",
       "falcon\n"},
      {"mirrored", "<p style='transform:scaleX(-1)'>noclaf</p>", "falcon\n"},
      {"negative_margin", "<p><span style='margin-left:20px'>con</span><span style='margin-left:-48px'>fal</span></p>",
       "falcon\n"},
      {"lines_over_each_other", "<div style='height:0'>fal</div><div style='margin-left:20px'>con</div>", "falcon\n"},
      {"line_pulled_up", "<div style='margin:0'>fal</div><div style='margin:-20px 0 0 20px'>con</div>", "falcon\n"},
      {"inline_blocks_from_right_to_left",
       "<div dir=rtl>" + letters("falcon", {5, 4, 3, 2, 1, 0}, [](size_t) { return "display:inline-block"; }) +
           "</div>",
       "falcon\n"},
      {"cells_from_right_to_left", "<table dir=rtl><tr><td>con<td>fal</table>", "falcon\n"},
      {"head_behind_the_body", "<table><tbody><tr><td>falcon</tbody><thead><tr><td>amber</thead></table>",
       "amber\nfalcon\n"},
      {"foot_before_the_body", "<table><tfoot><tr><td>falcon</tfoot><tbody><tr><td>amber</table>", "amber\nfalcon\n"},
      {"caption_below", "<table><caption style='caption-side:bottom'>falcon</caption><tr><td>amber</table>",
       "amber\nfalcon\n"},
      {"area_of_text", "<p>fal<textarea>con</textarea>", "falcon\n"},
      {"svg", "<svg><text y=20 x=30>con</text><text y=20 x=10>fal</text></svg>", "falcon\n"},
      {"svg_groups",
       "<svg><g transform='translate(18 0)'><text>con</text></g><g transform='translate(0,0)'><text>fal"
       "</text></g></svg>",
       "falcon\n"},
      {"svg_spans", "<svg><text y=20><tspan y=20 x=30>con</tspan><tspan y=20 x=10>fal</tspan></text></svg>",
       "falcon\n"},
      {"ruby", "<ruby>fa<rt>x</rt>lc<rt>y</rt></ruby>on", "xy\nfalcon\n"},
      {"ruby_with_parentheses", "<ruby>fal<rp>(</rp><rt>x</rt><rp>)</rp></ruby>con", "x\nfalcon\n"},
      {"before", "<style>p::before{content:'fal'}</style><p>con</p>", "falcon\n"},
      {"after", "<style>b:after{content:\"con\"}</style><p><b>fal</b></p>", "falcon\n"},
      {"around_each_letter",
       "<style>.a::before{content:'f'}.a::after{content:'l'}.b::after{content:'n'}</style>"
       "<p><b class=a>a</b><b class=b>co</b>",
       "falcon\n"},
      {"content_of_two_attributes",
       "<style>b::after{content:attr(data-x) attr( data-y )}</style><p><b data-x=fal data-y=con></b>", "falcon\n"},
      {"content_by_place", "<style>b:first-child::before{content:'fal'}</style><p><b>con</b><b>s</b>", "falcons\n"},
      {"content_of_attributes", "<style>b::after{content:attr(data-x)}</style><p><b data-x=fal></b><b data-x=con></b>",
       "falcon\n"},
      {"content_of_attributes_that_are_asked_for",
       "<style>[data-x]:before{content:attr(data-x)}</style><p><b data-x=fal></b><b data-x=con></b>", "falcon\n"},
      {"content_with_a_brace", "<style>b::after{content:'}con'}</style><p><b>fal</b>", "fal}con\n"},
      {"content_of_a_descendant", "<style>p > b::after{content:'con'}</style><p><b>fal</b>", "falcon\n"},
      {"fields", "<p><input value=fal><input type=text value=con></p>", "falcon\n"},
      {"field_within_text", "<p>fal<input value=con></p>", "falcon\n"},
      {"alternatives", "<p><img alt=fal><img alt=con></p>", "falcon\n"},
      {"letter_as_alternative", "<p>fal<img alt=c>on</p>", "falcon\n"},
      {"struck", "<p>fal<s>xyz</s>con", "falcon\n"},
      {"struck_by_style", "<p>fal<span style='text-decoration:line-through red'>xyz</span>con", "falcon\n"},
      {"capitals", "<p style='text-transform:uppercase'>akia2 falcon", "AKIA2 FALCON\n"},
      {"small_letters", "<p style='text-transform:lowercase'>AKIA2 Falcon", "akia2 falcon\n"},
      {"overridden_in_a_row",
       "<div style='display:flex;flex-direction:row-reverse'><b>con</b><b><bdo dir=rtl>laf</bdo></b></div>",
       "falcon\n"},
  };
}

std::vector<LayoutCase> honest_cases() {
  return {
      {"plain", "<p>amber</p><p>falcon</p>", ""},
      {"flex_as_written", "<div style='display:flex'><div>amber</div><div>falcon</div></div>", ""},
      {"order_as_written", "<div style='display:flex'><b style='order:1'>amber</b><b style='order:2'>falcon</b></div>",
       ""},
      {"order_outside_a_container", "<p><b style='order:2'>amber </b><b style='order:1'>falcon</b>", ""},
      {"floats_as_written", "<div><b style='float:left'>amber</b><b style='float:left'>falcon</b></div>", ""},
      {"float_behind_its_line", "<div>amber<b style='float:right'>falcon</b></div>", ""},
      {"small_shift", "<p>amber<sup style='position:relative;top:-3px'>2</sup> falcon", ""},
      {"absolute_at_its_place", "<p>amber <b style='position:absolute;left:300px'>falcon</b>", ""},
      {"columns_of_text",
       "<div style='position:relative;left:2px'><table><tr><td>amber<br>falcon<td>heron<br>eagle</table></div>", ""},
      {"columns_of_a_flex",
       "<div "
       "style='display:flex;order:3'><div><p>amber</p><p>falcon</p></div><div><p>heron</p><p>eagle</p></div></div>",
       ""},
      {"floating_columns",
       "<div style='float:left'><p>amber</p><p>falcon</p></div><div style='float:right'><p>heron</p><p>eagle</p></div>",
       ""},
      {"arabic_cells", "<table dir=rtl><tr><td>صباح<td>الخير</table>", ""},
      {"hebrew_flex", "<div dir=rtl style='display:flex'><b>בוקר</b><b>טוב</b></div>", ""},
      {"arabic_inline_blocks",
       "<p dir=rtl><b style='display:inline-block'>صباح</b> <b style='display:inline-block'>الخير</b>", ""},
      {"table_in_its_order", "<table><thead><tr><td>a<tbody><tr><td>b<tfoot><tr><td>c</table>", ""},
      {"one_picture", "<p><img alt='Company logo'> amber", ""},
      {"hidden_field", "<p>amber<input type=hidden value=falcon>", ""},
      {"capitals_without_digits", "<h1 style='text-transform:uppercase'>amber falcon</h1>", ""},
      {"hidden_order", "<div style='display:flex'><b style='order:2;display:none'>x</b><b>amber</b></div>", ""},
      {"content_of_nothing", "<style>.clearfix::after{content:'';display:table}</style><p class=clearfix>amber", ""},
      {"tables_beside_text",
       "<table align=left><tr><td>amber</table><table align=right><tr><td>falcon</table>"
       "<p style='clear:both'>heron</p>",
       ""},
      {"text_between_floats",
       "<table align=left><tr><td>amber</table><table align=right><tr><td>falcon</table><p>heron</p>",
       "amberheron\tfalcon\n"},
  };
}

class Displayed : public testing::TestWithParam<LayoutCase> {};

TEST_P(Displayed, IsReadInItsOrder) {
  const LayoutCase& c = GetParam();
  const ExtractedText text = walk_document(c.html, "", {}, "text/html");
  EXPECT_EQ(displayed_of(text), c.displayed);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

INSTANTIATE_TEST_SUITE_P(Moved, Displayed, testing::ValuesIn(moved_cases()),
                         [](const auto& test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Honest, Displayed, testing::ValuesIn(honest_cases()),
                         [](const auto& test) { return test.param.name; });

TEST(DisplayedText, StaysInItsPlace) {
  const ExtractedText text = walk_document(
      "a<blockquote><p style='display:flex;flex-direction:row-reverse'><b>con</b><b>fal</b></p></blockquote>", "", {},
      "text/html");
  EXPECT_EQ(where_is(text, "falcon"), "quoted@as it is displayed");
}

TEST(DisplayedText, IsBounded) {
  using extract::BoxKind;
  using extract::Layout;
  Layout layout;
  extract::Placement box;
  box.box = BoxKind::inline_block;
  // Each of the boxes around moves all that is in it.
  constexpr size_t kDepth = 500;
  for (size_t i = 0; i < kDepth; i++) layout.open(box, BoxKind::in_line, Layout::Direction::left_to_right);
  for (size_t i = 0; i <= extract::kMostMoves / kDepth; i++) layout.text("x ", Layout::White::collapses, Place::body);
  EXPECT_FALSE(layout.is_cut());
  EXPECT_TRUE(layout.read().empty());
  EXPECT_TRUE(layout.is_cut());
}

TEST(DisplayedText, IsBoundedInItsTextsAndTheirBytes) {
  using extract::Layout;
  static_assert(extract::kMostPieces == 1'000'000 && extract::kMostLaidOut == 67'108'864);
  const auto is_cut = [](size_t texts, const std::string& each) {
    Layout layout;
    for (size_t i = 0; i < texts; i++) layout.text(each, Layout::White::collapses, Place::body);
    return layout.is_cut();
  };
  EXPECT_FALSE(is_cut(extract::kMostPieces, "x "));
  EXPECT_TRUE(is_cut(extract::kMostPieces + 1, "x "));
  const std::string large(1 << 20, 'x');
  EXPECT_FALSE(is_cut(64, large));
  EXPECT_TRUE(is_cut(65, large));
}

TEST(DisplayedText, EndsWhatIsTooMuchForALayout) {
  // Each of the boxes around moves all texts twice: into itself, and to its margin.
  constexpr size_t kDepth = 280;
  std::string html = "<div style='float:right'>";
  for (size_t i = 0; i < kDepth; i++) html += "<span style='display:inline-block;margin-left:1px'>";
  for (size_t i = 0; i <= extract::kMostMoves / kDepth / 2; i++) html += "x<wbr>";
  const ExtractedText text = walk_document(html, "", {}, "text/html");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit);
  EXPECT_THAT(text.parts[0].why, testing::HasSubstr("moves of them (50000000)"));
}

// What is left of "abcdef", a letter an <i> between a <u> and a <b>, when the rule hides.
TEST(HtmlSiblings, HideWhatStandsWhere) {
  const struct {
    const char* selector;
    const char* left;
  } cases[] = {
      {"i:nth-child(2)", "<bcdef>"},
      {"i:nth-child(even)", "<bdf>"},
      {"i:nth-child( 2n + 1 )", "<ace>"},
      {"i:nth-child(-n+3)", "<cdef>"},
      {"i:nth-last-child(2)", "<abcde>"},
      {"i:nth-of-type(2n+1)", "<bdf>"},
      {"i:nth-last-of-type(1)", "<abcde>"},
      {"i:first-of-type", "<bcdef>"},
      {"i:first-child", "<abcdef>"},
      {"p > :last-child", "<abcdef"},
      {"u:only-of-type", "abcdef>"},
      {"i:not(:nth-of-type(3))", "<c>"},
      {"i:not(.x)", "<b>"},
      {"p :not(i)", "abcdef"},
      {"i:nth-child(n)", "<>"},
      {"i:not(:first-of-type):not(:last-of-type)", "<af>"},
  };
  for (const auto& c : cases) {
    std::string html = "<style>" + std::string(c.selector) + "{display:none}</style><p><u>&lt;</u>";
    for (const char letter : std::string_view("abcdef")) {
      html += std::string(letter == 'b' ? "<i class=x>" : "<i>") + letter + "</i>";
    }
    const ExtractedText text = walk_document(html + "<b>></b></p>", "a.html");
    std::string body = text_of(text, Place::body);
    EXPECT_EQ(body.substr(0, body.find('\n')), c.left) << c.selector;
  }
}

TEST(HtmlSheets, InAddresses) {
  for (const char* const head :
       {"<link rel=stylesheet href='data:text/css,i%7Bdisplay:none%7D'>",
        "<link rel=stylesheet href='data:text/css;base64,aXtkaXNwbGF5Om5vbmV9'>",
        "<style>@import url(data:text/css;base64,aXtkaXNwbGF5Om5vbmV9);b{color:red}</style>",
        "<style>@charset 'utf-8'; @import \"data:text/css,i{display:none}\" screen;</style>"}) {
    const ExtractedText text = walk_document(std::string(head) + "<p>alp<i>zz</i>habet</p>", "a.html");
    EXPECT_EQ(where_is(text, "alphabet").substr(0, 5), "body@") << head;
    EXPECT_NE(where_is(text, "zz").find("hidden-text"), std::string::npos) << head;
  }
}

}  // namespace
}  // namespace postern::test

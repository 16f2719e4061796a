// CSS: decoys that nobody sees, text that only looks put together, order that only looks right.
#include "tests/extractors/evasion/trick.h"

namespace postern::test {
namespace {

// "Amber Falcon" with a decoy that `style` hides.
std::string decoy(const std::string& attributes) {
  return "<p>Am<span " + attributes + ">xyz</span>ber Fal<span " + attributes + ">qq</span>con</p>";
}

std::string decoy_by_rule(const std::string& rules, const std::string& attributes) {
  return "<style>" + rules + "</style>" + decoy(attributes);
}

}  // namespace

std::vector<Trick> style_tricks() {
  const auto page = [](std::string name, const std::string& html) {
    return Trick{"style: " + std::move(name), html_mail(html)};
  };
  const auto inline_style = [](const std::string& css) { return "style='" + css + "'"; };
  return {
      page("display none", decoy(inline_style("display:none"))),
      page("display none important", decoy(inline_style("DISPLAY: None !important"))),
      page("hidden attribute", decoy("hidden")),
      page("visibility", decoy(inline_style("visibility:hidden"))),
      page("opacity", decoy(inline_style("opacity:0"))),
      page("font size", decoy(inline_style("font-size:0"))),
      page("font size of a pixel", decoy(inline_style("font-size:1px"))),
      page("font shorthand", decoy(inline_style("font:0/0 a"))),
      page("white", decoy(inline_style("color:#fff"))),
      page("nearly white", decoy(inline_style("color:rgb(254,254,254)"))),
      page("transparent", decoy(inline_style("color:transparent"))),
      page("no alpha", decoy(inline_style("color:rgba(0,0,0,0)"))),
      page("off the screen", decoy(inline_style("position:absolute;left:-9999px"))),
      page("no height", decoy(inline_style("display:inline-block;height:0;overflow:hidden"))),
      page("clipped", decoy(inline_style("position:absolute;clip:rect(0,0,0,0)"))),
      page("clip path", decoy(inline_style("clip-path:inset(100%)"))),
      page("scaled", decoy(inline_style("display:inline-block;transform:scale(0)"))),
      page("hidden from Outlook", decoy(inline_style("mso-hide:all"))),
      page("white on a dark ground",
           "<div style='background:#fff'><p style='color:white'>x</p></div><div "
           "style='background:black;color:white'>Amber Falcon</div>"),
      page("display none with escapes", decoy(inline_style("d\\69splay:n\\6f ne"))),
      page("comment in a declaration", decoy(inline_style("display:/**/none"))),
      page("opacity in hundredths", decoy(inline_style("opacity:1%"))),
      page("font size computed", decoy(inline_style("font-size:calc(0px)"))),
      page("font size in hundredths", decoy(inline_style("font-size:1%"))),
      page("font shorthand with a style", decoy(inline_style("font: italic 0/0 a"))),
      page("white by hue", decoy(inline_style("color:hsl(0,0%,100%)"))),
      page("named white", decoy(inline_style("color:floralwhite"))),
      page("no alpha in hex", decoy(inline_style("color:#0000"))),
      page("no alpha behind a slash", decoy(inline_style("color:rgb(0 0 0 / 0%)"))),
      page("colour of a gradient",
           "<div style='background:linear-gradient(tomato,tomato)'>Am<i style='color:tomato'>xyz</i>ber Falcon</div>"),
      page("far to the right", decoy(inline_style("position:absolute;left:9999px"))),
      page("off the screen in widths", decoy(inline_style("position:absolute;left:-100vw"))),
      page("translated off the screen", decoy(inline_style("display:inline-block;transform:translateX(-9999px)"))),
      page("scaled in one direction", decoy(inline_style("display:inline-block;transform:scaleX(0)"))),
      page("turned away", decoy(inline_style("display:inline-block;transform:rotateY(90deg)"))),
      page("zoomed away", decoy(inline_style("zoom:0"))),
      page("clipped to a pixel", decoy(inline_style("position:absolute;clip:rect(1px,1px,1px,1px)"))),
      page("a box of a pixel", decoy(inline_style("position:absolute;width:1px;height:1px;overflow:hidden"))),
      page("path without a surface", decoy(inline_style("clip-path:polygon(0 0,0 0,0 0)"))),
      page("an unknown way to hide", decoy(inline_style("animation: gone 1s"))),
      page("important in a rule", decoy_by_rule(".x{display:none!important}", "class=x style='display:inline'")),
      page("variable", decoy_by_rule(":root{--d:none}.x{display:var(--d)}", "class=x")),
      page("variable that is not set", decoy_by_rule(".x{display:var(--d,none)}", "class=x")),
      page("escapes in a rule", decoy_by_rule(".\\78{display:none}", "class=x")),
      page("rules inside rules", decoy_by_rule("p{& .x{display:none}}", "class=x")),
      page("list of selectors in one", decoy_by_rule(":is(.x,.y){display:none}", "class=x")),
      page("braces in a string", decoy_by_rule("p{content:'}'}.x{display:none}", "class=x")),
      page("sheet for print",
           "<style media=print>.r{display:none}</style><style>.x{display:none}</style><p>Am<span "
           "class=x>xyz</span><span class=r>ber</span> Falcon"),
      page("rules for what no program can",
           "<style>@supports (x:y){.r{display:none}}.x{display:none}</style><p>Am<span "
           "class=x>xyz</span><span class=r>ber</span> Falcon"),
      page("sheet of another language",
           "<style type=text/x>.r{display:none}</style><style>.x{display:none}</style>"
           "<p>Am<span class=x>xyz</span><span class=r>ber</span> Falcon"),
      page("hidden block in a word", "<div>Am<div style='display:none'>xyz</div>ber Falcon</div>"),
      page("closed dialog", "<p>Am<dialog>xyz</dialog>ber Falcon"),
      page("instead of a film", "<p>Am<video>xyz</video>ber Fal<canvas>q</canvas>con"),
      page("title in a picture", "<p>Am<svg><title>xyz</title></svg>ber Falcon"),
      page("a letter a cell",
           "<table border=1><tr><td>A<td>m<td>b<td>e<td>r<td> <td>F<td>a<td>l<td>c<td>o<td>n</table>"),
      page("a bold letter a cell",
           "<table><tr><td><b>A</b><td><b>m</b><td>b<td>e<td>r<td>&nbsp;<td>F<td>a<td>l<td>c<td>o"
           "<td>n</table>"),
      page("class", decoy_by_rule(".x{display:none}", "class=x")),
      page("class in capitals", decoy_by_rule(".X{display:none}", "class=X")),
      page("id", decoy_by_rule("#x{display:none}", "id=x")),
      page("element", decoy_by_rule("span{display:none}", "")),
      page("descendant", decoy_by_rule("p span{display:none}", "")),
      page("child", decoy_by_rule("p > span.x{display:none}", "class=x")),
      page("attribute selector", decoy_by_rule("[data-x]{display:none}", "data-x")),
      page("attribute value selector", decoy_by_rule("span[class^='x']{display:none}", "class=xa")),
      page("position selector", decoy_by_rule("p span:nth-child(n){display:none}", "")),
      page("last child", decoy_by_rule("span:first-of-type, span:last-of-type{display:none}", "")),
      page("negation", decoy_by_rule("span:not(.y){display:none}", "")),
      page("sibling",
           "<style>i + span{display:none}</style><p>Am<i></i><span>xyz</span>ber Fal<i></i><span>q</span>con"),
      page("later sibling", "<style>i ~ span{display:none}</style><p><i></i>Am<span>xyz</span>ber Falcon"),
      page("universal", decoy_by_rule("p *{display:none}", "")),
      page("for screens", decoy_by_rule("@media screen{.x{display:none}}", "class=x")),
      page("for narrow screens", decoy_by_rule("@media (max-width:600px){.x{display:none}}", "class=x")),
      page("for wide screens", decoy_by_rule("@media screen and (min-width:300px){.x{display:none}}", "class=x")),
      page("for those who can", decoy_by_rule("@supports (display:grid){.x{display:none}}", "class=x")),
      page("layer", decoy_by_rule("@layer a{.x{display:none}}", "class=x")),
      page("comment in a rule", decoy_by_rule("./*y*/x{dis/**/play:none}.x{display:/**/none}", "class=x")),
      page("behind an import", decoy_by_rule("@import 'x';.x{display:none}", "class=x")),
      page("undone hiding",
           "<div style='font-size:0'><b style='font-size:16px'>Am</b> <b style='font-size:16px'>ber Falcon</b></div>"),
      page("undone invisibility",
           "<p style='visibility:hidden'>x<b style='visibility:visible'>Am</b>y<b style='visibility:visible'>ber "
           "Falcon</b>"),
      page("hidden to us alone", "<div style='display:none'>Amber Falcon</div>"),
      page("half hidden", "Am<span style='display:none'>ber Fal</span>con"),
      page("overridden direction", "<p>our <bdo dir=rtl>noclaF rebmA</bdo> ships"),
      page("overridden direction with tags", "<p><bdo dir=rtl>noc<b>laF r</b>ebmA</bdo>"),
      page("overridden direction over lines", "<p><bdo dir=rtl>spihs<br>noclaF rebmA</bdo>"),
      page("overridden direction by style",
           "<p><span style='unicode-bidi:bidi-override;direction:rtl'>noclaF rebmA</span>"),
      page("isolated override", "<p><span style='direction:rtl;unicode-bidi:isolate-override'>noclaF rebmA</span>"),
      page("overridden direction by rule",
           "<style>.r{direction:rtl;unicode-bidi:bidi-override}</style><p class=r>noclaF rebmA"),
      page("override of each word", "<bdo dir=rtl>rebmA</bdo> <bdo dir=rtl>noclaF</bdo>"),
      page("direction of the paragraph", "<p dir=rtl><span style='unicode-bidi:bidi-override'>noclaF rebmA</span>"),
      page("floats",
           "<div style='float:left'>Am</div><div style='float:left'>ber Fal</div><div style='float:left'>con</div>"),
      page("flex", "<div style='display:flex'><div>Am</div><div>ber Fal</div> <div>con</div></div>"),
      page("grid",
           "<div style='display:grid;grid-template-columns:auto auto'><div>Am</div>\n<div>ber Falcon</div></div>"),
      page("inline flex by rule",
           "<style>.f{display:inline-flex}</style><div class=f><p>Am</p><p>ber Falcon</p></div>"),
      page("inline blocks",
           "<div style='display:inline-block'>Am</div><div style='display:inline-block'>ber Falcon</div>"),
      page("cells by style",
           "<div style='display:table-cell'>Am</div><div style='display:table-cell'>ber Falcon</div>"),
      page("contents", "<div>Am<div style='display:contents'>ber Fal</div>con</div>"),
      page("cells that touch", "<table cellpadding=0 cellspacing=0><tr><td>Am<td>ber Fal<td>con</table>"),
      page("cells without padding",
           "<table><tr><td style='padding:0'>Am</td>\n<td style='padding:0px'>ber Falcon</table>"),
      page("kept white space", "<div style='white-space:pre'>Amber\nFalcon</div>"),
      page("generated", "<style>p::before{content:'Amber Falcon'}</style><p>"),
      page("generated in strings", "<style>p::before{content:'Am' \"ber Fal\" 'con'}</style><p>"),
      page("generated with escapes", "<style>p::before{content:'\\41 mber\\20 F\\000061lcon'}</style><p>"),
      page("generated from an attribute", "<style>p::before{content:attr(data-x)}</style><p data-x='Amber Falcon'>"),
      page("text in a background", "<div style=\"background:url('data:image/svg+xml,Amber Falcon')\">x</div>"),
      page("comment of a style sheet", "<style>/* Amber Falcon */</style>x"),
      page("order of a flex", "<div style='display:flex'><b style='order:2'>ber Falcon</b><b>Am</b></div>"),
      page("reversed row on some screens",
           "<style>@media (min-width:1px){.f{display:flex;flex-direction:row-reverse}}"
           "</style><div class=f><b>ber Falcon</b><b>Am</b></div>"),
      page("order of the rules and not of the names",
           "<style>.y{display:inline}.x{display:none}</style><p>Amber <b class='x y'>grey</b> Falcon"),
      page("alternatives in a selector",
           "<style>p :is(u, .x){display:none}</style><p>Amber <b class=x>grey</b> Falcon"),
      page("reversed row", "<div style='display:flex;flex-direction:row-reverse'><b>ber Falcon</b><b>Am</b></div>"),
      page("reversed column", "<div style='display:flex;flex-flow:column-reverse'><b>Falcon</b><b>Amber</b></div>"),
      page("places in a grid",
           "<div style='display:grid'><b style='grid-area:1/2'>ber Falcon</b><b "
           "style='grid-area:1/1'>Am</b></div>"),
      page("floats to the right",
           "<b style='float:right'>con</b><b style='float:right'>ber Fal</b><b "
           "style='float:right'>Am</b>"),
      page("places in pixels",
           "<b style='position:absolute;left:20px'>ber Falcon</b><b style='position:absolute;"
           "left:0'>Am</b>"),
      page("moved letters",
           "<b style='position:relative;left:20px'>ber Falcon</b><b style='position:relative;"
           "left:-80px'>Am</b>"),
      page("mirrored", "<p style='transform:scaleX(-1)'>noclaF rebmA"),
      page("generated around text", "<style>b::before{content:'Am'}b::after{content:' Fal'}</style><b>ber</b>con"),
      page("fields", "<input value=Am><input value='ber Falcon'>"),
      page("pictures that are not loaded", "<img alt=Am><img alt='ber Falcon'>"),
      page("ruby", "<ruby>Am<rt>xy</rt></ruby>ber <ruby>Fal<rt>z</rt>con</ruby>"),
      page("struck out", "Am<s>xyz</s>ber Fal<del>qq</del>con"),
      page("places in a picture", "<svg><text x=30 y=9>ber Falcon</text><text x=9 y=9>Am</text></svg>"),
      page("capitals by style", "<p style='text-transform:uppercase'>amber falcon"),
  };
}

}  // namespace postern::test

#include "extractors/story/style_names.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace postern::extract {

namespace {

// In small letters, "_" as a blank, without numbers behind them.
constexpr std::string_view kNames =
    "annotation|article|artifact|basic paragraph|chart|chartsheet|diagram|dialogsheet|inlineshape|macrosheet|"
    "no paragraph style|normalparagraphstyle|slide|story|textbox|workbook|worksheet|arrowhead list|definition "
    "definition|definition definition tight|definition term tight|figurecaption|"
    "figurewithcaption|strikeout|subscript|superscript|"
    "a|abstract|abstract title|academic|accent|addressee|annotation reference|annotation subject|annotation text|"
    "arrow dashed|arrow line|arrow list|author|background|backgroundobjects|bad|balloon text|bibliography|"
    "bibliography heading|block text|blue|body text|body text first indent|body text indent|book title|box list|"
    "box list blue|box list green|box list red|box list yellow|bullet list|bullet symbols|bw|caption|"
    "caption characters|captioned figure|chapter heading|citation|closing|column heading|comment|compact|"
    "complimentary close|contents|contents header|contents heading|controls|dashed line|dashed list|date|default|"
    "default character style|default drawing style|default page style|default paragraph font|"
    "default paragraph style|default style|default table style|definition|definition term|diamond list|"
    "dimension line|display math|document map|drawing|drop caps|e-mail signature|earth|elegant|emphasis|endnote|"
    "endnote anchor|endnote characters|endnote reference|endnote symbol|endnote text|envelope|envelope address|"
    "envelope return|error|example|figure|figure index|figure index heading|filled|filled blue|filled green|"
    "filled red|filled yellow|financial|first line indent|first page|first paragraph|followedhyperlink|footer|"
    "footer left|footer right|footnote|footnote anchor|footnote characters|footnote reference|footnote symbol|"
    "footnote text|footnotes|formula|frame|frame contents|gnumeric default|good|graphic|graphics|gray|green|"
    "grid table light|hand list|hanging indent|hashtag|header|header and footer|header left|header right|heading|"
    "heading a|headline|heart list|horizontal line|html|html acronym|html address|html bottom of form|html cite|"
    "html code|html definition|html keyboard|html preformatted|html sample|html top of form|html typewriter|"
    "html variable|hyperlink|illustration|illustration index|illustration index heading|image caption|"
    "implies list|index|index heading|index link|index separator|intense emphasis|intense quote|"
    "intense reference|internet link|labels|landscape|layout|left page|lightblue|line number|line numbering|"
    "line with|lines|list|list bullet|list contents|list continue|list heading|list indent|list label|"
    "list number|list paragraph|lower case list|lower roman list|macro|main index entry|marginal note|marginalia|"
    "measure|measurelines|mention|message header|mp|mt|neutral|no character style|no list|no spacing|normal|"
    "normal (web)|normal indent|normal table|note|note heading|notes|numbered heading|numbered list|numbering|"
    "numbering abc|numbering ivx|numbering symbols|object index|object index heading|object with arrow|"
    "object with no fill and no line|object with shadow|object without fill|objectwitharrow|objectwithoutfill|"
    "objectwithshadow|ole|orange|outline|outlined|outlined blue|outlined green|outlined red|outlined yellow|"
    "page number|paragraph|placeholder|placeholder text|plain text|preformatted|preformatted text|pt|quotation|"
    "quotations|quote|report|result|revision|right page|row heading|rubies|salutation|section heading|"
    "section number|seetang|sender|shapes|signature|simple grid columns|simple grid rows|simple list shaded|"
    "smart hyperlink|smart link|source code|source text|square list|standard|star list|status|strong|"
    "strong emphasis|subtitle|subtle emphasis|subtle reference|sun|table|table caption|table contemporary|"
    "table contents|table elegant|table grid|table heading|table index|table index heading|table normal|"
    "table of authorities|table of figures|table professional|table theme|teletype|text|text a|text body|"
    "text body indent|text body justified|textbody|textbodyindent|textbodyjustfied|tick list|title|title a|"
    "toa heading|toc|toc heading|triangle list|turquoise|unresolved mention|untitled|upper case list|"
    "upper roman list|user entry|user index|user index heading|variable|verbatim|vertical numbering symbols|"
    "visited internet link|warning|watermark|yellow|";

// Families of names that differ in what follows.
constexpr std::string_view kBegins =
    "colorful grid|colorful list|colorful shading|dark list|gnumeric|grid table|light grid|light list|"
    "light shading|list table|listlabel|master1 layout|medium grid|medium list|medium shading|numbering |"
    "outline list|plain table|rtf num|table 3d|table classic|table colorful|table columns|table list|"
    "table simple|table subtle|table web|ww8|ww char|wwchar|wwnum|";

// LibreOffice has a set of styles for each master of a presentation: "Master-outline1".
constexpr std::string_view kOfMasters = "background|backgroundobjects|drawinglayer|notes|outline|subtitle|title|";

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const size_t bar = list.find('|');
    words.push_back(list.substr(0, bar));
    list.remove_prefix(bar + 1);
  }
  return words;
}

std::unordered_set<std::string_view> set_of(std::string_view list) {
  const std::vector<std::string_view> words = words_of(list);
  return {words.begin(), words.end()};
}

std::string in_small(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if (c == '_') c = ' ';
  }
  return out;
}

std::string_view without_end(std::string_view name, std::string_view end) {
  return name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name;
}

std::string_view without_number(std::string_view name) {
  constexpr size_t kLongestNumber = 6;                           // longer ones are no program's
  const size_t end = name.find_last_not_of("0123456789 .") + 1;  // 0: nothing else
  return name.size() - end > kLongestNumber ? name : name.substr(0, end);
}

}  // namespace

bool is_programs_style_name(std::string_view name) {
  static const auto known = set_of(kNames);
  static const auto known_begins = words_of(kBegins);
  static const auto known_of_masters = set_of(kOfMasters);
  const std::string small = in_small(name);
  std::string_view bare = without_end(small, " char");
  if (!known.contains(bare)) bare = without_end(bare, " text");  // AbiWord: "Rubies_text"
  for (const std::string_view end : {" start", " end", " cont.", " left"}) bare = without_end(bare, end);
  bare = without_number(bare);
  if (bare.empty() || known.contains(bare) || bare.ends_with("tok")) return true;  // pandoc: "KeywordTok"
  if (std::any_of(known_begins.begin(), known_begins.end(),
                  [&](std::string_view begin) { return bare.starts_with(begin); }))
    return true;
  const size_t dash = bare.rfind('-');
  return dash != std::string_view::npos && known_of_masters.contains(bare.substr(dash + 1));
}

}  // namespace postern::extract

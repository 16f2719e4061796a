// ShortPage against Gumbo's reading of the whole page: the trees are the same, whatever was taken out.
#include "extractors/html/short_page.h"

#include <random>

#include <gtest/gtest.h>

#include "extractors/utf8.h"
#include "tests/extractors/html/whole_tree.h"

namespace postern::test {
namespace {

using extract::HtmlTree;
using extract::ShortPage;

constexpr std::string_view kRun = "a sentence with several words";

enum class Shorter { yes, no };

struct PageCase {
  std::string name;
  std::string html;
  Shorter shorter = Shorter::yes;
};

void PrintTo(const PageCase& c, std::ostream* out) {
  *out << c.name;
}

class Page : public testing::TestWithParam<PageCase> {};

TEST_P(Page, HasTheTreeOfTheWhole) {
  const PageCase& c = GetParam();
  EXPECT_EQ(ShortPage(c.html).is_shorter(), c.shorter == Shorter::yes);
  const auto tree = HtmlTree::parse(c.html);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree_of(*tree), whole_tree(c.html));
}

std::vector<PageCase> page_cases() {
  const std::string run(kRun);
  return {
      {"text", "<p>" + run + "</p>"},
      {"no_tag_at_all", run},
      {"short_texts_stay", "<p>words</p><p>and more</p>", Shorter::no},
      {"spaces_at_the_ends_stay", "<p>  " + run + "\n </p><pre>\n" + run + "</pre>"},
      {"letters_of_other_scripts",
       "<p>Gr\u00FC\u00DFe aus \u00D6sterreich</p><p>\u65E5\u672C\u8A9E\u306E\u30C6\u30AD\u30B9\u30C8</p>"},
      {"what_the_parser_replaces", run + "\x01\x7F" + run + "\u0085" + run + "\uFFFE" + run + "\u00A0" + run},
      {"emoji", run + "\U0001F600" + run},
      {"references", run + "&amp;" + run + "&notit;" + run + "&#65" + run + "& " + run},
      {"sheet", "<style>.x { display: none } /* " + run + " */</style>" + run},
      {"sheet_that_never_ends", "<style>.x { display: none } " + run, Shorter::no},
      {"end_of_another_sheet", "<style>" + run + "</styles></style >" + run},
      {"title_and_field", "<title>" + run + " &lt; x</title><textarea>\n" + run + "</textarea>" + run},
      {"script_stays", "<script>if (a < b && c > d) f('" + run + "')</script>", Shorter::no},
      {"script_in_a_script", "<script><!-- <script> </script> " + run + " --></script><p x=" + run, Shorter::no},
      {"comment", "<!-- " + run + " - " + run + " -- " + run + " --" + ">" + run},
      {"comment_with_a_bang", "<!--" + run + "--!>" + run + "-->" + run},
      {"comments_that_end_at_once", "<!-->" + run + "<!--->" + run + "<!---->" + run},
      {"comment_that_never_ends", run + "<!--" + run},
      {"comment_that_never_ends_but_for_a_dash", run + "<!--" + run + "-"},
      {"bogus_comments", "<!x " + run + ">" + run + "<?x " + run + ">" + run + "</ " + run + ">" + run + "</>" + run},
      {"doctype", "<!DOCTYPE html PUBLIC \"-//W3C//DTD HTML 4.01>" + run + "\">" + run},
      {"tags_that_hold_their_end", "<a title='" + run + ">" + run + "' href=\"x>y\">" + run + "</a x='>'>" + run},
      {"odd_attributes",
       "<a =\"" + run + "\" / = x b= '" + run + "'c=d/>" + run + "<a b=\"x\"c>" + run + "<a b=>" + run},
      {"quote_that_never_ends", run + "<a title=\"" + run + "> " + run},
      {"less_than_in_text", run + " < " + run + " <3 " + run + " <"},
      {"table_without_cells", "<table>" + run + "<tr> " + run + " <td>" + run + "</table>"},
      {"columns", "<table><colgroup>" + run + "<col> " + run + "</table>"},
      {"foreign_elements_stay", "<svg><title>" + run + "</title><![CDATA[" + run + "<b>]]></svg>" + run, Shorter::no},
      {"mathematics_stays", "<math><style><a title=\"</style>" + run + "\">" + run + "</math>", Shorter::no},
      {"before_what_stays", run + "<select><textarea>" + run + "<option>" + run + "</select>" + run},
      {"template_stays", "<template><col>" + run + "</template>" + run, Shorter::no},
      {"plain_to_the_end", run + "<plaintext></plaintext>" + run},
      {"frames", "<frameset>" + run + "<frame></frameset>" + run, Shorter::no},
      {"mark_in_the_page", run + "\U00100000" + run, Shorter::no},
      {"reference_to_a_mark", run + "&#x100000;" + run, Shorter::no},
      {"reference_to_a_mark_in_an_attribute", "<a title='&#1048576'>" + run, Shorter::no},
      {"reference_that_overflows", run + "&#x1000000000100000;" + run, Shorter::no},
      {"references_below_the_marks", run + "&#xFFFFF;&#1048575;" + run},
  };
}

INSTANTIATE_TEST_SUITE_P(Table, Page, testing::ValuesIn(page_cases()),
                         [](const auto& instance) { return instance.param.name; });

TEST(ShortPages, HaveTheTreesOfTheWholeOnesWhateverIsPutTogether) {
  const std::string run(kRun);
  std::vector<std::string> pieces;
  for (const PageCase& one : page_cases()) pieces.push_back(one.html);
  for (const std::string_view piece :
       {"<p>",        "</p>",        "<div>",      "</div>",      "<b>",     "</b>",     "<i class=x>", "</i>",
        "<table>",    "<tr>",        "<td>",       "</table>",    "<style>", "</style>", "<title>",     "</title>",
        "<textarea>", "</textarea>", "<script>",   "</script>",   "<xmp>",   "</xmp>",   "<iframe>",    "</iframe>",
        "<noscript>", "</noscript>", "<noframes>", "</noframes>", "<!--",    "-->",      "--!>",        "<!",
        "<?",         "</",          "<",          ">",           "&",       "&am",      "]]>",         "-",
        "\"",         "'",           "=",          "/",           "\n",      "\f",       "<body>",      "<head>",
        "</body>",    "</html>",     "<caption>",  "<col>",       "<li>",    "<button>", "<isindex>",   "<h1>",
        "<form>",     "<nobr>"}) {
    pieces.emplace_back(piece);
    pieces.emplace_back(std::string(piece) + run);
  }
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same pages each time
  size_t shorter = 0;
  for (int i = 0; i < 4000; i++) {
    std::string html;
    for (size_t n = 1 + random() % 24; n > 0; n--) {
      std::string piece = pieces[random() % pieces.size()];
      if (random() % 8 == 0) piece.erase(random() % piece.size(), 1);
      html += piece;
    }
    while (!extract::is_utf8(html)) html.resize(extract::valid_utf8_prefix(html));
    const auto tree = HtmlTree::parse(html);
    ASSERT_TRUE(tree);
    ASSERT_EQ(tree_of(*tree), whole_tree(html)) << html;
    if (ShortPage(html).is_shorter()) shorter++;
  }
  EXPECT_GT(shorter, 1000u);
}

}  // namespace
}  // namespace postern::test

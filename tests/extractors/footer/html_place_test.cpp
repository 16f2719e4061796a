#include "extractors/footer/html_place.h"

namespace postern::extract {
namespace {

// '|' marks the place.
struct Case {
  std::string name;
  std::string html;
  size_t open_tables = 0;
};

TEST(HtmlPlace, IsAtTheEndOfTheBodyOutsideOfTablesAndComments) {
  const std::vector<Case> cases = {
      {"a page", "<html><body><p>hi</p>|</body></html>\r\n"},
      {"capitals and blanks", "<HTML><BODY>hi|</BODY\n ></HTML>"},
      {"no end of body", "<html><body>hi|</html>"},
      {"a fragment", "<p>hi</p>\r\n|"},
      {"nothing", "|"},
      {"text only", "a < b and c|"},
      {"a comment that names it", "<body>hi|</body><!-- </body> -->"},
      {"a comment before", "<body><!-- </body> -->hi|</body>"},
      {"an odd comment end", "<body><!-- x --!>hi|</body>"},
      {"an empty comment", "<body><!-->hi|</body>"},
      {"conditional comments", "<body><!--[if mso]><table></body><![endif]-->hi|</body>"},
      {"inside a script", "<body><script>var a='</body>';</script>hi|</body>"},
      {"inside a style", "<style>a{}</body></style><p>hi|"},
      {"inside an attribute", "<body><p title='</body>' lang=\"</body>\">hi|</body>"},
      {"a sign in an unquoted attribute", "<body><a href=x?a>hi</a>|</body>"},
      {"two ends", "<body>one</body><p>two|</body></html>"},
      {"a table left open", "<body><table><tr><td>hi|</body>", 1},
      {"tables inside each other", "<body><table><td><table></table>hi|</body>", 1},
      {"a table that ends", "<body><table></table>|</body>"},
      {"a table after it", "<body>hi|</body><table>"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const size_t want = c.html.find('|');
    const HtmlPlace place = find_html_place(c.html.substr(0, want) + c.html.substr(want + 1));
    EXPECT_EQ(place.at, want);
    EXPECT_EQ(place.open_tables, c.open_tables);
    EXPECT_FALSE(place.unsafe);
  }
}

TEST(HtmlPlace, IsUnsafeWhereABlockWouldNotBeShown) {
  for (const std::string html :
       {"<p>hi<!-- no end", "<p>hi<script>", "<p>hi<textarea>x", "<p>hi<p title=\"", "<plaintext>hi", "<p>hi<di",
        "<body><select><option>hi</body>", "<body><template>hi</body>", "<body><svg>hi</body>", "<frameset><frame>",
        "<script><!-- <script> </script>hi", "<p>hi<![CDATA[ x"}) {
    EXPECT_TRUE(find_html_place(html).unsafe) << html;
  }
}

TEST(HtmlPlace, GivesTheTextThatIsShown) {
  EXPECT_EQ(find_html_place("<title>t</title><p>caf&eacute; <b>b</b>old</p><style>x</style>&#8211;<!-- y -->z").shown,
            "\n\n\ncafé bold\n\n\n–z");
}

}  // namespace
}  // namespace postern::extract

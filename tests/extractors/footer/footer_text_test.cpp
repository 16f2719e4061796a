#include "extractors/footer/footer_text.h"

namespace postern::extract {
namespace {

const Footer kFooter{"From Example Corp.", "", false};

TEST(PlainFooter, StandsBelowAnEmptyLine) {
  struct Case {
    std::string name, text, want;
    TextFormat format = TextFormat::fixed;
  };
  const std::vector<Case> cases = {
      {"a text", "Hello\r\n", "\r\nFrom Example Corp.\r\n"},
      {"no line end", "Hello", "\r\n\r\nFrom Example Corp."},
      {"an empty line already", "Hello\r\n\r\n", "From Example Corp.\r\n"},
      {"nothing", "", "From Example Corp.\r\n"},
      {"blank lines only", "\r\n\r\n", "From Example Corp.\r\n"},
      {"flowed", "Hello\r\n", "\r\n From Example Corp.\r\n", TextFormat::flowed},
      {"a flowed line that goes on", "Hello \r\n", "\r\n\r\n From Example Corp.\r\n", TextFormat::flowed},
      {"a signature's mark flows nowhere", "Hello\r\n-- \r\n", "\r\n From Example Corp.\r\n", TextFormat::flowed},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(plain_footer(c.text, kFooter, c.format, "\r\n"), c.want) << c.name;
  }
}

TEST(PlainFooter, IsWrapped) {
  Footer footer;
  for (int i = 0; i < 30; i++) footer.text += "wörter ";
  const std::string fixed = plain_footer("x\n", footer, TextFormat::fixed, "\n");
  const std::string flowed = plain_footer("x\n", footer, TextFormat::flowed, "\n");
  const std::string delsp = plain_footer("x\n", footer, TextFormat::flowed_delsp, "\n");
  EXPECT_NE(fixed.find("wörter\nwörter"), std::string::npos);
  EXPECT_NE(flowed.find("wörter \nwörter"), std::string::npos);
  EXPECT_NE(delsp.find("wörter  \nwörter"), std::string::npos);
  for (const std::string& text : {fixed, flowed, delsp}) {
    EXPECT_TRUE(ends_with_footer(text, footer));
    EXPECT_TRUE(text.ends_with("wörter\n"));
  }
}

TEST(PlainFooter, KeepsLinesBelow998Octets) {
  const Footer footer{std::string(3000, 'x'), "", false};
  for (const TextFormat format : {TextFormat::fixed, TextFormat::flowed}) {
    const std::string text = plain_footer("", footer, format, "\n");
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      EXPECT_LE(end - at, 998U);
      at = end + 1;
    }
  }
}

TEST(PlainFooter, ControlCharactersAndBlankEndsAreLeftOut) {
  EXPECT_EQ(footer_lines({"\n\nOne \x1B[1m\r\nTwo\t.\n\n", "", false}), "One [1m\nTwo .");
  EXPECT_EQ(footer_lines({"One", "https://lessons.example", true}), "One\nhttps://lessons.example");
  EXPECT_EQ(footer_lines({"", "https://lessons.example", true}), "") << "no footer, no address";
}

TEST(EndsWithFooter, InWhateverLinesItIs) {
  const Footer footer{"This mail is\nconfidential.", "https://lessons.example", false};
  for (const std::string text :
       {"Hi\n\nThis mail is\nconfidential.\n", "Hi This mail is confidential.",
        "> Hi\n> This mail\n> is confidential.\n\n", "Hi\n>> This mail is\n>> confidential.\n> \n",
        "Hi\nThis mail is\nconfidential.\nhttps://lessons.example\n", "This\xC2\xA0mail is confidential."}) {
    EXPECT_TRUE(ends_with_footer(text, footer)) << text;
  }
  for (const std::string text : {"Hi", "", "This mail is confidential. Really.",
                                 "> This mail is confidential.\nI agree.", "This mail is > confidential."}) {
    EXPECT_FALSE(ends_with_footer(text, footer)) << text;
  }
}

TEST(HtmlFooter, IsEscaped) {
  const std::string html = html_footer({"<b> & \"ö\"\nTwo", "", false}, "\r\n", Letters::as_references);
  EXPECT_NE(html.find("&lt;b&gt; &amp; \"&#246;\"<br>\r\nTwo</div>"), std::string::npos) << html;
  EXPECT_NE(html_footer({"ö€😀", "", false}, "\n", Letters::as_they_are).find(">ö€😀</div>"), std::string::npos);
  EXPECT_NE(html_footer({"ö€😀", "", false}, "\n", Letters::as_references).find(">&#246;&#8364;&#128512;</div>"),
            std::string::npos);
}

TEST(HtmlFooter, KeepsLinesBelow998Octets) {
  std::string text;
  for (int i = 0; i < 1000; i++) text += "例";
  const std::string html = html_footer({text, "", false}, "\n", Letters::as_references);
  for (size_t at = 0; at < html.size();) {
    const size_t end = std::min(html.find('\n', at), html.size());
    EXPECT_LE(end - at, 998U);
    at = end + 1;
  }
}

}  // namespace
}  // namespace postern::extract

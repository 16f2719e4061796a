#include "extractors/text/xml_text.h"

#include <gtest/gtest.h>

#include "extractors/text/xml_entities.h"
#include "tests/support/document_walk.h"

namespace postern::extract {
namespace {

TEST(XmlText, JoinsRunsAndPartsTheRest) {
  EXPECT_EQ(
      text_of_xml("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Night</w:t></w:r><w:r><w:t>j&#97;r</w:t></w:r></w:p>").text,
      "Nightjar\n");
  EXPECT_EQ(text_of_xml("<rows>\n <x>1</x>\n <y>2</y>\n</rows>").text, "1\n2\n");
  EXPECT_EQ(text_of_xml("<v><![CDATA[x<y]]></v><v>cut").text, "x<y\ncut\n");
}

TEST(XmlText, ReadsEntitiesAndAttributes) {
  struct Case {
    const char* name;
    std::string xml, text, attributes;
  };
  const std::vector<Case> cases = {
      {"letters of HTML", "<p>caf&eacute; &ndash; &euro;5</p>", "café – €5\n", ""},
      {"any of HTML", "<p>&Lopf;&period;&sigma;&nvlt;&Zcaron;</p>", "𝕃.σ<⃒Ž\n", ""},
      {"predefined ones", "<p>a &lt;b&gt; &amp;eacute;</p>", "a <b> &eacute;\n", ""},
      {"unknown ones vanish", "<p>a&nosuchname;b</p>", "ab\n", ""},
      {"declared", "<!DOCTYPE d [<!ENTITY bird \"Night&tail;\"><!ENTITY tail 'jar'>]><d>&bird;</d>", "Nightjar\n", ""},
      {"the first declaration counts", "<!DOCTYPE d [<!ENTITY a 'x'><!ENTITY a 'y'>]><d>&a;</d>", "x\n", ""},
      {"files are not opened", "<!DOCTYPE d [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><d>a&f;b</d>", "ab\n", ""},
      {"what is declared is not used", "<!DOCTYPE d [<!ENTITY a 'x&a;'>]><d>&#65;</d>", "A\n", ""},
      {"in a section they are text", "<d><![CDATA[&eacute;]]>&eacute;</d>", "&eacute;é\n", ""},
      {"attributes", "<d a=\"Night&#106;ar\" b=\"plain\" c='caf&eacute;'>x</d>", "x\n", "Nightjar\ncafé\n"},
  };
  for (const Case& c : cases) {
    const XmlText out = text_of_xml(c.xml);
    EXPECT_EQ(out.text, c.text) << c.name;
    EXPECT_EQ(out.attributes, c.attributes) << c.name;
    EXPECT_FALSE(out.cut) << c.name;
  }
}

TEST(XmlText, EntitiesOfUtf16AreReplacedToo) {
  const std::string xml =
      "<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE d [<!ENTITY bird 'Night&#106;'>]><d>&bird;ar &eacute;</d>";
  for (const bool big : {false, true}) {
    std::string bytes = big ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : xml) bytes += big ? std::string{'\0', c} : std::string{c, '\0'};
    const ExtractedText text = test::walk_document(bytes, "a.xml");
    EXPECT_EQ(test::outcomes(text), ":complete");
    EXPECT_EQ(test::where_is(text, "Nightjar é"), "body@without tags");
  }
}

TEST(XmlText, BoundsEntities) {
  std::string laughs = "<!DOCTYPE d [<!ENTITY e0 'ha'>";
  for (int i = 1; i < 12; i++) {
    laughs += "<!ENTITY e" + std::to_string(i) + " '";
    for (int k = 0; k < 10; k++) laughs += "&e" + std::to_string(i - 1) + ";";
    laughs += "'>";
  }
  const XmlText grown = text_of_xml(laughs + "]><d>&e6; Nightjar</d>");
  EXPECT_TRUE(grown.cut);
  EXPECT_LT(grown.text.size(), kMaxEntityBytes);
  EXPECT_NE(grown.text.find(" Nightjar"), std::string::npos);
  EXPECT_TRUE(text_of_xml(laughs + "]><d>&e11;</d>").cut) << "depth";
  EXPECT_TRUE(text_of_xml("<!DOCTYPE d [<!ENTITY a 'x&a;'>]><d>&a;</d>").cut) << "a circle";
}

}  // namespace
}  // namespace postern::extract

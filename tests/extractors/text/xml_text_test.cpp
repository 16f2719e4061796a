#include "extractors/text/xml_text.h"

#include <gtest/gtest.h>

namespace postern::extract {
namespace {

TEST(XmlText, JoinsRunsAndPartsTheRest) {
  EXPECT_EQ(text_of_xml("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Night</w:t></w:r><w:r><w:t>j&#97;r</w:t></w:r></w:p>"),
            "Nightjar\n");
  EXPECT_EQ(text_of_xml("<rows>\n <x>1</x>\n <y>2</y>\n</rows>"), "1\n2\n");
  EXPECT_EQ(text_of_xml("<v><![CDATA[x<y]]></v><v>cut"), "x<y\ncut\n");
}

}  // namespace
}  // namespace postern::extract

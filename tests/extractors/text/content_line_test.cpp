#include "extractors/text/content_line.h"

#include <gtest/gtest.h>

#include "extractors/text/xml_text.h"

namespace postern::extract {
namespace {

TEST(ContentLines, AreUnfoldedAndDecoded) {
  struct Case {
    const char* name;
    std::string given, text;
    std::vector<std::string> files;
  };
  const std::vector<Case> cases = {
      {"folded", "SUMMARY:Project Night\r\n jar\r\nEND:VEVENT\r\n", "SUMMARY:Project Nightjar\nEND:VEVENT\n", {}},
      {"folded with a tab", "A:b\n\tc\n", "A:bc\n", {}},
      {"escaped", "DESCRIPTION:one\\ntwo\\, three\\; \\\\\n", "DESCRIPTION:one\ntwo, three; \\\n", {}},
      {"quoted colon", "ATTENDEE;CN=\"a:b\":mailto:x\n", "ATTENDEE;CN=\"a:b\":mailto:x\n", {}},
      {"quoted-printable",
       "NOTE;ENCODING=QUOTED-PRINTABLE:Night=\n=6Aar\n",
       "NOTE;ENCODING=QUOTED-PRINTABLE:Nightjar\n",
       {}},
      {"quoted-printable in a charset of its own",
       "N;CHARSET=ISO-8859-2;ENCODING=QUOTED-PRINTABLE:Ko=B3o=B6;Ewa\n",
       "N;CHARSET=ISO-8859-2;ENCODING=QUOTED-PRINTABLE:Ko\xC5\x82o\xC5\x9B;Ewa\n",
       {}},
      {"base64",
       "ATTACH;ENCODING=BASE64;VALUE=BINARY:TmlnaHRqYXI=\n",
       "ATTACH;ENCODING=BASE64;VALUE=BINARY:\n",
       {"Nightjar"}},
      {"b", "PHOTO;ENCODING=b;TYPE=JPEG:TmlnaHRq\n YXI=\n", "PHOTO;ENCODING=b;TYPE=JPEG:\n", {"Nightjar"}},
      {"no property", "just a line", "just a line\n", {}},
  };
  for (const Case& c : cases) {
    const ContentLines out = read_content_lines(c.given);
    EXPECT_EQ(out.text, c.text) << c.name;
    EXPECT_EQ(out.files, c.files) << c.name;
  }
}

TEST(XmlText, JoinsRunsAndPartsTheRest) {
  EXPECT_EQ(text_of_xml("<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Night</w:t></w:r><w:r><w:t>j&#97;r</w:t></w:r></w:p>"),
            "Nightjar\n");
  EXPECT_EQ(text_of_xml("<rows>\n <x>1</x>\n <y>2</y>\n</rows>"), "1\n2\n");
  EXPECT_EQ(text_of_xml("<v><![CDATA[x<y]]></v><v>cut"), "x<y\ncut\n");
}

}  // namespace
}  // namespace postern::extract

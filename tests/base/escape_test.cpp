#include "base/escape.h"

namespace postern {
namespace {

TEST(EscapeUnsafe, ShowsWhatWouldHideOrReorderText) {
  struct Case {
    const char* name;
    std::string text;
    std::string want;
  };
  const Case cases[] = {
      {"nothing", "", ""},
      {"plain", "plan, v2 (final).xlsx", "plan, v2 (final).xlsx"},
      {"utf-8 stays", "gr\xc3\xbc\xc3\x9f \xe2\x80\x9c \xc2\xa7", "gr\xc3\xbc\xc3\x9f \xe2\x80\x9c \xc2\xa7"},
      {"a new line", "a\nb\r", "a\\x0ab\\x0d"},
      {"a terminal's escape", "\x1b[2J", "\\x1b[2J"},
      {"nul and delete", std::string("a\0\x7f", 3), "a\\x00\\x7f"},
      {"a C1 control", "\xc2\x9b[2J", "\\xc2\\x9b[2J"},
      {"line and paragraph separator", "\xe2\x80\xa8\xe2\x80\xa9", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
      {"right-to-left override",
       "nl\xe2\x80\xae"
       "fdp.exe",
       "nl\\xe2\\x80\\xaefdp.exe"},
      {"isolate", "\xe2\x81\xa6x\xe2\x81\xa9", "\\xe2\\x81\\xa6x\\xe2\\x81\\xa9"},
      {"marks", "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", "\\xd8\\x9c\\xe2\\x80\\x8e\\xe2\\x80\\x8f"},
      {"characters that begin like these", "\xe2\x80\x8d\xe2\x81\xa4\xd8\x9b\xc2\xa0",
       "\xe2\x80\x8d\xe2\x81\xa4\xd8\x9b\xc2\xa0"},
      {"cut short", "\xe2\x80", "\xe2\x80"},
  };
  for (const Case& c : cases) EXPECT_EQ(escape_unsafe(c.text), c.want) << c.name;
}

TEST(EscapeUnsafe, TakesFurtherBytes) {
  EXPECT_EQ(escape_unsafe("a b=c", " ="), "a\\x20b\\x3dc");
}

TEST(AppendXml, WritesMarkupAsReferences) {
  std::string out = "<a b=\"";
  append_xml(out, "1 < 2 & 'x' > \"y\"\n\u00E9");
  EXPECT_EQ(out, "<a b=\"1 &lt; 2 &amp; &apos;x&apos; &gt; &quot;y&quot;\n\u00E9");
}

}  // namespace
}  // namespace postern

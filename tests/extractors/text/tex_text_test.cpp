#include "extractors/text/tex_text.h"

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct TexCase {
  const char* name;
  std::string tex, text;
};

TEST(Tex, ReadsAsPrinted) {
  const std::vector<TexCase> cases = {
      {"commands", R"(\textbf{Night}jar \emph{falls})", "Nightjar falls"},
      {"accents", R"(M\"uller, caf\'e, na\"{\i}ve, \v{C}apek, gar\c con, \`A)",
       "Müller, café, naïve, Čapek, garçon, À"},
      {"letters", R"(Stra\ss e, \O re, {\L}\'od\'z)", "Straße, Øre, Łódź"},
      {"titles", R"(\usepackage{a}\title{One}\section{Two {\bf Th}ree}four \begin{x}five\end{x}six)",
       "a\nOne\nTwo Three\nfour \nx\nfive\nx\nsix"},
      {"no accents", R"(\cite{a} \ref{b} \r \' \"1)", "a\n b\n  1"},
      {"signs", R"(5\% of \$7 \& \#1 \{x\_y\} \\a~b)", "5% of $7 & #1 {x_y} \na b"},
      {"mathematics", R"($a = b$ 4111$\,$1111)", "a = b 4111 1111"},
      {"cut off", R"(a\)", "a"},
      {"cut off in an accent", R"(a\"{)", "a"},
  };
  for (const TexCase& c : cases) EXPECT_EQ(extract::text_of_tex(c.tex), c.text) << c.name;
}

TEST(Tex, IsToldByItsNameOrItsBeginning) {
  const std::string page = "\\documentclass{article}\\begin{document}\\textbf{Night}jar\\end{document}";
  for (const char* name : {"a.tex", "a.txt", ""}) {
    const ExtractedText text = walk_document(page, name);
    EXPECT_EQ(text.parts[0].type, "text/x-tex") << name;
    EXPECT_EQ(where_is(text, "Nightjar"), "body@as printed") << name;
    EXPECT_EQ(where_is(text, "\\textbf"), "body@") << name;
  }
  EXPECT_EQ(walk_document("@book{a, author = {M{\\\"u}ller}}", "a.bib").parts[0].type, "text/x-tex");
  EXPECT_EQ(walk_document("C:\\documents\\a.txt", "a.txt").parts[0].type, "text/plain");
}

TEST(Ldif, LinesAreJoinedAndValuesDecoded) {
  const ExtractedText text = walk_document(
      "version: 1\r\ndn: cn=Ann\r\n# a:: remark\r\nsn:: TmlnaHRqYXI=\r\ndescription: Amber Fal\r\n con\r\n"
      "jpegPhoto:: iVBORw0KGgoA\r\n AAAA\r\nhomePhone: +1\r\n",
      "a.ldif");
  EXPECT_EQ(text.parts[0].type, "text/x-ldif");
  EXPECT_EQ(where_is(text, "sn: Nightjar\n"), "body@decoded");
  EXPECT_EQ(where_is(text, "Amber Falcon"), "body@decoded");
  EXPECT_EQ(where_is(text, "# a:: remark"), "body@ body@decoded");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].name, "jpegPhoto");
  EXPECT_EQ(text.parts[1].type, "image/png");
  EXPECT_EQ(walk_document("dn: is a word", "a.txt").parts[0].type, "text/plain");
}

}  // namespace
}  // namespace postern::test

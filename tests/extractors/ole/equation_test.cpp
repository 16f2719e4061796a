#include "extractors/ole/equation.h"

#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_literals;
using extract::ole::read_equation;

// What Equation Editor and MathType put in front of an equation.
std::string equation_head(const std::string& equation) {
  return le(28, 2) + std::string(6, '\0') + le(equation.size(), 4) + std::string(16, '\0') + equation;
}

TEST(Equation, OfVersionThree) {
  const auto sign = [](char typeface, unsigned code) { return "\x12"s + typeface + le(code, 2); };
  // x = a / b, a nudged, a dot above b, a font and a size between.
  const std::string equation = "\3\1\1\3\x0A\x0A\1"s + sign('\x83', 'x') + "\x02\x86\x3D\x00\x03\x0E\x00\x00\x01"s +
                               "\x92\x05\x06\x83" + le('a', 2) +
                               "\x00\x01\x08\x80\0"
                               "Arial\0\x09\x65\x0C\x00"s +
                               "\x22\x83" + le('b', 2) + "\x06\x02\x00\x00\x00\x00\x00\x4F"s;
  const auto read = read_equation(equation_head(equation));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "x= a b");
  EXPECT_TRUE(read->whole);
}

TEST(Equation, OfVersionFive) {
  const std::string head = "\5\1\0\6\7DSMT6\0\0"s;
  const std::string definitions = "\x13WinAllBasicCodePages\0\x11\5Times New Roman\0\x08\1\2\x10\0\1\2\3\4\5\6"s +
                                  "\x12\0\2\x24\xF4\xF0\1\x1F\3\1\0\0\1\1"s + "\x66\3xyz"s;
  const auto sign = [](unsigned options, char typeface, unsigned code, const std::string& rest) {
    return "\2"s + static_cast<char>(options) + typeface + le(code, 2) + rest;
  };
  const std::string equation = head + definitions + "\x0A\1\0"s + sign(4, '\x83', 'y', "y") +
                               sign(0x10, '\x84', 0x3B1, "ab") + sign(0, '\x88', 0xEF02, "") +
                               sign(0, '\x88', '7', "") + "\0\0"s;
  const auto read = read_equation(equation_head(equation));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "y\u03B1 7");
  EXPECT_TRUE(read->whole);
  // Every beginning of it ends, and most say that they are cut.
  for (size_t size = 0; size < equation.size(); size++) {
    const auto cut = read_equation(equation_head(equation).substr(0, 28 + size));
    EXPECT_TRUE(!cut || !cut->whole) << size;
  }
}

TEST(Equation, UnknownVersionsAndRecords) {
  EXPECT_FALSE(read_equation(equation_head("\4\1\1\3\x0A\1\0\0"s)));
  EXPECT_FALSE(read_equation("\x1C"));
  const auto read = read_equation(equation_head("\3\1\1\3\x0A\1\x12\x83x\0\x0F\0"s));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->text, "x");
  EXPECT_FALSE(read->whole);
}

TEST(Equation, AnEmbeddedOneIsBodyText) {
  const std::string bytes =
      CompoundBuilder().stream("Equation Native", equation_head("\3\1\1\3\x0A\1\x12\x83x\0\0\0"s)).build();
  const ExtractedText text = walk_document(bytes);
  EXPECT_EQ(outcomes(text), outcomes(walk_document(CompoundBuilder().stream("MsoDataStore/Empty", "").build())));
  EXPECT_EQ(text_of(text, Place::body), "x");
}

}  // namespace
}  // namespace postern::test

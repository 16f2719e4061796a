#include "extractors/wrapper/drawn_squares.h"

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "extractors/html/page_squares.h"
#include "tests/support/document_walk.h"
#include "tests/support/square_codes.h"

namespace postern::test {
namespace {

using extract::DrawnSquares;

size_t codes_in(const std::string& bytes, const std::string& name) {
  const ExtractedText text = walk_document(bytes, name);
  return static_cast<size_t>(std::count_if(text.parts.begin(), text.parts.end(), [](const Part& part) {
    return !part.facts.empty() && part.facts[0] == "drawn-in-text" && part.type == "image/x-portable-greymap";
  }));
}

// What is in them is read by a module: pixels_test.cpp.
TEST(DrawnSquares, BecomeParts) {
  for (const auto& [name, bytes] : square_codes()) EXPECT_EQ(codes_in(bytes, name), 1U) << name;
  EXPECT_EQ(codes_in("<p>" + code_svg() + "</p><p>" + code_svg() + "</p>", "a.html"), 2U);
}

TEST(DrawnSquares, OtherDrawingsAreNone) {
  std::string chart, chess, far;
  for (int i = 0; i < 400; i++) {
    const std::string n = std::to_string(i);
    chart += "<rect x=\"" + n + "\" y=\"0\" width=\"1\" height=\"" + std::to_string(i * i % 97) + "\"/>";
    chess += "<rect x=\"" + std::to_string(i % 20 * 2 + i / 20 % 2) + "\" y=\"" + std::to_string(i / 20) +
             "\" width=\"1\" height=\"1\"/>";
    far += "<rect x=\"" + std::to_string(i * 1000) + "\" y=\"" + n + "\" width=\"1\" height=\"1\"/>";
  }
  for (const std::string& inside : {chart, chess, far, std::string("<path d=\"M0 0h1v1zzz9,,M\"/>")}) {
    EXPECT_EQ(codes_in(code_svg(inside), "a.svg"), 0U) << inside.substr(0, 100);
  }
  EXPECT_EQ(codes_in("<defs>" + code_svg() + "</defs>", "a.html"), 1U);
  EXPECT_EQ(codes_in(code_svg("<defs>" + code_svg() + "</defs>"), "a.svg"), 0U);
}

TEST(DrawnSquares, AreBounded) {
  DrawnSquares squares;
  const float nan = std::numeric_limits<float>::quiet_NaN(), all = std::numeric_limits<float>::max();
  for (int i = 0; i < 200; i++) {
    squares.fill(nan, 0, 1, 1, true);
    squares.fill(0, 0, all, 1, true);
    squares.fill(1, 1, 1, 1, true);
  }
  EXPECT_FALSE(squares.may_be_code());
  for (size_t i = 0; i < extract::kMostSquares + 10; i++) {
    squares.fill(static_cast<float>(i), 0, static_cast<float>(i + 1), 1, true);
  }
  EXPECT_TRUE(squares.may_be_code());
  EXPECT_EQ(squares.picture(), "");
}

TEST(DrawnSquares, OfFiftyPagesOfAPdf) {
  std::string squares = "BT /F1 12 Tf 72 700 Td (words) Tj ET 0 g\n";
  for (int i = 0; i < 60; i++) squares += std::to_string(3 * i) + " 9 2 2 re f\n";
  const auto facts = [&](size_t pages) {
    PdfBuilder pdf;
    for (size_t i = 0; i < pages; i++) pdf.page(squares);
    return walk_document(pdf.build(), "a.pdf").parts[0].facts;
  };
  EXPECT_TRUE(facts(50).empty());
  EXPECT_EQ(facts(51), std::vector<std::string>{"not-ocred"});
}

TEST(DrawnSquares, EndAtTheirLimit) {
  std::string page;
  for (size_t i = 0; i <= extract::kMostSquareDrawings; i++) {
    page += "<svg>";
    for (int j = 0; j < 60; j++) page += "<rect x=\"" + std::to_string(j) + "\" width=\"1\" height=\"1\"/>";
    page += "</svg>";
  }
  const ExtractedText text = walk_document(page, "a.html");
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "drawings of many squares reached the limit (100)");
}

}  // namespace
}  // namespace postern::test

#include "extractors/wrapper/drawn_codes.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::kMostDrawings;
using extract::kMostDrawnLines;

std::string drawing(const std::string& kind) {
  return corpus_file("image/qr-drawn-" + kind + ".txt");
}

std::string quoted(const std::string& text) {
  std::string out = "> ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "> ";
  }
  return out;
}

size_t drawings_in(const std::string& text) {
  const ExtractedText out = walk_document(text, "note.txt");
  return static_cast<size_t>(std::count_if(out.parts.begin(), out.parts.end(), [](const Part& part) {
    return part.facts.size() == 2 && part.facts[0] == "drawn-in-text" && part.type == "image/x-portable-greymap";
  }));
}

// What is in them is read by a module: tests/corpus.
TEST(DrawnCodes, BecomeParts) {
  for (const char* kind : {"utf8", "ascii", "ansi"}) {
    ASSERT_GT(drawing(kind).size(), 1000U);
    EXPECT_EQ(drawings_in("scan this:\n" + drawing(kind) + "thanks\n"), 1U) << kind;
    EXPECT_EQ(drawings_in(quoted(drawing(kind))), 1U) << kind;
    EXPECT_EQ(drawings_in(drawing(kind) + "and\n" + drawing(kind)), 2U) << kind;
  }
}

TEST(DrawnCodes, OtherDrawingsAreTexts) {
  std::string banner, bars, noise;
  for (int line = 0; line < 40; line++) {
    banner.append(60, '#').append("\n");
    bars.append(static_cast<size_t>(line) + 1, '#').append("  ").append(50, '#').append("\n");
    for (int i = 0; i < 60; i++) noise += (i * i + line * 7) % 5 < 2 ? "\u2588" : " ";
    noise += "\n";
  }
  for (const std::string& text : {banner, bars, noise, std::string("\x1b[47m").append(99, ' ') + "\x1b[0m\n"}) {
    EXPECT_EQ(drawings_in(text), 0U) << text.substr(0, 200);
  }
}

TEST(DrawnCodes, EndAtTheirLimits) {
  std::string many;
  for (size_t i = 0; i <= kMostDrawings; i++) many += drawing("utf8") + "next\n";
  const ExtractedText text = walk_document(many, "note.txt");
  EXPECT_EQ(text.parts.size(), kMostDrawings + 1);
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit);
  EXPECT_EQ(text.parts[0].why, "codes drawn in a text reached the limit (20)");
  EXPECT_EQ(drawings_in(std::string(20 * kMostDrawnLines, '\n') + drawing("utf8")), 1U);
}

}  // namespace
}  // namespace postern::test

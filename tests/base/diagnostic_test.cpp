#include "base/diagnostic.h"

#include <nlohmann/json.hpp>

namespace postern {
namespace {

SourceMark mark(const char* text, int line, int column, int length) {
  auto file = std::make_shared<SourceFile>();
  file->path = "rules/cards.yaml";
  file->text = text;
  return {file, line, column, length};
}

TEST(DiagnosticsTest, ShowsLineCaretAndHint) {
  Diagnostics all;
  all.error("P012", mark("a: 1\r\n  confidnce: 2\r\n", 2, 3, 9), "unknown key 'confidnce'",
            "did you mean 'confidence'?");
  EXPECT_EQ(all.to_text(),
            "rules/cards.yaml:2:3: error[P012]: unknown key 'confidnce'\n"
            "   2 |   confidnce: 2\n"
            "     |   ^~~~~~~~~\n"
            "  hint: did you mean 'confidence'?\n");
  EXPECT_TRUE(all.has_errors());
}

TEST(DiagnosticsTest, ControlCharactersAndLongLinesDoNotReachTheTerminal) {
  const std::string text = std::string(5000, 'x') + "\x1b[2J" + std::string(5000, 'y');
  Diagnostics all;
  all.warning("P001", mark(text.c_str(), 1, 5001, 3), "odd", "");
  const std::string shown = all.to_text();
  EXPECT_EQ(shown.find('\x1b'), std::string::npos);
  EXPECT_LT(shown.size(), 600U);
  EXPECT_FALSE(all.has_errors());
}

TEST(DiagnosticsTest, SortsByFileLineAndColumn) {
  Diagnostics all;
  all.error("P002", mark("x", 9, 1, 1), "second");
  all.error("P001", mark("x", 2, 7, 1), "first");
  all.sort();
  EXPECT_EQ(all.all()[0].text, "first");
}

TEST(DiagnosticsTest, JsonAndSarifCarryThePosition) {
  Diagnostics all;
  all.error("P012", mark("a: \xff", 1, 4, 1), "bad \xff byte", "h");
  const auto json = nlohmann::json::parse(all.to_json());
  EXPECT_EQ(json[0]["line"], 1);
  EXPECT_EQ(json[0]["column"], 4);
  EXPECT_EQ(json[0]["code"], "P012");
  const auto sarif = nlohmann::json::parse(all.to_sarif("0.1.0"));
  EXPECT_EQ(sarif["version"], "2.1.0");
  EXPECT_EQ(sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"], 4);
}

TEST(NearestWord, FindsSlipsAndNothingFarAway) {
  const std::vector<std::string_view> words = {"confidence", "keywords", "regex", "in"};
  EXPECT_EQ(nearest_word("confidnce", words), "confidence");
  EXPECT_EQ(nearest_word("keywrods", words), "keywords");
  EXPECT_EQ(nearest_word("ni", words), "in");
  EXPECT_EQ(nearest_word("severity", words), "");
  EXPECT_EQ(nearest_word("", words), "");
  EXPECT_EQ(did_you_mean("regexp", words), "did you mean 'regex'?");
}

}  // namespace
}  // namespace postern

#include "extractors/text/json_text.h"

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::JsonStyle;
using extract::text_of_json;
using extract::without_unicode_escapes;

struct JsonCase {
  const char* name;
  std::string json, text;
};

TEST(JsonText, StringsStandWithoutQuotesAndEscapes) {
  const std::vector<JsonCase> cases = {
      {"object", R"({"name":"Night\u006aar","n":4111, "t" : true})", "name: Nightjar\nn: 4111\nt: true\n"},
      {"escapes", R"({"a":"x\ty\nz \"q\" \\ \/ \b"})", "a: x\ty\nz \"q\" \\ /  \n"},
      {"a pair", R"(["\ud83d\ude00"])", "😀\n"},
      {"halves alone", R"(["a\ud83db\ude00"])", "a\uFFFDb\uFFFD\n"},
      {"nested", R"({"a":{"b":["c",{"d":"e"}]}})", "a: \nb: \nc\nd: e\n"},
      {"lines", "{\"a\":\"b\"}\n{\"a\":\"c\"}\n", "a: b\na: c\n"},
      {"an escape that is none", R"(["\uZZ" , "\q"])", "uZZ\nq\n"},
      {"cut off in a string", R"({"a":"Night)", "a: Night\n"},
      {"cut off in an escape", "[\"a\\", "a\n"},
      {"too many ends", "]}]\"x\"", "x\n"},
      {"nothing", "", ""},
  };
  for (const JsonCase& c : cases) EXPECT_EQ(text_of_json(c.json, JsonStyle::plain).text, c.text) << c.name;
}

TEST(JsonText, DepthCostsNothing) {
  const std::string deep(1 << 20, '[');
  EXPECT_EQ(text_of_json(deep + "\"x\"", JsonStyle::plain).text, "x\n");
}

TEST(JsonText, UnicodeEscapesInOtherTexts) {
  const std::vector<JsonCase> cases = {
      {"properties", R"(bird=Night\u006aar)", "bird=Nightjar"},
      {"python and javascript", R"("\U0001F600" '\u{e9}')", "\"😀\" 'é'"},
      {"an escaped backslash", R"(a\\u006a)", ""},
      {"a path", R"(C:\users\Users\u12)", ""},
      {"none", "plain", ""},
  };
  for (const JsonCase& c : cases) EXPECT_EQ(without_unicode_escapes(c.json), c.text) << c.name;
}

constexpr std::string_view kNotebook = R"({
 "cells": [
  {"cell_type": "markdown", "source": ["# The Night", "jar\n", "caf\u00e9"]},
  {"cell_type": "code", "source": "print(\"Amber\")\n", "outputs": [
   {"data": {"text/html": ["<b>Fal</b>", "con"], "text/plain": ["4111"]}}]}
 ], "nbformat": 4})";

TEST(Notebook, CellsAreTextAndOutputsPages) {
  const ExtractedText text = walk_document(kNotebook, "a.ipynb");
  EXPECT_EQ(text.parts[0].type, "application/x-ipynb+json");
  EXPECT_EQ(where_is(text, "# The Nightjar\ncafé\n"), "body@without escapes body@without markup");
  EXPECT_EQ(where_is(text, "print(\"Amber\")\n"), "body@without escapes body@without markup");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].type, "text/html");
  EXPECT_NE(where_is(text, "Falcon").find("body@"), std::string::npos);
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
}

TEST(Json, IsToldOnceMoreOnlyWithEscapes) {
  EXPECT_EQ(text_of(walk_document(R"({"a": "Nightjar"})", "a.json"), Place::body), R"({"a": "Nightjar"})");
  EXPECT_EQ(text_of(walk_document(R"({"a": "Night\u006aar"})"), Place::body), R"({"a": "Night\u006aar"}|a: Nightjar)"
                                                                              "\n");
}

}  // namespace
}  // namespace postern::test

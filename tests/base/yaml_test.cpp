#include "base/yaml.h"

namespace postern::yaml {
namespace {

std::shared_ptr<const SourceFile> file(std::string text) {
  auto out = std::make_shared<SourceFile>();
  out->path = "f.yaml";
  out->text = std::move(text);
  return out;
}

const ReaderCodes kCodes{"U", "T", "V", "M"};

TEST(YamlParse, KeepsSpellingsAndPositions) {
  Diagnostics diagnostics;
  const Node root = parse(file("a: no\nb: [010, '1']\nc:\n  d: 1e3\ne:\n"), "Y", diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.to_text();
  EXPECT_EQ(root.find("a")->scalar, "no");
  EXPECT_TRUE(root.find("a")->plain);
  EXPECT_EQ(root.find("b")->items[0].scalar, "010");
  EXPECT_FALSE(root.find("b")->items[1].plain);
  EXPECT_EQ(root.find("c")->find("d")->scalar, "1e3");
  EXPECT_EQ(root.find("c")->find("d")->mark.line, 4);
  EXPECT_EQ(root.find("c")->find("d")->mark.column, 6);
  EXPECT_TRUE(root.find("e")->is_null());
}

TEST(YamlParse, ReportsWhatYamlReadersAcceptInSilence) {
  struct Case {
    const char* name;
    const char* text;
    const char* says;
    int line;
  };
  const Case cases[] = {
      {"duplicate key", "a: 1\nb: 2\na: 3\n", "the key 'a' stands twice", 3},
      {"nested duplicate", "x:\n  - {k: 1, k: 2}\n", "the key 'k' stands twice", 2},
      {"anchor", "a: &x 1\n", "anchors", 1},
      {"alias", "a: &x 1\nb: *x\n", "aliases", 2},
      {"tag", "a: !!int 1\n", "tags", 1},
      {"second document", "a: 1\n---\nb: 2\n", "a second document", 2},
      {"broken", "a: [1, 2\nb: 3\n", "this is not YAML", 2},
      {"tab", "a:\n\tb: 1\n", "this is not YAML", 2},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Diagnostics diagnostics;
    parse(file(c.text), "Y", diagnostics);
    ASSERT_TRUE(diagnostics.has_errors());
    bool found = false;
    for (const Diagnostic& d : diagnostics.all())
      found |= d.text.find(c.says) != std::string::npos && d.mark.line == c.line;
    EXPECT_TRUE(found) << diagnostics.to_text();
  }
}

TEST(YamlParse, DeepNestingEndsInAnError) {
  Diagnostics diagnostics;
  parse(file(std::string(100'000, '[')), "Y", diagnostics);
  EXPECT_TRUE(diagnostics.has_errors());
}

TEST(ReaderTest, ReportsUnknownKeysAndWrongTypes) {
  Diagnostics diagnostics;
  const Node root =
      parse(file("sevrity: high\ncount: 010\non: yes\nshare: 5\nage: 5\nsize: 3 MB\nlist: {a: 1}\n"), "Y", diagnostics);
  Reader reader(root, "rule", kCodes, diagnostics);
  EXPECT_FALSE(reader.text("severity"));
  EXPECT_FALSE(reader.integer("count", 0, 100));
  EXPECT_FALSE(reader.boolean("on"));
  EXPECT_FALSE(reader.percent("share"));
  EXPECT_FALSE(reader.duration("age"));
  EXPECT_EQ(reader.size("size"), 3'000'000U);
  EXPECT_TRUE(reader.texts("list").empty());
  EXPECT_EQ(reader.require("id"), nullptr);
  reader.finish();
  const std::string text = diagnostics.to_text();
  for (const char* says : {"unknown key 'sevrity'", "did you mean 'severity'?", "begins with 0", "write true",
                           "share such as 10%", "is not a duration", "must be a list of texts", "rule has no 'id'"}) {
    EXPECT_THAT(text, testing::HasSubstr(says));
  }
  EXPECT_EQ(diagnostics.errors(), 7U);
}

TEST(ReaderTest, ReadsTypedValues) {
  Diagnostics diagnostics;
  const Node root = parse(
      file("t: text\nb: true\ni: -3\np: 12.5%\nd: 90d\ns: 10MiB\nw: '2027-02-01T07:00:00+00:00'\nl: [a, b]\no: one\n"),
      "Y", diagnostics);
  Reader reader(root, "map", kCodes, diagnostics);
  EXPECT_EQ(reader.text("t"), "text");
  EXPECT_EQ(reader.boolean("b"), true);
  EXPECT_EQ(reader.integer("i", -5, 5), -3);
  EXPECT_DOUBLE_EQ(*reader.percent("p"), 0.125);
  EXPECT_EQ(format_duration(*reader.duration("d")), "90d");
  EXPECT_EQ(reader.size("s"), 10U << 20);
  EXPECT_TRUE(reader.time("w"));
  EXPECT_THAT(reader.texts("l"), testing::ElementsAre("a", "b"));
  EXPECT_THAT(reader.texts("o"), testing::ElementsAre("one"));
  reader.finish();
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.to_text();
}

}  // namespace
}  // namespace postern::yaml

#include "base/options.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/settings.h"

namespace postern {
namespace {

constexpr std::array kTable = {
    OptionRow{"a.text", OptionType::text, "hello", "A text."},
    OptionRow{"a.list", OptionType::list, "x, y", "A list."},
    OptionRow{"b.count", OptionType::integer, "3", "A count.", 1, 10},
    OptionRow{"b.wait", OptionType::duration, "5s", "A wait.", 1000, 10'000},
    OptionRow{"b.room", OptionType::size, "1MiB", "A size.", 1024, 1 << 30},
    OptionRow{"b.flag", OptionType::boolean, "false", "A flag."},
    OptionRow{"b.how", OptionType::choice, "slow", "A choice.", 0, 0, "slow fast"},
    OptionRow{"b.soon", OptionType::later, "", "Comes with version 9."},
};

class OptionsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "postern-options-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    dir_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }
  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((dir_ / name).parent_path());
    std::ofstream(dir_ / name) << text;
  }
  Configuration load() { return Configuration::load((dir_ / "postern.yaml").string(), kTable, diagnostics_); }

  std::filesystem::path dir_;
  Diagnostics diagnostics_;
};

TEST_F(OptionsTest, DefaultsHoldWithoutAFile) {
  const Configuration c = Configuration::load("", kTable, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << diagnostics_.to_text();
  EXPECT_EQ(c.text("a.text"), "hello");
  EXPECT_THAT(c.list("a.list"), testing::ElementsAre("x", "y"));
  EXPECT_EQ(c.integer("b.count"), 3);
  EXPECT_EQ(c.duration("b.wait").count(), 5000);
  EXPECT_EQ(c.size("b.room"), 1U << 20);
  EXPECT_FALSE(c.boolean("b.flag"));
  EXPECT_EQ(c.text("b.how"), "slow");
  EXPECT_EQ(c.origin("b.how"), "default");
}

TEST_F(OptionsTest, LaterFilesWinAndTheDumpSaysWhere) {
  write("postern.yaml", "a:\n  text: first\nb:\n  count: 4\n");
  write("conf.d/20.yaml", "b: {count: 6, flag: true}\n");
  write("conf.d/10.yaml", "b: {count: 5}\na: {list: [z, 'it''s']}\n");
  write("conf.d/ignored.txt", "b: {count: 7}\n");
  const Configuration c = load();
  EXPECT_TRUE(diagnostics_.empty()) << diagnostics_.to_text();
  EXPECT_EQ(c.integer("b.count"), 6);
  EXPECT_EQ(c.origin("b.count"), (dir_ / "conf.d/20.yaml").string() + ":1");
  EXPECT_EQ(c.origin("a.text"), (dir_ / "postern.yaml").string() + ":2");
  const std::string dump = c.dump(Configuration::Origins::show);
  EXPECT_THAT(dump, testing::HasSubstr("  count: 6  # " + (dir_ / "conf.d/20.yaml").string() + ":1\n"));
  EXPECT_THAT(dump, testing::HasSubstr("  wait: 5s  # default\n"));

  write("again/postern.yaml", c.dump(Configuration::Origins::hide));
  const Configuration again = Configuration::load((dir_ / "again/postern.yaml").string(), kTable, diagnostics_);
  EXPECT_TRUE(diagnostics_.empty()) << diagnostics_.to_text();
  EXPECT_EQ(again.dump(Configuration::Origins::hide), c.dump(Configuration::Origins::hide));
}

TEST_F(OptionsTest, ProblemsNameFileLineAndNextStep) {
  struct Case {
    const char* name;
    const char* text;
    const char* code;
    const char* says;
  };
  const Case cases[] = {
      {"unknown section", "c: {}\n", "C002", "unknown section 'c'"},
      {"unknown key", "b: {cuont: 4}\n", "C002", "did you mean 'count'?"},
      {"duplicate key", "b: {count: 4, count: 5}\n", "C001", "stands twice"},
      {"later version", "b: {soon: 1}\n", "C005", "'b.soon' is not in this version"},
      {"wrong type", "b: {count: [4]}\n", "C004", "must be a whole number from 1 to 10"},
      {"out of bounds", "b: {count: 11}\n", "C004", "must be a whole number from 1 to 10"},
      {"duration out of bounds", "b: {wait: 1d}\n", "C004", "must be from 1000 to 10000 ms"},
      {"bad duration", "b: {wait: soon}\n", "C004", "is not a duration"},
      {"bad choice", "b: {how: fsat}\n", "C004", "did you mean 'fast'?"},
      {"ambiguous boolean", "b: {flag: yes}\n", "C003", "write true"},
      {"list section", "b: [count]\n", "C003", "must be a map"},
      {"not YAML", "b: {count: \n", "C001", "not YAML"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    diagnostics_ = {};
    write("postern.yaml", c.text);
    load();
    ASSERT_TRUE(diagnostics_.has_errors());
    EXPECT_EQ(diagnostics_.all()[0].code, c.code);
    EXPECT_THAT(diagnostics_.to_text(), testing::HasSubstr(c.says));
    EXPECT_GT(diagnostics_.all()[0].mark.line, 0);
  }
}

TEST_F(OptionsTest, AMissingFileIsAnError) {
  load();
  EXPECT_TRUE(diagnostics_.has_errors());
  EXPECT_THAT(diagnostics_.to_text(), testing::HasSubstr("cannot open the file"));
}

TEST(Settings, EveryRowIsSound) {
  Diagnostics diagnostics;
  const Configuration defaults = Configuration::load("", settings_table(), diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.to_text();
  std::set<std::string_view> keys;
  for (const OptionRow& row : settings_table()) {
    EXPECT_TRUE(keys.insert(row.key).second) << row.key << " stands twice";
    EXPECT_NE(row.key.find('.'), std::string_view::npos) << row.key;
    EXPECT_TRUE(row.help.ends_with('.')) << row.key;
  }
  const Limits shipped = limits_of(defaults);
  const Limits built_in;
  EXPECT_EQ(shipped.max_bytes, built_in.max_bytes);
  EXPECT_EQ(shipped.max_part_bytes, built_in.max_part_bytes);
  EXPECT_EQ(shipped.max_text_bytes, built_in.max_text_bytes);
  EXPECT_EQ(shipped.max_parts, built_in.max_parts);
  EXPECT_EQ(shipped.max_depth, built_in.max_depth);
  EXPECT_EQ(shipped.max_ratio, built_in.max_ratio);
  EXPECT_EQ(shipped.max_time, built_in.max_time);
  EXPECT_EQ(shipped.max_cpu, built_in.max_cpu);
}

}  // namespace
}  // namespace postern

#include "response/notice_templates.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace postern::response {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

const std::string kShipped = POSTERN_SOURCE_DIR "/response/templates";

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/postern-notices-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

TEST(NoticeTemplates, ReadsParagraphsAndItems) {
  NoticeBlocks blocks;
  ASSERT_TRUE(read_notice_blocks(
      "x", "x.mustache", "{{! comment }}\n\n== one ==\nfirst\n  line\n\n- item one\n- item\n  two\n\nlast\n== two ==\n",
      blocks));
  const auto& one = blocks.at("x.one");
  ASSERT_EQ(one.size(), 4u);
  EXPECT_EQ(one[0].text, "first line");
  EXPECT_TRUE(one[1].item);
  EXPECT_EQ(one[2].text, "item two");
  EXPECT_FALSE(one[3].item);
  EXPECT_TRUE(blocks.at("x.two").empty());
}

TEST(NoticeTemplates, RefusesBrokenFilesWithTheLine) {
  struct Case {
    std::string text, expected;
  };
  const std::vector<Case> cases{
      {"text\n", "x.mustache:1: text before"},
      {"== a ==\n\nsome {{#open}} text\n", "x.mustache:3: "},
      {"== a ==\nx\n\n{{/close}}\n", "x.mustache:4: "},
      {"== a ==\n{{#s}}one\n\ntwo{{/s}}\n", "x.mustache:2: "},  // a section may not reach over paragraphs
      {"== a ==\nx\n== a ==\n", "x.mustache:3: the block 'x.a' stands there twice"},
  };
  for (const auto& [text, expected] : cases) {
    NoticeBlocks blocks;
    const auto read = read_notice_blocks("x", "x.mustache", text, blocks);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr(expected));
  }
}

TEST(NoticeTemplates, CompanyTextsReplaceSingleBlocks) {
  const Folder company;
  company.write("en/held.mustache", "== headline ==\nOne moment, please\n");
  company.write("en/lessons.mustache", "== our-module ==\nText\n== our-module.title ==\nTitle\n");
  const auto templates = NoticeTemplates::load("", company.path());
  ASSERT_TRUE(templates) << templates.error().message;
  EXPECT_EQ(templates->blocks("en").at("held.headline")[0].text, "One moment, please");
  EXPECT_FALSE(templates->blocks("en").at("held.next").empty());
  EXPECT_TRUE(templates->blocks("en").contains("lessons.our-module"));
}

TEST(NoticeTemplates, LanguagesFallBackToTheDefault) {
  const auto templates = NoticeTemplates::load("", "").value();
  EXPECT_EQ(templates.language("en-GB"), "en");
  EXPECT_EQ(templates.language("xx"), "en");
  EXPECT_EQ(templates.language(""), "en");
}

TEST(NoticeTemplates, AHalfTranslatedLanguageIsRefused) {
  const Folder company;
  company.write("de/held.mustache", "== headline ==\nMoment bitte\n");
  const auto templates = NoticeTemplates::load("", company.path());
  ASSERT_FALSE(templates);
  EXPECT_THAT(templates.error().message, HasSubstr("'de'"));
}

TEST(NoticeTemplates, MissingFolderIsAnError) {
  EXPECT_FALSE(NoticeTemplates::load("/nonexistent", ""));
  EXPECT_TRUE(NoticeTemplates::load(kShipped, ""));
  EXPECT_TRUE(NoticeTemplates::load("", "/nonexistent"));  // a company need not have texts
}

}  // namespace
}  // namespace postern::response

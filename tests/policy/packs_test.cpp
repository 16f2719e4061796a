// The shipped packs: each loads beside the others without a warning, and every rule passes its own tests.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/tests.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

namespace fs = std::filesystem;
using std::string;

string packs_dir() {
  return POSTERN_SOURCE_DIR "/policy/packs";
}

// "financial@1" for each folder that holds a pack.
std::vector<string> shipped_packs() {
  std::vector<string> out;
  for (const auto& name : fs::directory_iterator(packs_dir())) {
    for (const auto& major : fs::directory_iterator(name)) {
      if (!fs::exists(major.path() / "pack.yaml")) continue;
      out.push_back(name.path().filename().string() + "@" + major.path().filename().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

// Files of the packs' tests are plain text; what other formats hold is the extractors' affair.
Result<ExtractedText> read_text(const string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  ExtractedText out;
  Part root;
  root.type = "text/csv";
  out.parts.push_back(root);
  out.segments.push_back({0, Place::body, "", text.str()});
  return out;
}

TEST(ShippedPacks, LoadCleanAndPassTheirTests) {
  string use;
  for (const string& pack : shipped_packs()) use += (use.empty() ? "" : ", ") + pack;
  ASSERT_FALSE(use.empty());
  PolicyFolder folder;
  folder.add("policy.yaml", "use: [" + use + "]\n" + string(kSmallPolicy));
  LoadOptions options = folder.options();
  options.packs_dir = packs_dir();
  Diagnostics diagnostics;
  const auto policy = Policy::load(options, diagnostics);
  EXPECT_EQ(diagnostics.to_text(), "");
  ASSERT_NE(policy, nullptr);
  TestOptions tests;
  tests.now = options.now;
  tests.read = read_text;
  const TestReport report = run_tests(*policy, tests);
  EXPECT_EQ(report.failed, 0U) << to_text(report);
  for (const Rule& rule : policy->model().rules) {
    const auto has = [&](RuleTest::Expectation expectation) {
      return std::any_of(rule.tests.begin(), rule.tests.end(),
                         [&](const RuleTest& test) { return test.expectation == expectation; });
    };
    EXPECT_TRUE(has(RuleTest::Expectation::match) && has(RuleTest::Expectation::no_match)) << rule.id;
    EXPECT_TRUE(rule.owner) << rule.id;
    EXPECT_EQ(rule.mode, Mode::audit) << rule.id << ": a company decides to enforce";
  }
}

}  // namespace
}  // namespace postern::policy

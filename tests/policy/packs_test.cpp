// The shipped packs: each loads beside the others without a warning, and every rule passes its own tests.
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/tests.h"
#include "tests/policy/policy_folder.h"
#include "tests/support/document_walk.h"

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

Result<ExtractedText> read_document(const string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorKind::not_found, "cannot open " + path);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return test::walk_document(bytes.str(), fs::path(path).filename().string());
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
  tests.read = read_document;
  const TestReport report = run_tests(*policy, tests);
  EXPECT_EQ(report.failed, 0U) << to_text(report);
  for (const Rule& rule : policy->model().rules) {
    const auto has = [&](RuleTest::Expectation expectation) {
      return std::any_of(rule.tests.begin(), rule.tests.end(),
                         [&](const RuleTest& test) { return test.expectation == expectation; });
    };
    EXPECT_TRUE(has(RuleTest::Expectation::match) && has(RuleTest::Expectation::no_match)) << rule.id;
    EXPECT_TRUE(rule.owner) << rule.id;
    EXPECT_FALSE(rule.description.empty()) << rule.id;
    EXPECT_FALSE(rule.false_positives.empty()) << rule.id;
    EXPECT_EQ(rule.mode, Mode::audit) << rule.id << ": a company decides to enforce";
  }
}

}  // namespace
}  // namespace postern::policy

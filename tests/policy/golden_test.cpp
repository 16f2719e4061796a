// Bad policies and the exact diagnostics that they get: one file a case in golden/, in sections that begin with
// "=== NAME"; the section `expected` holds what is printed. POSTERN_UPDATE_GOLDEN=1 writes them anew.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "policy/codes.h"
#include "policy/lint.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

namespace fs = std::filesystem;
using std::string;

string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

constexpr std::string_view kMark = "=== ";

std::vector<std::pair<string, string>> sections_of(const string& text) {
  std::vector<std::pair<string, string>> out;
  std::istringstream in(text);
  for (string line; std::getline(in, line);) {
    if (line.starts_with(kMark)) {
      out.emplace_back(line.substr(kMark.size()), "");
    } else if (!out.empty()) {
      out.back().second += line + "\n";
    }
  }
  return out;
}

string without(string text, const string& prefix) {
  for (size_t at = text.find(prefix); at != string::npos; at = text.find(prefix, at)) text.erase(at, prefix.size());
  return text;
}

std::vector<fs::path> cases() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(fs::path(POSTERN_SOURCE_DIR) / "tests/policy/golden")) {
    out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

string diagnose(const std::vector<std::pair<string, string>>& sections) {
  PolicyFolder folder;
  for (const auto& [name, text] : sections) {
    if (name != "expected") folder.add(name, text);
  }
  Diagnostics diagnostics;
  const LoadOptions options = folder.options();
  const Loaded loaded = load_files(options, diagnostics);
  lint(loaded, {options.now, {folder.dir() + "/training"}}, diagnostics);
  return without(diagnostics.to_text(), folder.root() + "/");
}

class Golden : public ::testing::TestWithParam<fs::path> {};

TEST_P(Golden, Diagnostics) {
  const auto sections = sections_of(slurp(GetParam()));
  ASSERT_FALSE(sections.empty());
  const string actual = diagnose(sections);
  if (std::getenv("POSTERN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream out(GetParam(), std::ios::binary);
    for (const auto& [name, text] : sections) {
      if (name != "expected") out << kMark << name << "\n" << text;
    }
    out << kMark << "expected\n" << actual;
    return;
  }
  ASSERT_EQ(sections.back().first, "expected");
  EXPECT_EQ(actual, sections.back().second);
}

INSTANTIATE_TEST_SUITE_P(Cases, Golden, ::testing::ValuesIn(cases()), [](const auto& case_) {
  string name = case_.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

// Every code that loading and linting can give has a case that gives it, and a row in the documentation.
TEST(Codes, EachHasACaseAndARow) {
  string golden;
  for (const fs::path& path : cases()) golden += sections_of(slurp(path)).back().second;
  const string documentation = slurp(fs::path(POSTERN_SOURCE_DIR) / "docs/policy-diagnostics.md");
  std::set<std::string_view> seen;
  for (const codes::Code& code : codes::all()) {
    EXPECT_TRUE(seen.insert(code.code).second) << code.code << " has two meanings";
    EXPECT_NE(documentation.find("| " + string(code.code) + " | " + string(code.meaning) + " |"), string::npos)
        << code.code << " is not in docs/policy-diagnostics.md as the program says it";
    // Given by the rules' own tests, and by backtests.
    if (code.code >= codes::kTestFailed) continue;  // of other verbs
    EXPECT_NE(golden.find("[" + string(code.code) + "]"), string::npos) << code.code << " has no golden case";
  }
}

}  // namespace
}  // namespace postern::policy

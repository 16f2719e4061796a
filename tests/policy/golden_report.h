// What the tools tell, word by word: golden_reports/NAME. POSTERN_UPDATE_GOLDEN=1 writes them anew.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace postern::policy {

// `folder`: taken out of the names of files in it.
inline void expect_golden(const std::string& name, std::string actual, const std::string& folder) {
  for (size_t at = actual.find(folder); at != std::string::npos; at = actual.find(folder)) {
    actual.erase(at, folder.size() + 1);
  }
  const auto path = std::filesystem::path(POSTERN_SOURCE_DIR) / "tests/policy/golden_reports" / name;
  if (std::getenv("POSTERN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(actual, expected.str()) << name;
}

}  // namespace postern::policy

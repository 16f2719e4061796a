// A policy folder in a temporary directory, for one test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "policy/loader.h"

namespace postern::policy {

class PolicyFolder {
 public:
  PolicyFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "postern-policy-XXXXXX").string();
    root_ = mkdtemp(name.data());
    std::filesystem::create_directory(dir());
    std::filesystem::create_directories(root_ / "packs" / "destinations");
  }
  ~PolicyFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  PolicyFolder(const PolicyFolder&) = delete;
  PolicyFolder& operator=(const PolicyFolder&) = delete;

  // `name` is relative to the policy, or begins with "packs/".
  void add(const std::string& name, std::string_view text) {
    const auto path = name.starts_with("packs/") ? root_ / name : root_ / "policy" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }

  std::string root() const { return root_.string(); }
  std::string dir() const { return (root_ / "policy").string(); }

  LoadOptions options() const {
    LoadOptions out;
    out.dir = dir();
    out.packs_dir = (root_ / "packs").string();
    out.now = *parse_rfc3339("2026-12-01T12:00:00Z");
    return out;
  }

 private:
  std::filesystem::path root_;
};

// The smallest policy.yaml, for tests that are about something else.
inline constexpr std::string_view kSmallPolicy =
    "apiVersion: postern/v1\n"
    "organisation: {name: Example Corp, domains: [example.com, .example.com]}\n"
    "categories: {secret: {title: Secrets}}\n";

// The policy of a folder in which nothing is wrong.
inline Model load_clean(const PolicyFolder& folder) {
  Diagnostics diagnostics;
  Loaded loaded = load_files(folder.options(), diagnostics);
  EXPECT_EQ(diagnostics.to_text(), "");
  return std::move(loaded.model);
}

}  // namespace postern::policy

// postern policy fmt: the files of a policy in one layout (policy/format.h).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "base/yaml.h"
#include "cli/command.h"
#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/shown.h"
#include "policy/format.h"

namespace postern::cli {

namespace {

namespace fs = std::filesystem;

struct FmtOptions {
  PolicySource policy;
  bool check = false;
};

struct File {
  fs::path path;
  const policy::grammar::MapSpec* root;
};

std::vector<File> files_of(const fs::path& dir) {
  std::vector<File> files;
  std::error_code failed;
  for (const auto& [name, root] :
       {std::pair("policy.yaml", &policy::grammar::kPolicyMap), std::pair("pack.yaml", &policy::grammar::kPackMap)}) {
    if (fs::is_regular_file(dir / name, failed)) files.push_back({dir / name, root});
  }
  std::vector<File> rules;
  for (const auto& entry : fs::directory_iterator(dir / "rules", failed)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".yaml" && !name.starts_with(".")) {
      rules.push_back({entry.path(), &policy::grammar::kRulesMap});
    }
  }
  std::sort(rules.begin(), rules.end(), [](const File& a, const File& b) { return a.path < b.path; });
  files.insert(files.end(), rules.begin(), rules.end());
  return files;
}

// Beside it first, so that a full disk costs nothing; a link stays one.
bool replace(const fs::path& path, const std::string& text) {
  std::error_code failed;
  const fs::path real = fs::canonical(path, failed);
  if (failed) return false;
  const fs::path fresh = real.parent_path() / ("." + real.filename().string() + ".fmt~");
  {
    std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (out) fs::permissions(fresh, fs::status(real, failed).permissions(), failed);
    if (out && !failed) fs::rename(fresh, real, failed);
    if (out && !failed) return true;
  }
  fs::remove(fresh, failed);
  return false;
}

int run_fmt(const Program& program, const FmtOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const std::string dir = load_options(*configuration, options.policy).dir;
  const std::vector<File> files = files_of(dir);
  if (files.empty()) return cannot_run(shown(dir) + ": no policy is there: neither policy.yaml nor rules/*.yaml");
  int exit = kExitWell;
  for (const File& file : files) {
    const std::string name = shown(file.path.string());
    Diagnostics diagnostics;
    const auto before = yaml::load_file(file.path.string(), "P001", diagnostics);
    if (!before) return cannot_run(name + ": cannot be read");
    const auto after = policy::format_yaml(before->text, *file.root);
    if (!after) {
      exit = cannot_run(name + ": " + after.error().message);
    } else if (*after != before->text) {
      if (!options.check && !replace(file.path, *after)) return cannot_run(name + ": cannot be written");
      std::cout << name << (options.check ? ": is laid out otherwise\n" : ": laid out\n");
      if (options.check) exit = std::max(exit, kExitFindings);
    }
  }
  return exit;
}

}  // namespace

void add_policy_fmt(CLI::App& group, Program& program) {
  auto options = std::make_shared<FmtOptions>();
  CLI::App* fmt = group.add_subcommand("fmt", "lay out the files of a policy: indentation and the order of keys");
  fmt->add_option("DIR", options->policy.dir, "policy folder (default: as configured)");
  fmt->add_flag("--check", options->check, "change nothing; exit 1 when a file would change");
  fmt->callback([&program, options] { program.exit = run_fmt(program, *options); });
}

}  // namespace postern::cli

// postern policy fmt: the files of a policy in one layout (policy/format.h).
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"
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

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Beside it first, so that a full disk costs nothing, with the owner and the mode of what it replaces; a link stays
// one. False, with errno, when the file is as it was.
bool replace(const fs::path& path, const std::string& text) {
  std::error_code failed;
  const fs::path real = fs::canonical(path, failed);
  struct stat before {};
  if (failed || ::stat(real.c_str(), &before) != 0) return false;
  std::string fresh = (real.parent_path() / ("." + real.filename().string() + ".fmt-XXXXXX")).string();
  const UniqueFd fd(::mkstemp(fresh.data()));
  if (!fd) return false;
  struct stat made {};
  const bool mine = ::fstat(fd.get(), &made) == 0 && made.st_uid == before.st_uid && made.st_gid == before.st_gid;
  if (write_all(fd.get(), text) && (mine || ::fchown(fd.get(), before.st_uid, before.st_gid) == 0) &&
      ::fchmod(fd.get(), before.st_mode & 07777) == 0 && ::fsync(fd.get()) == 0 &&
      ::rename(fresh.c_str(), real.c_str()) == 0) {
    return true;
  }
  const int why = errno;
  ::unlink(fresh.c_str());
  errno = why;
  return false;
}

// Such a mark is no part of the text, but whoever wrote the file may need it.
std::string_view byte_order_mark_of(const fs::path& path) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  std::ifstream in(path, std::ios::binary);
  std::string begin(kMark.size(), '\0');
  in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin == kMark ? kMark : std::string_view();
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
    if (!before) return cannot_run(name + ": " + diagnostics.all().front().text);
    const auto after = policy::format_yaml(before->text, *file.root);
    if (!after) {
      exit = cannot_run(name + ": " + after.error().message);
    } else if (*after != before->text) {
      if (!options.check && !replace(file.path, std::string(byte_order_mark_of(file.path)) + *after))
        return cannot_run(name + ": cannot be written: " + errno_text(errno));
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

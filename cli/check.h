// What `check` and `policy explain` share.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "policy/policy.h"

namespace postern::cli {

struct CheckOptions {
  std::vector<std::string> files;
  std::string policy_dir;
  std::string packs_dir;
  std::string from;
  std::vector<std::string> to;
  std::string at;
  std::string format = "text";
  bool document = false;
  bool explain = false;
};

void add_check_options(CLI::App& command, CheckOptions& options);
int run_check(const Program& program, const CheckOptions& options);

// Loads the policy and prints its diagnostics to standard error; null when it has errors. Empty names
// mean what the configuration says.
std::shared_ptr<const policy::Policy> load_policy(const Configuration& configuration, const std::string& dir,
                                                  const std::string& packs);

// The packs: as configured; left at its default and not installed, those of the build tree.
std::string packs_path(const Configuration& configuration);

}  // namespace postern::cli

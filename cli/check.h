// What `check` and `policy explain` share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/policy_source.h"

namespace postern::cli {

struct CheckOptions {
  std::vector<std::string> files;
  PolicySource policy;
  std::string from;
  std::vector<std::string> to;
  std::string at;
  std::string format = "text";
  bool document = false;
  bool explain = false;
  bool show_text = false;
};

void add_check_options(CLI::App& command, CheckOptions& options);
int run_check(const Program& program, const CheckOptions& options);

}  // namespace postern::cli

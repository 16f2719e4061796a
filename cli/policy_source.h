// The policy as the verbs name it, and its problems in the format that was asked for.
#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "cli/command.h"
#include "policy/policy.h"

namespace postern::cli {

// Where a policy lies. Empty names mean what the configuration says.
struct PolicySource {
  std::string dir;
  std::string packs_dir;
};

// The argument DIR and the option --packs.
void add_policy_source(CLI::App& command, PolicySource& source);

policy::LoadOptions load_options(const Configuration& configuration, const PolicySource& source);

// To standard output as text, json, junit or sarif.
void print_diagnostics(const Diagnostics& diagnostics, const std::string& format);

// Null when the policy has errors. They are told on standard error and, unless `format` is "text", on standard output
// too: an empty answer must not look like a good one. Of warnings the number is told.
std::shared_ptr<const policy::Policy> load_policy(const Configuration& configuration, const PolicySource& source,
                                                  const std::string& format);

// The packs: as configured; left at its default and not installed, those of the build tree.
std::string packs_path(const Configuration& configuration);

// What --format takes.
void add_format(CLI::App& command, std::string& format, std::vector<std::string> known);

}  // namespace postern::cli

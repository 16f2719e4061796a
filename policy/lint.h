// Linter: what is wrong with a policy that can be read.
//
// Works on a Model, not on text: rules that can never match, destinations that another line shadows, domain
// lists that take in a whole public suffix, exemptions for single persons, weak checksums without evidence,
// enforced rules without tests of both kinds, things that nobody uses. Findings that depend on
// the date (reviews due, rules and exemptions that ended) are always warnings, so that time alone never
// makes a policy unloadable. Codes are listed in docs/policy-diagnostics.md.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"
#include "policy/loader.h"

namespace postern::policy {

// `training_dirs` are the folders of training modules, the company's and the shipped ones; modules are looked for in
// those that exist, and not at all when none does.
struct LintOptions {
  WallTime now;
  std::vector<std::string> training_dirs;
  // Whether regular expressions are looked at, which takes most of the time. What is said of them does not depend on
  // the date: it may be known.
  enum class Patterns { look, known } patterns = Patterns::look;
};

void lint(const Loaded& loaded, const LintOptions& options, Diagnostics& diagnostics);

}  // namespace postern::policy

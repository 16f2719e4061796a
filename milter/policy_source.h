// PolicySource: the policy that judges now, and how it is replaced.
//
// load() reads the policy folder, lints it, compiles it and runs the rules' own
// tests; only then is it handed on. A policy that fails any of these is refused
// with every diagnostic in the log, and the one before stays. Tests that passed for
// a digest are not run again.
#pragma once

#include <memory>
#include <string>

#include "base/options.h"
#include "extractors/worker/pool.h"
#include "policy/policy.h"

namespace postern::milter {

class PolicySource {
 public:
  // Both outlive it.
  PolicySource(const Configuration& configuration, extract::ExtractPool& pool);

  // `invalid_input` when the policy is refused; what is wrong has been logged line by line.
  Result<std::shared_ptr<const policy::Policy>> load();

 private:
  Result<void> run_tests(const policy::Policy& policy);

  const Configuration& configuration_;
  extract::ExtractPool& pool_;
  std::string tested_digest_;
};

}  // namespace postern::milter

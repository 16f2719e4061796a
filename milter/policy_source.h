// PolicySource: the policy that judges now, and how it is replaced.
//
// load() reads the policy folder, lints it, compiles it and runs the rules' own
// tests; only then is it handed on. A policy that fails any of these is refused
// with every diagnostic in the log, and the one before stays. Tests that passed for
// a digest are not run again.
#pragma once

#include <cstdint>
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

  // True when files of the policy folder are not those of the last load() any more, by name, size and time of change,
  // and have come to rest: they were the same at the call before. For calling every few seconds.
  bool files_changed();

 private:
  Result<void> run_tests(const policy::Policy& policy);

  const Configuration& configuration_;
  extract::ExtractPool& pool_;
  std::string tested_digest_;
  std::uint64_t loaded_files_ = 0;  // what stands for names, sizes and times of the files
  std::uint64_t seen_files_ = 0;
};

}  // namespace postern::milter

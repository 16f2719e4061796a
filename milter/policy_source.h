// PolicySource: the policy that judges now, and how it is replaced.
//
// load() has the policy folder read, linted and compiled by a child process (milter/policy_child.h), runs the rules'
// own tests, and keeps what passed them for the next start (pipeline/policy_cache.h); only then is a policy handed
// on. One that fails any of these is refused with every diagnostic in the log, and the one before stays. A policy
// whose inputs (policy/inputs.h) are those of one that was kept is neither compiled nor tested again.
//
// When the child dies, the policy is neither good nor bad: files_changed() says so once more after a while.
// For one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/options.h"
#include "extractors/worker/pool.h"
#include "milter/policy_child.h"
#include "pipeline/policy_cache.h"
#include "policy/policy.h"

namespace postern::milter {

class PolicySource {
 public:
  // A child that died is tried again after this.
  static constexpr std::chrono::seconds kRetryAfter{60};
  // Warnings that are logged; `postern policy lint` shows all. Errors are always logged.
  static constexpr size_t kMostWarnings = 100;

  // The first two outlive it. `cache_key` is for the cache alone.
  PolicySource(const Configuration& configuration, extract::ExtractPool& pool, const store::SecretKey& cache_key,
               KeepWaiting keep_waiting);

  // `invalid_input` when the policy is refused; what is wrong has been logged line by line. `unavailable` or `timeout`
  // when it could not be compiled.
  Result<std::shared_ptr<const policy::Policy>> load();

  // True when files of the policy folder are not those of the last load() any more, by name, size and time of change,
  // and have come to rest: they were the same at the call before. For calling every few seconds.
  bool files_changed();

 private:
  // `inputs` is emptied when the policy may be of other files.
  Result<std::shared_ptr<const policy::Policy>> load(const policy::LoadOptions& options, std::string& inputs);
  std::shared_ptr<const policy::Policy> from_cache(const policy::LoadOptions& options, const std::string& inputs);
  Result<std::shared_ptr<const policy::Policy>> compile(const policy::LoadOptions& options, std::string& inputs);
  Result<void> run_tests(const policy::Policy& policy);

  const Configuration& configuration_;
  extract::ExtractPool& pool_;
  const KeepWaiting keep_waiting_;
  const pipeline::PolicyCache cache_;
  std::shared_ptr<const policy::Policy> loaded_;
  std::string loaded_inputs_;  // what loaded_ was made from; empty: not known
  std::string tested_digest_;
  std::uint64_t loaded_files_ = 0;  // what stands for names, sizes and times of the files
  std::uint64_t seen_files_ = 0;
  std::optional<SteadyTime> retry_at_;
};

}  // namespace postern::milter

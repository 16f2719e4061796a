#include "cli/policy_source.h"

#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "cli/shown.h"
#include "cli/user_cache.h"
#include "policy/inputs.h"
#include "policy/tests.h"

namespace postern::cli {

namespace {

// A policy that compiles faster is not worth a file.
constexpr std::chrono::milliseconds kWorthKeeping{500};

// As Policy::load() does, and keeps what took long.
std::shared_ptr<const policy::Policy> compile_and_keep(const policy::LoadOptions& options,
                                                       const pipeline::PolicyCache& cache, const std::string& inputs,
                                                       Diagnostics& diagnostics) {
  const SteadyTime begin = system_clock().steady();
  const std::string image = policy::Policy::compile(options, diagnostics);
  if (image.empty()) return nullptr;
  Diagnostics again;
  auto policy = policy::Policy::open(image, options, policy::Policy::Tests::keep, again);
  if (policy == nullptr) {
    for (const Diagnostic& one : again.all()) diagnostics.add(one);
  }
  // Files that changed while they were read may have made a policy that never lay there as a whole.
  const auto after = policy::digest_of_inputs(options, pipeline::this_program());
  if (policy != nullptr && system_clock().steady() - begin >= kWorthKeeping && after && *after == inputs) {
    cache.keep(inputs, image);
  }
  return policy;
}

std::shared_ptr<const policy::Policy> kept_or_compiled(const policy::LoadOptions& options, Diagnostics& diagnostics) {
  const auto cache = user_cache();
  const auto inputs = policy::digest_of_inputs(options, pipeline::this_program());
  if (!cache || !inputs) return policy::Policy::load(options, diagnostics);
  if (const auto image = cache->find(*inputs)) {
    if (auto policy = policy::Policy::open(*image, options, policy::Policy::Tests::keep, diagnostics)) return policy;
    cache->forget(*inputs);
  }
  return compile_and_keep(options, *cache, *inputs, diagnostics);
}

}  // namespace

void add_policy_source(CLI::App& command, PolicySource& source) {
  command.add_option("DIR", source.dir, "policy folder (default: policy.dir of the configuration)");
  command.add_option("--packs", source.packs_dir, "folder of the shipped packs");
}

policy::LoadOptions load_options(const Configuration& configuration, const PolicySource& source) {
  policy::LoadOptions out;
  out.dir = source.dir.empty() ? configuration.text("policy.dir") : source.dir;
  out.packs_dir = source.packs_dir.empty() ? packs_path(configuration) : source.packs_dir;
  out.now = system_clock().now();
  out.pattern_time = configuration.duration("policy.pattern_time");
  return out;
}

void print_diagnostics(const Diagnostics& diagnostics, const std::string& format) {
  if (format == "json") {
    std::cout << diagnostics.to_json();
  } else if (format == "sarif") {
    std::cout << diagnostics.to_sarif(POSTERN_VERSION);
  } else if (format == "junit") {
    std::cout << policy::to_junit(diagnostics);
  } else {
    std::cout << diagnostics.to_text(colour_wanted(STDOUT_FILENO));
  }
}

std::shared_ptr<const policy::Policy> load_policy(const Configuration& configuration, const PolicySource& source,
                                                  const std::string& format) {
  const policy::LoadOptions options = load_options(configuration, source);
  Diagnostics diagnostics;
  auto policy = kept_or_compiled(options, diagnostics);
  // Warnings are for whoever writes the policy, not for each mail that is looked at.
  Diagnostics errors;
  for (const Diagnostic& one : diagnostics.all()) {
    if (one.severity == DiagnosticSeverity::error) errors.add(one);
  }
  errors.sort();
  if (!policy && format != "text") print_diagnostics(errors, format);
  std::cerr << errors.to_text(colour_wanted(STDERR_FILENO));
  if (const size_t warnings = diagnostics.warnings(); warnings > 0) {
    std::cerr << "postern: the policy has " << warnings << (warnings == 1 ? " warning" : " warnings")
              << "; see them with: postern policy lint " << shown(options.dir) << "\n";
  }
  return policy;
}

std::string packs_path(const Configuration& configuration) {
  namespace fs = std::filesystem;
  const std::string& configured = configuration.text("policy.packs_dir");
  std::error_code ignored;
  if (configuration.origin("policy.packs_dir") != "default" || fs::exists(configured, ignored)) return configured;
  const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path built = here / "../policies";
  return fs::exists(built, ignored) ? fs::weakly_canonical(built, ignored).string() : configured;
}

void add_format(CLI::App& command, std::string& format, std::vector<std::string> known) {
  std::string words;
  for (size_t i = 0; i < known.size(); i++) {
    words += (i == 0 ? "" : i + 1 == known.size() ? " or " : ", ") + known[i];
  }
  command.add_option("--format", format, words)->check(CLI::IsMember(std::move(known)));
}

}  // namespace postern::cli

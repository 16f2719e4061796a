#include "milter/policy_source.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <malloc.h>

#include "base/log.h"
#include "base/settings.h"
#include "policy/inputs.h"
#include "policy/tests.h"

namespace postern::milter {

namespace {

constexpr std::chrono::milliseconds kLook{200};

void log_diagnostics(const Diagnostics& diagnostics) {
  size_t warnings = 0;
  for (const Diagnostic& d : diagnostics.all()) {
    if (d.severity != DiagnosticSeverity::error && ++warnings > PolicySource::kMostWarnings) continue;
    std::string line =
        d.mark.file ? d.mark.file->path + ":" + std::to_string(d.mark.line) + ":" + std::to_string(d.mark.column) + ": "
                    : "";
    line += "[" + d.code + "] " + d.text;
    if (!d.hint.empty()) line += " (" + d.hint + ")";
    log_line(d.severity == DiagnosticSeverity::error ? LogLevel::error : LogLevel::warning, line);
  }
  if (warnings > PolicySource::kMostWarnings) {
    log_warning("the policy has " + std::to_string(warnings - PolicySource::kMostWarnings) +
                " more warnings; see them with: postern policy lint");
  }
}

std::string seconds_since(SteadyTime begin) {
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(system_clock().steady() - begin).count();
  return std::to_string(took / 1000) + "." + std::to_string(1000 + took % 1000).substr(1) + " s";
}

// A number that changes with any file's name, size or time of change; the order of the folder does not matter.
std::uint64_t files_of(const std::string& dir) {
  namespace fs = std::filesystem;
  std::uint64_t out = 0;
  std::error_code failed;
  for (fs::recursive_directory_iterator it(dir, failed), end; !failed && it != end; it.increment(failed)) {
    if (!it->is_regular_file(failed)) continue;
    const auto time = it->last_write_time(failed).time_since_epoch().count();
    const auto size = it->file_size(failed);
    out += std::hash<std::string>{}(it->path().string() + '\0' + std::to_string(time) + '\0' + std::to_string(size));
  }
  return out;
}

}  // namespace

PolicySource::PolicySource(const Configuration& configuration, extract::ExtractPool& pool,
                           const store::SecretKey& cache_key, KeepWaiting keep_waiting)
    : configuration_(configuration),
      pool_(pool),
      keep_waiting_(std::move(keep_waiting)),
      cache_(configuration.text("policy.cache_dir"), cache_key) {}

Result<std::shared_ptr<const policy::Policy>> PolicySource::load() {
  policy::LoadOptions options;
  options.dir = configuration_.text("policy.dir");
  options.packs_dir = configuration_.text("policy.packs_dir");
  options.now = system_clock().now();
  options.pattern_time = configuration_.duration("policy.pattern_time");
  // Taken before reading: a file that changes meanwhile shows as a change.
  loaded_files_ = seen_files_ = files_of(options.dir);
  retry_at_.reset();
  auto inputs = policy::digest_of_inputs(options, pipeline::this_program());
  if (!inputs) log_warning("the policy is compiled anew: " + inputs.error().message);
  std::string known = inputs.value_or("");
  auto policy = load(options, known);
  if (policy) {
    loaded_ = *policy;
    loaded_inputs_ = known;
  } else if (policy.error().kind != ErrorKind::invalid_input) {
    retry_at_ = system_clock().steady() + kRetryAfter;
  }
  // Compiling and testing leave much memory free, in pieces.
  ::malloc_trim(0);
  return policy;
}

Result<std::shared_ptr<const policy::Policy>> PolicySource::load(const policy::LoadOptions& options,
                                                                 std::string& inputs) {
  if (!inputs.empty()) {
    if (loaded_ != nullptr && inputs == loaded_inputs_) return loaded_;
    if (auto policy = from_cache(options, inputs)) return policy;
  }
  return compile(options, inputs);
}

std::shared_ptr<const policy::Policy> PolicySource::from_cache(const policy::LoadOptions& options,
                                                               const std::string& inputs) {
  const SteadyTime begin = system_clock().steady();
  const auto image = cache_.find(inputs);
  if (!image) return nullptr;
  Diagnostics diagnostics;
  auto policy = policy::Policy::open(*image, options, policy::Policy::Tests::drop, diagnostics);
  if (policy == nullptr) {
    log_warning("a compiled policy that was kept cannot be used");
    cache_.forget(inputs);
    return nullptr;
  }
  log_diagnostics(diagnostics);
  tested_digest_ = policy->digest();
  log_info("the policy was kept compiled, read in " + seconds_since(begin));
  return policy;
}

Result<std::shared_ptr<const policy::Policy>> PolicySource::compile(const policy::LoadOptions& options,
                                                                    std::string& inputs) {
  const SteadyTime begin = system_clock().steady();
  CompileLimits limits;
  limits.memory = configuration_.size("policy.compile_memory");
  limits.time = configuration_.duration("policy.compile_time");
  auto compiled = compile_in_child(options, limits, keep_waiting_);
  if (!compiled) return fail(compiled.error());
  Diagnostics diagnostics;
  for (Diagnostic& one : compiled->diagnostics) diagnostics.add(std::move(one));
  diagnostics.sort();
  log_diagnostics(diagnostics);
  if (diagnostics.has_errors()) {
    return fail(ErrorKind::invalid_input, "the policy in " + options.dir + " has " +
                                              std::to_string(diagnostics.errors()) +
                                              " errors; see them with: postern policy lint " + options.dir);
  }
  // What is tested is not what serves: the tests leave their traces, patterns compiled and memory grown.
  Diagnostics known;
  const auto open = [&](policy::Policy::Tests tests) {
    return policy::Policy::open(compiled->image, options, tests, known);
  };
  const auto tested = open(policy::Policy::Tests::keep);
  if (tested == nullptr) return fail(ErrorKind::unavailable, "the child's policy cannot be used");
  log_info("the policy was compiled in " + seconds_since(begin));
  if (tested->digest() != tested_digest_) {
    if (auto passed = run_tests(*tested); !passed) return fail(passed.error());
    tested_digest_ = tested->digest();
  }
  // Files that changed while they were read may have made a policy that never lay there as a whole.
  const auto after = policy::digest_of_inputs(options, pipeline::this_program());
  if (!after || *after != inputs) inputs.clear();
  if (!inputs.empty()) cache_.keep(inputs, compiled->image);
  auto policy = open(policy::Policy::Tests::drop);
  if (policy == nullptr) return fail(ErrorKind::unavailable, "the child's policy cannot be used");
  return policy;
}

bool PolicySource::files_changed() {
  const std::uint64_t now = files_of(configuration_.text("policy.dir"));
  const bool at_rest = now == seen_files_;
  seen_files_ = now;
  if (retry_at_ && system_clock().steady() >= *retry_at_) {
    retry_at_.reset();
    return true;
  }
  return at_rest && now != loaded_files_;
}

Result<void> PolicySource::run_tests(const policy::Policy& policy) {
  policy::TestOptions options;
  options.now = system_clock().now();
  options.read = [this](const std::string& path) -> Result<ExtractedText> {
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) return fail(ErrorKind::not_found, path + ": " + errno_text(errno));
    auto bytes = Blob::adopt(std::move(file));
    if (!bytes) return fail(bytes.error());
    extract::ExtractRequest request;
    request.bytes = std::move(*bytes);
    request.kind =
        std::filesystem::path(path).extension() == ".eml" ? extract::RootKind::mail : extract::RootKind::document;
    request.name = std::filesystem::path(path).filename().string();
    request.hash = true;
    request.limits = limits_of(configuration_);
    request.deadline = system_clock().steady() + request.limits.max_time;
    return pool_.extract(request);
  };
  // Thousands of tests take seconds, in which the watchdog waits for this thread and somebody may stop the gate.
  SteadyTime next_look{};
  options.go_on = [&] {
    const SteadyTime now = system_clock().steady();
    if (now < next_look) return true;
    next_look = now + kLook;
    return keep_waiting_();
  };
  const policy::TestReport report = policy::run_tests(policy, options);
  if (report.ended_early) {
    return fail(ErrorKind::unavailable, "the rules' own tests were given up, since the gate stops");
  }
  if (report.failed == 0) return {};
  Diagnostics failures;
  policy::add_failures(report, failures);
  log_diagnostics(failures);
  return fail(ErrorKind::invalid_input, std::to_string(report.failed) +
                                            " of the rules' own tests fail; see them with: postern policy test " +
                                            configuration_.text("policy.dir"));
}

}  // namespace postern::milter

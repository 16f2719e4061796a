#include "milter/policy_source.h"

#include <cerrno>
#include <filesystem>

#include <fcntl.h>

#include "base/log.h"
#include "base/settings.h"
#include "policy/tests.h"

namespace postern::milter {

namespace {

void log_diagnostics(const Diagnostics& diagnostics) {
  for (const Diagnostic& d : diagnostics.all()) {
    std::string line =
        d.mark.file ? d.mark.file->path + ":" + std::to_string(d.mark.line) + ":" + std::to_string(d.mark.column) + ": "
                    : "";
    line += "[" + d.code + "] " + d.text;
    if (!d.hint.empty()) line += " (" + d.hint + ")";
    log_line(d.severity == DiagnosticSeverity::error ? LogLevel::error : LogLevel::warning, line);
  }
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

PolicySource::PolicySource(const Configuration& configuration, extract::ExtractPool& pool)
    : configuration_(configuration), pool_(pool) {}

Result<std::shared_ptr<const policy::Policy>> PolicySource::load() {
  policy::LoadOptions options;
  options.dir = configuration_.text("policy.dir");
  options.packs_dir = configuration_.text("policy.packs_dir");
  options.now = system_clock().now();
  // Taken before reading: a file that changes meanwhile shows as a change.
  loaded_files_ = seen_files_ = files_of(options.dir);
  Diagnostics diagnostics;
  auto policy = policy::Policy::load(options, diagnostics);
  diagnostics.sort();
  log_diagnostics(diagnostics);
  if (!policy) {
    return fail(ErrorKind::invalid_input, "the policy in " + options.dir + " has " +
                                              std::to_string(diagnostics.errors()) +
                                              " errors; see them with: postern policy lint " + options.dir);
  }
  if (policy->digest() != tested_digest_) {
    if (auto passed = run_tests(*policy); !passed) return fail(passed.error());
    tested_digest_ = policy->digest();
  }
  return policy;
}

bool PolicySource::files_changed() {
  const std::uint64_t now = files_of(configuration_.text("policy.dir"));
  const bool at_rest = now == seen_files_;
  seen_files_ = now;
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
    request.limits = limits_of(configuration_);
    request.deadline = system_clock().steady() + request.limits.max_time;
    return pool_.extract(request);
  };
  const policy::TestReport report = policy::run_tests(policy, options);
  if (report.failed == 0) return {};
  Diagnostics failures;
  policy::add_failures(report, failures);
  log_diagnostics(failures);
  return fail(ErrorKind::invalid_input, std::to_string(report.failed) +
                                            " of the rules' own tests fail; see them with: postern policy test " +
                                            configuration_.text("policy.dir"));
}

}  // namespace postern::milter

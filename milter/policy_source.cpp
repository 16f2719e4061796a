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

}  // namespace

PolicySource::PolicySource(const Configuration& configuration, extract::ExtractPool& pool)
    : configuration_(configuration), pool_(pool) {}

Result<std::shared_ptr<const policy::Policy>> PolicySource::load() {
  policy::LoadOptions options;
  options.dir = configuration_.text("policy.dir");
  options.packs_dir = configuration_.text("policy.packs_dir");
  options.now = system_clock().now();
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

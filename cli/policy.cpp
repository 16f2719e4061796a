// postern policy lint|test|explain|schema, and the group that the other verbs (cli/policy_verbs.h) are added to.
#include "policy/policy.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <unistd.h>

#include "base/settings.h"
#include "cli/check.h"
#include "cli/command.h"
#include "cli/folder_watch.h"
#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/reader.h"
#include "policy/lint.h"
#include "policy/loader.h"
#include "policy/schema.h"
#include "policy/tests.h"

namespace postern::cli {

namespace {

struct PolicyOptions {
  PolicySource policy;
  std::string format = "text";
  std::string rule;
  bool watch = false;
  std::string file = "rules";
};

std::string counted(size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

int run_lint(const Program& program, const PolicyOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const policy::LoadOptions load = load_options(*configuration, options.policy);
  if (!std::filesystem::is_directory(load.dir))
    return cannot_run(load.dir + ": no such folder; name the policy's folder");
  Diagnostics diagnostics;
  const policy::Loaded loaded = policy::load_files(load, diagnostics);
  policy::LintOptions lint_options;
  lint_options.now = load.now;
  lint_options.training_dirs = {(std::filesystem::path(load.dir) / "training").string()};
  policy::lint(loaded, lint_options, diagnostics);
  diagnostics.sort();
  print_diagnostics(diagnostics, options.format);
  if (options.format == "text") {
    std::cout << counted(loaded.model.rules.size(), "rule") << ", " << counted(diagnostics.errors(), "error") << ", "
              << counted(diagnostics.warnings(), "warning") << "\n";
  }
  return diagnostics.empty() ? kExitWell : kExitFindings;
}

// Reads the documents that tests name; the pool is started when the first test wants one.
class TestFiles {
 public:
  explicit TestFiles(const Configuration& configuration) : configuration_(configuration) {}

  Result<ExtractedText> read(const std::string& path) {
    if (!pool_) {
      auto pool = start_reader(configuration_, 1);
      if (!pool) return fail(pool.error());
      pool_ = std::move(*pool);
    }
    auto bytes = read_input(path);
    if (!bytes) return fail(bytes.error());
    extract::ExtractRequest request;
    request.bytes = std::move(*bytes);
    request.kind =
        std::filesystem::path(path).extension() == ".eml" ? extract::RootKind::mail : extract::RootKind::document;
    request.name = std::filesystem::path(path).filename().string();
    request.hash = true;
    request.limits = limits_of(configuration_);
    request.deadline = system_clock().steady() + request.limits.max_time;
    return pool_->extract(request);
  }

 private:
  const Configuration& configuration_;
  std::unique_ptr<extract::ExtractPool> pool_;
};

int run_tests(const Program& program, const PolicyOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const policy::LoadOptions load = load_options(*configuration, options.policy);
  Diagnostics diagnostics;
  const auto policy = policy::Policy::load(load, diagnostics);
  diagnostics.sort();
  if (!policy) {
    // Machine formats carry the errors too: a broken policy must not look like an empty result.
    if (options.format != "text") print_diagnostics(diagnostics, options.format);
    std::cerr << diagnostics.to_text(colour_wanted(STDERR_FILENO));
    return cannot_run("the policy has errors; its tests were not run");
  }
  TestFiles files(*configuration);
  policy::TestOptions test_options;
  test_options.now = load.now;
  test_options.rule = options.rule;
  test_options.read = [&files](const std::string& path) { return files.read(path); };
  const policy::TestReport report = policy::run_tests(*policy, test_options);
  if (options.format == "json") {
    std::cout << policy::to_json(report);
  } else if (options.format == "junit") {
    std::cout << policy::to_junit(report);
  } else if (options.format == "sarif") {
    Diagnostics failures;
    policy::add_failures(report, failures);
    std::cout << failures.to_sarif(POSTERN_VERSION);
  } else {
    std::cout << policy::to_text(report, colour_wanted(STDOUT_FILENO));
  }
  if (!options.rule.empty() && report.results.empty()) {
    return cannot_run("no rule '" + options.rule + "' with tests in this policy");
  }
  return report.failed == 0 ? kExitWell : kExitFindings;
}

// Runs them at each change, until Ctrl-C.
int watch_tests(const Program& program, const PolicyOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  auto watch = FolderWatch::create(load_options(*configuration, options.policy).dir);
  if (!watch) return cannot_run(watch.error().message);
  for (;;) {
    run_tests(program, options);
    std::cout.flush();
    if (!std::cout) return cannot_run("cannot write the result to standard output");
    std::cerr << "postern: waiting for a change; Ctrl-C ends" << std::endl;
    if (auto ok = watch->wait(); !ok) return cannot_run(ok.error().message);
    if (auto ok = watch->look_again(); !ok) return cannot_run(ok.error().message);
  }
}

}  // namespace

void add_policy(CLI::App& app, Program& program) {
  auto options = std::make_shared<PolicyOptions>();
  CLI::App* group = app.add_subcommand("policy", "check, test and explain a policy");
  group->require_subcommand(1);

  CLI::App* lint = group->add_subcommand("lint", "report every problem with file, line and column");
  add_policy_source(*lint, options->policy);
  add_format(*lint, options->format, {"text", "json", "junit", "sarif"});
  lint->callback([&program, options] { program.exit = run_lint(program, *options); });

  CLI::App* test = group->add_subcommand("test", "run the tests of every rule");
  add_policy_source(*test, options->policy);
  test->add_option("--rule", options->rule, "only this rule");
  add_format(*test, options->format, {"text", "json", "junit", "sarif"});
  test->add_flag("--watch", options->watch, "run them again at each change of the folder");
  test->callback([&program, options] {
    program.exit = options->watch ? watch_tests(program, *options) : run_tests(program, *options);
  });

  auto check = std::make_shared<CheckOptions>();
  check->explain = true;
  CLI::App* explain = group->add_subcommand("explain", "the proof tree of one mail: what was found, and each clause");
  add_check_options(*explain, *check);
  explain->callback([&program, check] { program.exit = run_check(program, *check); });

  add_policy_backtest(*group, program);
  add_policy_diff(*group, program);
  add_policy_first_day(*group, program);
  add_policy_packs(*group, program);
  add_policy_new(*group, program);
  add_policy_fmt(*group, program);

  CLI::App* schema = group->add_subcommand("schema", "print the JSON Schema of a kind of file");
  schema->add_option("KIND", options->file, "policy, rules or pack")->check(CLI::IsMember({"policy", "rules", "pack"}));
  schema->callback([options] {
    const auto kind = options->file == "policy" ? policy::SchemaOf::policy
                      : options->file == "pack" ? policy::SchemaOf::pack
                                                : policy::SchemaOf::rules;
    std::cout << policy::json_schema(kind);
  });
}

}  // namespace postern::cli

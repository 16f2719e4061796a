// postern policy backtest [DIR] --over MAIL...: what a policy would have done with mail that was sent already.
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/over.h"
#include "cli/over_record.h"
#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/reader.h"
#include "policy/backtest.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

struct BacktestOptions {
  PolicySource policy;
  OverOptions over;
  std::string format = "text";
  std::optional<double> max_hold_rate;
  bool as_enforced = false;
};

class BacktestTask final : public OverTask {
 public:
  BacktestTask(const policy::Policy& policy, const Over& over, bool everything)
      : over_(over), judge_(policy, over.now(), everything), backtest_(policy.model(), policy.digest()) {}

  Json look(OverMail mail) override {
    const auto assessment = judge_.judge(std::move(mail));
    if (!assessment) return {{"failed", assessment.error().message}};
    return backtest_record(*assessment, over_.pseudonyms());
  }
  void take(const Json& record) override { backtest_.add(backtest_mail(record)); }

  policy::BacktestReport report() const { return backtest_.report(); }

 private:
  const Over& over_;
  const MailboxJudge judge_;
  policy::Backtest backtest_;
};

void print(const policy::BacktestReport& report, const BacktestOptions& options, const std::string& dir) {
  if (options.format == "json") {
    std::cout << policy::to_json(report);
  } else if (options.format == "junit") {
    std::cout << policy::to_junit(report);
  } else if (options.format == "sarif") {
    Diagnostics diagnostics;
    policy::add_findings(report, dir + "/policy.yaml", diagnostics);
    std::cout << diagnostics.to_sarif(POSTERN_VERSION);
  } else {
    std::cout << policy::to_text(report);
  }
}

int run_backtest(const Program& program, const BacktestOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const auto policy = load_policy(*configuration, options.policy, options.format);
  if (!policy) return cannot_run("the policy has errors; nothing was looked at");
  auto over = Over::prepare(*configuration, options.over, "policy backtest", policy->digest(), "");
  if (!over) return cannot_run(over.error().message);
  auto pool = start_reader(*configuration, over->jobs());
  if (!pool) return cannot_run(pool.error().message);
  BacktestTask task(*policy, *over, options.over.everything);
  if (auto ok = over->run(task, **pool); !ok) return cannot_run(ok.error().message);
  policy::BacktestReport report = task.report();
  report.most_stopped = options.max_hold_rate;
  report.as_enforced = options.as_enforced;
  print(report, options, load_options(*configuration, options.policy).dir);
  // A gate that nothing came through says nothing.
  if (report.judged == 0) {
    return cannot_run("none of " + std::to_string(report.messages) +
                      " messages was judged; is the organisation's domain in policy.yaml, and the mail sent by it?");
  }
  return report.too_many_stopped() ? kExitFindings : kExitWell;
}

}  // namespace

void add_policy_backtest(CLI::App& group, Program& program) {
  auto options = std::make_shared<BacktestOptions>();
  CLI::App* backtest = group.add_subcommand("backtest", "what the policy would have done with mail that was sent");
  add_policy_source(*backtest, options->policy);
  add_over_options(*backtest, options->over);
  backtest
      ->add_option("--max-hold-rate", options->max_hold_rate,
                   "most messages held or rejected, in percent; more exits 1")
      ->check(CLI::Range(0.0, 100.0));
  backtest->add_flag("--as-enforced", options->as_enforced, "--max-hold-rate counts as if every rule were enforced");
  add_format(*backtest, options->format, {"text", "json", "junit", "sarif"});
  backtest->callback([&program, options] { program.exit = run_backtest(program, *options); });
}

}  // namespace postern::cli

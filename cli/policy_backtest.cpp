// postern policy backtest [DIR] --over MAIL...: what a policy would have done with mail that was sent already.
#include <algorithm>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/over.h"
#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/reader.h"
#include "policy/backtest.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;
using policy::BacktestMail;

struct BacktestOptions {
  PolicySource policy;
  OverOptions over;
  std::string format = "text";
  std::optional<double> max_hold_rate;
  bool as_enforced = false;
};

Action action_of(const Json& word) {
  return parse_action(word.get<std::string>()).value_or(Action::allow);
}

// {"sender", "to": [[[class, ...], action, if enforced], ...], "hits": [[rule, enforced], ...], "unread": [[type,
// outcome],
// ...]}, or {"passing": true}, or {"failed": why}
Json record_of(const pipeline::Assessment& assessment, const Pseudonyms& pseudonyms) {
  if (!assessment.judged) return {{"passing", true}};
  const Verdict& verdict = assessment.verdict;
  Json out;
  out["sender"] = pseudonyms.of(assessment.context.sender.identity);
  out["to"] = Json::array();
  for (const RecipientVerdict& recipient : verdict.recipients) {
    Json classes = Json::array();
    for (const DestinationClass cls : recipient.classes) classes.push_back(to_string(cls));
    Action if_enforced = recipient.action;
    for (const size_t finding : recipient.findings) {
      if_enforced = std::max(if_enforced, verdict.findings[finding].action);
    }
    out["to"].push_back({std::move(classes), to_string(recipient.action), to_string(if_enforced)});
  }
  out["hits"] = Json::array();
  const std::string* last = nullptr;
  for (const Finding& finding : verdict.findings) {
    // Findings of one rule stand together.
    if (last == nullptr || *last != finding.rule) out["hits"].push_back({finding.rule, finding.mode == Mode::enforce});
    last = &finding.rule;
  }
  out["unread"] = Json::array();
  for (const UnreadablePart& unread : verdict.unreadable) {
    const Part* part = assessment.text.find(unread.part);
    out["unread"].push_back({part != nullptr ? part->type : "", to_string(unread.outcome)});
  }
  return out;
}

BacktestMail mail_of(const Json& record) {
  BacktestMail out;
  out.name = record.at("name").get<std::string>();
  if (record.contains("failed")) {
    out.fate = BacktestMail::Fate::failed;
    out.why = record.at("failed").get<std::string>();
    return out;
  }
  if (record.contains("passing")) {
    out.fate = BacktestMail::Fate::passing;
    return out;
  }
  out.sender = record.at("sender").get<std::string>();
  for (const Json& one : record.at("to")) {
    BacktestMail::Recipient recipient;
    for (const Json& word : one.at(0)) {
      const auto cls = parse_destination_class(word.get<std::string>());
      if (cls) recipient.classes.push_back(*cls);
    }
    recipient.action = action_of(one.at(1));
    recipient.if_enforced = action_of(one.at(2));
    out.recipients.push_back(std::move(recipient));
  }
  for (const Json& one : record.at("hits")) out.hits.push_back({one.at(0).get<std::string>(), one.at(1).get<bool>()});
  for (const Json& one : record.at("unread")) {
    out.unread.push_back(
        {one.at(0).get<std::string>(), parse_outcome(one.at(1).get<std::string>()).value_or(Outcome::partial)});
  }
  return out;
}

class BacktestTask final : public OverTask {
 public:
  BacktestTask(const policy::Policy& policy, const Over& over, bool everything)
      : over_(over), judge_(policy, over.now(), everything), backtest_(policy.model(), policy.digest()) {}

  Json look(ExtractedText text) override {
    const auto assessment = judge_.judge(std::move(text));
    if (!assessment) return {{"failed", assessment.error().message}};
    return record_of(*assessment, over_.pseudonyms());
  }
  void take(const Json& record) override { backtest_.add(mail_of(record)); }

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

// postern policy diff A B [--over MAIL...]: what changes in meaning, and what that does to mail that was sent.
#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>

#include <nlohmann/json.hpp>

#include "cli/over.h"
#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/reader.h"
#include "policy/diff.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

struct DiffOptions {
  PolicySource before;
  PolicySource after;
  OverOptions over;
  std::string format = "text";
};

std::set<std::string> rules_of(const pipeline::Assessment& assessment) {
  std::set<std::string> out;
  for (const Finding& finding : assessment.verdict.findings) out.insert(finding.rule);
  return out;
}

Json without(const std::set<std::string>& from, const std::set<std::string>& taken) {
  std::vector<std::string> out;
  std::set_difference(from.begin(), from.end(), taken.begin(), taken.end(), std::back_inserter(out));
  return out;
}

class DiffTask final : public OverTask {
 public:
  DiffTask(const policy::Policy& before, const policy::Policy& after, const Over& over, bool everything)
      : over_(over), before_(before, over.now(), everything), after_(after, over.now(), everything) {}

  // {"passing": true}, {"failed": why}, or {"sender", "caught": [rule, ...], "missed": [...], "before", "after":
  // action}
  Json look(OverMail mail) override {
    auto recorded = mail.recorded;
    auto was = before_.judge(std::move(mail));
    if (!was) return {{"failed", was.error().message}};
    const auto is = after_.judge({std::move(was->text), std::move(recorded)});
    if (!is) return {{"failed", is.error().message}};
    if (!was->judged && !is->judged) return {{"passing", true}};
    const std::set<std::string> rules_before = rules_of(*was);
    const std::set<std::string> rules_after = rules_of(*is);
    return {{"sender", over_.pseudonyms().of(is->context.sender.identity)},
            {"caught", without(rules_after, rules_before)},
            {"missed", without(rules_before, rules_after)},
            {"before", to_string(was->verdict.action)},
            {"after", to_string(is->verdict.action)}};
  }

  void take(const Json& record) override {
    diff_.messages++;
    policy::MailDifference mail;
    mail.name = record.at("name").get<std::string>();
    if (record.contains("failed")) {
      diff_.failures.push_back({mail.name, record.at("failed").get<std::string>()});
      return;
    }
    if (record.contains("passing")) return;
    diff_.judged++;
    mail.sender = record.at("sender").get<std::string>();
    mail.caught = record.at("caught").get<std::vector<std::string>>();
    mail.missed = record.at("missed").get<std::vector<std::string>>();
    mail.before = parse_action(record.at("before").get<std::string>()).value_or(Action::allow);
    mail.after = parse_action(record.at("after").get<std::string>()).value_or(Action::allow);
    diff_.add(mail);
  }

  const policy::MailDiff& result() const { return diff_; }

 private:
  const Over& over_;
  const MailboxJudge before_;
  const MailboxJudge after_;
  policy::MailDiff diff_;
};

int run_diff(const Program& program, const DiffOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  PolicySource before = options.before;
  if (before.packs_dir.empty()) before.packs_dir = options.after.packs_dir;
  const auto was = load_policy(*configuration, before, options.format);
  if (!was) return cannot_run(before.dir + ": the policy has errors; nothing was compared");
  const auto is = load_policy(*configuration, options.after, options.format);
  if (!is) return cannot_run(options.after.dir + ": the policy has errors; nothing was compared");
  const std::vector<policy::ThingChange> changes = policy::diff(was->model(), is->model());
  std::unique_ptr<DiffTask> task;
  if (!options.over.over.empty()) {
    auto over = Over::prepare(*configuration, options.over, "policy diff", was->digest() + " " + is->digest(), "");
    if (!over) return cannot_run(over.error().message);
    auto pool = start_reader(*configuration, over->jobs());
    if (!pool) return cannot_run(pool.error().message);
    task = std::make_unique<DiffTask>(*was, *is, *over, options.over.everything);
    if (auto ok = over->run(*task, **pool); !ok) return cannot_run(ok.error().message);
  }
  const policy::MailDiff* mail = task ? &task->result() : nullptr;
  if (options.format == "json") {
    std::cout << policy::to_json(changes, mail);
  } else if (options.format == "junit") {
    std::cout << policy::to_junit(changes, mail);
  } else if (options.format == "sarif") {
    Diagnostics diagnostics;
    policy::add_findings(changes, mail, options.after.dir + "/policy.yaml", diagnostics);
    std::cout << diagnostics.to_sarif(POSTERN_VERSION);
  } else {
    std::cout << policy::to_text(changes, mail);
  }
  if (mail != nullptr && mail->judged == 0) {
    return cannot_run("none of " + std::to_string(mail->messages) + " messages was judged");
  }
  return changes.empty() && (mail == nullptr || !mail->differs()) ? kExitWell : kExitFindings;
}

}  // namespace

void add_policy_diff(CLI::App& group, Program& program) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* diff = group.add_subcommand("diff", "what changes in meaning between two policies");
  diff->add_option("A", options->before.dir, "policy folder, before")->required();
  diff->add_option("B", options->after.dir, "policy folder, after")->required();
  diff->add_option("--packs", options->after.packs_dir, "folder of the shipped packs");
  diff->add_option("--packs-before", options->before.packs_dir, "folder of the packs of A (default: the same)");
  add_over_options(*diff, options->over);
  diff->get_option("--over")->required(false);
  add_format(*diff, options->format, {"text", "json", "junit", "sarif"});
  diff->callback([&program, options] { program.exit = run_diff(program, *options); });
}

}  // namespace postern::cli

// postern check FILE...: what the gate would do, and why.
#include "cli/check.h"

#include <filesystem>
#include <iostream>
#include <memory>

#include <unistd.h>

#include "base/settings.h"
#include "cli/command.h"
#include "cli/mail_source.h"
#include "cli/reader.h"
#include "cli/shown.h"
#include "cli/verdict_output.h"
#include "message/address_forms.h"
#include "policy/codes.h"
#include "policy/proof.h"
#include "policy/smallest_change.h"

namespace postern::cli {

namespace {

// A word without '@' would be somebody of ours, and "allow" the answer to a slip.
Result<EnvelopeAddress> envelope_address(const std::string& text) {
  auto address = parse_address(text);
  if (!address || address->domain.empty() || !is_plain_mailbox(text))
    return fail(ErrorKind::invalid_input, "'" + text + "' is not a mail address");
  return EnvelopeAddress{address->to_string(), *address, {}};
}

class Checker {
 public:
  Checker(const CheckOptions& options, const Configuration& configuration, const policy::Policy& policy,
          extract::ExtractPool& pool)
      : options_(options), policy_(policy), pool_(pool), limits_(limits_of(configuration)) {}

  Result<void> prepare() {
    if (!options_.from.empty() && options_.from != "<>") {
      auto from = envelope_address(options_.from);
      if (!from) return fail(from.error());
      // Who is named here is who sends, as if that person had logged in: exemptions are for those.
      if (policy_.destinations().is_internal(from->address)) {
        vouched_ = {pipeline::Voucher::login, from->address, ""};
      }
      envelope_.sender = std::move(*from);
    }
    for (const std::string& to : options_.to) {
      auto recipient = envelope_address(to);
      if (!recipient) return fail(recipient.error());
      envelope_.recipients.push_back(std::move(*recipient));
    }
    now_ = system_clock().now();
    if (!options_.at.empty()) {
      auto at = parse_rfc3339(options_.at);
      if (!at) return fail(at.error());
      now_ = *at;
    }
    return {};
  }

  // False when nothing more should be tried: nobody reads what is printed.
  bool check(const std::string& name, std::shared_ptr<const Blob> bytes) {
    pipeline::AssessRequest request;
    request.bytes = std::move(bytes);
    request.kind = options_.document ? extract::RootKind::document : extract::RootKind::mail;
    if (options_.document && name != kStandardInput) request.name = std::filesystem::path(name).filename().string();
    request.envelope = envelope_;
    request.vouched = vouched_;
    request.limits = limits_;
    request.deadline = system_clock().steady() + limits_.max_time;
    request.now = now_;
    policy::Proof proof;
    auto assessment =
        pipeline::assess(policy_, pool_, std::move(request), system_clock(), options_.explain ? &proof : nullptr);
    if (!assessment) {
      const bool no_recipient = assessment.error().kind == ErrorKind::invalid_input;
      cannot_check(name, name + ": " + assessment.error().message + (no_recipient ? "; name one with --to" : ""));
      return true;
    }
    proof.stages.insert(proof.stages.begin(), {"extract", assessment->times.extract.count()});
    std::vector<policy::PassingChange> changes;
    if (options_.explain) {
      changes = policy::smallest_changes(policy_, assessment->text, assessment->envelope, assessment->context,
                                         assessment->verdict, proof);
    }
    const policy::Explained explained{assessment->text, assessment->envelope, assessment->verdict, proof, &changes};
    const auto show = options_.show_text ? policy::ShowText::yes : policy::ShowText::no;
    if (options_.format == "junit") {
      cases_.push_back(
          verdict_case(name, *assessment, options_.explain ? policy::explain_text(explained, show) : std::string()));
    } else if (options_.format == "sarif") {
      add_verdict(name, *assessment, results_);
    } else if (options_.format == "json") {
      const std::string proof_json = options_.explain ? policy::explain_json(explained, show) : "";
      std::cout << verdict_json(name, *assessment, proof_json) << "\n";
    } else {
      std::cout << verdict_text(name, *assessment);
      if (options_.explain) std::cout << policy::explain_text(explained, show);
    }
    if (exit_ == kExitWell && found_something(*assessment)) exit_ = kExitFindings;
    return std::cout.flush().good();
  }

  void cannot_check(const std::string& name, const std::string& why) {
    exit_ = cannot_run(why);
    cases_.push_back({"check", name, "", why, ""});
    SourceMark mark;
    mark.file = std::make_shared<const SourceFile>(SourceFile{name, ""});
    results_.error(std::string(policy::codes::kNotJudged), mark, why);
  }

  // What is one document for all mails.
  void finish() const {
    if (options_.format == "junit") std::cout << policy::junit_suite("check", cases_);
    if (options_.format == "sarif") std::cout << results_.to_sarif(POSTERN_VERSION);
    std::cout.flush();
  }

  int exit() const { return exit_; }

 private:
  const CheckOptions& options_;
  const policy::Policy& policy_;
  extract::ExtractPool& pool_;
  const Limits limits_;
  Envelope envelope_;
  pipeline::Vouched vouched_;
  WallTime now_;
  int exit_ = kExitWell;
  std::vector<policy::JunitCase> cases_;
  Diagnostics results_;
};

}  // namespace

int run_check(const Program& program, const CheckOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const auto policy = load_policy(*configuration, options.policy, options.format);
  if (!policy) return cannot_run("the policy has errors; nothing was checked");
  auto pool = start_reader(*configuration, 1);
  if (!pool) return cannot_run(pool.error().message);
  Checker checker(options, *configuration, *policy, **pool);
  if (auto ok = checker.prepare(); !ok) return cannot_run(ok.error().message);
  for (const std::string& file : options.files) {
    const auto visit = [&checker](const std::string& name, Result<std::shared_ptr<const Blob>> bytes) {
      if (bytes) return checker.check(name, std::move(*bytes));
      checker.cannot_check(name, bytes.error().message);
      return true;
    };
    const bool more = options.document ? visit(file, read_input(file)) : each_message(file, visit);
    if (!more) break;
  }
  checker.finish();
  return checker.exit();
}

void add_check_options(CLI::App& command, CheckOptions& options) {
  command.add_option("FILE", options.files, ".eml, mbox, Maildir; with --document any document")->required();
  command.add_option("--policy", options.policy.dir, "policy folder (default: policy.dir of the configuration)");
  command.add_option("--packs", options.policy.packs_dir, "folder of the shipped packs");
  command.add_option("--from", options.from, "who sends: the envelope sender, logged in");
  // One value each: without that CLI11 would take the files that follow for recipients.
  command.add_option("--to", options.to, "recipient; may be given several times (default: To, Cc and Bcc)")
      ->allow_extra_args(false);
  command.add_option("--at", options.at, "judge as of this time, such as 2027-02-01T07:00:00+00:00");
  command.add_flag("--show-text", options.show_text, "with the proof: the text, with what was found marked");
  command.add_flag("--document", options.document, "the files are documents, not mails");
  add_format(command, options.format, {"text", "json", "junit", "sarif"});
}

void add_check(CLI::App& app, Program& program) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* check = app.add_subcommand("check", "say what the gate would do with a mail, and why");
  add_check_options(*check, *options);
  CLI::Option* explain = check->add_flag("--explain", options->explain, "print the proof tree");
  check->get_option("--show-text")->needs(explain);
  check->callback([&program, options] { program.exit = run_check(program, *options); });
}

}  // namespace postern::cli

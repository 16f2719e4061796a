// postern policy first-day [DIR] --over MAIL...: what to know of one's own mail before a policy is enforced.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "base/settings.h"
#include "cli/over.h"
#include "cli/over_record.h"
#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/reader.h"
#include "cli/shown.h"
#include "policy/first_day.h"

namespace postern::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct FirstDayOptions {
  PolicySource policy;
  OverOptions over;
  std::string format = "text";
  std::string write;
};

// The place of a message from the name that it goes by.
MailPlace place_of(const Json& record) {
  MailPlace out;
  out.file = record.at("name").get<std::string>();
  out.in_store = record.contains("in_store");
  if (!record.contains("offset")) return out;
  out.offset = record.at("offset").get<std::uint64_t>();
  const size_t mark = out.file.rfind('#');
  out.number = std::stoull(out.file.substr(mark + 1));
  out.file.resize(mark);
  return out;
}

class FirstDayTask final : public OverTask {
 public:
  FirstDayTask(const policy::Policy& policy, const Over& over, bool everything)
      : over_(over), judge_(policy, over.now(), everything), first_day_(policy.model(), policy.digest()) {}

  // That of a backtest, and "automatic", "domains", "paragraphs", "not_ocred".
  Json look(OverMail mail) override {
    const auto assessment = judge_.judge(std::move(mail));
    if (!assessment) return {{"failed", assessment.error().message}};
    Json out = backtest_record(*assessment, over_.pseudonyms());
    if (!assessment->judged) return out;
    const Address& sender = assessment->context.sender.identity;
    out["automatic"] = assessment->context.sender.automatic ? sender.to_string() : "";
    out["domains"] = Json::array();
    for (const RecipientVerdict& recipient : assessment->verdict.recipients) {
      if (recipient.classes.back() != DestinationClass::other) continue;
      const std::string& domain = assessment->envelope.recipients[recipient.recipient].address.domain;
      if (std::find(out["domains"].begin(), out["domains"].end(), domain) == out["domains"].end()) {
        out["domains"].push_back(domain);
      }
    }
    out["paragraphs"] = Json::array();
    for (const policy::Paragraph& one : policy::paragraphs_of(assessment->text)) out["paragraphs"].push_back(one.hash);
    const auto& parts = assessment->text.parts;
    out["not_ocred"] = std::count_if(parts.begin(), parts.end(), [](const Part& part) {
      return std::binary_search(part.facts.begin(), part.facts.end(), "not-ocred");
    });
    return out;
  }

  void take(const Json& record) override {
    places_.push_back(place_of(record));
    policy::FirstDayMail mail;
    mail.mail = backtest_mail(record);
    if (mail.mail.fate == policy::BacktestMail::Fate::judged) {
      mail.automatic = record.at("automatic").get<std::string>();
      mail.domains = record.at("domains").get<std::vector<std::string>>();
      mail.paragraphs = record.at("paragraphs").get<std::vector<std::uint64_t>>();
      mail.not_ocred = record.at("not_ocred").get<std::uint32_t>();
    }
    first_day_.add(mail);
  }

  policy::FirstDayReport report() const { return first_day_.report(); }
  const MailPlace& place(std::uint64_t number) const { return places_[number]; }

 private:
  const Over& over_;
  const MailboxJudge judge_;
  policy::FirstDay first_day_;
  std::vector<MailPlace> places_;  // by message
};

// Of a paragraph only its hash is kept: the text is read again where it was seen first.
void read_paragraphs(policy::FirstDayReport& report, const FirstDayTask& task, const Over& over,
                     extract::ExtractPool& pool, const Limits& limits) {
  for (auto& wanted : report.paragraphs) {
    auto bytes = over.read_again(task.place(wanted.first));
    if (!bytes) continue;
    pipeline::AssessRequest request;
    request.bytes = std::move(*bytes);
    request.limits = limits;
    request.deadline = system_clock().steady() + limits.max_time;
    const auto text = pipeline::read_text(pool, request);
    if (!text) continue;
    for (const policy::Paragraph& one : policy::paragraphs_of(*text)) {
      if (one.hash == wanted.hash) wanted.text = one.text;
    }
  }
  std::erase_if(report.paragraphs, [](const auto& one) { return one.text.empty(); });
}

Result<void> write_file(const fs::path& path, const std::string& text) {
  if (text.empty()) return {};
  std::error_code failed;
  if (fs::exists(path, failed)) return fail(ErrorKind::conflict, path.string() + ": is there already");
  fs::create_directories(path.parent_path(), failed);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(ErrorKind::unavailable, path.string() + ": cannot be written");
  std::cerr << "postern: wrote " << shown(path.string()) << "\n";
  return {};
}

Result<void> write_patches(const fs::path& dir, const policy::FirstDayPatches& patches) {
  if (auto ok = write_file(dir / "policy.first-day.yaml", patches.policy); !ok) return ok;
  if (auto ok = write_file(dir / "boilerplate" / "first-day.txt", patches.boilerplate); !ok) return ok;
  return write_file(dir / "rules" / "first-day.yaml", patches.rules);
}

int run_first_day(const Program& program, const FirstDayOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  const auto policy = load_policy(*configuration, options.policy, options.format);
  if (!policy) return cannot_run("the policy has errors; nothing was looked at");
  auto over = Over::prepare(*configuration, options.over, "policy first-day", policy->digest(), "");
  if (!over) return cannot_run(over.error().message);
  if (std::find(options.over.over.begin(), options.over.over.end(), kStandardInput) != options.over.over.end()) {
    return cannot_run("standard input cannot be read twice; name a file");
  }
  auto pool = start_reader(*configuration, over->jobs());
  if (!pool) return cannot_run(pool.error().message);
  FirstDayTask task(*policy, *over, options.over.everything);
  if (auto ok = over->run(task, **pool); !ok) return cannot_run(ok.error().message);
  policy::FirstDayReport report = task.report();
  read_paragraphs(report, task, *over, **pool, limits_of(*configuration));
  const policy::FirstDayPatches patches = policy::patches_of(report, policy->model());
  if (options.format == "json") {
    std::cout << policy::to_json(report, patches);
  } else if (options.format == "junit") {
    std::cout << policy::to_junit(report);
  } else if (options.format == "sarif") {
    Diagnostics diagnostics;
    policy::add_findings(report, load_options(*configuration, options.policy).dir + "/policy.yaml", diagnostics);
    std::cout << diagnostics.to_sarif(POSTERN_VERSION);
  } else {
    std::cout << policy::to_text(report, patches);
  }
  if (!options.write.empty()) {
    if (auto ok = write_patches(options.write, patches); !ok) return cannot_run(ok.error().message);
  }
  if (report.backtest.judged == 0) {
    return cannot_run("none of " + std::to_string(report.backtest.messages) +
                      " messages was judged; is the organisation's domain in policy.yaml, and the mail sent by it?");
  }
  return kExitWell;
}

}  // namespace

void add_policy_first_day(CLI::App& group, Program& program) {
  auto options = std::make_shared<FirstDayOptions>();
  CLI::App* first_day = group.add_subcommand("first-day", "what to know of one's own mail, each with a patch");
  add_policy_source(*first_day, options->policy);
  add_over_options(*first_day, options->over);
  first_day->add_option("--write", options->write, "write the patches as files into this folder");
  add_format(*first_day, options->format, {"text", "json", "junit", "sarif"});
  first_day->callback([&program, options] { program.exit = run_first_day(program, *options); });
}

}  // namespace postern::cli

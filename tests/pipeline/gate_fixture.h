// A Gate over a small policy, a store in memory and a reader that gives the body back.
#pragma once

#include <atomic>

#include "pipeline/gate.h"
#include "response/quarantine.h"
#include "response/release_token.h"
#include "tests/policy/policy_folder.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::pipeline {

using Kind = MtaAnswer::Kind;
using response::OnError;

inline constexpr std::string_view kGateRules =
    "apiVersion: postern/v1\n"
    "detectors:\n"
    "  - {id: codenames, primary: {keywords: [Nightjar]}}\n"
    "  - {id: noted, primary: {keywords: [Buzzard]}}\n"
    "rules:\n"
    "  - id: secret.codename\n"
    "    title: Codename\n"
    "    category: secret\n"
    "    severity: high\n"
    "    mode: enforce\n"
    "    when: {recipients: [class:outside], content: {detector: codenames}}\n"
    "    then: {action: quarantine, notify: [sender]}\n"
    "  - id: secret.noted\n"
    "    title: Noted\n"
    "    category: secret\n"
    "    severity: low\n"
    "    mode: enforce\n"
    "    when: {recipients: [class:outside], content: {detector: noted}}\n"
    "    then: {action: annotate}\n"
    "  - id: secret.limit\n"
    "    title: Too large to read\n"
    "    category: secret\n"
    "    severity: high\n"
    "    mode: enforce\n"
    "    when: {recipients: [class:outside], content: {outcome: [limit]}}\n"
    "    then: {action: quarantine}\n";

// A reader that gives the blob's bytes back as the body, or fails as told.
class FakePool final : public extract::ExtractPool {
 public:
  Result<ExtractedText> extract(const extract::ExtractRequest& request) override {
    calls++;
    deadline = request.deadline;
    if (failure) return fail(*failure);
    if (throws) throw std::runtime_error("out of order");
    ExtractedText out;
    Part root;
    root.role = PartRole::message;
    root.outcome = root_outcome;
    if (root_outcome != Outcome::complete) root.why = "its reader was killed";
    out.parts.push_back(root);
    if (root_outcome != Outcome::complete) return out;
    Segment body;
    body.text = std::string(*request.bytes->view());
    out.segments.push_back(body);
    Segment from;
    from.place = Place::header;
    from.at = "From";
    from.text = header_from;
    out.segments.push_back(from);
    for (const auto& [name, value] : more_headers) out.segments.push_back({0, Place::header, name, value});
    return out;
  }
  Result<BodyEdit> edit(const extract::EditRequest& request) override {
    edits.push_back(request);
    if (edit_failure) return fail(*edit_failure);
    return edit_result;
  }
  const extract::PoolCounters& counters() const override { return counters_; }

  std::atomic<int> calls{0};
  std::atomic<SteadyTime> deadline{};  // of the last call
  std::vector<extract::EditRequest> edits;
  std::optional<Error> edit_failure;
  BodyEdit edit_result;
  std::optional<Error> failure;
  bool throws = false;
  std::string header_from = "alice@example.com";
  std::vector<std::pair<std::string, std::string>> more_headers;
  Outcome root_outcome = Outcome::complete;  // else nothing more of the mail

 private:
  extract::PoolCounters counters_;
};

class GateTest : public testing::Test {
 protected:
  GateTest() {
    folder_.add("policy.yaml", policy::kSmallPolicy);
    folder_.add("rules/rules.yaml", kGateRules);
    Diagnostics diagnostics;
    policy_ = policy::Policy::load(folder_.options(), diagnostics);
    if (!policy_) throw std::runtime_error(diagnostics.to_text());
    settings_.identity.inside = *Networks::parse({"127.0.0.0/8"});
  }

  void use_rules(std::string_view rules) {
    folder_.add("rules/rules.yaml", rules);
    Diagnostics diagnostics;
    policy_ = policy::Policy::load(folder_.options(), diagnostics);
    ASSERT_TRUE(policy_) << diagnostics.to_text();
  }

  MtaAnswer judge(const Mail& mail) {
    Gate gate(policy_, {pool_, *store_, clock_, system_entropy(), counters_}, settings_);
    NoLane lane;
    return gate.judge(mail, lane);
  }

  static Mail mail(const std::string& body, const std::vector<std::string>& recipients,
                   std::vector<HeaderField> headers = {{"From", " alice@example.com"},
                                                       {"Message-ID", " <1@x.example>"}}) {
    Mail out = test::a_mail(headers, body, recipients);
    out.envelope.client_address = "127.0.0.1";
    return out;
  }
  store::StoreCounts counts() {
    store::StoreCounts out;
    const auto ok = store_->read([&](store::Reader& reader) -> Result<void> {
      out = *reader.counts();
      return {};
    });
    EXPECT_TRUE(ok);
    return out;
  }

  policy::PolicyFolder folder_;
  std::shared_ptr<const policy::Policy> policy_;
  test::TempStore store_{{.url = "", .busy_timeout = std::chrono::milliseconds(10)}};
  ManualClock clock_{test::kTestTime};
  FakePool pool_;
  GateCounters counters_;
  GateSettings settings_;
};

}  // namespace postern::pipeline

#include "response/rule_records.h"

#include <set>

#include "response/plan.h"

namespace postern::response {

namespace {

bool asked_to_hold(const Finding& finding) {
  return finding.mode == Mode::enforce && (finding.action == Action::justify || finding.action == Action::quarantine);
}

}  // namespace

Result<RuleRecords> rule_records(store::Store& store, WallTime now) {
  std::vector<store::DecidedHold> holds;
  const auto read = store.read_one([&](store::Reader& reader) -> Result<void> {
    auto decided = reader.decided_holds(now - kRecordTime, kMostRecordedHolds);
    if (!decided) return fail(decided.error());
    holds = std::move(*decided);
    return {};
  });
  if (!read) return fail(read.error());
  RuleRecords out;
  std::map<std::string, std::set<std::string>> senders;
  for (const store::DecidedHold& hold : holds) {
    auto findings = findings_from_json(hold.findings_json);
    if (!findings) return fail(findings.error());
    std::set<std::string> rules;
    for (const Finding& finding : *findings) {
      if (asked_to_hold(finding)) rules.insert(finding.rule);
    }
    for (const std::string& rule : rules) {
      RuleRecord& record = out[rule];
      ++record.decided;
      if (hold.state == store::HoldState::released) ++record.overridden;
      senders[rule].insert(hold.sender);
    }
  }
  for (auto& [rule, record] : out) record.senders = std::uint32_t(senders[rule].size());
  return out;
}

}  // namespace postern::response

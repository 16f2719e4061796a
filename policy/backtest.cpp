#include "policy/backtest.h"

#include <algorithm>

namespace postern::policy {

namespace {

size_t index_of(Action action) {
  return static_cast<size_t>(action);
}

}  // namespace

std::uint64_t ActionCounts::all() const {
  std::uint64_t sum = 0;
  for (const std::uint64_t one : of) sum += one;
  return sum;
}

std::uint64_t ActionCounts::held() const {
  return of[index_of(Action::justify)] + of[index_of(Action::quarantine)];
}

double BacktestReport::stopped_share() const {
  if (judged == 0) return 0;
  const ActionCounts& counts = as_enforced ? if_enforced : actions;
  return 100.0 * static_cast<double>(counts.stopped()) / static_cast<double>(judged);
}

Backtest::Backtest(const Model& model, std::string digest) : model_(model), rules_(model.rules.size()) {
  report_.policy = std::move(digest);
  for (size_t i = 0; i < model.rules.size(); i++) rule_indices_.emplace(model.rules[i].id, i);
  for (size_t i = 0; i < classes_.size(); i++) classes_[i].cls = static_cast<DestinationClass>(i);
}

void Backtest::add_recipients(const BacktestMail& mail, SenderTally& sender) {
  Action strictest = Action::allow;
  Action if_enforced = Action::allow;
  for (const BacktestMail::Recipient& recipient : mail.recipients) {
    strictest = std::max(strictest, recipient.action);
    if_enforced = std::max(if_enforced, recipient.if_enforced);
    for (const DestinationClass cls : recipient.classes) {
      BacktestReport::ClassLine& line = classes_[static_cast<size_t>(cls)];
      line.recipients.of[index_of(recipient.action)]++;
      line.if_enforced.of[index_of(recipient.if_enforced)]++;
    }
  }
  report_.actions.of[index_of(strictest)]++;
  report_.if_enforced.of[index_of(if_enforced)]++;
  if (if_enforced >= Action::justify) sender.stopped++;
}

void Backtest::add(const BacktestMail& mail) {
  report_.messages++;
  if (mail.fate == BacktestMail::Fate::failed) {
    report_.failures.push_back({mail.name, mail.why});
    return;
  }
  if (mail.fate == BacktestMail::Fate::passing) {
    report_.passing++;
    return;
  }
  report_.judged++;
  const auto number = static_cast<std::uint32_t>(senders_.size());
  SenderTally& sender = senders_.try_emplace(mail.sender, SenderTally{number, 0, 0}).first->second;
  sender.messages++;
  add_recipients(mail, sender);
  for (const BacktestMail::Hit& hit : mail.hits) {
    const auto found = rule_indices_.find(hit.rule);
    if (found == rule_indices_.end()) continue;
    RuleTally& rule = rules_[found->second];
    rule.messages++;
    if (hit.enforced) rule.enforced++;
    rule.senders.insert(sender.number);
    if (rule.examples.size() < kBacktestExamples) rule.examples.push_back(mail.name);
  }
  std::set<std::pair<std::string, Outcome>> seen;
  for (const BacktestMail::Unread& part : mail.unread) {
    UnreadTally& tally = unread_[{part.type, part.outcome}];
    tally.parts++;
    if (seen.emplace(part.type, part.outcome).second) tally.messages++;
  }
}

BacktestReport Backtest::report() const {
  BacktestReport out = report_;
  for (size_t i = 0; i < rules_.size(); i++) {
    const RuleTally& rule = rules_[i];
    out.rules.push_back({&model_.rules[i], rule.messages, rule.enforced, rule.senders.size(), rule.examples});
  }
  std::stable_sort(out.rules.begin(), out.rules.end(),
                   [](const auto& a, const auto& b) { return a.messages > b.messages; });
  for (const BacktestReport::ClassLine& line : classes_) {
    if (line.recipients.all() > 0) out.classes.push_back(line);
  }
  // Pseudonyms are drawn anew in each run: equal ones stand in the order in which they came.
  std::vector<std::pair<std::string, SenderTally>> senders(senders_.begin(), senders_.end());
  std::sort(senders.begin(), senders.end(), [](const auto& a, const auto& b) {
    return a.second.stopped != b.second.stopped ? a.second.stopped > b.second.stopped
                                                : a.second.number < b.second.number;
  });
  out.sender_count = senders.size();
  for (const auto& [name, tally] : senders) {
    if (tally.stopped == 0 || out.senders.size() == kBacktestSenders) break;
    out.senders.push_back({name, tally.messages, tally.stopped});
  }
  for (const auto& [kind, tally] : unread_) {
    out.unread.push_back({kind.first, kind.second, tally.parts, tally.messages});
  }
  std::stable_sort(out.unread.begin(), out.unread.end(),
                   [](const auto& a, const auto& b) { return a.parts > b.parts; });
  return out;
}

}  // namespace postern::policy

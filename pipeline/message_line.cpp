#include "pipeline/message_line.h"

#include <algorithm>

#include "base/log.h"

namespace postern::pipeline {

namespace {

// Milliseconds with one decimal.
std::string tenths(std::chrono::microseconds took) {
  const auto tenth = (took.count() + 50) / 100;
  return std::to_string(tenth / 10) + "." + std::to_string(tenth % 10);
}

std::string mailbox(const Address& address) {
  return "<" + log_field(address.to_string()) + ">";
}

template <typename T>
void sort_each_once(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

void tell_verdict(const Verdict& verdict, MessageLine& line) {
  for (const Finding& finding : verdict.findings) {
    line.rules.push_back(finding.rule);
    line.confidence = std::max(line.confidence, finding.confidence);
  }
  sort_each_once(line.rules);
  for (const RecipientVerdict& recipient : verdict.recipients) {
    line.classes.insert(line.classes.end(), recipient.classes.begin(), recipient.classes.end());
  }
  sort_each_once(line.classes);
  line.unread = verdict.unreadable.size();
}

std::string message_line(const Envelope& envelope, const MessageLine& line) {
  std::string out = log_field(envelope.queue_id.empty() ? "-" : envelope.queue_id);
  out += ": from=" + mailbox(envelope.sender.address);
  out += " nrcpt=" + std::to_string(envelope.recipients.size());
  out += " action=" + line.way;
  const auto list = [&out](std::string_view name, size_t count, const auto& word) {
    if (count == 0) return;
    out += name;
    for (size_t i = 0; i < count; i++) {
      if (i > 0) out += ',';
      out += word(i);
    }
  };
  const size_t shown = std::min(line.rules.size(), kMostRulesInLine);
  list(" rule=", shown, [&](size_t i) { return log_field(line.rules[i]); });
  if (shown < line.rules.size()) out += ",+" + std::to_string(line.rules.size() - shown);
  if (line.confidence > 0) out += " conf=" + std::to_string(line.confidence);
  if (!line.reference.empty()) out += " ref=" + log_field(line.reference);
  list(" class=", line.classes.size(), [&](size_t i) { return to_string(line.classes[i]); });
  if (line.vouched.by != Voucher::nobody) out += " auth=" + std::string(to_string(line.vouched.by));
  if (!line.vouched.unknown.empty()) out += " unknown=" + log_field(line.vouched.unknown);
  if (!line.sender.identity.is_null() && line.sender.identity.key() != envelope.sender.address.key()) {
    out += " id=" + mailbox(line.sender.identity);
  }
  if (!line.sender.acting_as.empty() && !line.sender.may_act) out += " as=not-allowed";
  if (line.sender.forwarded) out += " forward=yes";
  if (line.sender.automatic) out += " auto=yes";
  if (line.unread > 0) out += " unread=" + std::to_string(line.unread);
  if (line.footer) out += " footer=" + std::string(to_string(*line.footer));
  if (line.strip) out += " strip=" + std::string(to_string(*line.strip));
  if (line.replayed) out += " retry=yes";
  out += " size=" + std::to_string(line.size);
  out += " ms=" + std::to_string(line.total.count() / 1000);
  struct Stage {
    std::string_view name;
    std::chrono::microseconds took;
  };
  std::vector<Stage> stages;
  for (const Stage& stage :
       {Stage{"extract", line.extract}, Stage{"evaluate", line.evaluate}, Stage{"commit", line.commit}}) {
    if (stage.took.count() > 0) stages.push_back(stage);
  }
  list(" stages=", stages.size(), [&](size_t i) { return std::string(stages[i].name) + ":" + tenths(stages[i].took); });
  return out;
}

}  // namespace postern::pipeline

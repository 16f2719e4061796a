#include "response/rule_ends.h"

namespace postern::response {

namespace {

// Which notice of the rule is due; empty when none is.
std::string turn_at(const RuleEnd& end, WallTime now) {
  if (now < end.until - kToldBefore) return {};
  if (now < end.until) return "before";
  return end.asks ? std::to_string((now - end.until) / kAskedAgain) : "";
}

store::OutboxItem row_of(const EndingRule& rule, std::string key, WallTime now) {
  NoticePayload payload;
  payload.event = NoticeEvent::rule_ends;
  payload.audience = Audience::owner;
  payload.to = rule.to;
  payload.rule_end = rule.end;
  store::OutboxItem out;
  out.kind = store::OutboxKind::notice;
  out.dedupe_key = std::move(key);
  out.payload_json = payload.to_json();
  out.created = now;
  out.not_before = now;
  return out;
}

}  // namespace

Result<size_t> tell_rule_ends(store::Store& store, const std::vector<EndingRule>& rules, WallTime now,
                              std::set<std::string>& told) {
  std::vector<store::OutboxItem> due;
  for (const EndingRule& rule : rules) {
    const std::string turn = turn_at(rule.end, now);
    if (turn.empty() || rule.to.empty()) continue;
    std::string key = "rule-ends:" + rule.end.rule + ":" + format_rfc3339(rule.end.until) + ":" + turn;
    if (!told.contains(key)) due.push_back(row_of(rule, std::move(key), now));
  }
  size_t written = 0;
  if (due.empty()) return written;
  const auto done = store.commit([&](store::Transaction& tx) -> Result<void> {
    written = 0;
    for (const store::OutboxItem& row : due) {
      const auto added = tx.enqueue(row);
      if (!added) return fail(added.error());
      written += *added ? 1U : 0U;
    }
    return {};
  });
  if (!done) return fail(done.error());
  for (store::OutboxItem& row : due) told.insert(std::move(row.dedupe_key));
  return written;
}

}  // namespace postern::response

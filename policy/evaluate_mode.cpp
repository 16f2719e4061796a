#include "policy/evaluate_mode.h"

#include "base/crypto.h"

namespace postern::policy {

namespace {

using Cause = EffectiveMode::Cause;

bool in_canary(const Canary& canary, const Address& identity) {
  const Sha256Digest digest = sha256(std::to_string(canary.seed) + '\n' + identity.key());
  const std::uint32_t draw =
      (static_cast<std::uint32_t>(digest[0]) << 16) | (static_cast<std::uint32_t>(digest[1]) << 8) | digest[2];
  return static_cast<double>(draw) < canary.share * static_cast<double>(1U << 24);
}

bool falls_back(const Fallback& fallback, const RuleRecord& record) {
  if (record.decided == 0 || record.senders < fallback.min_senders) return false;
  return static_cast<double>(record.overridden) > fallback.overrides * static_cast<double>(record.decided);
}

// "10 %", "2.5 %"
std::string percent(double share) {
  const long tenths = static_cast<long>(share * 1000 + 0.5);
  std::string out = std::to_string(tenths / 10);
  if (tenths % 10 != 0) out += "." + std::to_string(tenths % 10);
  return out + " %";
}

}  // namespace

bool is_active(const Rule& rule, const Context& context) {
  return context.tests ? rule.active.is_within(context.now) : rule.active.holds_at(context.now);
}

EffectiveMode mode_of(const Rule& rule, const Context& context) {
  EffectiveMode out{rule.mode, Cause::written, &rule, {}};
  if (context.tests) {
    out.mode = Mode::enforce;
    if (rule.mode == Mode::audit || rule.canary || rule.fallback) out.cause = Cause::tests;
    return out;
  }
  if (rule.mode == Mode::audit) return out;
  if (rule.fallback) {
    const auto found = context.records.find(rule.id);
    if (found != context.records.end()) out.record = found->second;
    out.cause = Cause::not_fallen_back;
    if (falls_back(*rule.fallback, out.record)) {
      out.mode = Mode::audit;
      out.cause = Cause::fallen_back;
      return out;
    }
  }
  if (rule.canary) {
    const bool in = in_canary(*rule.canary, context.sender.identity);
    out.mode = in ? Mode::enforce : Mode::audit;
    out.cause = in ? Cause::in_canary : Cause::outside_canary;
  }
  return out;
}

std::string EffectiveMode::why() const {
  const auto told = [this] {
    return std::to_string(record.overridden) + " of " + std::to_string(record.decided) + " mails of " +
           std::to_string(record.senders) + " senders were let go, limit " + percent(rule->fallback->overrides) +
           " from " + std::to_string(rule->fallback->min_senders) + " senders on";
  };
  switch (cause) {
    case Cause::written:
      return {};
    case Cause::in_canary:
      return "the sender is in the canary of " + percent(rule->canary->share);
    case Cause::outside_canary:
      return "the sender is not in the canary of " + percent(rule->canary->share);
    case Cause::fallen_back:
      return "fallen back: " + told();
    case Cause::not_fallen_back:
      return told();
    case Cause::tests:
      return "tests of rules are judged so";
  }
  return {};
}

}  // namespace postern::policy

// Whether a rule is enforced for this mail: its dates, its mode, its canary and its fall-back.
#pragma once

#include <string>

#include "message/context.h"
#include "policy/model_rules.h"

namespace postern::policy {

struct EffectiveMode {
  Mode mode = Mode::audit;
  // Why it is enforced or not, for proofs: "in the canary of 10 %". Empty: the rule says so itself.
  std::string why() const;

  enum class Cause { written, in_canary, outside_canary, fallen_back, not_fallen_back, tests };
  Cause cause = Cause::written;
  const Rule* rule = nullptr;
  RuleRecord record;  // with fallen_back and not_fallen_back
};

// A canary draws a stable share of senders: the same people day after day, others with another seed. A rule whose
// mails were let go too often by people is in audit until its record says otherwise. Tests of rules ignore both.
EffectiveMode mode_of(const Rule& rule, const Context& context);

// Whether its dates let the rule look at mail. For tests of rules they count as written: what an owner who is asked at
// the end would answer is not known to them.
bool is_active(const Rule& rule, const Context& context);

}  // namespace postern::policy

// Rule ends: owners are told that a rule's time is over (policy language, `active`).
//
// 48 hours before the end, once. A rule with `on_end: ask_owner` goes on after it: its owner is asked at the end, and
// again every week until the policy says otherwise. Told is what has a row in the outbox, by a key of rule, end and
// turn: a gate that starts again tells nothing twice, a date that is moved is told anew.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "response/commit_payload.h"
#include "store/store.h"

namespace postern::response {

inline constexpr std::chrono::hours kToldBefore{48};
inline constexpr std::chrono::hours kAskedAgain{7 * 24};

struct EndingRule {
  RuleEnd end;
  std::vector<std::string> to;  // addresses of the organisation; empty: nobody is told
};

// Writes a notice for each that is due. `told` keeps the keys that need not be looked for again; belongs to the caller.
// Returns how many were written. Costs a commit only when something is due that is not in `told`.
Result<size_t> tell_rule_ends(store::Store& store, const std::vector<EndingRule>& rules, WallTime now,
                              std::set<std::string>& told);

}  // namespace postern::response

#include "policy/grammar.h"

#include <algorithm>
#include <array>

namespace postern::policy::grammar {

const KeySpec* MapSpec::find(std::string_view key) const {
  const auto it = std::find_if(keys.begin(), keys.end(), [&](const KeySpec& k) { return k.name == key; });
  return it == keys.end() ? nullptr : &*it;
}

bool MapSpec::refuses_empty() const {
  const auto required = [](const KeySpec& key) { return key.need == Need::required; };
  return empty == Empty::refused && one_of.empty() && std::none_of(keys.begin(), keys.end(), required);
}

// What the grammar knows and no engine does yet. An engine that lands takes its lines out.
constexpr std::array kLater = {
    Later{"primary", "exact", ""},
    Later{"primary", "fingerprint", ""},
    Later{"then", "review", "peer"},
    Later{"holds", "remind", ""},
    Later{"holds", "on_expiry", "!return"},
    Later{"holds", "escalate_after", ""},
    Later{"holds", "calendar", ""},
    Later{"holds", "break_glass", "true"},
    Later{"ladder", "enabled", "true"},
    Later{"ladder", "window", ""},
    Later{"ladder", "steps", ""},
    Later{"ladder", "forgiven_by", ""},
    Later{"ladder", "newcomer", ""},
    Later{"retain", "incidents", ""},
    Later{"retain", "ledger", ""},
    Later{"privacy", "reviewers_see", "pseudonym"},
    Later{"privacy", "min_group", ""},
    Later{"privacy", "hold_out", "!0%"},
    Later{"privacy", "person_reports", "true"},
    Later{"privacy", "private_subjects", ""},
};

std::span<const Later> later() {
  return kLater;
}

}  // namespace postern::policy::grammar

#include <set>

#include "policy/lint_checks.h"
#include "policy/patterns/matcher.h"

namespace postern::policy {

namespace {

std::string advice(Unlocated why) {
  switch (why) {
    case Unlocated::not_understood:
      return "write it without recursion, conditions, callouts, verbs and \\G, or as several detectors";
    case Unlocated::nothing_of_its_own:
      return "what it finds may be anything: move something out of the lookarounds or back references";
    case Unlocated::too_large:
      return "make its repeats or alternatives fewer, or use a dictionary";
  }
  return {};
}

class PatternLint {
 public:
  explicit PatternLint(const LintContext& context) : context_(context) {}

  template <typename Pattern>
  void look_at(const Pattern& pattern) {
    const auto* const regex = std::get_if<RegexPattern>(&pattern);
    if (regex == nullptr || regex->pattern.empty() || !seen_.insert(regex->pattern).second) return;
    const auto why = why_not_located(regex->pattern);
    if (!why) return;
    context_.note(codes::kNotLocated, regex->mark,
                  "this regular expression cannot be located: it is tried at every character of every message",
                  advice(*why));
  }

 private:
  const LintContext& context_;
  std::set<std::string_view> seen_;
};

}  // namespace

void lint_patterns(const LintContext& context) {
  PatternLint lint(context);
  for (const Evidence& evidence : context.model.evidence) lint.look_at(evidence.pattern);
  for (const Detector& detector : context.model.detectors) {
    lint.look_at(detector.primary);
    for (const AllowList::Near& near : detector.allow.near) lint.look_at(near.pattern);
  }
}

}  // namespace postern::policy

// Diff: what changes in meaning between two policies, thing by thing; and what that does to mail that was sent.
//
// Two files that say the same in another order differ in nothing. A thing that uses a changed one (a rule its detector,
// a detector its evidence) is named beside it. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "policy/model.h"

namespace postern::policy {

struct ValueChange {
  std::string key;  // "mode"
  std::string before;
  std::string after;
};

struct ListChange {
  std::string key;  // "recipients", "words"
  std::vector<std::string> added;
  std::vector<std::string> removed;
  bool told = true;  // false: of a sensitive detector, whose entries are only counted
};

struct ThingChange {
  enum class Kind { added, removed, changed };
  Kind kind = Kind::changed;
  std::string thing;  // "rule"
  std::string name;   // "trade-secret.codename"; empty: there is only one
  std::vector<ValueChange> values;
  std::vector<ListChange> lists;
  std::vector<std::string> rules;  // that use it, directly or not, before or after
};
std::string_view to_string(ThingChange::Kind kind);

// In the order of the layers of a policy, then by name.
std::vector<ThingChange> diff(const Model& before, const Model& after);

// What two policies made of the same message.
struct MailDifference {
  std::string name;                 // "sent.mbox#12"
  std::string sender;               // pseudonym
  std::vector<std::string> caught;  // rules that found something only after
  std::vector<std::string> missed;  // rules that found something only before
  Action before = Action::allow;    // the strictest for any recipient
  Action after = Action::allow;
};

// Messages that are named for each rule.
inline constexpr size_t kDiffExamples = 20;

struct MailDiff {
  struct Example {
    std::string name;
    std::string sender;
  };
  struct Messages {
    std::uint64_t count = 0;
    std::vector<Example> examples;  // the first
    void add(const MailDifference& mail);
  };
  struct RuleLine {
    Messages caught;
    Messages missed;
  };
  struct Failure {
    std::string name;
    std::string why;
  };
  std::uint64_t messages = 0;
  std::uint64_t judged = 0;  // by one of the two at least
  std::map<std::string, RuleLine> rules;
  // By action of the whole message: stopped (held or rejected) only after, only before, and otherwise than before.
  Messages newly_stopped;
  Messages no_longer_stopped;
  Messages otherwise;
  std::vector<Failure> failures;

  void add(const MailDifference& mail);
  bool differs() const { return !rules.empty() || newly_stopped.count + no_longer_stopped.count + otherwise.count > 0; }
};

// `mail` may be null: no mail was gone over.
std::string to_text(const std::vector<ThingChange>& changes, const MailDiff* mail);
// {"changes": [{"change", "thing", "name", "values": [{"key", "before", "after"}], "lists": [{"key", "added",
// "removed"}], "rules"}], "over": null or {"messages", "judged", "rules": [{"rule", "caught", "missed"}],
// "newly_stopped", "no_longer_stopped", "otherwise", "not_judged"}}. Of a sensitive detector "added" and "removed" are
// numbers.
std::string to_json(const std::vector<ThingChange>& changes, const MailDiff* mail);
// A case for each thing that changes and each rule that finds other mail; all of them fail. One that passes: none does.
std::string to_junit(const std::vector<ThingChange>& changes, const MailDiff* mail);
// Notes of `policy_file`.
void add_findings(const std::vector<ThingChange>& changes, const MailDiff* mail, const std::string& policy_file,
                  Diagnostics& diagnostics);

}  // namespace postern::policy

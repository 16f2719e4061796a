// Backtest: what a policy would have done with mail that was sent already.
//
// A report is made of one small record a message, taken in order; the same records give the same report. Nobody is
// named in it: senders are pseudonyms, and texts do not come here. Memory grows with rules, senders and mails that
// could not be judged, not with messages. For one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "message/words.h"
#include "policy/model.h"

namespace postern::policy {

// What became of one message.
struct BacktestMail {
  enum class Fate {
    judged,
    passing,  // the gate does not look at it: not from one of ours, or nobody outside receives it
    failed,   // nothing can be said of it, `why`
  };
  struct Recipient {
    std::vector<DestinationClass> classes;
    Action action = Action::allow;       // as the policy stands
    Action if_enforced = Action::allow;  // with every rule in `enforce`
  };
  struct Hit {
    std::string rule;
    bool enforced = false;  // for this sender: mode and canary
  };
  struct Unread {
    std::string type;  // by the bytes
    Outcome outcome = Outcome::partial;
  };
  std::string name;  // "sent.mbox#12"
  Fate fate = Fate::judged;
  std::string why;
  std::string sender;  // pseudonym
  std::vector<Recipient> recipients;
  std::vector<Hit> hits;  // each rule once
  std::vector<Unread> unread;
};

// Messages by their strictest action.
struct ActionCounts {
  std::array<std::uint64_t, kActions> of{};
  std::uint64_t all() const;
  // `justify` and `quarantine` keep a message back.
  std::uint64_t held() const;
  std::uint64_t rejected() const { return of[static_cast<size_t>(Action::reject)]; }
  std::uint64_t stopped() const { return held() + rejected(); }
};

// Names of messages that are given for each rule.
inline constexpr size_t kBacktestExamples = 5;
// Senders who are listed, by messages held or rejected.
inline constexpr size_t kBacktestSenders = 10;

struct BacktestReport {
  struct RuleLine {
    const Rule* rule = nullptr;
    std::uint64_t messages = 0;
    std::uint64_t enforced = 0;  // of them where the rule was not in audit
    std::uint64_t senders = 0;
    std::vector<std::string> examples;  // the first
  };
  struct ClassLine {
    DestinationClass cls = DestinationClass::other;
    ActionCounts recipients;
    ActionCounts if_enforced;
  };
  struct SenderLine {
    std::string sender;
    std::uint64_t messages = 0;
    std::uint64_t stopped = 0;
  };
  struct UnreadLine {
    std::string type;
    Outcome outcome = Outcome::partial;
    std::uint64_t parts = 0;
    std::uint64_t messages = 0;
  };
  struct Failure {
    std::string name;
    std::string why;
  };
  std::string policy;  // digest
  std::uint64_t messages = 0;
  std::uint64_t judged = 0;
  std::uint64_t passing = 0;
  ActionCounts actions;
  ActionCounts if_enforced;
  std::vector<RuleLine> rules;  // all, the loudest first, then in the policy's order
  std::vector<ClassLine> classes;
  std::vector<SenderLine> senders;
  std::uint64_t sender_count = 0;
  std::vector<UnreadLine> unread;
  std::vector<Failure> failures;
  // The gate of --max-hold-rate, in percent of the judged messages.
  std::optional<double> most_stopped;
  bool as_enforced = false;  // whether it looks at `if_enforced`

  double stopped_share() const;  // percent
  bool too_many_stopped() const { return most_stopped && stopped_share() > *most_stopped; }
};

class Backtest {
 public:
  // The model outlives it.
  Backtest(const Model& model, std::string digest);

  void add(const BacktestMail& mail);
  BacktestReport report() const;

 private:
  struct RuleTally {
    std::uint64_t messages = 0;
    std::uint64_t enforced = 0;
    std::set<std::uint32_t> senders;
    std::vector<std::string> examples;
  };
  struct SenderTally {
    std::uint32_t number = 0;  // order of appearance
    std::uint64_t messages = 0;
    std::uint64_t stopped = 0;  // if enforced
  };
  struct UnreadTally {
    std::uint64_t parts = 0;
    std::uint64_t messages = 0;
  };
  void add_recipients(const BacktestMail& mail, SenderTally& sender);

  const Model& model_;
  BacktestReport report_;
  std::map<std::string, size_t, std::less<>> rule_indices_;
  std::vector<RuleTally> rules_;  // like Model::rules
  std::array<BacktestReport::ClassLine, kDestinationClasses> classes_;
  std::map<std::string, SenderTally> senders_;
  std::map<std::pair<std::string, Outcome>, UnreadTally> unread_;
};

std::string to_text(const BacktestReport& report);
// One object: {"policy", "messages", "judged", "passing", "failed", "actions", "if_enforced", "rules", "classes",
// "senders", "unread", "not_judged", "max_hold_rate", "hold_rate", "passed"}.
std::string to_json(const BacktestReport& report);
// A suite "backtest": the gate, a case a rule that found anything, a skipped case a mail that could not be judged.
std::string to_junit(const BacktestReport& report);
// P051 when too many are stopped (of `policy_file`), P052 for each rule that found anything.
void add_findings(const BacktestReport& report, const std::string& policy_file, Diagnostics& diagnostics);

}  // namespace postern::policy

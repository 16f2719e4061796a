// Plan: what is done with a message, recipient by recipient, because of a verdict.
//
//   action      fate of the recipient
//   allow       deliver
//   annotate    deliver with what `annotation` sets (annotation.h), and the sender gets a notice
//   justify     hold like quarantine (the page on which the sender gives the reason is not in this version)
//   quarantine  hold
//   reject      not delivered: nothing is kept, the notice says so
//
// Rules may want attachments off the mail (`strip`), each for its own recipients. What is taken off is decided here and
// kept with the plan, so that a retry is edited as the first try was:
//
//   all who get the mail go without the same attachments    the MTA gets the edited mail
//   some get it whole                                       they get it from the MTA; the edited mail is kept for the
//                                                           others, and its release is asked for at once (sends_apart)
//   it differs otherwise, or cannot be taken off            those who would go without are held; the liaison decides
//
// Somebody who is held is held with the whole mail, whatever rules would take off.
//
// Besides, rules may ask for a route: header fields that name the ways the message is to take (kRouteField), for all
// whom it goes to, and for those held when they are released.
//
// A milter removes recipients or answers for all: so the message goes to those
// who remain; when nobody remains it is discarded (the MTA says 250, the copy
// or the record is ours, the notice tells the sender), and only when every
// recipient is rejected it is refused with 550. The last recipient is never removed: Postfix would
// say 250 and the mail would be gone. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "message/mail.h"
#include "message/verdict.h"

namespace postern::response {

enum class Fate : std::uint8_t { deliver, hold, not_delivered };

std::string_view to_string(Fate fate);

struct RecipientPlan {
  Action action = Action::allow;
  Fate fate = Fate::deliver;
  std::vector<size_t> findings;          // indices into the incident's findings
  std::vector<std::string> routes = {};  // asked for by rules in force, each once
  std::vector<size_t> taken = {};        // indices into Plan::taken: what goes to this recipient without; sorted
};

// A content that is taken off, wherever in the mail it stands as an attachment.
struct TakenOff {
  std::string sha256;        // of the decoded bytes
  std::string name;          // label for people; hostile text
  PartPath part;             // the first one
  bool name_hidden = false;  // outside, and where the notice hides names, it is not named
  auto operator<=>(const TakenOff&) const = default;
};

// One approval that a hold waits for.
struct ApprovalNeed {
  std::string role;                   // liaison, owner
  std::string of;                     // the category, or the rule
  std::vector<std::string> people;    // Address::key() of those who may give it
  std::vector<std::string> deputies;  // who may as well
  auto operator<=>(const ApprovalNeed&) const = default;
};

struct Plan {
  std::vector<RecipientPlan> recipients;  // one for each recipient of the envelope, in its order
  Action action = Action::allow;          // the strictest
  Mode mode = Mode::audit;                // enforce: something was done to somebody
  bool recorded = false;                  // an incident is written; else the message passes as if we were not there
  std::string hold_reason;                // one sentence for people; empty when nothing is held
  std::vector<ApprovalNeed> approvals;    // each by another person; empty: one decision of a reviewer
  std::vector<TakenOff> taken;            // each content once; empty unless some recipient's `taken` names it
  // Those whose fate is `hold` wait for nobody: the copy that is kept is the edited one, and it is sent at once.
  bool sends_apart = false;

  // Somebody waits for a decision.
  bool waits() const { return holds() && !sends_apart; }
  // What those go without to whom the MTA delivers; the same for all of them.
  std::vector<TakenOff> taken_on_the_way() const;
  bool holds() const;
  // True when nobody gets the message because each recipient was rejected.
  bool rejects_all() const;
};

// What outside eyes may see of a refusal: plain words and one address.
struct ReplyTexts {
  std::string lesson_address;  // "https://intranet.example.com/postern"; may be empty
};

// Read by the next hop, or by Postfix's milter_header_checks.
inline constexpr std::string_view kRouteField = "X-Postern-Route";
// The fields for the routes of all recipients with this fate, each route once, in the order of the recipients.
std::vector<HeaderField> route_fields(const Plan& plan, Fate fate);

// Whether what a verdict wants off a mail can be taken off, as it was tried before anything is decided.
struct StripTried {
  bool can = false;
  std::string why_not;  // one sentence without its end, for reviewers: "a part is signed"
};

// What would be taken off for those who would get the mail, each content once.
std::vector<TakenOff> wanted_off(const Verdict& verdict);

// `tried` is of wanted_off(); not looked at when that is empty.
Plan make_plan(const Verdict& verdict, const Envelope& envelope, const StripTried& tried = {});

// Everybody waits, because the message could not be judged (`on_error: quarantine`). `why` is one sentence.
Plan make_plan_to_hold_all(const Envelope& envelope, std::string_view why);

// The plan as an answer. `reference` is shown in refusals.
MtaAnswer to_answer(const Plan& plan, std::string_view reference, const ReplyTexts& texts);

// "451 4.7.1": nothing was decided, the client tries again.
MtaAnswer tempfail_answer();

// What happens to a message when judging or keeping it fails.
enum class OnError : std::uint8_t { tempfail, accept, quarantine };
std::string_view to_string(OnError on_error);
std::optional<OnError> parse_on_error(std::string_view word);

// {"version":1,"action":"quarantine","mode":"enforce","hold_reason":"...","recipients":[{"action","fate","findings":[0],"routes":[]}],
// "approvals":[{"role","of","people":[],"deputies":[]}]}, the recipients in the order of the incident's. Plans that
// take something off have version 2, `"taken":[{"sha256","name","part","name_hidden"}]`, `"sends_apart"`, and `taken`,
// a list of numbers, with each recipient. Plans without `routes` and `approvals` are of an earlier version.
std::string plan_to_json(const Plan& plan);
Result<Plan> plan_from_json(std::string_view json);

// The findings as the incident keeps them: an array of objects with a member for each member of Finding, of its
// name, closed words spelled as everywhere. Masked as they are; nothing raw is added.
std::string findings_to_json(const std::vector<Finding>& findings);
Result<std::vector<Finding>> findings_from_json(std::string_view json);

// [{"part","name","outcome","why"}]
std::string unreadable_to_json(const std::vector<UnreadablePart>& unreadable);
Result<std::vector<UnreadablePart>> unreadable_from_json(std::string_view json);

}  // namespace postern::response

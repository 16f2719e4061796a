// Gate: the judge of one policy. Everything between a received mail and the
// answer to the MTA happens in judge(), in this order:
//
//   release token?   a mail that we released ourselves passes, its token taken away; one that was changed on its way
//                    here is refused, so that its release fails and its hold stays
//   passing mail?    no outside recipient, or not from inside: the short way through
//   odd addresses?   a recipient that programs read in different ways is refused: who gets the mail is the MTA's
//   reading
//                    of it, and one that it does not know again by our bytes it does not take off the mail. So is such
//                    a sender: whom the mail is charged to would be our reading, and a release could not name it again
//   a retry?         the plan of the open hold is the answer, unread if it delivers to nobody
//   read, judge      the sandboxed reader, the policy
//   strip            what rules want off the mail is taken off a copy, when that can be done (strip.h)
//   plan, commit     incident, held copy, notices: one synced transaction
//   answer           only now
//
// On every way forged X-Postern headers are taken away, and the field of trusted relays. What fails before the
// commit is answered as `gate.on_error` says; so is a mail whose reader ended before it was
// through with the header, unless a rule speaks of that outcome: nothing of it was inspected. A reload makes a new Gate
// with the new policy; messages in flight keep the one they began with.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/limits.h"
#include "extractors/worker/pool.h"
#include "message/context.h"
#include "pipeline/contacts.h"
#include "pipeline/counters.h"
#include "pipeline/identity.h"
#include "pipeline/judge.h"
#include "pipeline/strip.h"
#include "policy/policy.h"
#include "response/commit.h"
#include "response/rule_records.h"
#include "store/store.h"

namespace postern::pipeline {

struct GateSettings {
  Limits limits;
  std::chrono::milliseconds deadline{30'000};
  response::OnError on_error = response::OnError::tempfail;
  IdentitySettings identity;
  response::CommitOptions commit;  // hold_expires is the policy's
};

// What a Gate works with; all of it outlives every Gate.
struct GateServices {
  extract::ExtractPool& pool;
  store::Store& store;
  const Clock& clock;
  Entropy& entropy;
  GateCounters& counters;
};

class Gate final : public Judge {
 public:
  Gate(std::shared_ptr<const policy::Policy> policy, const GateServices& services, GateSettings settings);

  MtaAnswer judge(const Mail& mail, Lane& lane) noexcept override;

  // Looks again at what became of held mails, for rules that fall back; costs nothing when there is none. A failure
  // leaves what was known and is logged. Done once when the gate is made, and to be called now and then.
  void refresh_records();
  // Tells owners of rules that end (response/rule_ends.h). To be called now and then, by one thread.
  void tell_rule_ends();

  const policy::Policy& policy() const { return *policy_; }
  // Who answers when nobody else is named: the first reviewer of the '*' liaison, or null.
  Address first_reviewer() const { return routing_.fallback.empty() ? Address{} : routing_.fallback.front(); }

 private:
  struct Handled;
  // What a release token makes of its mail.
  enum class Token {
    nothing,   // none, or none of ours: a mail like any other
    released,  // passes
    unfit,     // names a hold whose release is under way, but this is not the mail that was released
    unknown,   // the store cannot say
  };
  Handled handle(const Mail& mail, Lane& lane);
  Handled handle_outbound(const Mail& mail, Direction direction, SteadyTime start, Lane& lane, Handled out);
  Handled refuse(std::string_view reply, Handled out);
  // `routes`: of a released mail, the header fields that its plan asks for.
  Token read_token(const Mail& mail, std::vector<HeaderField>& routes);
  // Puts what the plan in force takes off into the answer, or makes it a tempfail. `stripped` is of what the verdict
  // `wanted`. Nothing when no attachment was to be taken off.
  std::optional<StripOutcome> carry_out_strips(const StripRequest& in_force,
                                               const std::vector<response::TakenOff>& wanted, Stripped stripped,
                                               response::Committed& committed);
  Handled fail_to_judge(const Mail& mail, const SenderFacts& sender, const Error& cause, Lane& lane, Handled out);
  response::RuleRecords records();
  // Writes down that the mail goes to those whom the answer leaves.
  void note_contacts(const Mail& mail, const MtaAnswer& answer);
  std::vector<Address> people(std::string_view role, const Finding& finding, const Address& sender) const;

  const std::shared_ptr<const policy::Policy> policy_;
  const GateServices services_;
  const GateSettings settings_;
  const std::string domain_;  // of the organisation
  const Identifier identifier_;
  response::Committer committer_;
  response::NoticeRouting routing_;
  std::optional<Contacts> contacts_;  // when a rule asks for them
  std::set<std::string> told_ends_;
  std::mutex records_mutex_;
  response::RuleRecords records_;  // of the rules that fall back
};

// Header fields named X-Postern-... that one mail may carry. Nobody has a use for any; an MTA walks through the whole
// message to take one away, which thousands of them would turn into hours.
inline constexpr size_t kMostOwnHeaders = 64;

// Every header field named X-Postern-..., and those named as a trusted relay's, for taking them all away.
std::vector<HeaderRemoval> own_header_removals(const std::vector<HeaderField>& headers,
                                               std::string_view relay_field = kDefaultRelayField);

}  // namespace postern::pipeline

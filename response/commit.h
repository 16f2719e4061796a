// Commit: the one transaction between a verdict and the answer to the MTA.
//
//   replay?  an open hold (or a fresh incident) under the retry key: its stored plan is the answer, nothing is written
//            (but a mail that differs in its trace headers is a retry only if it is not to be treated more strictly;
//            under another policy than the first try's, if it is not to be so for what stands in such a header)
//   else     incident, recipients, sealed copy of the message, outbox rows (notices), audit row: all or none, synced
//   then     the answer
//
// Equal messages that come at once are judged each and kept once: the
// transactions follow one another, and the later one finds the earlier. Nothing
// that the answer promises is uncommitted; when the store fails the caller gets
// the failure and answers with answer_failure().
//
// Notices go to addresses of the organisation only. What a null or automatic sender, or one outside,
// would get goes to the liaison. Past the limits a notice is written as `suppressed`: recorded, not sent;
// the next that is sent within two hours tells how many there were for the same rules.
//
// Safe from several threads.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "message/context.h"
#include "message/mail.h"
#include "message/verdict.h"
#include "response/plan.h"
#include "store/store.h"

namespace postern::response {

// Who is told, by the policy that judged. The functions must outlive the call they are given to.
struct NoticeRouting {
  // Whether an address is the organisation's own.
  std::function<bool(const Address&)> of_organisation;
  // The people behind a word of `notify` or `review` (liaison, owner), or a liaison's deputies (deputy), for one
  // finding in a mail of this sender; may be empty.
  std::function<std::vector<Address>(std::string_view role, const Finding&, const Address& sender)> people;
  // Who is told when nobody else can be: the '*' liaison. May be empty.
  std::vector<Address> fallback;
};

struct CommitOptions {
  // An undecided hold ends after this (policy: holds.expires).
  std::chrono::milliseconds hold_expires = std::chrono::hours(5 * 24);
  // An incident without a hold answers equal mail under the same policy for this long. An MTA tries again within 4,000
  // s (Postfix maximal_backoff_time); more would swallow what a script sends again on purpose.
  std::chrono::milliseconds replay_window = std::chrono::hours(2);
  // Notices an hour to one audience about one sender and one rule, and about one sender in all: a script that sends a
  // thousand bad mails gets the first few notices, the record has all.
  std::uint32_t notices_per_rule = 5;
  std::uint32_t notices_per_sender = 20;
  ReplyTexts reply;
};

struct CommitRequest {
  const Mail& mail;
  const Verdict& verdict;
  const SenderFacts& sender;
  const NoticeRouting& routing;
  std::string retry_key = {};  // of this message as replay_held() gave it; empty: not worked out so far
  // Of wanted_off(verdict), and the mail with all of that taken off when it could be.
  StripTried strip = {};
  std::shared_ptr<const Blob> stripped = {};
  // It may be a retry of a mail that had findings, though it has none: what was known then is no longer so. The answer
  // of then is looked for.
  bool may_repeat = false;
};

struct Committed {
  MtaAnswer answer;
  std::string reference;  // empty: nothing was recorded
  Action action = Action::allow;
  Mode mode = Mode::audit;
  bool replayed = false;    // a retry: the plan of before
  bool annotates = false;   // somebody gets it for whom a rule in force asks to annotate
  std::uint32_t held = 0;   // recipients who wait
  std::uint32_t apart = 0;  // recipients who get the edited mail from us
  // What the plan in force, of now or of an earlier try, has taken off for those whom the MTA delivers to. The answer
  // is good only with a replacement that does that.
  std::vector<TakenOff> taken;
  std::uint32_t not_delivered = 0;  // recipients
};

class Committer {
 public:
  // The store, the clock and the entropy outlive it.
  Committer(store::Store& store, const Clock& clock, Entropy& entropy, CommitOptions options);

  // Decides by the verdict, or by the plan that an earlier try got. Fails as the store does.
  Result<Committed> commit(const CommitRequest& request);

  // Before any judging: the answer when the message is a retry of one that is held. Costs next to nothing unless the
  // sender has, or had not long ago, open holds: the message is then hashed, and the hash given out in `key`.
  Result<std::optional<Committed>> replay_held(const Mail& mail, const SenderFacts& sender, std::string* key = nullptr);

  // Holds a message that could not be judged, for all recipients, or gives the answer that an earlier try got. Fails
  // with `unavailable` when that one takes something off: who calls this has nothing to do it with.
  Result<Committed> hold_unjudged(const Mail& mail, const SenderFacts& sender, const NoticeRouting& routing,
                                  std::string_view why);

  // The answer when something failed before a commit, as `on_error` says. Quarantine that fails too is a tempfail.
  // Nothing is ever `taken` by this answer.
  Committed answer_failure(const Mail& mail, const SenderFacts& sender, const NoticeRouting& routing,
                           const Error& cause, OnError on_error);

 private:
  struct Draft;
  Result<Committed> keep(const CommitRequest& request, const Plan& plan);
  Result<Draft> draft(const CommitRequest& request, const Plan& plan);
  Result<void> write(store::Transaction& tx, const CommitRequest& request, const Plan& plan, Draft& draft);
  // True when the earlier decision under the draft's key stands for this mail. False with `draft.replay` set: there is
  // one, but this mail is to be treated more strictly.
  Result<bool> find_replay(store::Transaction& tx, const CommitRequest& request, const Plan& plan, Draft& draft) const;
  Result<Committed> repeated(const CommitRequest& request, std::string key);
  Result<Committed> replayed(const store::Replay& replay, const store::Incident& incident, const Mail& mail) const;

  store::Store& store_;
  const Clock& clock_;
  Entropy& entropy_;
  References references_;
  const CommitOptions options_;
};

}  // namespace postern::response

// Findings and the verdict: what the policy says about one message.
//
// The verdict is per recipient. Each recipient has the action that the strictest
// enforcing rule asks for and the indices of the findings that led to it;
// findings of rules in audit mode are recorded and lead to nothing. Nothing
// here holds a raw matched value: excerpts are masked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "message/address.h"
#include "message/extracted_text.h"
#include "message/words.h"

namespace postern {

struct Finding {
  std::string rule;      // "trade-secret.codename"
  std::string title;     // the rule's title, for people
  std::string category;  // "trade-secret"
  std::string detector;  // id; empty when the rule matched a part's outcome, fact or file
  Severity severity = Severity::medium;
  Mode mode = Mode::audit;
  Action action = Action::allow;  // what the rule asks for
  PartPath part;
  std::string part_name;  // label for people; hostile text
  Place place = Place::body;
  std::string at;                   // locator
  int confidence = 0;               // 1-100; 0 when it does not apply
  std::uint32_t count = 0;          // distinct values in the rule's scope
  std::string excerpt;              // masked, one line, at most kMaxExcerptCodePoints
  bool sensitive = false;           // notices do not confirm the value: no excerpt is shown to the sender
  std::string module;               // training module
  std::string clause;               // clause of the confidentiality agreement
  std::string owner;                // "group:ip-office"
  std::vector<std::string> review;  // approvers asked for: peer, liaison, owner
  std::vector<std::string> notify;  // sender, liaison, owner
  std::string route;                // which way the mail is to go on; empty: the usual one
  bool strip = false;               // the rule, in force, wants the attachment off in which this is
};

inline constexpr size_t kMaxExcerptCodePoints = 120;

// An attachment that rules in force want off the mail, with everything inside it (`then: {strip: attachment}`).
struct StripWish {
  PartPath part;                   // of the attachment as a whole
  std::string name;                // label for people; hostile text
  std::string sha256;              // of its decoded bytes; empty: not known, and it cannot be taken off
  bool name_hidden = false;        // the name is what was found, or a sensitive value was found in it
  std::vector<std::string> rules;  // ids of those that ask for it

  bool operator==(const StripWish&) const = default;
};

struct RecipientVerdict {
  size_t recipient = 0;                   // index into Envelope::recipients
  std::vector<DestinationClass> classes;  // sorted
  Action action = Action::allow;
  std::vector<size_t> findings;  // indices into Verdict::findings, enforcing and audit
  std::vector<size_t> strips;    // indices into Verdict::strips, sorted: what this recipient is not to get
};

struct UnreadablePart {
  PartPath part;
  std::string name;
  Outcome outcome = Outcome::complete;
  std::string why;
};

struct Verdict {
  std::vector<RecipientVerdict> recipients;  // one for each recipient of the envelope, in its order
  Action action = Action::allow;             // the strictest of them
  std::vector<Finding> findings;
  std::vector<UnreadablePart> unreadable;
  std::vector<StripWish> strips;
  std::string policy_digest;  // hex SHA-256 of the policy that judged
};

}  // namespace postern

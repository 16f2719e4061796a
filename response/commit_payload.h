// Payloads of the outbox rows that a commit or a release writes, as JSON.
//
// They name records and addresses and carry no message content: whoever sends
// a notice reads the incident from the store, whoever releases reads the hold. Unknown
// members are ignored when reading, so that a newer gate may add some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace postern::response {

// Whom a notice speaks to, which decides its text and what it may show.
enum class Audience : std::uint8_t {
  sender,   // the person who sent the message
  liaison,  // who reviews, or answers for automatic senders
  owner,    // who owns the rule
};

std::string_view to_string(Audience audience);

// What the notice tells about.
enum class NoticeEvent : std::uint8_t {
  judged,       // the gate's decision, as the incident's plan and recipients say
  released,     // the held copy went out after all
  rejected,     // a reviewer said no
  expired,      // nobody decided in time; the held copy will not be sent
  rule_ends,    // of no message: a rule's time is over, or soon
  undelivered,  // what was to go apart, at once, could not
};

std::string_view to_string(NoticeEvent event);

// The end of a rule's time (rule_ends.h).
struct RuleEnd {
  std::string rule;  // id
  std::string title;
  WallTime until;
  bool asks = false;  // it goes on until its owner decides

  bool operator==(const RuleEnd&) const = default;
};

// kind `notice`. {"event":"judged","audience":"sender","to":["a@example.com"],"on_behalf":false}
struct NoticePayload {
  NoticeEvent event = NoticeEvent::judged;
  Audience audience = Audience::sender;
  std::vector<std::string> to;  // addresses of the organisation; empty only in a suppressed row
  // The sender is automatic, null or outside: this notice goes to a person in the sender's place.
  bool on_behalf = false;
  // Messages of the same rules before this one that got no notice, because of the limits.
  std::uint64_t not_notified = 0;
  std::optional<RuleEnd> rule_end;  // exactly with `rule_ends` ("rule-ends"): "rule":{"id","title","until","asks"}

  std::string to_json() const;
  static Result<NoticePayload> parse(std::string_view json);
};

// kind `release`. {"attempt":1,"by":"cli:root"}; the hold is named by the row.
struct ReleasePayload {
  std::uint32_t attempt = 1;  // which request it is, not which try of the courier
  std::string by;             // actor who asked for it

  std::string to_json() const;
  static Result<ReleasePayload> parse(std::string_view json);
};

}  // namespace postern::response

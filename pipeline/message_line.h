// The log's one line a message.
//
//   QUEUEID: from=<a@b> nrcpt=2 action=quarantine rule=... ... size=320 ms=19
//   stages=extract:12.0,evaluate:0.4,commit:5.9
//
// MessageLine has no room for a message's text: the envelope, what the policy's author wrote (rule ids),
// closed words and numbers are all that it can hold. What comes from outside goes through log_field().
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "message/body_edit.h"
#include "message/envelope.h"
#include "message/verdict.h"
#include "pipeline/identity.h"
#include "pipeline/strip.h"

namespace postern::pipeline {

// Rules named in one line; the incident has all.
inline constexpr size_t kMostRulesInLine = 20;

struct MessageLine {
  std::string way;  // the action, or "passed", "released", "refused", "error"
  std::string reference;
  std::vector<std::string> rules;
  int confidence = 0;                     // the highest
  std::vector<DestinationClass> classes;  // of all recipients; empty: not judged
  Vouched vouched;
  SenderFacts sender;                   // a null identity: not charged to anybody, or not asked
  size_t unread = 0;                    // parts
  std::optional<FooterOutcome> footer;  // when one was wanted
  std::optional<StripOutcome> strip;    // when an attachment was to be taken off
  bool replayed = false;
  std::uint64_t size = 0;
  std::chrono::microseconds total{0};
  // Zero: the stage was not come to.
  std::chrono::microseconds extract{0}, evaluate{0}, commit{0};
};

std::string message_line(const Envelope& envelope, const MessageLine& line);

// Fills rules, confidence, classes and unread.
void tell_verdict(const Verdict& verdict, MessageLine& line);

}  // namespace postern::pipeline

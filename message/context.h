// Context: what a verdict depends on besides message and policy. Policy
// evaluation is pure: the same policy, message, envelope and Context give the
// same verdict, today and when it is replayed from the record.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "message/address.h"

namespace postern {

// What is known of the person who sends.
struct SenderFacts {
  Address identity;                               // the authenticated person, else the envelope sender
  bool identity_authenticated = false;            // exemptions need this
  bool automatic = false;                         // null sender, bounces, robots
  std::map<std::string, std::string> attributes;  // from the directory
};

struct Context {
  WallTime now;
  SenderFacts sender;
  bool outbound = true;  // design.md 5.7; the command line assumes outbound
  bool tests = false;    // rule tests: canary is ignored and audit counts like enforce
};

}  // namespace postern

// Context: what a verdict depends on besides message and policy. Policy
// evaluation is pure: the same policy, message, envelope and Context give the
// same verdict, today and when it is replayed from the record.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "message/address.h"

namespace postern {

// What is known of the person who sends.
struct SenderFacts {
  Address identity;                               // whom the mail is charged to; null: nobody can be told
  bool identity_authenticated = false;            // by a login or a trusted relay; exemptions need this
  bool automatic = false;                         // null sender, bounces, lists, robots
  std::map<std::string, std::string> attributes;  // from the directory

  std::vector<Address> acting_as;  // mailboxes in whose name the mail is (envelope sender, From), other than its own
  bool may_act = true;             // the identity has the right to all of them; exemptions need this as well
  bool forwarded = false;          // written by others, sent on by the identity's mailbox
  std::vector<Address> answering;  // of an automatic sender: who owns the system; empty: not known
};

// Whether somebody of ours wrote to an address before.
enum class Contact : std::uint8_t {
  unknown,  // nobody keeps a record of it, or not for long enough
  first,
  known,
};

// What became of the mails that a rule held of late, for rules that fall back.
struct RuleRecord {
  std::uint32_t senders = 0;     // whose mails they were
  std::uint32_t decided = 0;     // mails whose hold was decided
  std::uint32_t overridden = 0;  // of those, mails that people let go
};

struct Context {
  WallTime now;
  SenderFacts sender;
  std::vector<Contact> contacts;  // by recipient of the envelope; those behind its end: unknown
  std::map<std::string, RuleRecord, std::less<>> records;  // by rule; rules without one: nothing yet
  bool outbound = true;                                    // design.md 5.7; the command line assumes outbound
  bool tests = false;  // rule tests: canary is ignored and audit counts like enforce
};

}  // namespace postern

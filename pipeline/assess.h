// assess(): read a mail or document and judge it, without acting.
//
// The one place that knows the order extract -> facts -> identity -> evaluate.
// The gate builds its plan on it, the command line and (later) the pre-check
// page show it. Its halves are there for whoever judges one text several times.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "base/network.h"
#include "extractors/worker/pool.h"
#include "message/context.h"
#include "message/envelope.h"
#include "message/verdict.h"
#include "pipeline/contacts.h"
#include "pipeline/identity.h"
#include "pipeline/mail_facts.h"
#include "policy/policy.h"

namespace postern::pipeline {

// Which mail is looked at.
enum class Scope {
  outbound_only,  // the gate: mail from outside that merely passes is not judged
  everything,     // the command line: whatever it is given
};

struct AssessRequest {
  std::shared_ptr<const Blob> bytes;
  extract::RootKind kind = extract::RootKind::mail;
  std::string name;   // file name of a document
  bool hash = false;  // tell the SHA-256 of every part; assess() asks for it when its policy does
  Envelope envelope;  // without recipients: those of To, Cc and Bcc are taken
  Limits limits;
  SteadyTime deadline;
  WallTime now;
  Scope scope = Scope::everything;
  // Only with outbound_only: the mail is outbound exactly if its From is one of ours.
  bool from_decides = false;
  // Who tells whom the mail is charged to; null: one that knows the policy alone. What the envelope is vouched for by.
  const Identifier* identifier = nullptr;
  Vouched vouched;
  // The message is past the gate's size limit: the root is at best `limit`, with this as the reason. Empty: it is not.
  std::string past_limit;
  Lane* lane = nullptr;  // of the calling thread
  std::map<std::string, RuleRecord, std::less<>> records;
  const Contacts* contacts = nullptr;  // null: nothing is known of any recipient
};

struct StageTimes {
  std::chrono::microseconds extract{0};
  std::chrono::microseconds evaluate{0};
};

struct Assessment {
  ExtractedText text;
  MailFacts facts;
  Envelope envelope;  // with the recipients that were judged
  Context context;
  bool judged = false;  // false: passing mail, and there is no verdict
  Verdict verdict;
  StageTimes times;
};

// `proof` may be null. Fails when nothing can be read at all (no worker) or asked of the contacts, when the header
// could not be read and `from_decides` (nobody can say whether the mail is outbound), and with `invalid_input` when
// there is no recipient to judge for.
Result<Assessment> assess(const policy::Policy& policy, extract::ExtractPool& pool, AssessRequest request,
                          const Clock& clock, policy::Proof* proof = nullptr);

// The first half: the text alone, of what `request` gives to read and until when.
Result<ExtractedText> read_text(extract::ExtractPool& pool, AssessRequest& request);
// The second: a text that was read before. `request.bytes` is not looked at, Assessment::times has no reading.
Result<Assessment> judge_text(const policy::Policy& policy, ExtractedText text, AssessRequest request,
                              const Clock& clock, policy::Proof* proof = nullptr);

// One sentence for a mail whose MailFacts::header_read is false.
std::string header_unread(const ExtractedText& text);

// The organisation's first domain that is written as itself, not as ".every.subdomain".
std::string organisation_domain(const policy::Policy& policy);

}  // namespace postern::pipeline

// Going over a company's own mail: what `policy backtest`, `diff` and `first-day` share.
//
// Messages are read by the sandboxed readers and looked at in as many threads as there are processors, and
// handed on in their order: what is made of them does not depend on how many there are. What is kept of a message is
// one object of JSON; with --state each goes to a journal (cli/journal.h) first, and a run that was ended goes on
// behind the last one. Memory does not grow with the number of messages here, but by the names of held ones.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/command.h"
#include "cli/held_mails.h"
#include "cli/mailboxes.h"
#include "message/address.h"
#include "pipeline/assess.h"

namespace postern::cli {

struct OverOptions {
  std::vector<std::string> over;
  std::string state;     // the journal's file; empty: none is kept
  std::string key_file;  // of pseudonyms; empty: drawn for this run
  std::string at;
  unsigned jobs = 0;  // 0: as many as processors
  bool progress = false;
  bool everything = false;  // look also at mail that the gate would let pass unseen
};

void add_over_options(CLI::App& command, OverOptions& options);

// "sender-7k3qx9mz": the same for the same mailbox and key, and nothing that leads back without the key.
class Pseudonyms {
 public:
  explicit Pseudonyms(std::string key) : key_(std::move(key)) {}
  std::string of(const Address& address) const;

 private:
  std::string key_;
};

struct OverMail {
  ExtractedText text;
  std::shared_ptr<const RecordedEnvelope> recorded;  // null: it comes out of a mailbox
};

// Judges mail out of a mailbox: From counts as the person who logged in, recipients are To, Cc and Bcc; or out of the
// store, by the envelope on record. An Assessment that is not `judged` is mail that the gate lets pass: not from one of
// ours, or nobody outside receives it.
class MailboxJudge {
 public:
  MailboxJudge(const policy::Policy& policy, WallTime now, bool everything)
      : policy_(policy), now_(now), everything_(everything) {}
  Result<pipeline::Assessment> judge(OverMail mail) const;

 private:
  const policy::Policy& policy_;
  const WallTime now_;
  const bool everything_;
};

// What is done with the messages.
class OverTask {
 public:
  virtual ~OverTask() = default;
  // Called in several threads at once.
  virtual nlohmann::ordered_json look(OverMail mail) = 0;
  // In order, in one thread: what look() gave with "name" added, or "name" and "failed", a sentence.
  virtual void take(const nlohmann::ordered_json& record) = 0;
};

class HeldSignals;

class Over {
 public:
  // From here on SIGINT and SIGTERM end a run between two messages: before the readers are started, whose threads
  // would end the program. `verb`, `policies` (their digests) and `options` are what a journal must be of. Reads the
  // key, and lists what is held when the mail of the store is to be gone over.
  static Result<Over> prepare(const Configuration& configuration, const OverOptions& options, std::string verb,
                              std::string policies, std::string task_options);

  WallTime now() const { return now_; }
  const Pseudonyms& pseudonyms() const { return *pseudonyms_; }
  unsigned jobs() const { return jobs_; }

  ~Over();
  Over(Over&&) noexcept;
  Over& operator=(Over&&) noexcept;

  // Looks at all. An error is why it cannot go on; what was done is in the journal.
  Result<void> run(OverTask& task, extract::ExtractPool& pool);
  // A message that was looked at, once more.
  Result<std::shared_ptr<const Blob>> read_again(const MailPlace& place) const;

 private:
  Over();

  std::unique_ptr<HeldSignals> signals_;

  OverOptions options_;
  std::unique_ptr<HeldMails> held_;  // null: --over does not name the store
  std::string verb_;
  std::string policies_;
  std::string task_options_;
  std::string key_;
  std::optional<Pseudonyms> pseudonyms_;
  Limits limits_;
  WallTime now_;
  unsigned jobs_ = 1;
};

}  // namespace postern::cli

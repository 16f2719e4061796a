// The courier's half for notices: from an outbox row to a sent mail.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "response/commit_payload.h"
#include "response/mailer.h"
#include "response/notice.h"
#include "store/store.h"

namespace postern::response {

// What the record says about the incident of a row: the same at each try. `domain` is the right side of the notice's
// Message-ID. `corrupt` or `not_found` when the record does not hold together.
Result<NoticeFacts> notice_facts(store::Reader& reader, const store::OutboxItem& item, const std::string& domain,
                                 const std::string& language);

// What became of one try.
struct SendOutcome {
  enum class Kind { done, later, never };
  Kind kind = Kind::done;
  std::string why;  // what the server or we said about those who did not get it
};

// Used by the courier's thread only.
class NoticeSender {
 public:
  explicit NoticeSender(Mailer& mailer) : mailer_(mailer) {}

  // Sends to those who have not got it by an earlier try of this process. Done when nobody is left who may
  // still get it and one has it. Remembers who has it until the row's end is on record.
  SendOutcome send(std::int64_t row, const Notice& notice);
  // The row's end is on record: it is not tried again.
  void forget(std::int64_t row) { delivered_.erase(row); }

 private:
  Mailer& mailer_;
  // By row, while it is open: who has it. Lost on a restart, and then the stable Message-ID serves.
  std::map<std::int64_t, std::set<std::string>> delivered_;
};

}  // namespace postern::response

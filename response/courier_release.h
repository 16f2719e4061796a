// The courier's half for releases: a held message on its way once more.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "response/mailer.h"
#include "response/quarantine.h"
#include "response/release_token.h"
#include "store/transaction.h"

namespace postern::response {

// Sends the original bytes to the original recipients with the original parameters, a token on top that covers
// exactly the recipients that the server accepted. A message without Date or Message-ID gets one made from the hold,
// the same at every try, because the server would add one that the token does not cover.
class ReleaseSender {
 public:
  ReleaseSender(Mailer& mailer, const ReleaseKey& key, const Clock& clock, std::chrono::milliseconds token_life,
                std::string domain)
      : mailer_(mailer), key_(key), clock_(clock), token_life_(token_life), domain_(std::move(domain)) {}

  // One result for each recipient of the job. `created` is the hold's release row, for the Date that may be added.
  std::vector<store::ReleaseResult> send(const ReleaseJob& job, WallTime created);

 private:
  Mailer& mailer_;
  const ReleaseKey key_;
  const Clock& clock_;
  const std::chrono::milliseconds token_life_;
  const std::string domain_;
};

}  // namespace postern::response

// Strip: takes attachments off a mail before anything is decided about it, so that a plan promises only what is done.
//
//   the sandbox works the edit out (extractors/strip/strip.h)
//   the gate carries it out, on a copy
//   all readers read the copy: nowhere in it, at no depth, stands a content that was to go, and each part that was not
//   to go has the same bytes at the same place
//
// Whatever of this fails is a reason to hold the mail: nothing is lost then, and nothing gets through.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "extractors/worker/pool.h"
#include "message/extracted_text.h"
#include "message/mail.h"
#include "response/plan.h"

namespace postern::pipeline {

// What became of mails with an attachment to take off, for metrics and the log.
enum class StripOutcome : std::uint8_t {
  taken_off,   // the MTA delivers without it
  sent_apart,  // some get it whole from the MTA, others without it from the outbox
  held,        // for the liaison: it cannot be taken off, or recipients differ
  failed,      // the plan of an earlier try takes it off, and that cannot be done now: a tempfail
};
inline constexpr size_t kStripOutcomes = 4;

// "taken-off", ...
std::string_view to_string(StripOutcome outcome);

struct StripRequest {
  const Mail& mail;
  const ExtractedText& text;  // of the mail; without hashes it is read again
  const std::vector<response::TakenOff>& wanted;
  std::string_view organisation;  // named to recipients
  const Limits& limits;
  SteadyTime deadline;
};

struct Stripped {
  std::string why_not;  // one sentence without its end; empty: done, and then the rest is set
  Replacement replacement;
};

Stripped strip(const StripRequest& request, extract::ExtractPool& pool);

// What stands in the place of an attachment. It names no rule, and the file only where its name tells nothing.
std::string removal_text(const response::TakenOff& taken, std::string_view organisation);

}  // namespace postern::pipeline

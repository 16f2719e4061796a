// Who gets a notice about a message, before any limit: pure.
#pragma once

#include <string>
#include <vector>

#include "message/context.h"
#include "response/commit.h"
#include "response/commit_payload.h"

namespace postern::response {

struct PlannedNotice {
  NoticePayload payload;
  std::vector<std::string> rules;  // that ask for it, sorted, each once; what the limits count
  std::string nobody;              // why it cannot be sent; empty when it can
};

// One notice an audience: what the enforced findings that acted on somebody ask for by `notify` (none: the sender).
// A message held unjudged tells the sender. An audit plan tells nobody.
std::vector<PlannedNotice> plan_notices(const Plan& plan, const std::vector<Finding>& findings,
                                        const SenderFacts& sender, const NoticeRouting& routing);

}  // namespace postern::response

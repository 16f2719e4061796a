// A verdict as text for people and as the JSON of the contract.
#pragma once

#include <string>

#include "pipeline/assess.h"

namespace postern::cli {

// One line a message, one a recipient, one a finding, one an unreadable part.
std::string verdict_text(const std::string& file, const pipeline::Assessment& assessment);

// One object without a final newline: {"file", "message_id", "sender", "recipients": [...], "action", "findings":
// [...], "unreadable": [...], "policy", "elapsed_us"}.
std::string verdict_json(const std::string& file, const pipeline::Assessment& assessment);

// True when a rule matched (audit ones too), or when some part could not be read: exit status 1.
bool found_something(const pipeline::Assessment& assessment);

}  // namespace postern::cli

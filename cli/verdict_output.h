// A verdict as text for people and as the JSON of the contract.
#pragma once

#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "pipeline/assess.h"
#include "policy/report_text.h"

namespace postern::cli {

// One line a message, one a recipient, one a finding, one an unreadable part.
std::string verdict_text(const std::string& file, const pipeline::Assessment& assessment);

// One object on one line, without a final newline: {"file", "message_id", "sender", "recipients": [...], "action",
// "findings": [...], "unreadable": [...], "policy", "elapsed_us"}; `proof`, unless empty, is an object that follows
// as "proof".
std::string verdict_json(const std::string& file, const pipeline::Assessment& assessment, std::string_view proof);

// One case a mail; it fails when something was found. It tells what verdict_text() does, then `proof`.
policy::JunitCase verdict_case(const std::string& file, const pipeline::Assessment& assessment, std::string_view proof);
// A result for each finding, with the rule as its code: an error when it stops the mail, a warning when it does
// something else, a note in audit.
void add_verdict(const std::string& file, const pipeline::Assessment& assessment, Diagnostics& diagnostics);

// True when a rule matched, audit ones too: exit status 1. An unreadable part counts when a rule acts on it.
bool found_something(const pipeline::Assessment& assessment);

}  // namespace postern::cli

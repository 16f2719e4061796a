// The parts of a description (policy/describe.h) that are one line: patterns, shares, dates. Internal to it.
#pragma once

#include <string>

#include "policy/describe.h"

namespace postern::policy {

// "12.5%"
std::string share_text(double share);
// The time, and the name it is written as.
std::string date_text(const DateRef& date);
// Values and lists of a pattern, each key behind `prefix`.
void describe_pattern(const PrimaryPattern& pattern, const std::string& prefix, Described& out);

}  // namespace postern::policy

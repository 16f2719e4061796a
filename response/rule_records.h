// Rule records: what became of the mails that each rule held of late, for rules that fall back (Context::records).
//
// A mail counts for every enforced rule that asked to hold it, once its hold is decided. It was overridden when people
// released it. Costs a query over kRecordTime; not for the way of a message.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "message/context.h"
#include "store/store.h"

namespace postern::response {

inline constexpr std::chrono::milliseconds kRecordTime = std::chrono::hours(30 * 24);
// Holds that are looked at, the newest.
inline constexpr std::uint32_t kMostRecordedHolds = 20'000;

using RuleRecords = std::map<std::string, RuleRecord, std::less<>>;

Result<RuleRecords> rule_records(store::Store& store, WallTime now);

}  // namespace postern::response

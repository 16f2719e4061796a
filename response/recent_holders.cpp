#include "response/recent_holders.h"

namespace postern::response {

namespace {

// Long beside the time between the mails of a script that sends what it may not, short beside that between a
// decision about a hold and what its sender writes next.
constexpr std::chrono::seconds kRecent{10};
// Some 400 KB. Past it all are forgotten: each costs one question to be known again.
constexpr size_t kMostSenders = 4096;

}  // namespace

void RecentHolders::add(const std::string& identity, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  if (added_.size() >= kMostSenders && !added_.contains(identity)) added_.clear();
  added_[identity] = now;
}

bool RecentHolders::contains(const std::string& identity, SteadyTime now) const {
  const std::lock_guard lock(mutex_);
  const auto found = added_.find(identity);
  return found != added_.end() && now - found->second < kRecent;
}

}  // namespace postern::response

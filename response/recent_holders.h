// RecentHolders: senders who had an open hold a moment ago, so that the store is not asked before each of their mails.
//
// Whom it names the message's retry key is worked out for, and the store asked for that: the answer is the same as
// without this, and being wrong costs the hash of a message. So nothing needs to be told of holds that end, and other
// processes' holds may be missing. Safe from several threads.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace postern::response {

class RecentHolders {
 public:
  void add(const std::string& identity, SteadyTime now);
  // Whether it was added in the last ten seconds.
  bool contains(const std::string& identity, SteadyTime now) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, SteadyTime> added_;
};

}  // namespace postern::response

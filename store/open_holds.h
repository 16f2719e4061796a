// OpenHolds: for whom and for which messages a hold may be open, remembered in memory, so that the way of a message
// asks the database only when there may be something to find.
//
// Until it was filled it knows nothing, and every answer is "maybe". From then on it misses none that was open when it
// was filled, nor any that this process inserts, from before its commit on. May name some that are decided by now,
// until the store fills it anew, which it does when it has grown to twice its size. What another process inserts is
// missing: only a gate that is the only one on its store may have it filled.
//
// Some 100 bytes for each hold. Safe from several threads.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "store/reader.h"

namespace postern::store {

class OpenHolds {
 public:
  void add(std::string_view sender, std::string_view retry_key);
  // Reads all open holds, and forgets all others. For the thread that inserts holds: one that another thread inserts
  // meanwhile would be missing. A failure leaves it as it was.
  Result<void> fill(Reader& reader);
  // Whether so many were added since the last fill() that most of them may be decided by now.
  bool is_to_be_filled() const;

  // False: no open hold is this sender's.
  bool may_have_sender(std::string_view sender) const;
  // False: no open hold is under this key.
  bool may_have_key(std::string_view retry_key) const;

 private:
  // Hashes: two that are alike cost one question to the database.
  using Hashes = std::unordered_set<std::uint64_t>;

  mutable std::mutex mutex_;
  Hashes senders_;
  Hashes keys_;
  bool filled_ = false;
  size_t most_ = 0;  // keys before the next fill()
};

}  // namespace postern::store

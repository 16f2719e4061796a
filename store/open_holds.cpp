#include "store/open_holds.h"

#include <algorithm>
#include <functional>
#include <string>

namespace postern::store {

namespace {

// Below this the decided ones are not worth a look at the database.
constexpr size_t kFewest = 4096;
constexpr std::uint32_t kPage = 1000;

std::uint64_t hash_of(std::string_view text) {
  return std::hash<std::string_view>()(text);
}

}  // namespace

void OpenHolds::add(std::string_view sender, std::string_view retry_key) {
  const std::lock_guard lock(mutex_);
  if (!filled_) return;
  senders_.insert(hash_of(sender));
  keys_.insert(hash_of(retry_key));
}

Result<void> OpenHolds::fill(Reader& reader) {
  Hashes senders;
  Hashes keys;
  for (std::string after;;) {
    auto page = reader.open_holds(after, kPage);
    if (!page) {
      const std::lock_guard lock(mutex_);
      most_ *= 2;  // not again for a while
      return fail(page.error());
    }
    for (const OpenHold& hold : *page) {
      senders.insert(hash_of(hold.sender));
      keys.insert(hash_of(hold.retry_key));
    }
    if (page->size() < kPage) break;
    after = std::move(page->back().retry_key);
  }
  const std::lock_guard lock(mutex_);
  senders_ = std::move(senders);
  keys_ = std::move(keys);
  filled_ = true;
  most_ = std::max(kFewest, 2 * keys_.size());
  return {};
}

bool OpenHolds::is_to_be_filled() const {
  const std::lock_guard lock(mutex_);
  return filled_ && keys_.size() > most_;
}

bool OpenHolds::may_have_sender(std::string_view sender) const {
  const std::lock_guard lock(mutex_);
  return !filled_ || senders_.contains(hash_of(sender));
}

bool OpenHolds::may_have_key(std::string_view retry_key) const {
  const std::lock_guard lock(mutex_);
  return !filled_ || keys_.contains(hash_of(retry_key));
}

}  // namespace postern::store

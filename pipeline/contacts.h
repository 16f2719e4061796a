// Contacts: whether somebody of ours wrote to an address before, for the gate.
//
// Asked and kept only under a policy with a rule about first contacts. What goes out is written down by the store's
// next group, without anybody waiting; an address that is lost so counts as new once more. What was written down
// lately is remembered in memory, so that most mail asks and writes nothing. Safe from several threads.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "message/context.h"
#include "message/envelope.h"
#include "store/store.h"

namespace postern::pipeline {

// Recipients of one mail that are looked up; of those behind them nothing is known.
inline constexpr size_t kMostContactsAsked = 500;

class Contacts {
 public:
  // Both outlive it.
  Contacts(store::Store& store, const Clock& clock);

  // By recipient. Fails as the store does.
  Result<std::vector<Contact>> ask(const std::vector<EnvelopeAddress>& recipients) const;
  // A mail went to these.
  void note(const std::vector<Address>& addresses);
  // Whether one of the addresses was written down in the time before now: a mail to it may be a retry of the one for
  // which it was new.
  bool any_noted_within(const std::vector<EnvelopeAddress>& recipients, std::chrono::milliseconds time) const;

 private:
  std::string hash(const Address& address) const { return store::contact_hash(key_, address); }

  store::Store& store_;
  const Clock& clock_;
  const store::SecretKey key_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, WallTime> noted_;  // hash to when it was last written down
};

}  // namespace postern::pipeline

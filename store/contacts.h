// Contacts: to which outside addresses ours wrote, for rules about first contacts.
//
// The store keeps keyed hashes, never addresses: whoever has the database alone can neither read whom the company
// writes to nor try addresses out. One row an address, with the last day.
//
// A record that began a short while ago knows few: until it is kLearnContacts old nobody can say of an address that it
// is new. One in which nothing was written down for kContactGap was not kept meanwhile, and begins anew.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "message/address.h"
#include "store/keys.h"

namespace postern::store {

inline constexpr std::chrono::milliseconds kLearnContacts = std::chrono::hours(30 * 24);
inline constexpr std::chrono::milliseconds kContactGap = std::chrono::hours(7 * 24);

// The record as a whole.
struct ContactRecord {
  WallTime since;  // without a gap
  WallTime seen;   // the last address written down
};

// Days since 1970, UTC.
inline std::int64_t day_number(WallTime time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

// Whether an address that is not in the record is a first contact.
inline bool tells_first_contacts(const ContactRecord& record, WallTime now) {
  return now - record.since >= kLearnContacts && now - record.seen <= kContactGap;
}

// 16 bytes of the keyed hash (BLAKE2b) of Address::key().
std::string contact_hash(const SecretKey& key, const Address& address);

}  // namespace postern::store

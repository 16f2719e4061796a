// The audit chain: the hash that ties an audit row to the one before it.
//
// BLAKE2b-256, keyed, over the hash of the row before (32 zero bytes before the
// first), then sequence and time as 64 bits little endian, then each text with its length in front, so
// that no two rows have the same bytes. Keyed, because who can write the database must
// not be able to write a new chain.
#pragma once

#include <string>
#include <string_view>

#include "store/keys.h"
#include "store/records.h"

namespace postern::store {

inline constexpr size_t kAuditHashBytes = 32;

// What stands before the first row.
std::string audit_chain_start();
std::string audit_hash(const SecretKey& key, std::string_view before, const AuditEvent& event);

}  // namespace postern::store

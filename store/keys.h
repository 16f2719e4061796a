// Keys: the master key of an installation and what is derived from it.
//
// The master key is 32 random bytes in a file of mode 0600 that belongs to the
// user of the daemon (or root), as one line "postern-master-key-v1 HEX". It is
// made once by an explicit call, never by the way: a gate that made itself a new
// key would no longer read its own holds. Every use has its own key, derived by
// libsodium's crypto_kdf (BLAKE2b) with a context and a number, so that no key serves two
// purposes. The key id is derived too and names the master key without telling it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/result.h"

namespace postern::store {

// The uses; numbers are part of the stored format and never change.
enum class KeyUse : std::uint64_t {
  key_id = 1,
  hold = 2,           // sealing held messages
  audit = 3,          // the audit chain
  release_token = 4,  // the header that lets a released message pass
  link = 5,           // links in notices
  policy_cache = 6,   // compiled policies on disk
  contact = 7,        // addresses that ours wrote to
};

using SecretKey = std::array<unsigned char, 32>;

// Immutable; safe from several threads. Keys are wiped when it goes.
class KeyRing {
 public:
  // Reads the file. `not_found`; `permission` when others could read or change it; `invalid_input` when it is no key.
  static Result<std::shared_ptr<const KeyRing>> load(const std::string& path);
  // Makes the file (0600, synced, never over an existing one: `conflict`).
  static Result<void> create(const std::string& path, Entropy& entropy);
  // For tests and for rings kept elsewhere.
  static std::shared_ptr<const KeyRing> from_master(const SecretKey& master);

  ~KeyRing();
  KeyRing(const KeyRing&) = delete;
  KeyRing& operator=(const KeyRing&) = delete;

  const std::string& id() const { return id_; }  // 16 hex digits
  SecretKey key(KeyUse use) const;

 private:
  explicit KeyRing(const SecretKey& master);

  SecretKey master_;
  std::string id_;
};

}  // namespace postern::store

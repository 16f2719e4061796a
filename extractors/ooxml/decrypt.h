// Decryption of Office Open XML packages ([MS-OFFCRYPTO] 2.3.4): standard and agile encryption.
//
// A locked document is a compound file with two streams: EncryptionInfo, which says how a key comes from a password,
// and EncryptedPackage, the package itself. AES in all key sizes, SHA-1 to SHA-512. Uses OpenSSL's libcrypto, which
// is set up when the first locked document comes. Works in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace postern::extract::ooxml {

// Rounds of a key's derivation that are spent on one password. Office writes 100,000; 2,000,000 take a second.
inline constexpr std::uint32_t kMaxSpinCount = 2'000'000;

class PackageLock {
 public:
  // From the stream EncryptionInfo. An error says in one sentence what cannot be undone.
  static Result<PackageLock> parse(std::string_view encryption_info);

  // True when the password is right; keeps the package's key then.
  bool try_password(const std::string& utf8);
  // The package from the stream EncryptedPackage; its whole blocks when the stream was cut. After try_password() only.
  std::string open(std::string_view encrypted_package) const;

 private:
  struct Agile {  // of the password's key encryptor
    std::string salt;
    std::string verifier_input;
    std::string verifier_hash;
    std::string key_value;
    std::string hash;
    size_t key_bytes = 0;
    size_t block = 0;
    std::uint32_t spin_count = 0;
  };
  friend class AgileReader;

  static Result<PackageLock> parse_standard(std::string_view info);
  static Result<PackageLock> parse_agile(std::string_view xml);
  bool try_standard(std::string_view password);
  bool try_agile(std::string_view password);

  bool agile_ = false;
  Agile password_;
  std::string salt_;      // of the package (agile) or the password (standard)
  std::string hash_;      // name of the package's hash
  size_t key_bytes_ = 0;  // of the package's key
  size_t block_ = 16;
  std::string verifier_;
  std::string verifier_hash_;
  std::string key_;
};

}  // namespace postern::extract::ooxml

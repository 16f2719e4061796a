// Decryption of OpenDocument packages (ODF 1.3 part 2, 4.8 and 4.9), each part under a key of its own.
//
// A key comes from the password by a hash (SHA-1, SHA-256) and PBKDF2; parts are packed by Deflate and then encrypted
// by Blowfish in CFB mode (OpenOffice.org, ODF 1.1) or AES in CBC mode (ODF 1.2). What newer programs do instead, the
// whole package in one part under Argon2id and AES-GCM, stays locked. Uses OpenSSL's libcrypto; works in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::extract::odf {

// Rounds of key derivation spent on one document, its passwords tried apart: LibreOffice writes 100,000 a part, which
// take a tenth of a second.
inline constexpr std::uint64_t kMaxKeyRounds = 5'000'000;

// What the manifest says about one encrypted part.
struct PartLock {
  enum class Cipher : std::uint8_t { unknown, blowfish, aes };
  enum class Digest : std::uint8_t { unknown, sha1, sha256 };

  Cipher cipher = Cipher::unknown;
  Digest start_key = Digest::sha1;
  Digest checksum_by = Digest::unknown;
  bool has_derivation = false;  // by PBKDF2
  std::size_t key_bytes = 16;
  std::uint64_t rounds = 0;
  std::string vector;
  std::string salt;
  std::string checksum;    // of the first KiB of the packed bytes
  std::uint64_t size = 0;  // unpacked

  // False for what open() cannot undo.
  bool known() const;
  // The packed bytes in clear; nothing when the checksum says that the password is wrong.
  std::optional<std::string> open(std::string_view encrypted, const std::string& password) const;
};

// The values of the manifest's attributes, as URIs or as the names of ODF 1.1.
PartLock::Cipher cipher_named(std::string_view name);
PartLock::Digest digest_named(std::string_view name);

}  // namespace postern::extract::odf

// Rc4Lock: the encryption of binary Office documents ([MS-OFFCRYPTO] 2.3.5 RC4 CryptoAPI, 2.3.6 RC4).
//
// A header gives a salt and a verifier; a password and the number of a block make the key of that block. What a
// block is depends on the format: 512 bytes of a stream in Word, 1024 in Excel, an object in PowerPoint. Uses OpenSSL's
// hashes, which are set up when the first locked document comes. Works in memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::extract {

class Rc4Lock {
 public:
  // The header from its version on; nullopt when it is of another kind of encryption.
  static std::optional<Rc4Lock> parse(std::string_view header);

  // True when the password is right; its key is kept then.
  bool try_password(const std::string& utf8);

  // Decrypts one block in place. After try_password() only.
  void open_block(char* bytes, size_t size, std::uint32_t block) const;
  // Decrypts a stream of blocks of `block_size` bytes in place; the first `clear` bytes are left as they are.
  void open_stream(std::string& stream, size_t block_size, size_t clear) const;

 private:
  std::string block_key(std::uint32_t block) const;

  bool crypto_api_ = false;
  size_t key_bytes_ = 5;
  std::string salt_, verifier_, verifier_hash_;
  std::string base_;  // what the password makes
};

}  // namespace postern::extract

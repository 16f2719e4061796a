// The locks of binary Office documents, made by code that shares nothing with what opens them ([MS-OFFCRYPTO] 2.3.5 and
// 2.3.6): MD5 and RC4 of 40 bits, and SHA-1 and RC4 of 128 bits through the CryptoAPI.
#pragma once

#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/evp.h>

#include "tests/support/compound_builder.h"

namespace postern::test {

inline std::string digest_of(const EVP_MD* kind, const std::string& bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size, kind, nullptr);
  out.resize(size);
  return out;
}

// `size` bytes of the keystream.
inline std::string rc4_stream(const std::string& key, size_t size) {
  std::vector<unsigned> s(256);
  std::iota(s.begin(), s.end(), 0U);
  for (unsigned i = 0, j = 0; i < 256; i++) {
    j = (j + s[i] + static_cast<unsigned char>(key[i % key.size()])) % 256;
    std::swap(s[i], s[j]);
  }
  std::string out;
  for (unsigned i = 0, j = 0; out.size() < size;) {
    i = (i + 1) % 256;
    j = (j + s[i]) % 256;
    std::swap(s[i], s[j]);
    out.push_back(static_cast<char>(s[(s[i] + s[j]) % 256]));
  }
  return out;
}

inline std::string mixed(std::string bytes, std::string_view with) {
  for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<char>(bytes[i] ^ with[i]);
  return bytes;
}

enum class LockKind { rc4, crypto_api };

inline constexpr const char* kLockSalt = "0123456789abcdef";

inline std::string lock_key(LockKind kind, const std::string& password, unsigned block) {
  const std::string salt = kLockSalt;
  if (kind == LockKind::crypto_api) {
    return digest_of(EVP_sha1(), digest_of(EVP_sha1(), salt + wide(password)) + le(block, 4)).substr(0, 16);
  }
  std::string many;
  for (int i = 0; i < 16; i++) many += digest_of(EVP_md5(), wide(password)).substr(0, 5) + salt;
  return digest_of(EVP_md5(), digest_of(EVP_md5(), many).substr(0, 5) + le(block, 4));
}

// The header from its version on.
inline std::string lock_header(LockKind kind, const std::string& password) {
  const std::string salt = kLockSalt, verifier = "fedcba9876543210";
  const std::string secret = verifier + digest_of(kind == LockKind::rc4 ? EVP_md5() : EVP_sha1(), verifier);
  const std::string sealed = mixed(secret, rc4_stream(lock_key(kind, password, 0), secret.size()));
  if (kind == LockKind::rc4) return le(1, 2) + le(1, 2) + salt + sealed;
  return le(2, 2) + le(2, 2) + le(4, 4) + le(32, 4) + le(4, 4) + le(0, 4) + le(0x6801, 4) + le(0x8004, 4) + le(128, 4) +
         le(1, 4) + le(0, 8) + le(16, 4) + salt + sealed.substr(0, 16) + le(20, 4) + sealed.substr(16);
}

}  // namespace postern::test

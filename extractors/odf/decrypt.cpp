// Blowfish is in no provider of OpenSSL 3 that is loaded without reading a file; its plain functions are.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "extractors/odf/decrypt.h"

#include <algorithm>
#include <array>

#include <openssl/blowfish.h>
#include <openssl/evp.h>

#include "extractors/lock/primitives.h"
#include "extractors/ooxml/decrypt.h"

namespace postern::extract::odf {

namespace {

constexpr size_t kAesBlock = 16;
constexpr size_t kChecked = 1024;    // bytes under the checksum
constexpr size_t kMaxKeyBytes = 56;  // Blowfish takes so many

using Bytes = const unsigned char*;
Bytes raw(std::string_view bytes) {
  return reinterpret_cast<Bytes>(bytes.data());
}

std::string digest_by(PartLock::Digest by, std::string_view bytes) {
  return digest(by == PartLock::Digest::sha256 ? EVP_sha256() : EVP_sha1(), bytes);
}

std::string blowfish(std::string_view encrypted, std::string_view key, std::string_view vector) {
  BF_KEY schedule;
  BF_set_key(&schedule, static_cast<int>(key.size()), raw(key));
  std::array<unsigned char, BF_BLOCK> state{};
  std::copy_n(raw(vector), state.size(), state.begin());
  std::string out(encrypted.size(), '\0');
  int at = 0;
  BF_cfb64_encrypt(raw(encrypted), reinterpret_cast<unsigned char*>(out.data()), static_cast<long>(encrypted.size()),
                   &schedule, state.data(), &at, BF_DECRYPT);
  return out;
}

// Padded as XML encryption says (5.2.1): the last byte counts what was added, the others are anything.
std::string aes(std::string_view encrypted, std::string_view key, std::string_view vector) {
  std::string out = decrypt_aes(encrypted, key, vector);
  const size_t padding = out.empty() ? 0 : static_cast<unsigned char>(out.back());
  if (padding >= 1 && padding <= kAesBlock) out.resize(out.size() - padding);
  return out;
}

}  // namespace

PartLock::Cipher cipher_named(std::string_view name) {
  if (name == "Blowfish CFB" || name.ends_with("#blowfish")) return PartLock::Cipher::blowfish;
  const bool is_aes = name.ends_with("#aes128-cbc") || name.ends_with("#aes192-cbc") || name.ends_with("#aes256-cbc");
  return is_aes ? PartLock::Cipher::aes : PartLock::Cipher::unknown;
}

PartLock::Digest digest_named(std::string_view name) {
  if (name == "SHA1" || name == "SHA1/1K" || name.ends_with("#sha1") || name.ends_with("#sha1-1k")) {
    return PartLock::Digest::sha1;
  }
  const bool is_256 = name.ends_with("#sha256") || name.ends_with("#sha256-1k");
  return is_256 ? PartLock::Digest::sha256 : PartLock::Digest::unknown;
}

bool PartLock::known() const {
  if (start_key == Digest::unknown || checksum_by == Digest::unknown || checksum.empty() || !has_derivation)
    return false;
  if (rounds == 0 || rounds > ooxml::kMaxSpinCount) return false;
  if (cipher == Cipher::blowfish) return key_bytes >= 4 && key_bytes <= kMaxKeyBytes && vector.size() == BF_BLOCK;
  return cipher == Cipher::aes && is_aes_key(key_bytes) && vector.size() == kAesBlock;
}

std::optional<std::string> PartLock::open(std::string_view encrypted, const std::string& password) const {
  const std::string start = digest_by(start_key, password);
  std::array<unsigned char, kMaxKeyBytes> derived{};
  if (PKCS5_PBKDF2_HMAC_SHA1(start.data(), static_cast<int>(start.size()), raw(salt), static_cast<int>(salt.size()),
                             static_cast<int>(rounds), static_cast<int>(key_bytes), derived.data()) != 1) {
    return std::nullopt;
  }
  const std::string_view key(reinterpret_cast<const char*>(derived.data()), key_bytes);
  std::string out = cipher == Cipher::blowfish ? blowfish(encrypted, key, vector) : aes(encrypted, key, vector);
  if (digest_by(checksum_by, std::string_view(out).substr(0, kChecked)) != checksum) return std::nullopt;
  return out;
}

}  // namespace postern::extract::odf

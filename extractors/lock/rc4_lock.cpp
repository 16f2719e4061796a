#include "extractors/lock/rc4_lock.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "extractors/archive/bytes.h"
#include "extractors/lock/password_units.h"
#include "extractors/lock/primitives.h"

namespace postern::extract {

namespace {

constexpr size_t kSalt = 16, kVerifier = 16, kMd5 = 16, kSha1 = 20, kShortKey = 5, kLongestKey = 16;

std::string number32(std::uint32_t value) {
  std::string out;
  for (unsigned i = 0; i < 4; i++) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

// The cipher itself, which OpenSSL only has in a provider that is not loaded.
class Rc4 {
 public:
  explicit Rc4(std::string_view key) {
    std::iota(state_.begin(), state_.end(), static_cast<unsigned char>(0));
    unsigned j = 0;
    for (unsigned i = 0; i < state_.size(); i++) {
      j = (j + state_[i] + static_cast<unsigned char>(key[i % key.size()])) & 0xFF;
      std::swap(state_[i], state_[j]);
    }
  }
  void apply(char* bytes, size_t size) {
    for (size_t n = 0; n < size; n++) {
      i_ = (i_ + 1) & 0xFF;
      j_ = (j_ + state_[i_]) & 0xFF;
      std::swap(state_[i_], state_[j_]);
      const unsigned key = state_[(state_[i_] + state_[j_]) & 0xFF];
      bytes[n] = static_cast<char>(static_cast<unsigned char>(bytes[n]) ^ key);
    }
  }

 private:
  std::array<unsigned char, 256> state_{};
  unsigned i_ = 0, j_ = 0;
};

}  // namespace

std::optional<Rc4Lock> Rc4Lock::parse(std::string_view header) {
  const std::uint16_t major = le16(header, 0), minor = le16(header, 2);
  Rc4Lock lock;
  const auto take = [&header](size_t size) {
    const std::string_view out = header.substr(0, size);
    header.remove_prefix(out.size());
    return std::string(out);
  };
  if (major == 1 && minor == 1) {
    header.remove_prefix(4);
    lock.salt_ = take(kSalt);
    lock.verifier_ = take(kVerifier);
    lock.verifier_hash_ = take(kMd5);
    if (lock.verifier_hash_.size() < kMd5) return std::nullopt;
    return lock;
  }
  if (major < 2 || major > 4 || minor != 2) return std::nullopt;
  // Version, flags, the size of the next block, in which the algorithm and the size of the key are
  // ([MS-OFFCRYPTO] 2.3.2).
  constexpr size_t kHead = 12, kAlgorithmAt = 8, kKeyBitsAt = 16;
  constexpr std::uint32_t kRc4 = 0x6801;
  const size_t block = le32(header, 8);
  const std::uint32_t algorithm = le32(header, kHead + kAlgorithmAt), bits = le32(header, kHead + kKeyBitsAt);
  if (header.size() < kHead || (algorithm != kRc4 && algorithm != 0)) return std::nullopt;
  header.remove_prefix(kHead);
  header.remove_prefix(std::min(block, header.size()));
  lock.crypto_api_ = true;
  lock.key_bytes_ = bits == 0 ? kShortKey : bits / 8;
  if (lock.key_bytes_ == 0 || lock.key_bytes_ > kLongestKey) return std::nullopt;
  take(4);  // the size of the salt, which is always the same
  lock.salt_ = take(kSalt);
  lock.verifier_ = take(kVerifier);
  take(4);  // the size of the hash
  lock.verifier_hash_ = take(kSha1);
  if (lock.verifier_hash_.size() < kSha1) return std::nullopt;
  return lock;
}

std::string Rc4Lock::block_key(std::uint32_t block) const {
  if (!crypto_api_) return digest(EVP_md5(), base_ + number32(block));
  std::string key = digest(EVP_sha1(), base_ + number32(block));
  key.resize(key_bytes_);
  // Keys of 40 bits are filled up with zeros.
  if (key_bytes_ == kShortKey) key.resize(kLongestKey);
  return key;
}

bool Rc4Lock::try_password(const std::string& utf8) {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  const std::string password = utf16le(utf8);
  if (crypto_api_) {
    base_ = digest(EVP_sha1(), salt_ + password);
  } else {
    const std::string part = digest(EVP_md5(), password).substr(0, kShortKey) + salt_;
    std::string whole;
    for (int i = 0; i < 16; i++) whole += part;
    base_ = digest(EVP_md5(), whole).substr(0, kShortKey);
  }
  const std::string key = block_key(0);
  if (key.empty()) return false;
  std::string opened = verifier_ + verifier_hash_;
  Rc4(key).apply(opened.data(), opened.size());
  const EVP_MD* const kind = crypto_api_ ? EVP_sha1() : EVP_md5();
  return digest(kind, std::string_view(opened).substr(0, kVerifier)) == opened.substr(kVerifier);
}

void Rc4Lock::open_block(char* bytes, size_t size, std::uint32_t block) const {
  const std::string key = block_key(block);
  if (!key.empty()) Rc4(key).apply(bytes, size);
}

void Rc4Lock::open_stream(std::string& stream, size_t block_size, size_t clear) const {
  const std::string head = stream.substr(0, clear);
  for (size_t at = 0; at < stream.size(); at += block_size) {
    open_block(stream.data() + at, std::min(block_size, stream.size() - at),
               static_cast<std::uint32_t>(at / block_size));
  }
  std::copy(head.begin(), head.end(), stream.begin());
}

}  // namespace postern::extract

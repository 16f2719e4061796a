#include "extractors/archive/zip_lock.h"

#include <algorithm>
#include <array>
#include <memory>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <zlib.h>

#include "extractors/archive/zip_reader.h"
#include "extractors/archive/zip_stream.h"

namespace postern::extract {

namespace {

constexpr size_t kClassicHeader = 12;

// The three keys of ZipCrypto (APPNOTE 6.1.5).
class ClassicKeys {
 public:
  explicit ClassicKeys(std::string_view password) : table_(get_crc_table()) {
    for (const char c : password) update(static_cast<unsigned char>(c));
  }
  unsigned char decrypt(unsigned char byte) {
    const std::uint32_t mixed = (keys_[2] & 0xFFFFU) | 2U;
    const auto clear = static_cast<unsigned char>(byte ^ (mixed * (mixed ^ 1U) >> 8 & 0xFFU));
    update(clear);
    return clear;
  }

 private:
  std::uint32_t crc(std::uint32_t value, unsigned char byte) const {
    return static_cast<std::uint32_t>(table_[(value ^ byte) & 0xFFU]) ^ value >> 8;
  }
  void update(unsigned char byte) {
    keys_[0] = crc(keys_[0], byte);
    keys_[1] = (keys_[1] + (keys_[0] & 0xFFU)) * 134775813U + 1U;
    keys_[2] = crc(keys_[2], static_cast<unsigned char>(keys_[1] >> 24));
  }

  const z_crc_t* table_;
  std::array<std::uint32_t, 3> keys_ = {0x12345678, 0x23456789, 0x34567890};
};

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

// AES in counter mode as WinZip has it: the counter is little-endian and begins at one.
std::optional<std::string> aes_counter(const EVP_CIPHER* cipher, const unsigned char* key, std::string_view data) {
  const std::unique_ptr<EVP_CIPHER_CTX, FreeCipher> context(EVP_CIPHER_CTX_new());
  if (!context || EVP_EncryptInit_ex(context.get(), cipher, nullptr, key, nullptr) != 1) return std::nullopt;
  constexpr size_t kBlock = 16, kBatch = 256 * kBlock;
  std::array<unsigned char, kBatch> counters{}, stream{};
  std::string out(data);
  std::uint64_t counter = 0;
  for (size_t at = 0; at < out.size(); at += kBatch) {
    for (size_t block = 0; block < kBatch; block += kBlock) {
      counter++;
      for (size_t i = 0; i < 8; i++) counters[block + i] = static_cast<unsigned char>(counter >> (8 * i));
    }
    int made = 0;
    if (EVP_EncryptUpdate(context.get(), stream.data(), &made, counters.data(), static_cast<int>(kBatch)) != 1) {
      return std::nullopt;
    }
    const size_t size = std::min(kBatch, out.size() - at);
    for (size_t i = 0; i < size; i++) {
      out[at + i] = static_cast<char>(static_cast<unsigned char>(out[at + i]) ^ stream[i]);
    }
  }
  return out;
}

}  // namespace

ZipEntry ZipUnlocker::unlocked(const ZipEntry& entry) {
  ZipEntry out = entry;
  out.encrypted = false;
  out.open_ended = false;
  if (entry.lock.kind == ZipLock::Kind::aes) {
    out.method = entry.lock.method;
    // AE-2 leaves the checksum out; the code of authentication was tested instead.
    out.crc_known = entry.crc_known && entry.crc != 0;
  }
  return out;
}

std::optional<std::string> ZipUnlocker::open(const ZipEntry& entry, std::string_view data) {
  if (entry.lock.kind == ZipLock::Kind::none || entry.truncated || locked_ >= kMaxLockedSearches) return std::nullopt;
  std::optional<std::string> out;
  const auto password = sink_.find_password([&](const std::string& candidate) {
    out = opened(entry, data, candidate);
    return out.has_value();
  });
  if (!password) {
    locked_++;
    return std::nullopt;
  }
  return out;
}

std::optional<std::string> ZipUnlocker::opened(const ZipEntry& entry, std::string_view data,
                                               const std::string& password) const {
  return entry.lock.kind == ZipLock::Kind::aes ? aes(entry, data, password) : classic(entry, data, password);
}

// One byte of the header says whether the password may be right; the checksum of the unpacked bytes is sure.
std::optional<std::string> ZipUnlocker::classic(const ZipEntry& entry, std::string_view data,
                                                const std::string& password) const {
  if (data.size() < kClassicHeader) return std::nullopt;
  ClassicKeys keys(password);
  unsigned char last = 0;
  for (const char c : data.substr(0, kClassicHeader)) last = keys.decrypt(static_cast<unsigned char>(c));
  if (last != entry.lock.check && last != entry.lock.other_check) return std::nullopt;
  std::string out;
  out.reserve(data.size() - kClassicHeader);
  for (const char c : data.substr(kClassicHeader)) {
    out.push_back(static_cast<char>(keys.decrypt(static_cast<unsigned char>(c))));
  }
  if (!unpacks(entry, out)) return std::nullopt;
  return out;
}

bool ZipUnlocker::unpacks(const ZipEntry& entry, std::string_view packed) const {
  ZipEntry clear = unlocked(entry);
  clear.packed_size = packed.size();
  ZipStream stream(clear, packed, inflater_, sink_.budget(), Charge::by_walker, Checksum::test);
  std::string buffer(256 << 10, '\0');
  while (stream.produced() <= sink_.budget().bytes_left()) {
    if (stream.read(buffer.data(), buffer.size()) == 0) return stream.state() == MemberState::whole;
  }
  return true;
}

// salt, two bytes to test the password by, data, ten bytes of HMAC-SHA1.
std::optional<std::string> ZipUnlocker::aes(const ZipEntry& entry, std::string_view data, const std::string& password) {
  constexpr size_t kVerifier = 2, kCode = 10;
  constexpr int kRounds = 1000;
  const size_t strength = entry.lock.strength;
  if (strength < 1 || strength > 3) return std::nullopt;
  const size_t key_size = 8 + 8 * strength, salt_size = key_size / 2;
  if (data.size() < salt_size + kVerifier + kCode) return std::nullopt;
  std::array<unsigned char, 2 * 32 + kVerifier> keys{};
  const size_t derived = 2 * key_size + kVerifier;
  if (PKCS5_PBKDF2_HMAC_SHA1(password.data(), static_cast<int>(password.size()), raw(data), static_cast<int>(salt_size),
                             kRounds, static_cast<int>(derived), keys.data()) != 1) {
    return std::nullopt;
  }
  if (!std::equal(keys.data() + 2 * key_size, keys.data() + derived, raw(data) + salt_size)) return std::nullopt;
  const std::string_view locked = data.substr(salt_size + kVerifier, data.size() - salt_size - kVerifier - kCode);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned code_size = 0;
  if (HMAC(EVP_sha1(), keys.data() + key_size, static_cast<int>(key_size), raw(locked), locked.size(), code.data(),
           &code_size) == nullptr ||
      !std::equal(code.data(), code.data() + kCode, raw(data) + data.size() - kCode)) {
    return std::nullopt;
  }
  const EVP_CIPHER* const cipher = strength == 1   ? EVP_aes_128_ecb()
                                   : strength == 2 ? EVP_aes_192_ecb()
                                                   : EVP_aes_256_ecb();
  return aes_counter(cipher, keys.data(), locked);
}

}  // namespace postern::extract

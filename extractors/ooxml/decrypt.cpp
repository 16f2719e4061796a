#include "extractors/ooxml/decrypt.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "extractors/lock/primitives.h"
#include "extractors/ooxml/names.h"
#include "extractors/xml/xml_input.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::ooxml {

namespace {

using namespace std::string_view_literals;

constexpr size_t kSegment = 4096;  // of an agile package, each with its own start vector

std::uint32_t read_u32(std::string_view bytes, size_t at) {
  std::uint32_t out = 0;
  for (size_t i = 0; i < 4 && at + i < bytes.size(); i++) {
    out |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  }
  return out;
}

std::string u32_bytes(std::uint32_t value) {
  std::string out(4, '\0');
  for (size_t i = 0; i < 4; i++) out[i] = static_cast<char>(value >> (8 * i));
  return out;
}

// UTF-16LE, as passwords are hashed; ill-formed UTF-8 gives letters that open nothing.
std::string to_utf16(std::string_view utf8) {
  std::string out;
  const auto unit = [&](std::uint32_t value) {
    out.push_back(static_cast<char>(value & 0xFF));
    out.push_back(static_cast<char>(value >> 8));
  };
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i++]);
    const unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    std::uint32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (unsigned k = 0; k < more && i < utf8.size(); k++) {
      code = code << 6 | (static_cast<unsigned char>(utf8[i++]) & 0x3FU);
    }
    if (code >= 0x10000) {
      code -= 0x10000;
      unit(0xD800 | (code >> 10 & 0x3FF));
      unit(0xDC00 | (code & 0x3FF));
    } else {
      unit(code);
    }
  }
  return out;
}

const EVP_MD* digest_named(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '-') plain.push_back(c);
  }
  if (plain == "SHA1") return EVP_sha1();
  if (plain == "SHA256") return EVP_sha256();
  if (plain == "SHA384") return EVP_sha384();
  if (plain == "SHA512") return EVP_sha512();
  if (plain == "MD5") return EVP_md5();
  return nullptr;
}

// One hash after the other in one context: a key takes 100,000.
class Hasher {
 public:
  explicit Hasher(std::string_view name) : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free), digest_(digest_named(name)) {
    good_ = context_ != nullptr && digest_ != nullptr && EVP_DigestInit_ex(context_.get(), digest_, nullptr) == 1;
    out_.resize(digest_ == nullptr ? 0 : static_cast<size_t>(EVP_MD_get_size(digest_)));
  }
  const std::string& hash(std::string_view first, std::string_view second) {
    if (!good_ || EVP_DigestInit_ex(context_.get(), nullptr, nullptr) != 1) return out_;
    EVP_DigestUpdate(context_.get(), first.data(), first.size());
    EVP_DigestUpdate(context_.get(), second.data(), second.size());
    EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(out_.data()), nullptr);
    return out_;
  }

  // The salted password hashed on and on, each time with the number of the round in front.
  std::string spin(std::string_view salt, std::string_view password, std::uint32_t rounds) {
    hash(salt, password);
    for (std::uint32_t i = 0; i < rounds; i++) {
      const char number[4] = {static_cast<char>(i), static_cast<char>(i >> 8), static_cast<char>(i >> 16),
                              static_cast<char>(i >> 24)};
      hash(std::string_view(number, sizeof number), out_);  // out_ is written when both have been taken in
    }
    return out_;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
  const EVP_MD* digest_;
  std::string out_;
  bool good_ = false;
};

// Cut or filled up to `size` (2.3.4.11).
std::string fitted(std::string bytes, size_t size, char fill) {
  bytes.resize(size, fill);
  return bytes;
}

std::string decode_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const unsigned value = c >= 'A' && c <= 'Z'   ? static_cast<unsigned>(c - 'A')
                           : c >= 'a' && c <= 'z' ? static_cast<unsigned>(c - 'a' + 26)
                           : c >= '0' && c <= '9' ? static_cast<unsigned>(c - '0' + 52)
                           : c == '+'             ? 62U
                           : c == '/'             ? 63U
                                                  : 64U;
    if (value == 64) continue;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>(bits >> count));
  }
  return out;
}

size_t to_size(std::string_view digits) {
  size_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

bool all_equal(std::string_view one, std::string_view other, size_t size) {
  return size > 0 && one.size() >= size && other.size() >= size && CRYPTO_memcmp(one.data(), other.data(), size) == 0;
}

}  // namespace

// keyData and the first encryptedKey of a password.
class AgileReader {
 public:
  explicit AgileReader(PackageLock& lock) : lock_(lock) {}
  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = name.substr(name.find(':') + 1);  // npos + 1 is 0
    if (local == "keyData") {
      lock_.salt_ = decode_base64(attributes.raw("saltValue"));
      lock_.hash_ = attributes.get("hashAlgorithm");
      lock_.block_ = to_size(attributes.raw("blockSize"));
      lock_.key_bytes_ = to_size(attributes.raw("keyBits")) / 8;
      see_cipher(attributes);
    } else if (local == "encryptedKey" && attributes.has("spinCount") && !password) {
      password = true;
      PackageLock::Agile& key = lock_.password_;
      key.salt = decode_base64(attributes.raw("saltValue"));
      key.verifier_input = decode_base64(attributes.raw("encryptedVerifierHashInput"));
      key.verifier_hash = decode_base64(attributes.raw("encryptedVerifierHashValue"));
      key.key_value = decode_base64(attributes.raw("encryptedKeyValue"));
      key.hash = attributes.get("hashAlgorithm");
      key.key_bytes = to_size(attributes.raw("keyBits")) / 8;
      key.block = to_size(attributes.raw("blockSize"));
      key.spin_count = static_cast<std::uint32_t>(std::min<size_t>(to_size(attributes.raw("spinCount")), UINT32_MAX));
      see_cipher(attributes);
    }
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return false; }

  bool password = false;
  std::string cipher;  // one that is not AES in CBC mode

 private:
  void see_cipher(const XmlAttributes& attributes) {
    if (attributes.raw("cipherAlgorithm") != "AES") cipher = "its cipher";
    if (attributes.raw("cipherChaining") != "ChainingModeCBC") cipher = "its chaining of blocks";
  }
  PackageLock& lock_;
};

Result<PackageLock> PackageLock::parse(std::string_view info) {
  // The machine's configuration of OpenSSL is not ours to read from inside the sandbox.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  if (info.size() < 8) return fail(ErrorKind::corrupt, "the description of its encryption is damaged");
  const std::uint32_t version = read_u32(info, 0);
  const std::uint32_t major = version & 0xFFFF, minor = version >> 16;
  if (major == 4 && minor == 4) return parse_agile(info.substr(8));
  if (minor == 2 && major >= 2 && major <= 4) return parse_standard(info);
  return fail(ErrorKind::not_found, "its kind of encryption is not one that Office uses by default");
}

// 2.3.4.5: flags, then the header with its size, then the verifier.
Result<PackageLock> PackageLock::parse_standard(std::string_view info) {
  constexpr std::uint32_t kAes128 = 0x660E, kAes192 = 0x660F, kAes256 = 0x6610;
  constexpr size_t kHeader = 12, kSalt = 16, kVerifierHash = 32;
  const std::uint32_t header_size = read_u32(info, 8);
  const std::uint32_t algorithm = read_u32(info, kHeader + 8);
  if (algorithm != kAes128 && algorithm != kAes192 && algorithm != kAes256) {
    return fail(ErrorKind::not_found, "its cipher is not AES");
  }
  PackageLock lock;
  lock.key_bytes_ = read_u32(info, kHeader + 16) / 8;
  const size_t verifier = kHeader + header_size;
  if (!is_aes_key(lock.key_bytes_) || info.size() < verifier + 4 + kSalt + 16 + 4 + kVerifierHash) {
    return fail(ErrorKind::corrupt, "the description of its encryption is damaged");
  }
  lock.salt_ = info.substr(verifier + 4, kSalt);
  lock.verifier_ = info.substr(verifier + 4 + kSalt, 16);
  lock.verifier_hash_ = info.substr(verifier + 4 + kSalt + 16 + 4, kVerifierHash);
  return lock;
}

Result<PackageLock> PackageLock::parse_agile(std::string_view xml) {
  PackageLock lock;
  lock.agile_ = true;
  AgileReader reader(lock);
  XmlMemory memory(xml);
  XmlScanner<AgileReader> scanner(memory, vocabulary());
  scanner.run(reader);
  if (!reader.password) return fail(ErrorKind::not_found, "it is encrypted for certificates, not by a password");
  if (!reader.cipher.empty())
    return fail(ErrorKind::not_found, reader.cipher + " is not one that Office uses by default");
  const Agile& key = lock.password_;
  if (digest_named(lock.hash_) == nullptr || digest_named(key.hash) == nullptr || lock.block_ != 16 ||
      key.block != 16 || !is_aes_key(key.key_bytes) || !is_aes_key(lock.key_bytes_) || key.salt.empty()) {
    return fail(ErrorKind::corrupt, "the description of its encryption is damaged");
  }
  if (key.spin_count > kMaxSpinCount) {
    return fail(ErrorKind::limit, "its key takes " + std::to_string(key.spin_count) +
                                      " rounds, more than the limit of " + std::to_string(kMaxSpinCount));
  }
  return lock;
}

bool PackageLock::try_password(const std::string& utf8) {
  const std::string password = to_utf16(utf8);
  return agile_ ? try_agile(password) : try_standard(password);
}

// 2.3.4.7 and 2.3.4.9
bool PackageLock::try_standard(std::string_view password) {
  constexpr std::uint32_t kRounds = 50'000;
  constexpr size_t kPad = 64;
  Hasher sha1("SHA1");
  const std::string last = sha1.spin(salt_, password, kRounds);
  const std::string final_hash = sha1.hash(last, u32_bytes(0));
  std::string inner(kPad, '\x36'), outer(kPad, '\x5C');
  for (size_t i = 0; i < final_hash.size(); i++) {
    inner[i] = static_cast<char>(inner[i] ^ final_hash[i]);
    outer[i] = static_cast<char>(outer[i] ^ final_hash[i]);
  }
  std::string key = sha1.hash(inner, "");
  key += sha1.hash(outer, "");
  key.resize(key_bytes_);
  const std::string verifier = decrypt_aes(verifier_, key, "");
  const std::string hash = decrypt_aes(verifier_hash_, key, "");
  constexpr size_t kSha1 = 20;
  if (!all_equal(sha1.hash(verifier, ""), hash, kSha1)) return false;
  key_ = key;
  return true;
}

// 2.3.4.11 to 2.3.4.13
bool PackageLock::try_agile(std::string_view password) {
  constexpr std::string_view kVerifierInput = "\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79"sv;
  constexpr std::string_view kVerifierHash = "\xd7\xaa\x0f\x6d\x30\x61\x34\x4e"sv;
  constexpr std::string_view kKeyValue = "\x14\x6e\x0b\xe7\xab\xac\xd0\xd6"sv;
  Hasher hasher(password_.hash);
  const std::string last = hasher.spin(password_.salt, password, password_.spin_count);
  const std::string iv = fitted(password_.salt, password_.block, '\x36');
  const auto value = [&](std::string_view block_key, std::string_view encrypted) {
    return decrypt_aes(encrypted, fitted(hasher.hash(last, block_key), password_.key_bytes, '\x36'), iv);
  };
  std::string input = value(kVerifierInput, password_.verifier_input);
  input.resize(std::min(input.size(), password_.salt.size()));
  const std::string hash = value(kVerifierHash, password_.verifier_hash);
  const std::string wanted = hasher.hash(input, "");
  if (!all_equal(wanted, hash, wanted.size())) return false;
  key_ = value(kKeyValue, password_.key_value);
  key_.resize(std::min(key_.size(), key_bytes_));
  return true;
}

std::string PackageLock::open(std::string_view package) const {
  constexpr size_t kSizeField = 8;
  if (package.size() < kSizeField) return "";
  const std::uint64_t size = read_u32(package, 0) | static_cast<std::uint64_t>(read_u32(package, 4)) << 32;
  package.remove_prefix(kSizeField);
  std::string out;
  if (!agile_) {
    out = decrypt_aes(package, key_, "");
  } else {
    Hasher hasher(hash_);
    out.reserve(package.size());
    for (std::uint32_t i = 0; !package.empty(); i++) {
      const std::string iv = fitted(hasher.hash(salt_, u32_bytes(i)), block_, '\x36');
      out += decrypt_aes(package.substr(0, kSegment), key_, iv);
      package.remove_prefix(std::min(kSegment, package.size()));
    }
  }
  if (size < out.size()) out.resize(static_cast<size_t>(size));
  return out;
}

}  // namespace postern::extract::ooxml

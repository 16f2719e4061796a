#include "extractors/xls/decrypt.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

#include <openssl/evp.h>

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"

namespace postern::extract::xls {

namespace {

constexpr unsigned kFilePass = 0x002F, kBoundSheet = 0x0085;
constexpr size_t kRecordHeader = 4;
constexpr size_t kBlock = 1024;            // bytes of the stream that share a key
constexpr size_t kMostRecordsBefore = 64;  // FILEPASS is among the first records

std::string digest(const EVP_MD* kind, std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, kind, nullptr) != 1) return {};
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string number(std::uint32_t value) {
  std::string out;
  for (unsigned i = 0; i < 4; i++) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return out;
}

std::string to_utf16(std::string_view utf8) {
  std::string out;
  const auto unit = [&out](std::uint32_t value) {
    out += {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
  };
  for (size_t i = 0; i < utf8.size(); i++) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    const unsigned more = c < 0xC0 ? 0 : c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
    std::uint32_t letter = more == 0 ? c : c & (0x3FU >> more);
    for (unsigned k = 0; k < more && i + 1 < utf8.size(); k++) {
      letter = letter << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3FU);
    }
    if (letter >= 0x10000) {
      unit(0xD800 + ((letter - 0x10000) >> 10 & 0x3FF));
      unit(0xDC00 + ((letter - 0x10000) & 0x3FF));
    } else {
      unit(letter);
    }
  }
  return out;
}

// The cipher, which OpenSSL 3 keeps in a module that a sandboxed process cannot load.
class Rc4 {
 public:
  explicit Rc4(std::string_view key) {
    std::iota(state_.begin(), state_.end(), static_cast<unsigned char>(0));
    unsigned j = 0;
    for (unsigned i = 0; i < 256 && !key.empty(); i++) {
      j = (j + state_[i] + static_cast<unsigned char>(key[i % key.size()])) & 0xFF;
      std::swap(state_[i], state_[j]);
    }
  }
  unsigned char next() {
    i_ = (i_ + 1) & 0xFF;
    j_ = (j_ + state_[i_]) & 0xFF;
    std::swap(state_[i_], state_[j_]);
    return state_[(state_[i_] + state_[j_]) & 0xFF];
  }
  std::string apply(std::string_view bytes) {
    std::string out(bytes);
    for (char& c : out) c = static_cast<char>(static_cast<unsigned char>(c) ^ next());
    return out;
  }

 private:
  std::array<unsigned char, 256> state_{};
  unsigned i_ = 0, j_ = 0;
};

// Where the fields of both kinds of RC4 stand, and how they make keys.
struct Rc4Lock {
  bool crypto_api = false;
  std::string salt, verifier, verifier_hash;
  unsigned key_bytes = 16;

  std::string base_key(const std::string& password) const {
    const std::string wide = to_utf16(password);
    if (crypto_api) return digest(EVP_sha1(), salt + wide);
    constexpr size_t kShort = 5;
    const std::string once = digest(EVP_md5(), wide).substr(0, kShort) + salt;
    std::string many;
    for (unsigned i = 0; i < 16; i++) many += once;
    return digest(EVP_md5(), many).substr(0, kShort);
  }
  std::string block_key(const std::string& base, std::uint32_t block) const {
    if (!crypto_api) return digest(EVP_md5(), base + number(block));
    std::string key = digest(EVP_sha1(), base + number(block)).substr(0, key_bytes);
    if (key_bytes == 5) key.resize(16);  // 40 bits are filled up with zeros
    return key;
  }
  bool opens(const std::string& password) const {
    Rc4 cipher(block_key(base_key(password), 0));
    const std::string plain = cipher.apply(verifier);
    return digest(crypto_api ? EVP_sha1() : EVP_md5(), plain) == cipher.apply(verifier_hash);
  }
};

std::optional<Rc4Lock> parse_rc4(std::string_view data) {
  Rc4Lock out;
  const unsigned major = le16(data, 2), minor = le16(data, 4);
  if (major == 1 && minor == 1) {
    if (data.size() < 54) return std::nullopt;
    out.salt = data.substr(6, 16);
    out.verifier = data.substr(22, 16);
    out.verifier_hash = data.substr(38, 16);
    return out;
  }
  if (minor != 2 || major < 2 || major > 4) return std::nullopt;
  out.crypto_api = true;
  constexpr size_t kHeaderAt = 14;
  const size_t header = le32(data, 10);
  if (header > data.size() || data.size() - header < kHeaderAt + 4 + 16 + 16 + 4 + 20) return std::nullopt;
  const std::uint32_t bits = le32(data, kHeaderAt + 16);
  out.key_bytes = bits == 0 ? 5 : std::min<std::uint32_t>(bits / 8, 16);
  const size_t at = kHeaderAt + header;
  out.salt = data.substr(at + 4, 16);
  out.verifier = data.substr(at + 20, 16);
  out.verifier_hash = data.substr(at + 40, 20);
  return out;
}

// 2.2.10: what stays in the clear. Of the list of sheets only the places of the sheets do.
size_t clear_bytes(unsigned id, size_t size) {
  switch (id) {
    case 0x0009:
    case 0x0209:
    case 0x0409:
    case 0x0809:
    case kFilePass:
    case 0x00E1:
    case 0x0138:
    case 0x0194:
    case 0x0195:
    case 0x0196:
      return size;
    case kBoundSheet:
      return std::min<size_t>(4, size);
    default:
      return 0;
  }
}

// Calls `visit` for the enciphered bytes of each record: place in the stream, count, size of the record's data.
template <typename Visit>
void each_secret(std::string_view stream, size_t from, const Visit& visit) {
  size_t at = from;
  while (stream.size() - at >= kRecordHeader) {
    const unsigned id = le16(stream, at);
    const size_t data = at + kRecordHeader;
    const size_t size = std::min<size_t>(le16(stream, at + 2), stream.size() - data);
    const size_t clear = clear_bytes(id, size);
    if (size > clear) visit(data + clear, size - clear, size);
    at = data + size;
  }
}

std::string open_rc4(std::string_view stream, size_t from, const Rc4Lock& lock, const std::string& password) {
  std::string out(stream);
  const std::string base = lock.base_key(password);
  Rc4 cipher("");
  size_t position = SIZE_MAX;  // of the cipher in the stream
  each_secret(stream, from, [&](size_t at, size_t count, size_t) {
    for (size_t i = at; i < at + count; i++) {
      if (position == SIZE_MAX || i / kBlock != position / kBlock) {
        cipher = Rc4(lock.block_key(base, static_cast<std::uint32_t>(i / kBlock)));
        position = i / kBlock * kBlock;
      }
      for (; position < i; position++) cipher.next();
      out[i] = static_cast<char>(static_cast<unsigned char>(out[i]) ^ cipher.next());
      position++;
      if (position % kBlock == 0) position = SIZE_MAX;
    }
  });
  return out;
}

// [MS-OFFCRYPTO] 2.3.7.2: the tables of the obfuscation.
constexpr size_t kMostXorPassword = 15;
constexpr std::array<std::uint16_t, 15> kInitialCode = {0xE1F0, 0x1D0F, 0xCC9C, 0x84C0, 0x110C, 0x0E10, 0xF1CE, 0x313E,
                                                        0x1872, 0xE139, 0xD40F, 0x84F9, 0x280C, 0xA96A, 0x4EC3};
constexpr std::array<std::uint16_t, 105> kXorMatrix = {
    0xAEFC, 0x4DD9, 0x9BB2, 0x2745, 0x4E8A, 0x9D14, 0x2A09, 0x7B61, 0xF6C2, 0xFDA5, 0xEB6B, 0xC6F7, 0x9DCF, 0x2BBF,
    0x4563, 0x8AC6, 0x05AD, 0x0B5A, 0x16B4, 0x2D68, 0x5AD0, 0x0375, 0x06EA, 0x0DD4, 0x1BA8, 0x3750, 0x6EA0, 0xDD40,
    0xD849, 0xA0B3, 0x5147, 0xA28E, 0x553D, 0xAA7A, 0x44D5, 0x6F45, 0xDE8A, 0xAD35, 0x4A4B, 0x9496, 0x390D, 0x721A,
    0xEB23, 0xC667, 0x9CEF, 0x29FF, 0x53FE, 0xA7FC, 0x5FD9, 0x47D3, 0x8FA6, 0x0F6D, 0x1EDA, 0x3DB4, 0x7B68, 0xF6D0,
    0xB861, 0x60E3, 0xC1C6, 0x93AD, 0x377B, 0x6EF6, 0xDDEC, 0x45A0, 0x8B40, 0x06A1, 0x0D42, 0x1A84, 0x3508, 0x6A10,
    0xAA51, 0x4483, 0x8906, 0x022D, 0x045A, 0x08B4, 0x1168, 0x76B4, 0xED68, 0xCAF1, 0x85C3, 0x1BA7, 0x374E, 0x6E9C,
    0x3730, 0x6E60, 0xDCC0, 0xA9A1, 0x4363, 0x86C6, 0x1DAD, 0x3331, 0x6662, 0xCCC4, 0x89A9, 0x0373, 0x06E6, 0x0DCC,
    0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48C4};
constexpr std::array<unsigned char, 15> kXorPadding = {0xBB, 0xFF, 0xFF, 0xBA, 0xFF, 0xFF, 0xB9, 0x80,
                                                       0x00, 0xBE, 0x0F, 0x00, 0xBF, 0x0F, 0x00};

std::uint16_t xor_verifier(std::string_view password) {
  unsigned out = 0;
  const auto step = [&out](unsigned byte) { out = ((out >> 14 & 1) | (out << 1 & 0x7FFF)) ^ byte; };
  for (size_t i = password.size(); i-- > 0;) step(static_cast<unsigned char>(password[i]));
  step(static_cast<unsigned>(password.size()));
  return static_cast<std::uint16_t>(out ^ 0xCE4B);
}

std::uint16_t xor_key(std::string_view password) {
  if (password.empty()) return 0;
  std::uint16_t out = kInitialCode[password.size() - 1];
  size_t element = kXorMatrix.size();
  for (size_t i = password.size(); i-- > 0;) {
    for (unsigned bit = 0; bit < 7; bit++) {
      element--;
      if ((static_cast<unsigned char>(password[i]) << bit & 0x40) != 0) out ^= kXorMatrix[element];
    }
  }
  return out;
}

unsigned char rotate_left(unsigned value, unsigned by) {
  return static_cast<unsigned char>(value << by | value >> (8 - by));
}

std::string open_xor(std::string_view stream, size_t from, std::string_view password) {
  std::array<unsigned char, 16> key{};
  const std::uint16_t base = xor_key(password);
  for (size_t i = 0; i < key.size(); i++) {
    const unsigned byte =
        i < password.size() ? static_cast<unsigned char>(password[i]) : kXorPadding[i - password.size()];
    key[i] = rotate_left(byte ^ (i % 2 == 0 ? base & 0xFFU : base >> 8U), 2);
  }
  std::string out(stream);
  each_secret(stream, from, [&](size_t at, size_t count, size_t size) {
    for (size_t i = at; i < at + count; i++) {
      const unsigned byte = rotate_left(static_cast<unsigned char>(out[i]), 3);
      out[i] = static_cast<char>(byte ^ key[(i + size) & 15]);
    }
  });
  return out;
}

Decrypted decrypt_xor(std::string_view stream, size_t from, std::uint16_t key, std::uint16_t verifier,
                      const FindPassword& find) {
  const auto opens = [&](const std::string& password) {
    return password.size() <= kMostXorPassword && xor_key(password) == key && xor_verifier(password) == verifier;
  };
  const auto password = find(opens);
  return {Locked::yes, password ? open_xor(stream, from, *password) : std::string()};
}

}  // namespace

Decrypted decrypt_book(std::string_view stream, const FindPassword& find) {
  size_t at = 0;
  for (size_t i = 0; i < kMostRecordsBefore && stream.size() - at >= kRecordHeader; i++) {
    const unsigned id = le16(stream, at);
    const std::string_view data = stream.substr(at + kRecordHeader, le16(stream, at + 2));
    at += kRecordHeader + data.size();
    if (id != kFilePass) continue;
    constexpr size_t kShortForm = 4;  // before BIFF8
    if (data.size() == kShortForm) return decrypt_xor(stream, at, le16(data, 0), le16(data, 2), find);
    if (le16(data, 0) == 0) return decrypt_xor(stream, at, le16(data, 2), le16(data, 4), find);
    const std::optional<Rc4Lock> lock = parse_rc4(data);
    if (!lock) return {Locked::yes, ""};
    const auto password = find([&](const std::string& candidate) { return lock->opens(candidate); });
    return {Locked::yes, password ? open_rc4(stream, at, *lock, *password) : std::string()};
  }
  return {};
}

}  // namespace postern::extract::xls
